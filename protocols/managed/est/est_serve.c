/* SPDX-License-Identifier: GPL-2.0-only */
/* est_serve.c - the server's answers: registration authority and certificate authority in one. */
#include "est.h"

#include "protocols/crypto/crypto.h"

#include <stdio.h>
#include <string.h>

const struct imp_legal est_server_legal[] = {
    {EST_HANDSHAKE, EST_MSG_CLIENT_HELLO},
    {EST_HANDSHAKE, EST_MSG_CLIENT_FLIGHT},
    {EST_HANDSHAKE, EST_MSG_FINISHED},
    {EST_HANDSHAKE, EST_MSG_ALERT},
    {EST_REQUEST, EST_MSG_GET_CACERTS},
    {EST_REQUEST, EST_MSG_GET_CSRATTRS},
    {EST_REQUEST, EST_MSG_ENROLL},
    {EST_REQUEST, EST_MSG_REENROLL},
    {EST_REQUEST, EST_MSG_KEYGEN},
    {EST_REQUEST, EST_MSG_ALERT},
    {-1, -1},
};

static void say(struct est_session *s, int message, const char *type, bool base64, const char *body,
                int n)
{
    char content[96];
    uint8_t out[EST_BODY + 256];
    bool says = base64 && imp_opt(s->server->env, EST_OPT_HEADER);
    const char *fields[] = {content, says ? EST_BASE64 : NULL, NULL};
    snprintf(content, sizeof content, "Content-Type: %s", type);
    imp_https_send(
        &s->link, message, out,
        imp_http_response_write(out, sizeof out, 200, "OK", fields, body, n < 0 ? 0 : (size_t)n),
        s->server->now);
}

static void answer(struct est_session *s, int message, const char *type, const void *body, size_t n)
{
    char text[EST_BODY];
    say(s, message, type, true, text, imp_base64_encode(text, sizeof text, body, n));
}

/* RFC 7030 section 4.2.3: a person has to agree first. */
static void postpone(struct est_session *s, int64_t seconds)
{
    char after[32];
    uint8_t out[256];
    const char *fields[] = {after, NULL};
    snprintf(after, sizeof after, "Retry-After: %lld", (long long)seconds);
    imp_https_send(&s->link, EST_MSG_ACCEPTED, out,
                   imp_http_response_write(out, sizeof out, 202, "Accepted", fields, NULL, 0),
                   s->server->now);
}

static void refuse(struct est_session *s, int status, const char *why)
{
    char challenge[160];
    const char *const fields[] = {status == 401 ? challenge : "Content-Type: text/plain", NULL};
    uint8_t out[320];
    if (status == 401)
        est_challenge_write(s, challenge, sizeof challenge);
    est_claim(s->server->env, IMP_CLAIM_REJECT, why);
    imp_https_send(&s->link, status == 401 ? EST_MSG_UNAUTHORIZED : EST_MSG_REFUSAL, out,
                   imp_http_response_write(out, sizeof out, status,
                                           status == 401 ? "Unauthorized" : "Refused", fields, why,
                                           strlen(why)),
                   s->server->now);
}

/* ---- requests ----------------------------------------------------------------------------------
 */
enum { CERTS = 4096 /* octets of a set of certificates */ };

static void give_anchors(struct est_session *s)
{
    uint8_t der[CERTS];
    struct imp_piece certs[IMP_CMS_CERTS];
    bool last = imp_opt(s->server->env, EST_OPT_ORDER) == EST_ORDER_LEAF_FIRST;
    size_t count = est_cacerts(certs, &s->server->rollover, &s->server->ca_crt, last);
    int n = imp_cms_certs_write(der, sizeof der, certs, count);
    answer(s, EST_MSG_CACERTS, "application/pkcs7-mime", der, n < 0 ? 0 : (size_t)n);
}

/* There are none. */
static void give_none(struct est_session *s, bool no_content)
{
    uint8_t out[128];
    int n = no_content ? imp_http_response_write(out, sizeof out, 204, "No Content", NULL, NULL, 0)
                       : imp_http_response_write(out, sizeof out, 404, "Not Found", NULL, NULL, 0);
    imp_https_send(&s->link, no_content ? EST_MSG_NO_CONTENT : EST_MSG_REFUSAL, out, n,
                   s->server->now);
}

