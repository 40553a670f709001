/* SPDX-License-Identifier: GPL-2.0-only */
/* estc_serve.c - the server's answers: registration authority and certificate authority in one. */
#include "estc.h"

#include "protocols/crypto/crypto.h"

#include <stdio.h>
#include <string.h>

const struct imp_legal estc_server_legal[] = {
    {ESTC_BACK_OFF, ESTC_MSG_CLIENT_HELLO},
    {ESTC_HANDSHAKE, ESTC_MSG_CLIENT_HELLO},
    {ESTC_HANDSHAKE, ESTC_MSG_CLIENT_FLIGHT},
    {ESTC_HANDSHAKE, ESTC_MSG_ALERT},
    {ESTC_REQUEST, ESTC_MSG_CLIENT_HELLO},
    {ESTC_REQUEST, ESTC_MSG_GET_CORE},
    {ESTC_REQUEST, ESTC_MSG_GET_CRTS},
    {ESTC_REQUEST, ESTC_MSG_GET_ATT},
    {ESTC_REQUEST, ESTC_MSG_SEN},
    {ESTC_REQUEST, ESTC_MSG_SREN},
    {ESTC_REQUEST, ESTC_MSG_SKG},
    {ESTC_REQUEST, ESTC_MSG_SKC},
    {ESTC_REQUEST, ESTC_MSG_EMPTY},
    {ESTC_REQUEST, ESTC_MSG_ALERT},
    {ESTC_RELAYING, ESTC_MSG_CLIENT_HELLO},
    {ESTC_RELAYING, ESTC_MSG_GET_CORE},
    {ESTC_RELAYING, ESTC_MSG_GET_CRTS},
    {ESTC_RELAYING, ESTC_MSG_GET_ATT},
    {ESTC_RELAYING, ESTC_MSG_SEN},
    {ESTC_RELAYING, ESTC_MSG_SREN},
    {ESTC_RELAYING, ESTC_MSG_SKG},
    {ESTC_RELAYING, ESTC_MSG_SKC},
    {ESTC_RELAYING, ESTC_MSG_EMPTY},
    {ESTC_RELAYING, ESTC_MSG_ALERT},
    {ESTC_RELAYING, ESTC_MSG_EST_SERVER_FLIGHT},
    {ESTC_RELAYING, ESTC_MSG_EST_FINISHED},
    {ESTC_RELAYING, ESTC_MSG_EST_CACERTS},
    {ESTC_RELAYING, ESTC_MSG_EST_CSRATTRS},
    {ESTC_RELAYING, ESTC_MSG_EST_CERTIFICATE},
    {ESTC_RELAYING, ESTC_MSG_EST_KEY},
    {ESTC_RELAYING, ESTC_MSG_EST_ACCEPTED},
    {ESTC_RELAYING, ESTC_MSG_EST_REFUSAL},
    {ESTC_RELAYING, ESTC_MSG_EST_ALERT},
    {ESTC_REQUEST, ESTC_MSG_EST_ALERT},
    {-1, -1},
};

static void refuse(struct estc_session *s, struct imp_coap_reply *reply, enum imp_coap_code code,
                   const char *why)
{
    est_claim(s->server->env, IMP_CLAIM_REJECT, why);
    reply->message.code = (uint8_t)code;
    reply->label = ESTC_MSG_REFUSAL;
}

/* The block of the representation that was asked for. `bytes` outlive the call. */
static void give(struct estc_session *s, const struct imp_coap_message *m,
                 struct imp_coap_reply *reply, const uint8_t *bytes, size_t n, unsigned format)
{
    struct imp_coap_block b = {.szx = estc_szx(s->server->env, &s->secure)};
    struct imp_coap_block asked;
    if (imp_coap_get_block(m, IMP_COAP_BLOCK2, &asked)) {
        b.num = asked.num;
        if (asked.szx < b.szx || asked.num > 0)
            b.szx = asked.szx;
    }
    imp_coap_add_uint(&reply->message, IMP_COAP_CONTENT_FORMAT, format);
    if (imp_block_put(&reply->message, IMP_COAP_BLOCK2, bytes, n, b.num, b.szx) != 0)
        refuse(s, reply, IMP_COAP_BAD_REQUEST, "no-such-block");
}

