/* SPDX-License-Identifier: GPL-2.0-only */
/* estc_translate.c - what a registrar makes of the EST server's answers: base64 becomes binary, a
 * multipart body an array of CBOR, status codes those of CoAP (RFC 9148 sections 4.5 and 5). */
#include "estc.h"

#include "protocols/crypto/crypto.h"

#include <string.h>

enum imp_coap_code estc_code_of(int status)
{
    static const struct {
        int status;
        enum imp_coap_code code;
    } table[] = {
        {400, IMP_COAP_BAD_REQUEST},
        {401, IMP_COAP_UNAUTHORIZED},
        {403, IMP_COAP_FORBIDDEN},
        {404, IMP_COAP_NOT_FOUND},
        {405, IMP_COAP_METHOD_NOT_ALLOWED},
        {406, IMP_COAP_NOT_ACCEPTABLE},
        {413, IMP_COAP_REQUEST_ENTITY_TOO_LARGE},
        {415, IMP_COAP_UNSUPPORTED_CONTENT_FORMAT},
        {500, IMP_COAP_INTERNAL_SERVER_ERROR},
        {501, IMP_COAP_NOT_IMPLEMENTED},
        {503, IMP_COAP_SERVICE_UNAVAILABLE},
        {504, IMP_COAP_GATEWAY_TIMEOUT},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].status == status)
            return table[i].code;
    return status / 100 == 4   ? IMP_COAP_BAD_REQUEST
           : status / 100 == 5 ? IMP_COAP_INTERNAL_SERVER_ERROR
                               : IMP_COAP_BAD_GATEWAY;
}

/* What was issued, not who has issued it; NULL: there is none. */
static const struct imp_x509 *leaf_of(const struct imp_cms_certs *certs)
{
    for (size_t i = 0; i < certs->count; i++)
        if (!est_is_root(&certs->crt[i], NULL))
            return &certs->crt[i];
    return NULL;
}

static bool put(struct estc_session *s, int n)
{
    s->out_n = n > 0 ? (size_t)n : 0;
    return n > 0;
}

/* As they came, or one of them alone (287). */
static bool anchors(struct estc_session *s, const struct imp_http *m)
{
    struct imp_cms_certs certs;
    const struct imp_x509 *root;
    int n = est_body(s->out, sizeof s->out, m);
    if (n <= 0 || imp_cms_certs_read(&certs, s->out, (size_t)n) != 0 ||
        !(root = est_authority_in(&certs)))
        return false;
    return put(s, s->format == IMP_COAP_FORMAT_PKIX_CERT
                      ? estc_certs_write(s->out, sizeof s->out, root, s->format)
                      : n);
}

static void claim(struct estc_session *s, const struct imp_x509 *crt, const uint8_t *secret)
{
    struct estc_server *server = s->server;
    struct est_sid sid;
    estc_sid(&sid, &s->secure);
    est_claim_session(server->env, IMP_CLAIM_COMMIT, "est", &sid, s->client, server->key.pub);
    est_claim_session(server->env, IMP_CLAIM_RUNNING, "est", &sid, s->client, server->key.pub);
    est_record(server->env, &sid, s->client, &server->ca_crt, crt);
    if (secret)
        est_claim_key(server->env, &sid, secret);
}

static bool certificate(struct estc_session *s, const struct imp_http *m)
{
    uint8_t der[EST_BODY];
    struct imp_cms_certs certs;
    const struct imp_x509 *crt;
    int n = est_body(der, sizeof der, m);
    if (n <= 0 || imp_cms_certs_read(&certs, der, (size_t)n) != 0 || !(crt = leaf_of(&certs)) ||
        !put(s, estc_certs_write(s->out, sizeof s->out, crt, s->format)))
        return false;
    claim(s, crt, NULL);
    return true;
}

/* A key that is enveloped for the device the registrar passes on as it is; another one it sees (RFC
 * 9148 section 9.2). */
static bool key(struct estc_session *s, const struct imp_http *m)
{
    struct imp_env *env = s->server->env;
    struct imp_cms_certs certs;
    struct est_private private;
    uint8_t secret[32];
    const struct imp_x509 *crt = NULL;
    unsigned alone =
        s->message == ESTC_MSG_SKC ? IMP_COAP_FORMAT_PKIX_CERT : IMP_COAP_FORMAT_PKCS7_CERTS_ONLY;
    bool good = est_keygen_read(&private, &certs, m) == 0 && (crt = leaf_of(&certs)) &&
                put(s, estc_key_write(env, s->out, sizeof s->out, &private, crt, alone));
    bool plain = good && !private.sealed;
    if (plain)
        good = est_private_read(env, secret, &private, EST_SEALING_NONE, NULL) == 0;
    if (good)
        claim(s, crt, plain ? secret : NULL);
    imp_wipe(&private, sizeof private);
    imp_wipe(secret, sizeof secret);
    return good;
}

static bool is(const struct imp_http *m, const char *type)
{
    return imp_http_is(m, "Content-Type", type);
}

static bool content(struct estc_session *s, const struct imp_http *m)
{
    switch (s->message) {
    case ESTC_MSG_GET_CRTS:
        return is(m, "application/pkcs7-mime") && anchors(s, m);
    case ESTC_MSG_GET_ATT:
        return is(m, "application/csrattrs") && put(s, est_body(s->out, sizeof s->out, m));
    case ESTC_MSG_SKG:
    case ESTC_MSG_SKC:
        return is(m, "multipart/mixed") && key(s, m);
    default:
        return is(m, "application/pkcs7-mime") && certificate(s, m);
    }
}

struct estc_outcome estc_translate(struct estc_session *s, const struct imp_http *m)
{
    bool get = s->message == ESTC_MSG_GET_CRTS || s->message == ESTC_MSG_GET_ATT;
    long later = est_retry_after(m);
    s->out_n = 0;
    if (m->status == 202 && !get && later >= 0) /* section 4.7 */
        return (struct estc_outcome){.code = IMP_COAP_SERVICE_UNAVAILABLE,
                                     .max_age = (uint32_t)later};
    if (m->status == 200 && content(s, m))
        return (struct estc_outcome){.code = get ? IMP_COAP_CONTENT : IMP_COAP_CHANGED};
    if (m->status == 204 && get)
        return (struct estc_outcome){.code = IMP_COAP_NOT_FOUND, .why = "no-content"};
    return (struct estc_outcome){.code = estc_code_of(m->status),
                                 .why = "est-server-refuses",
                                 .max_age = later >= 0 ? (uint32_t)later : 60};
}