static void give_attributes(struct est_session *s)
{
    struct imp_env *env = s->server->env;
    uint8_t der[EST_ATTRIBUTES_MAX];
    int64_t how = imp_opt(env, EST_OPT_ANSWER);
    int asked = how == EST_ANSWER_EMPTY ? 0 : EST_ASKED;
    if (how == EST_ANSWER_NO_CONTENT || how == EST_ANSWER_NOT_FOUND) {
        give_none(s, how == EST_ANSWER_NO_CONTENT);
        return;
    }
    if (asked && imp_opt(env, EST_OPT_POP))
        asked |= EST_ASKED_BINDING;
    if (asked && imp_opt(env, EST_OPT_REQUIRED))
        asked |= EST_ASKED_NAME;
    answer(s, EST_MSG_CSRATTRS, "application/csrattrs", der,
           est_attributes_write_asked(der, asked));
}

/* The names beside the subject: of the certificate that is renewed, and no others (RFC 7030 section
 * 4.2.2); or those that we require. */
static const char *check_names(struct est_session *s, const struct imp_x509_asked *asked,
                               int message)
{
    struct imp_env *env = s->server->env;
    if (env->adversary)
        return NULL;
    if (message == EST_MSG_REENROLL)
        return est_check_name(asked, s->dns, "another-name");
    return imp_opt(env, EST_OPT_REQUIRED) ? est_check_name(asked, s->client, "attributes-missing")
                                          : NULL;
}

/* Reads the request and checks it against who asks and in which session. */
static const char *check(struct est_session *s, struct imp_x509_asked *asked,
                         const struct imp_http *m, int message)
{
    uint8_t der[2048];
    char pop[48];
    struct imp_env *env = s->server->env;
    bool bound = imp_opt(env, EST_OPT_POP) && !env->adversary;
    int n = est_body(der, sizeof der, m);
    if (n < 0 || !imp_http_is(m, "Content-Type", "application/pkcs10"))
        return "bad-request";
    est_pop(s->link.tls, pop);
    const struct est_terms terms = {s->client, bound ? pop : NULL, message == EST_MSG_KEYGEN};
    const char *why = est_check_request(env, asked, der, (size_t)n, &terms);
    return why ? why : check_names(s, asked, message);
}

/* Who has a certificate of the operator's is known already. */
static int64_t pending(struct est_session *s)
{
    struct est_server *server = s->server;
    bool known = server->env->adversary || s->enrolled;
    return est_pending(server->env, s->client, known ? 0 : imp_opt(server->env, EST_OPT_APPROVAL),
                       server->now);
}

/* Issues the certificate, for a new key with `made`; why not, or NULL. */
static const char *issue(struct est_session *s, const struct imp_http *m, int message,
                         struct est_made *made, struct imp_x509 *crt)
{
    struct est_server *server = s->server;
    struct imp_x509_asked asked;
    const char *why = check(s, &asked, m, message);
    const struct est_issuer by = {&server->ca_crt, server->ca.secret,
                                  .life = imp_opt(server->env, EST_OPT_LIFETIME)};
    struct imp_piece chain[2];
    bool linked = est_chain(chain, &server->rollover, &server->crt,
                            imp_opt(server->env, EST_OPT_ROLLED_CERTIFICATE)) == 2;
    const struct est_issuer maker = {&server->crt, server->key.secret, linked ? &chain[1] : NULL};
    if (!why && made)
        why = est_make(server->env, made, &asked.sealing, &maker);
    if (why)
        return why;
    return est_issue_named(server->env, crt, &asked, s->client, made ? made->pair.pub : asked.pub,
                           &by, server->now)
               ? NULL
               : "not-issued";
}

/* The certificate alone, or with the root that certifies it, as if their order said something. */
static int certs_only(struct est_session *s, uint8_t der[CERTS], const struct imp_x509 *crt)
{
    const struct imp_x509 *ca = &s->server->ca_crt;
    int64_t order = imp_opt(s->server->env, EST_OPT_ORDER);
    const struct imp_piece own = {crt->der, crt->n}, root = {ca->der, ca->n};
    const struct imp_piece both[] = {order == EST_ORDER_ROOT_FIRST ? root : own,
                                     order == EST_ORDER_ROOT_FIRST ? own : root};
    return imp_cms_certs_write(der, CERTS, both, order == EST_ORDER_ISSUED ? 1 : 2);
}