static void content(struct estc_session *s, const struct imp_coap_message *m,
                    struct imp_coap_reply *reply, int label, const uint8_t *bytes, int n,
                    unsigned format)
{
    reply->message.code = IMP_COAP_CONTENT;
    reply->label = label;
    if (n < 0)
        refuse(s, reply, IMP_COAP_INTERNAL_SERVER_ERROR, "does-not-fit");
    else
        give(s, m, reply, bytes, (size_t)n, format);
}

/* ---- enrolment ---------------------------------------------------------------------------------
 */
static bool makes_key(int message)
{
    return message == ESTC_MSG_SKG || message == ESTC_MSG_SKC;
}

/* The names beside the subject: of the certificate that is renewed, and no others (RFC 7030 section
 * 4.2.2); or those that we require. */
static const char *check_names(struct estc_session *s, const struct imp_x509_asked *asked,
                               int message)
{
    struct imp_env *env = s->server->env;
    if (env->adversary)
        return NULL;
    if (message == ESTC_MSG_SREN && s->enrolled)
        return est_check_name(asked, s->dns, "another-name");
    return imp_opt(env, ESTC_OPT_REQUIRED) ? est_check_name(asked, s->client, "attributes-missing")
                                           : NULL;
}

/* Reads the request and checks it against who asks and in which session. */
static struct estc_outcome check(struct estc_session *s, int message, struct imp_x509_asked *asked,
                                 imp_time now)
{
    struct imp_env *env = s->server->env;
    uint8_t bound[32];
    char pop[48];
    bool linked = imp_opt(env, ESTC_OPT_POP) && !env->adversary;
    if (!env->adversary && !est_admitted(imp_opt_str(env, ESTC_OPT_ADMITTED), s->client))
        return (struct estc_outcome){.code = IMP_COAP_FORBIDDEN, .why = "not-admitted"};
    if (est_is_struck_off(env, s->client))
        return (struct estc_outcome){.code = IMP_COAP_FORBIDDEN, .why = "struck-off"};
    est_pop_of(bound, imp_coaps_binding(&s->secure, bound), pop);
    const struct est_terms terms = {s->client, linked ? pop : NULL, makes_key(message)};
    const char *why = est_check_request(env, asked, s->in.bytes, s->in.n, &terms);
    if (!why)
        why = check_names(s, asked, message);
    if (why)
        return (struct estc_outcome){.code = IMP_COAP_BAD_REQUEST, .why = why};
    if (message == ESTC_MSG_SREN && !s->enrolled && !env->adversary)
        return (struct estc_outcome){.code = IMP_COAP_BAD_REQUEST, .why = "not-enrolled"};
    bool decided = s->enrolled || env->adversary || estc_relays(env);
    int64_t period = decided ? 0 : imp_opt(env, ESTC_OPT_APPROVAL);
    int64_t seconds = est_pending(env, s->client, period, now);
    if (seconds)
        return (struct estc_outcome){.code = IMP_COAP_SERVICE_UNAVAILABLE,
                                     .max_age = (uint32_t)seconds};
    return (struct estc_outcome){.code = IMP_COAP_CHANGED};
}

/* The certificate as the answer, with its key if the server has made that. */
static int compose(struct estc_session *s, const struct est_made *made, const struct imp_x509 *crt)
{
    unsigned alone = s->message == ESTC_MSG_SKC || s->format == IMP_COAP_FORMAT_PKIX_CERT
                         ? IMP_COAP_FORMAT_PKIX_CERT
                         : IMP_COAP_FORMAT_PKCS7_CERTS_ONLY;
    return made ? estc_key_write(s->server->env, s->out, sizeof s->out, &made->sent, crt, alone)
                : estc_certs_write(s->out, sizeof s->out, crt, alone);
}

