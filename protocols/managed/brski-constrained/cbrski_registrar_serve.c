/* SPDX-License-Identifier: GPL-2.0-only */
/* cbrski_registrar_serve.c - the registrar's resources: requests and answers block by block, at
 * once or when the MASA has answered. */
#include "cbrski.h"

#include <string.h>

static void refuse(struct cbrski_session *s, struct imp_coap_reply *reply, enum imp_coap_code code,
                   const char *why)
{
    brski_claim(s->registrar->env, IMP_CLAIM_REJECT, why);
    reply->message.code = (uint8_t)code;
    reply->label = CBRSKI_MSG_REFUSAL;
    reply->message.payload_n = 0;
}

/* ---- resources ---------------------------------------------------------------------------------
 */
static const struct {
    int message, answer;
    unsigned sent;
    int formats[3]; /* of the answer; the first is the usual one; 0: none */
} resources[] = {
    {CBRSKI_MSG_RV,
     CBRSKI_MSG_VOUCHER,
     IMP_COAP_FORMAT_VOUCHER_COSE,
     {IMP_COAP_FORMAT_VOUCHER_COSE}},
    {CBRSKI_MSG_VS, CBRSKI_MSG_STATUS_TAKEN, IMP_COAP_FORMAT_CBOR, {0}},
    {CBRSKI_MSG_ES, CBRSKI_MSG_STATUS_TAKEN, IMP_COAP_FORMAT_CBOR, {0}},
    {CBRSKI_MSG_SEN,
     CBRSKI_MSG_CERTIFICATE,
     IMP_COAP_FORMAT_PKCS10,
     {IMP_COAP_FORMAT_PKCS7_CERTS_ONLY, IMP_COAP_FORMAT_PKIX_CERT}},
    {CBRSKI_MSG_GET_CRTS,
     CBRSKI_MSG_CRTS,
     0,
     {IMP_COAP_FORMAT_PKCS7_CERTS_ONLY, IMP_COAP_FORMAT_PKIX_CERT, IMP_COAP_FORMAT_MULTIPART_CORE}},
};

static size_t resource_of(int message)
{
    size_t i = 0;
    while (resources[i].message != message)
        i++;
    return i;
}

static int message_of(const struct imp_coap_message *m)
{
    static const struct imp_coap_route routes[] = {
        {IMP_COAP_POST, CBRSKI_PATH "rv", CBRSKI_MSG_RV},
        {IMP_COAP_POST, CBRSKI_PATH "vs", CBRSKI_MSG_VS},
        {IMP_COAP_POST, CBRSKI_PATH "es", CBRSKI_MSG_ES},
        {IMP_COAP_GET, CBRSKI_EST_PATH "crts", CBRSKI_MSG_GET_CRTS},
        {IMP_COAP_POST, CBRSKI_EST_PATH "sen", CBRSKI_MSG_SEN},
        {IMP_COAP_POST, CBRSKI_EST_PATH "sren", CBRSKI_MSG_SEN},
        {.path = NULL}};
    return imp_coap_message_of(routes, m);
}

/* In which format to answer; -1: in none of those that are accepted. */
static int format_of(size_t resource, const struct imp_coap_message *m)
{
    uint32_t wanted;
    if (!imp_coap_get_uint(m, IMP_COAP_ACCEPT, &wanted) || !resources[resource].formats[0])
        return resources[resource].formats[0];
    for (size_t i = 0; i < 3; i++)
        if (resources[resource].formats[i] && (int)wanted == resources[resource].formats[i])
            return (int)wanted;
    return -1;
}

/* ---- answers -----------------------------------------------------------------------------------
 */
/* The block of s->out that was asked for. */
static void give(struct cbrski_session *s, const struct imp_coap_block *asked,
                 struct imp_coap_reply *reply)
{
    struct imp_env *env = s->registrar->env;
    struct imp_coap_block b = {.szx = cbrski_szx(env)};
    reply->label = resources[resource_of(s->message)].answer;
    reply->message.code = s->message == CBRSKI_MSG_GET_CRTS ? IMP_COAP_CONTENT : IMP_COAP_CHANGED;
    if (s->out_n == 0)
        return;
    if (asked) {
        b.num = asked->num;
        if (asked->szx < b.szx || asked->num > 0)
            b.szx = asked->szx;
    }
    imp_coap_add_uint(&reply->message, IMP_COAP_CONTENT_FORMAT, s->format);
    if (imp_block_put(&reply->message, IMP_COAP_BLOCK2, s->out, s->out_n, b.num, b.szx) != 0)
        refuse(s, reply, IMP_COAP_BAD_REQUEST, "no-such-block");
}

static void conclude(struct cbrski_session *s, const struct cbrski_outcome *o,
                     const struct imp_coap_block *asked, struct imp_coap_reply *reply)
{
    if (o->max_age) {
        reply->message.code = IMP_COAP_SERVICE_UNAVAILABLE;
        reply->label = CBRSKI_MSG_LATER;
        imp_coap_add_uint(&reply->message, IMP_COAP_MAX_AGE, o->max_age);
    } else if (o->why) {
        s->message = -1;
        refuse(s, reply, o->code, o->why);
    } else {
        give(s, asked, reply);
    }
}

/* The pledge is told by an empty ACK that the answer will come (RFC 7252 section 5.2.2). */
static void promise(struct cbrski_session *s, const struct imp_coap_message *m,
                    struct imp_coap_reply *reply)
{
    s->late.cut = imp_coap_get_block(m, IMP_COAP_BLOCK1, &s->late.block1);
    s->late.wants = imp_coap_get_block(m, IMP_COAP_BLOCK2, &s->late.block2);
    s->late.token_n = m->token_n;
    memcpy(s->late.token, m->token, m->token_n);
    reply->later = true;
}

