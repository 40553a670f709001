/* SPDX-License-Identifier: GPL-2.0-only */
/* estc_est_serve.c - what the EST server behind a registrar answers (RFC 7030). Its client is a
 * registration authority, which vouches for whom a request names, and for the binding to a session
 * that the server does not see (RFC 9148 section 5, RFC 7030 section 3.7). */
#include "estc.h"

#include "protocols/crypto/crypto.h"

#include <string.h>

const struct imp_legal estc_est_legal[] = {
    {ESTC_HANDSHAKE, ESTC_MSG_EST_CLIENT_HELLO}, {ESTC_HANDSHAKE, ESTC_MSG_EST_CLIENT_FLIGHT},
    {ESTC_HANDSHAKE, ESTC_MSG_EST_ALERT},        {ESTC_REQUEST, ESTC_MSG_EST_GET_CACERTS},
    {ESTC_REQUEST, ESTC_MSG_EST_GET_CSRATTRS},   {ESTC_REQUEST, ESTC_MSG_EST_ENROLL},
    {ESTC_REQUEST, ESTC_MSG_EST_REENROLL},       {ESTC_REQUEST, ESTC_MSG_EST_KEYGEN},
    {ESTC_REQUEST, ESTC_MSG_EST_ALERT},          {-1, -1},
};

enum { CERTS = 2048 };

static void answer(struct estc_asking *c, int label, const char *type, const void *bytes, int n)
{
    const struct imp_https_body body = {
        .type = type, .bytes = bytes, .n = n < 0 ? 0 : (size_t)n, .base64 = true};
    imp_https_answer(&c->link, label, 200, -1, &body, c->server->now);
}

static void refuse(struct estc_asking *c, int status, const char *why)
{
    const struct imp_https_body body = {.type = "text/plain", .bytes = why, .n = strlen(why)};
    est_claim(c->server->env, IMP_CLAIM_REJECT, why);
    imp_https_answer(&c->link, ESTC_MSG_EST_REFUSAL, status, -1, &body, c->server->now);
}

static void give_anchors(struct estc_asking *c)
{
    uint8_t der[CERTS];
    const struct imp_x509 *root = &c->server->ca_crt;
    answer(c, ESTC_MSG_EST_CACERTS, "application/pkcs7-mime", der,
           imp_cms_certs_write(der, sizeof der, &IMP_PIECE(root->der, root->n), 1));
}

static void give_attributes(struct estc_asking *c)
{
    struct imp_env *env = c->server->env;
    uint8_t der[EST_ATTRIBUTES_MAX];
    int asked = imp_opt(env, ESTC_OPT_ANSWER) == ESTC_ANSWER_EMPTY ? 0 : EST_ASKED;
    if (imp_opt(env, ESTC_OPT_ANSWER) == ESTC_ANSWER_NOT_FOUND) {
        imp_https_answer(&c->link, ESTC_MSG_EST_REFUSAL, 404, -1, NULL, c->server->now);
        return;
    }
    if (asked && imp_opt(env, ESTC_OPT_POP))
        asked |= EST_ASKED_BINDING;
    if (asked && imp_opt(env, ESTC_OPT_REQUIRED))
        asked |= EST_ASKED_NAME;
    answer(c, ESTC_MSG_EST_CSRATTRS, "application/csrattrs", der,
           (int)est_attributes_write_asked(der, asked));
}

/* Reads a request; its subject is whom the registrar vouches for. NULL: it is none. */
static const char *subject_of(struct estc_asking *c, struct imp_x509_asked *asked,
                              const struct imp_http *m, int message)
{
    struct imp_env *env = c->server->env;
    uint8_t der[CERTS];
    int n =
        imp_http_is(m, "Content-Type", "application/pkcs10") ? est_body(der, sizeof der, m) : -1;
    if (n < 0 ||
        (message == EST_MSG_KEYGEN ? imp_x509_read_keyless_request(env, asked, der, (size_t)n)
                                   : imp_x509_read_request(env, asked, der, (size_t)n)) != 0)
        return NULL;
    return strncmp(asked->subject, "CN=", 3) == 0 && strlen(asked->subject + 3) < EST_NAME
               ? asked->subject + 3
               : NULL;
}

static void hand_over(struct estc_asking *c, const struct est_made *made,
                      const struct imp_x509 *crt)
{
    uint8_t der[CERTS];
    char text[EST_BODY];
    struct imp_https_body body = {.bytes = text};
    int n = imp_cms_certs_write(der, sizeof der, &IMP_PIECE(crt->der, crt->n), 1);
    if (!made) {
        answer(c, ESTC_MSG_EST_CERTIFICATE, "application/pkcs7-mime; smime-type=certs-only", der,
               n);
        return;
    }
    const struct est_parts parts = {&made->sent, {der, n < 0 ? 0 : (size_t)n}, false};
    n = est_keygen_write(text, sizeof text, &body.type, &parts);
    body.n = n < 0 ? 0 : (size_t)n;
    imp_https_answer(&c->link, ESTC_MSG_EST_KEY, 200, -1, &body, c->server->now);
    imp_wipe(text, sizeof text);
}

/* Who has a certificate, which the registrar has seen, needs nobody's consent. */
static int64_t pending(struct estc_asking *c, const char *name, int message)
{
    struct imp_env *env = c->server->env;
    bool known = message == EST_MSG_REENROLL || env->adversary;
    return est_pending(env, name, known ? 0 : imp_opt(env, ESTC_OPT_APPROVAL), c->server->now);
}

static void enrol(struct estc_asking *c, const struct imp_http *m, int message)
{
    struct estc_est *server = c->server;
    struct imp_x509_asked asked;
    struct imp_x509 crt;
    struct est_made key, *made = message == EST_MSG_KEYGEN ? &key : NULL;
    const struct est_issuer by = {&server->ca_crt, server->ca.secret,
                                  .life = imp_opt(server->env, ESTC_OPT_LIFETIME)};
    const struct est_issuer maker = {&server->crt, server->key.secret, NULL};
    const char *name = subject_of(c, &asked, m, message);
    if (!name) {
        refuse(c, 400, "bad-request");
        return;
    }
    int64_t seconds = pending(c, name, message);
    if (seconds) {
        imp_https_answer(&c->link, ESTC_MSG_EST_ACCEPTED, 202, (int)seconds, NULL, server->now);
        return;
    }
    const char *why = made ? est_make(server->env, made, &asked.sealing, &maker) : NULL;
    if (!why && !est_issue_named(server->env, &crt, &asked, name, made ? made->pair.pub : asked.pub,
                                 &by, server->now))
        why = "not-issued";
    if (why)
        refuse(c, 400, why);
    else
        hand_over(c, made, &crt);
    if (made && !why)
        est_claim_key(server->env, NULL, made->pair.secret);
    if (made)
        imp_wipe(&key, sizeof key);
}

void estc_est_serve(struct estc_asking *c, const struct imp_http *m)
{
    int message = est_operation(m, EST_PATH, imp_opt_str(c->server->env, ESTC_OPT_LABEL));
    if (message < 0)
        refuse(c, 404, "no-such-operation");
    else if (message == EST_MSG_GET_CACERTS)
        give_anchors(c);
    else if (message == EST_MSG_GET_CSRATTRS)
        give_attributes(c);
    else
        enrol(c, m, message);
}