/* NULL, or why not. */
static const char *issue(struct estc_session *s, const struct imp_x509_asked *asked, imp_time now)
{
    struct estc_server *server = s->server;
    struct imp_x509 crt;
    struct est_sid sid;
    struct est_made key, *made = makes_key(s->message) ? &key : NULL;
    const struct est_issuer by = {&server->ca_crt, server->ca.secret,
                                  .life = imp_opt(server->env, ESTC_OPT_LIFETIME)};
    const struct est_issuer maker = {&server->crt, server->key.secret,
                                     server->chain_n > 1 ? &server->chain[1] : NULL};
    const char *why = made ? est_make(server->env, made, &asked->sealing, &maker) : NULL;
    if (why)
        return why;
    const uint8_t *pub = made ? key.pair.pub : asked->pub;
    int n = est_issue_named(server->env, &crt, asked, s->client, pub, &by, now)
                ? compose(s, made, &crt)
                : -1;
    if (n >= 0) {
        s->out_n = (size_t)n;
        estc_sid(&sid, &s->secure);
        est_claim_session(server->env, IMP_CLAIM_COMMIT, "est", &sid, s->client, server->key.pub);
        est_claim_session(server->env, IMP_CLAIM_RUNNING, "est", &sid, s->client, server->key.pub);
        est_record(server->env, &sid, s->client, &server->ca_crt, &crt);
        if (made)
            est_claim_key(server->env, &sid, key.pair.secret);
    }
    imp_wipe(&key, sizeof key);
    return n >= 0 ? NULL : "not-issued";
}

/* The whole request is there. */
static struct estc_outcome grant(struct estc_session *s, int message, unsigned format, imp_time now)
{
    struct imp_x509_asked asked;
    struct estc_outcome r = check(s, message, &asked, now);
    s->message = message;
    s->format = format;
    s->out_n = 0;
    r.later = r.code == IMP_COAP_CHANGED && estc_relays(s->server->env);
    const char *why = r.code == IMP_COAP_CHANGED && !r.later ? issue(s, &asked, now) : NULL;
    if (why)
        r = (struct estc_outcome){.code = IMP_COAP_BAD_REQUEST, .why = why};
    return r;
}

/* An empty ACK for now (RFC 7252 section 5.2.2). */
static void put_off(struct estc_session *s, const struct imp_coap_message *m,
                    struct imp_coap_reply *reply, imp_time due)
{
    struct estc_late *l = &s->late;
    *l = (struct estc_late){
        .due = due, .message = s->message, .format = s->format, .token_n = m->token_n};
    l->cut = imp_coap_get_block(m, IMP_COAP_BLOCK1, &l->block1);
    l->wants = imp_coap_get_block(m, IMP_COAP_BLOCK2, &l->block2);
    memcpy(l->token, m->token, m->token_n);
    reply->later = true;
}

enum { PATIENCE = 30 /* s with the EST server, less than a client's with us */ };

/* The EST server is asked. */
static void relay(struct estc_session *s, const struct imp_coap_message *m,
                  struct imp_coap_reply *reply, imp_time now)
{
    put_off(s, m, reply, now + PATIENCE * IMP_S);
    s->late.relayed = true;
    estc_relay(s, now);
}

static bool decide(struct estc_session *s, const struct imp_coap_message *m, int message,
                   unsigned format, struct imp_coap_reply *reply, imp_time now)
{
    struct estc_outcome r = grant(s, message, format, now);
    if (r.code == IMP_COAP_CHANGED && !r.later)
        return true;
    if (r.later) {
        relay(s, m, reply, now);
    } else if (r.why) {
        refuse(s, reply, r.code, r.why);
    } else if (r.max_age <= imp_opt(s->server->env, ESTC_OPT_SEPARATE)) {
        put_off(s, m, reply, now + r.max_age * IMP_S);
    } else {
        reply->message.code = (uint8_t)r.code;
        reply->label = ESTC_MSG_LATER;
        imp_coap_add_uint(&reply->message, IMP_COAP_MAX_AGE, r.max_age);
    }
    return false;
}

/* What was issued, or the block of it that was asked for. */
static void give_issued(struct estc_session *s, const struct imp_coap_message *m,
                        struct imp_coap_reply *reply)
{
    reply->label =
        s->format == IMP_COAP_FORMAT_MULTIPART_CORE ? ESTC_MSG_KEY : ESTC_MSG_CERTIFICATE;
    give(s, m, reply, s->out, s->out_n, s->format);
}

