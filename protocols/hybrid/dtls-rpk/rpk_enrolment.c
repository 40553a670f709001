/* SPDX-License-Identifier: GPL-2.0-only */
/* rpk_enrolment.c - what the server does for a device whose key it has admitted. */
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "rpk_server.h"

static void refuse(struct rpk_session *s, struct imp_coap_reply *reply, enum imp_coap_code code,
                   const char *why)
{
    rpk_claim(s->server->env, IMP_CLAIM_REJECT, why);
    reply->message.code = (uint8_t)code;
    reply->label = RPK_MSG_REFUSAL;
}

/* The name in the request must be that of the key that the session has proven. */
static bool names_session(struct rpk_session *s, const struct rpk_request *request)
{
    struct imp_nih name;
    enum imp_nih_suite suite = request->id_n == 15 ? IMP_NIH_SHA_256_120 : IMP_NIH_SHA_256_128;
    imp_nih_of(s->server->env, &name, suite, s->spki, RPK_SPKI);
    return imp_equal(name.hash, request->id, name.n);
}

static struct rpk_config make_config(struct rpk_server *server, struct rpk_entry *entry)
{
    struct rpk_config c = {0};
    if (entry->number == 0)
        entry->number = ++server->numbers;
    c.number = entry->number;
    c.prefix[0] = 0xfd;
    memcpy(c.prefix + 1, server->network, sizeof server->network);
    c.prefix[RPK_PREFIX - 1] = 64;
    memcpy(c.rd, c.prefix, 8);
    c.rd[RPK_ADDRESS - 1] = 1;
    imp_random(server->env, "operational-key", c.key, RPK_KEY);
    return c;
}

static void claim_config(struct rpk_session *s, const uint8_t *content, size_t n)
{
    uint8_t hash[RPK_HASH];
    imp_sha256(NULL, hash, &IMP_PIECE(content, n), 1);
    rpk_claim_config(s->server->env, IMP_CLAIM_RUNNING, s->sid, content, n, s->hash);
    imp_claim(s->server->env, &(struct imp_claim){.kind = IMP_CLAIM_CONFIG,
                                                  .layer = "config",
                                                  .self = s->server->key.hash,
                                                  .self_n = RPK_HASH,
                                                  .peer = s->hash,
                                                  .peer_n = RPK_HASH,
                                                  .data = hash,
                                                  .data_n = RPK_HASH});
}

static void enrol(struct rpk_session *s, const struct imp_coap_message *m,
                  struct imp_coap_reply *reply)
{
    struct rpk_server *server = s->server;
    struct rpk_request request;
    if (rpk_request_read(server->env, &request, m->payload, m->payload_n) != 0) {
        refuse(s, reply, IMP_COAP_BAD_REQUEST, "bad-content");
        return;
    }
    struct rpk_entry *entry = names_session(s, &request) ? rpk_acl_enter(server, s->spki) : NULL;
    if (!entry) {
        refuse(s, reply, IMP_COAP_FORBIDDEN, "identifier-mismatch");
        return;
    }
    struct rpk_config config = make_config(server, entry);
    entry->claimed = false;
    rpk_acl_store(server, entry);
    reply->message.payload_n = rpk_config_write(server->env, reply->scratch, &config);
    reply->message.payload = reply->scratch;
    reply->message.code = IMP_COAP_CREATED;
    reply->label = RPK_MSG_ENROLLED;
    imp_coap_add_uint(&reply->message, IMP_COAP_CONTENT_FORMAT, IMP_COAP_FORMAT_CBOR);
    claim_config(s, reply->scratch, reply->message.payload_n);
    rpk_claim_secret(server->env, s->sid, &config);
    imp_wipe(&config, sizeof config);
    s->state = RPK_SERVER_ENROLLED;
}

static void ready(struct rpk_session *s, struct imp_coap_reply *reply)
{
    struct rpk_entry *entry = rpk_acl_find(s->server, s->spki);
    if (!entry || entry->number == 0) {
        refuse(s, reply, IMP_COAP_FORBIDDEN, "not-enrolled");
        return;
    }
    s->state = RPK_SERVER_DONE;
    reply->message.code = IMP_COAP_CHANGED;
    reply->label = RPK_MSG_REGISTERED;
    if (!entry->claimed)
        rpk_claim(s->server->env, IMP_CLAIM_COMPLETE, NULL);
    entry->claimed = true;
    rpk_acl_store(s->server, entry);
}

static const struct imp_coap_route routes[] = {
    {IMP_COAP_POST, "enrol", RPK_MSG_ENROL},
    {IMP_COAP_POST, "ready", RPK_MSG_READY},
    {.path = NULL},
};

void rpk_serve(void *arg, const struct imp_coap_message *m, struct imp_coap_reply *reply,
               imp_time now)
{
    struct rpk_session *s = arg;
    int message = imp_coap_message_of(routes, m);
    (void)now;
    if (message < 0)
        refuse(s, reply, IMP_COAP_NOT_FOUND, "no-such-resource");
    else if (!rpk_is_legal(rpk_server_legal, (int)s->state, message))
        refuse(s, reply, IMP_COAP_CONFLICT, "out-of-order");
    else if (message == RPK_MSG_ENROL)
        enrol(s, m, reply);
    else
        ready(s, reply);
}