static void hand_over(struct est_session *s, const struct est_made *made, const uint8_t *certs,
                      size_t n)
{
    char body[EST_BODY];
    const char *type;
    if (!made) {
        answer(s, EST_MSG_CERTIFICATE, "application/pkcs7-mime; smime-type=certs-only", certs, n);
        return;
    }
    const struct est_parts parts = {
        &made->sent, {certs, n}, imp_opt(s->server->env, EST_OPT_HEADER) != 0};
    int size = est_keygen_write(body, sizeof body, &type, &parts);
    say(s, EST_MSG_KEY, type, false, body, size);
    imp_wipe(body, sizeof body);
}

/* By the name in its request, if the operator takes that for enough. */
static bool at_its_word(struct est_session *s, const struct imp_http *m, int message)
{
    struct imp_env *env = s->server->env;
    struct imp_x509_asked asked;
    uint8_t der[2048];
    int n = imp_opt(env, EST_OPT_ANONYMOUS) ? est_body(der, sizeof der, m) : -1;
    if (n < 0 ||
        (message == EST_MSG_KEYGEN ? imp_x509_read_keyless_request(env, &asked, der, (size_t)n)
                                   : imp_x509_read_request(env, &asked, der, (size_t)n)) != 0)
        return false;
    if (strncmp(asked.subject, "CN=", 3) != 0 || strlen(asked.subject + 3) >= sizeof s->client)
        return false;
    snprintf(s->client, sizeof s->client, "%s", asked.subject + 3);
    return true;
}

static void enrol(struct est_session *s, const struct imp_http *m, int message)
{
    struct est_server *server = s->server;
    struct est_sid sid;
    struct imp_x509 crt;
    struct est_made key, *made = message == EST_MSG_KEYGEN ? &key : NULL;
    uint8_t der[CERTS];
    if (!s->client[0] && !est_password(s, m) && !at_its_word(s, m, message)) {
        refuse(s, 401, "who-are-you");
        return;
    }
    if (!server->env->adversary &&
        !est_admitted(imp_opt_str(server->env, EST_OPT_ADMITTED), s->client)) {
        refuse(s, 403, "not-admitted");
        return;
    }
    if (est_is_struck_off(server->env, s->client)) {
        refuse(s, 403, "struck-off");
        return;
    }
    if (message == EST_MSG_REENROLL && !s->enrolled && !server->env->adversary) {
        refuse(s, 400, "not-enrolled"); /* RFC 7030 section 3.3.2: with the certificate it has */
        return;
    }
    int64_t seconds = pending(s);
    if (seconds) {
        postpone(s, seconds);
        return;
    }
    const char *why = issue(s, m, message, made, &crt);
    int n = why ? -1 : certs_only(s, der, &crt);
    if (n < 0) {
        refuse(s, 400, why ? why : "not-issued");
        return;
    }
    est_sid(&sid, s->link.tls);
    est_claim_session(server->env, IMP_CLAIM_COMMIT, "est", &sid, s->client, server->key.pub);
    est_claim_session(server->env, IMP_CLAIM_RUNNING, "est", &sid, s->client, server->key.pub);
    est_record(server->env, &sid, s->client, &server->ca_crt, &crt);
    if (made)
        est_claim_key(server->env, &sid, made->pair.secret);
    hand_over(s, made, der, (size_t)n);
    imp_wipe(&key, sizeof key);
}

void est_serve(struct est_session *s, const struct imp_http *m)
{
    const struct imp_env *env = s->server->env;
    bool moved = env->role == EST_SERVER && imp_opt(env, EST_OPT_REDIRECT) == EST_REDIRECT_SAME;
    int message =
        est_operation(m, moved ? EST_PATH_OTHER : EST_PATH, imp_opt_str(env, EST_OPT_LABEL));
    if (est_redirect(s, m))
        return;
    if (message < 0 || !est_is_legal(est_server_legal, (int)s->state, message))
        refuse(s, 404, "no-such-operation");
    else if (message == EST_MSG_GET_CACERTS)
        give_anchors(s);
    else if (message == EST_MSG_GET_CSRATTRS)
        give_attributes(s);
    else
        enrol(s, m, message);
}