/* What is acknowledged of a request's block, by our size if that is smaller. */
static const struct imp_coap_block *smaller(const struct estc_session *s, struct imp_coap_block *b)
{
    unsigned szx = estc_szx(s->server->env, &s->secure);
    if (szx < b->szx)
        b->szx = szx;
    return b;
}

/* A request block by block, then the rest of its answer (RFC 7959 section 3.3). */
static void enrol(struct estc_session *s, const struct imp_coap_message *m, int message,
                  unsigned format, struct imp_coap_reply *reply, imp_time now)
{
    struct imp_coap_block b = {0};
    bool cut = imp_coap_get_block(m, IMP_COAP_BLOCK1, &b);
    bool rest = imp_coap_get_block(m, IMP_COAP_BLOCK2, &(struct imp_coap_block){0}) && !cut &&
                m->payload_n == 0;
    int whole = rest ? 1 : imp_block_take(&s->in, m, IMP_COAP_BLOCK1);
    estc_relay_end(s, now);
    s->late.due = 0; /* who asks again has given up what was promised */
    if (cut)
        imp_coap_add_block(&reply->message, IMP_COAP_BLOCK1, smaller(s, &b));
    if (whole < 0) {
        refuse(s, reply,
               whole == -1 ? IMP_COAP_REQUEST_ENTITY_INCOMPLETE : IMP_COAP_REQUEST_ENTITY_TOO_LARGE,
               "bad-block");
        return;
    }
    if (whole == 0) {
        reply->message.code = IMP_COAP_CONTINUE;
        reply->label = ESTC_MSG_CONTINUE;
        return;
    }
    bool granted =
        rest ? s->out_n > 0 && s->message == message : decide(s, m, message, format, reply, now);
    if (granted)
        give_issued(s, m, reply);
    else if (rest)
        refuse(s, reply, IMP_COAP_REQUEST_ENTITY_INCOMPLETE, "nothing-issued");
}

/* The request that was put off and the answer to it, as they were then. */
static void resume(const struct estc_late *l, struct imp_coap_message *m,
                   struct imp_coap_reply *reply)
{
    *m = (struct imp_coap_message){.code = IMP_COAP_POST, .token_n = l->token_n};
    *reply = (struct imp_coap_reply){.message = {.code = IMP_COAP_CHANGED, .token_n = l->token_n}};
    memcpy(m->token, l->token, l->token_n);
    memcpy(reply->message.token, l->token, l->token_n);
    if (l->wants)
        imp_coap_add_block(m, IMP_COAP_BLOCK2, &l->block2);
    if (l->cut) {
        imp_coap_add_block(m, IMP_COAP_BLOCK1, &l->block1);
        imp_coap_add_block(&reply->message, IMP_COAP_BLOCK1, &l->block1);
    }
}

void estc_answer_late(struct estc_session *s, imp_time now)
{
    static const struct estc_outcome none = {
        .code = IMP_COAP_SERVICE_UNAVAILABLE, .why = "est-server-silent", .max_age = PATIENCE};
    const struct estc_late l = s->late;
    struct imp_coap_message m;
    struct imp_coap_reply reply;
    if (l.relayed) {
        estc_relay_end(s, now);
        estc_relayed(s, &none, now);
        return;
    }
    resume(&l, &m, &reply);
    s->late.due = 0;
    if (decide(s, &m, l.message, l.format, &reply, now))
        give_issued(s, &m, &reply);
    if (!reply.later)
        imp_coaps_respond(&s->secure, &reply.message, reply.label, now);
}

/* What came of the EST server, or the block of it that was asked for. */
static void give_relayed(struct estc_session *s, const struct imp_coap_message *m,
                         struct imp_coap_reply *reply)
{
    int label = s->message == ESTC_MSG_GET_CRTS ? ESTC_MSG_CRTS : ESTC_MSG_ATT;
    if (s->message == ESTC_MSG_GET_CRTS || s->message == ESTC_MSG_GET_ATT)
        content(s, m, reply, label, s->out, (int)s->out_n, s->format);
    else
        give_issued(s, m, reply);
}

