/* SPDX-License-Identifier: GPL-2.0-only */
#include "enrol.h"

#include <stdio.h>
#include <string.h>

#include "protocols/crypto/crypto.h"

static const char path[] = ".well-known/est/sen";

/* ---- client */
static bool is_due(const struct lwm_security *s)
{
    return s->used && !s->bootstrap && s->mode == LWM_MODE_EST && s->identity_n == 0;
}

bool lwm_enrol_is_due(const struct lwm_config *c)
{
    for (size_t i = 0; i < LWM_SECURITIES; i++)
        if (is_due(&c->security[i]))
            return true;
    return false;
}

int lwm_enrol_ask(struct imp_env *env, struct lwm_enrolment *e, struct imp_coap_message *m,
                  const char *endpoint)
{
    char subject[64 + 4];
    uint8_t pub[64];
    snprintf(subject, sizeof subject, "CN=%.64s", endpoint);
    imp_p256_keypair(env, "est-key", pub, e->scalar);
    if (imp_x509_request(env, &e->request,
                         &(struct imp_x509_request){.subject = subject, .uri = endpoint}, pub,
                         e->scalar) != 0)
        return -1;
    *m = (struct imp_coap_message){
        .code = IMP_COAP_POST, .payload = e->request.der, .payload_n = e->request.n};
    imp_coap_add_path(m, IMP_COAP_URI_PATH, path);
    imp_coap_add_uint(m, IMP_COAP_CONTENT_FORMAT, IMP_COAP_FORMAT_PKCS10);
    return imp_coap_add_uint(m, IMP_COAP_ACCEPT, IMP_COAP_FORMAT_PKIX_CERT);
}

int lwm_enrol_take(struct imp_env *env, struct lwm_config *c, const struct lwm_enrolment *e,
                   const struct imp_coap_message *response, const char *endpoint)
{
    struct imp_x509_info own;
    uint32_t format;
    uint8_t pub[64];
    if (response->code != IMP_COAP_CHANGED ||
        !imp_coap_get_uint(response, IMP_COAP_CONTENT_FORMAT, &format) ||
        format != IMP_COAP_FORMAT_PKIX_CERT || response->payload_n > LWM_CERT_MAX ||
        imp_x509_read(&own, response->payload, response->payload_n) != 0 ||
        imp_p256_public(env, pub, e->scalar) != 0 || memcmp(pub, own.pub, sizeof pub) != 0 ||
        strcmp(own.uri, endpoint) != 0)
        return -1;
    for (size_t i = 0; i < LWM_SECURITIES; i++) {
        struct lwm_security *s = &c->security[i];
        if (!is_due(s))
            continue;
        s->identity_n = response->payload_n;
        memcpy(s->identity, response->payload, response->payload_n);
        s->key_n = imp_p256_pkcs8_write(s->key, e->scalar, NULL);
    }
    return 0;
}

/* ---- bootstrap server */
static const char authority_cell[] = "est-authority", key_cell[] = "est-key";

bool lwm_enrol_is_asked(const struct imp_coap_message *m)
{
    return m->code == IMP_COAP_POST && imp_coap_path_is(m, path);
}

void lwm_enrol_authority_put(struct imp_env *env, const struct imp_x509 *authority,
                             const uint8_t secret[LWM_SCALAR])
{
    env->ops->cell_put(env, authority_cell, authority->der, authority->n);
    env->ops->cell_put(env, key_cell, secret, LWM_SCALAR);
}

/* RFC 7030 section 4.2: the request is signed by its key, and names who is in the session. */
static enum imp_coap_code certify(struct imp_env *env, const struct imp_coap_message *m,
                                  const char *endpoint, struct imp_x509 *out)
{
    struct imp_x509 authority = {.n = 0};
    struct imp_x509_asked asked;
    uint8_t secret[LWM_SCALAR];
    int n = env->ops->cell_get(env, authority_cell, authority.der, sizeof authority.der);
    authority.n = n > 0 ? (size_t)n : 0;
    if (n <= 0 || env->ops->cell_get(env, key_cell, secret, LWM_SCALAR) != LWM_SCALAR)
        return IMP_COAP_NOT_FOUND; /* no EST here */
    if (imp_x509_read_request(env, &asked, m->payload, m->payload_n) != 0)
        return IMP_COAP_BAD_REQUEST;
    if (strcmp(asked.uri, endpoint) != 0)
        return IMP_COAP_FORBIDDEN;
    int bad = imp_x509_issue(env, out,
                             &(struct imp_x509_spec){.subject = asked.subject,
                                                     .pub = asked.pub,
                                                     .purposes = IMP_X509_CLIENT,
                                                     .not_after = IMP_NEVER,
                                                     .uri = endpoint},
                             &authority, secret);
    imp_wipe(secret, sizeof secret);
    return bad ? IMP_COAP_INTERNAL_SERVER_ERROR : IMP_COAP_CHANGED;
}

enum imp_coap_code lwm_enrol_serve(struct imp_env *env, const struct imp_coap_message *m,
                                   const char *endpoint, struct imp_coap_reply *reply)
{
    struct imp_x509 issued;
    uint32_t format, accept = IMP_COAP_FORMAT_PKIX_CERT;
    if (!imp_coap_get_uint(m, IMP_COAP_CONTENT_FORMAT, &format) || format != IMP_COAP_FORMAT_PKCS10)
        return IMP_COAP_UNSUPPORTED_CONTENT_FORMAT;
    imp_coap_get_uint(m, IMP_COAP_ACCEPT, &accept);
    if (accept != IMP_COAP_FORMAT_PKIX_CERT)
        return IMP_COAP_NOT_ACCEPTABLE;
    enum imp_coap_code code = certify(env, m, endpoint, &issued);
    if (code != IMP_COAP_CHANGED)
        return code;
    memcpy(reply->scratch, issued.der, issued.n);
    imp_coap_add_uint(&reply->message, IMP_COAP_CONTENT_FORMAT, IMP_COAP_FORMAT_PKIX_CERT);
    reply->message.payload = reply->scratch;
    reply->message.payload_n = issued.n;
    return code;
}