void cbrski_answer_late(struct cbrski_session *s, struct cbrski_outcome o)
{
    struct imp_coap_reply reply = {
        .message = {.code = IMP_COAP_CHANGED, .token_n = s->late.token_n}};
    memcpy(reply.message.token, s->late.token, s->late.token_n);
    if (s->late.cut)
        imp_coap_add_block(&reply.message, IMP_COAP_BLOCK1, &s->late.block1);
    conclude(s, &o, s->late.wants ? &s->late.block2 : NULL, &reply);
    imp_coaps_respond(&s->secure, &reply.message, reply.label, s->registrar->now);
}

/* ---- requests ----------------------------------------------------------------------------------
 */
/* Why the device gets nothing of EST (RFC 8995 sections 5.6, 5.8.3); NULL: it does. */
static const char *refused(const struct cbrski_session *s)
{
    const struct imp_env *env = s->registrar->env;
    if (brski_is_noted(env, BRSKI_REFUSED, s->serial))
        return "audit";
    return brski_is_noted(env, BRSKI_DECLINED, s->serial) ? "declined" : NULL;
}

static struct cbrski_outcome handle(struct cbrski_session *s)
{
    const char *why = s->message == CBRSKI_MSG_SEN ? refused(s) : NULL;
    if (why)
        return (struct cbrski_outcome){IMP_COAP_FORBIDDEN, why, 0, false};
    switch (s->message) {
    case CBRSKI_MSG_RV:
        return cbrski_voucher_requested(s);
    case CBRSKI_MSG_VS:
        return cbrski_voucher_told(s);
    case CBRSKI_MSG_SEN:
        return cbrski_enrolling(s);
    default:
        return cbrski_enrolled(s);
    }
}

static void get(struct cbrski_session *s, const struct imp_coap_message *m,
                struct imp_coap_reply *reply)
{
    struct imp_coap_block asked;
    bool wants = imp_coap_get_block(m, IMP_COAP_BLOCK2, &asked);
    const char *why = refused(s);
    int n = why ? -1 : cbrski_anchors(s, s->out, sizeof s->out, s->format);
    if (n < 0) {
        refuse(s, reply, IMP_COAP_FORBIDDEN, why ? why : "does-not-fit");
        return;
    }
    s->out_n = (size_t)n;
    give(s, wants ? &asked : NULL, reply);
}

/* A request block by block, then the rest of its answer (RFC 7959 section 3.3). */
static void post(struct cbrski_session *s, const struct imp_coap_message *m, int message,
                 unsigned format, struct imp_coap_reply *reply)
{
    struct imp_coap_block b, asked;
    bool cut = imp_coap_get_block(m, IMP_COAP_BLOCK1, &b);
    bool wants = imp_coap_get_block(m, IMP_COAP_BLOCK2, &asked);
    if (wants && !cut && m->payload_n == 0) {
        if (s->message == message && s->out_n > 0)
            give(s, &asked, reply);
        else
            refuse(s, reply, IMP_COAP_REQUEST_ENTITY_INCOMPLETE, "nothing-to-give");
        return;
    }
    int whole = imp_block_take(&s->in, m, IMP_COAP_BLOCK1);
    if (cut) { /* by our size, if that is smaller */
        if (cbrski_szx(s->registrar->env) < b.szx)
            b.szx = cbrski_szx(s->registrar->env);
        imp_coap_add_block(&reply->message, IMP_COAP_BLOCK1, &b);
    }
    if (whole < 0) {
        refuse(s, reply,
               whole == -1 ? IMP_COAP_REQUEST_ENTITY_INCOMPLETE : IMP_COAP_REQUEST_ENTITY_TOO_LARGE,
               "bad-block");
    } else if (whole == 0) {
        reply->message.code = IMP_COAP_CONTINUE;
        reply->label = CBRSKI_MSG_CONTINUE;
    } else {
        s->message = message;
        s->format = format;
        s->out_n = 0;
        const struct cbrski_outcome o = handle(s);
        if (o.later)
            promise(s, m, reply);
        else
            conclude(s, &o, wants ? &asked : NULL, reply);
    }
}

void cbrski_serve(void *arg, const struct imp_coap_message *m, struct imp_coap_reply *reply,
                  imp_time now)
{
    struct cbrski_session *s = arg;
    int message = message_of(m);
    uint32_t sent = UINT32_MAX;
    (void)now;
    if (message < 0) {
        refuse(s, reply, IMP_COAP_NOT_FOUND, "no-such-resource");
        return;
    }
    if (!est_is_legal(cbrski_registrar_legal, (int)s->state, message)) {
        refuse(s, reply, IMP_COAP_FORBIDDEN, "outstanding-voucher");
        return;
    }
    size_t resource = resource_of(message);
    int format = format_of(resource, m);
    imp_coap_get_uint(m, IMP_COAP_CONTENT_FORMAT, &sent);
    bool rest = m->payload_n == 0; /* of an answer */
    if (format < 0) {
        refuse(s, reply, IMP_COAP_NOT_ACCEPTABLE, "format");
    } else if (message == CBRSKI_MSG_GET_CRTS) {
        s->message = message;
        s->format = (unsigned)format;
        get(s, m, reply);
    } else if (!rest && sent != resources[resource].sent) {
        refuse(s, reply, IMP_COAP_UNSUPPORTED_CONTENT_FORMAT, "content-format");
    } else {
        post(s, m, message, (unsigned)format, reply);
    }
}