void estc_relayed(struct estc_session *s, const struct estc_outcome *r, imp_time now)
{
    const struct estc_late l = s->late;
    struct imp_coap_message m;
    struct imp_coap_reply reply;
    s->late.due = 0;
    s->state = ESTC_REQUEST;
    resume(&l, &m, &reply);
    if (r->why) {
        refuse(s, &reply, r->code, r->why);
    } else if (r->code == IMP_COAP_SERVICE_UNAVAILABLE) {
        reply.message.code = (uint8_t)r->code;
        reply.label = ESTC_MSG_LATER;
    } else {
        give_relayed(s, &m, &reply);
    }
    if (r->code == IMP_COAP_SERVICE_UNAVAILABLE)
        imp_coap_add_uint(&reply.message, IMP_COAP_MAX_AGE, r->max_age);
    imp_coaps_respond(&s->secure, &reply.message, reply.label, now);
}

/* ---- resources ---------------------------------------------------------------------------------
 */
/* In which format to answer: RFC 9148 sections 4.1 and 4.3; -1: none of those that are accepted. */
static int format_of(int message, const struct imp_coap_message *m)
{
    static const int usual[ESTC_MSG_COUNT] = {
        [ESTC_MSG_GET_CORE] = IMP_COAP_FORMAT_LINK,
        [ESTC_MSG_GET_ATT] = IMP_COAP_FORMAT_CSRATTRS,
        [ESTC_MSG_GET_CRTS] = IMP_COAP_FORMAT_PKCS7_CERTS_ONLY,
        [ESTC_MSG_SEN] = IMP_COAP_FORMAT_PKCS7_CERTS_ONLY,
        [ESTC_MSG_SREN] = IMP_COAP_FORMAT_PKCS7_CERTS_ONLY,
        [ESTC_MSG_SKG] = IMP_COAP_FORMAT_MULTIPART_CORE,
        [ESTC_MSG_SKC] = IMP_COAP_FORMAT_MULTIPART_CORE,
    };
    uint32_t wanted;
    if (!imp_coap_get_uint(m, IMP_COAP_ACCEPT, &wanted))
        return usual[message];
    bool alone = usual[message] == IMP_COAP_FORMAT_PKCS7_CERTS_ONLY;
    return (int)wanted == usual[message] || (alone && wanted == IMP_COAP_FORMAT_PKIX_CERT)
               ? (int)wanted
               : -1;
}

static void links(struct estc_session *s, const struct imp_coap_message *m,
                  struct imp_coap_reply *reply)
{
    bool other = imp_opt(s->server->env, ESTC_OPT_ROOT) == ESTC_ROOT_SHORT;
    size_t n = 0;
    const char *rt = imp_coap_query(m, "rt", &n);
    int size = estc_links_write((char *)reply->scratch, IMP_COAP_SCRATCH,
                                other ? ESTC_ROOT_OTHER : ESTC_ROOT, rt, rt ? n : 0);
    content(s, m, reply, ESTC_MSG_CORE, reply->scratch, size, IMP_COAP_FORMAT_LINK);
}

static void crts(struct estc_session *s, const struct imp_coap_message *m,
                 struct imp_coap_reply *reply, unsigned format)
{
    struct estc_server *server = s->server;
    struct imp_piece certs[IMP_CMS_CERTS];
    size_t count = est_cacerts(certs, &server->rollover, &server->ca_crt, false);
    content(s, m, reply, ESTC_MSG_CRTS, server->crts,
            estc_set_write(server->crts, sizeof server->crts, certs, count, format), format);
}

static void attributes(struct estc_session *s, const struct imp_coap_message *m,
                       struct imp_coap_reply *reply)
{
    struct imp_env *env = s->server->env;
    int64_t how = imp_opt(env, ESTC_OPT_ANSWER);
    int asked = how == ESTC_ANSWER_EMPTY ? 0 : EST_ASKED;
    if (how == ESTC_ANSWER_NOT_FOUND) {
        reply->message.code = IMP_COAP_NOT_FOUND;
        reply->label = ESTC_MSG_REFUSAL;
        return;
    }
    if (asked && imp_opt(env, ESTC_OPT_POP))
        asked |= EST_ASKED_BINDING;
    if (asked && imp_opt(env, ESTC_OPT_REQUIRED))
        asked |= EST_ASKED_NAME;
    content(s, m, reply, ESTC_MSG_ATT, reply->scratch,
            (int)est_attributes_write_asked(reply->scratch, asked), IMP_COAP_FORMAT_CSRATTRS);
}

/* Of the EST server's, the rest of what it has said. */
static void get_relayed(struct estc_session *s, const struct imp_coap_message *m, int message,
                        unsigned format, struct imp_coap_reply *reply, imp_time now)
{
    struct imp_coap_block b = {0};
    bool rest = imp_coap_get_block(m, IMP_COAP_BLOCK2, &b) && b.num > 0;
    if (rest && s->out_n > 0 && s->message == message && s->format == format) {
        give_relayed(s, m, reply);
        return;
    }
    estc_relay_end(s, now);
    s->message = message;
    s->format = format;
    s->out_n = 0;
    relay(s, m, reply, now);
}

static void get(struct estc_session *s, const struct imp_coap_message *m, int message,
                unsigned format, struct imp_coap_reply *reply, imp_time now)
{
    if (message == ESTC_MSG_GET_CORE)
        links(s, m, reply);
    else if (estc_relays(s->server->env))
        get_relayed(s, m, message, format, reply, now);
    else if (message == ESTC_MSG_GET_CRTS)
        crts(s, m, reply, format);
    else
        attributes(s, m, reply);
}

/* Below that root, with the label or without. */
static int resource_below(const struct imp_coap_message *m, const char *root, const char *label)
{
    static const struct imp_coap_route resources[] = {
        {IMP_COAP_GET, "crts", ESTC_MSG_GET_CRTS}, {IMP_COAP_GET, "att", ESTC_MSG_GET_ATT},
        {IMP_COAP_POST, "sen", ESTC_MSG_SEN},      {IMP_COAP_POST, "sren", ESTC_MSG_SREN},
        {IMP_COAP_POST, "skg", ESTC_MSG_SKG},      {IMP_COAP_POST, "skc", ESTC_MSG_SKC},
    };
    char path[ESTC_PATH_MAX];
    for (size_t i = 0; i < sizeof resources / sizeof *resources; i++)
        for (int with = 0; with <= (label[0] != 0); with++) {
            snprintf(path, sizeof path, "%s%s%s%s", root, with ? label : "", with ? "/" : "",
                     resources[i].path);
            if (m->code == resources[i].method && imp_coap_path_is(m, path))
                return resources[i].message;
        }
    return -1;
}

static int resource_of(const struct estc_session *s, const struct imp_coap_message *m)
{
    const struct imp_env *env = s->server->env;
    const char *label = imp_opt_str(env, ESTC_OPT_LABEL);
    if (m->code == IMP_COAP_GET && imp_coap_path_is(m, ESTC_CORE))
        return ESTC_MSG_GET_CORE;
    int message = resource_below(m, ESTC_ROOT, label);
    if (message < 0 && imp_opt(env, ESTC_OPT_ROOT) == ESTC_ROOT_SHORT)
        message = resource_below(m, ESTC_ROOT_OTHER, label);
    return message;
}

void estc_serve(void *arg, const struct imp_coap_message *m, struct imp_coap_reply *reply,
                imp_time now)
{
    struct estc_session *s = arg;
    uint32_t sent = IMP_COAP_FORMAT_PKCS10;
    int message = resource_of(s, m);
    if (message < 0 || !est_is_legal(estc_server_legal, (int)s->state, message)) {
        refuse(s, reply, IMP_COAP_NOT_FOUND, "no-such-resource");
        return;
    }
    int format = format_of(message, m);
    imp_coap_get_uint(m, IMP_COAP_CONTENT_FORMAT, &sent);
    if (format < 0)
        refuse(s, reply, IMP_COAP_NOT_ACCEPTABLE, "format");
    else if (sent != IMP_COAP_FORMAT_PKCS10)
        refuse(s, reply, IMP_COAP_UNSUPPORTED_CONTENT_FORMAT, "content-format");
    else if (m->code == IMP_COAP_GET)
        get(s, m, message, (unsigned)format, reply, now);
    else
        enrol(s, m, message, (unsigned)format, reply, now);
}
