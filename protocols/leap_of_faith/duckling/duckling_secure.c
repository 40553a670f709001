/* SPDX-License-Identifier: GPL-2.0-only */
/* duckling_secure.c - what the mother orders over DTLS: configuration, another key, death. */
#include <string.h>

#include "duckling_internal.h"
#include "protocols/crypto/crypto.h"

static const struct imp_coaps_messages messages = {
    .dtls[IMP_DTLS_CLIENT_HELLO] = DUCK_MSG_CLIENT_HELLO,
    .dtls[IMP_DTLS_HELLO_VERIFY_REQUEST] = DUCK_MSG_VERIFY_REQUEST,
    .dtls[IMP_DTLS_SERVER_FLIGHT] = DUCK_MSG_SERVER_FLIGHT,
    .dtls[IMP_DTLS_CLIENT_FLIGHT] = DUCK_MSG_CLIENT_FLIGHT,
    .dtls[IMP_DTLS_FINISHED] = DUCK_MSG_FINISHED,
    .dtls[IMP_DTLS_DATA] = DUCK_MSG_SECURE_EMPTY,
    .dtls[IMP_DTLS_ALERT] = DUCK_MSG_ALERT,
    .dtls[IMP_DTLS_OTHER] = DUCK_MSG_ALERT,
    .empty = DUCK_MSG_SECURE_EMPTY,
    .error = DUCK_MSG_SECURE_REFUSAL,
};

int duck_secure_message(int label)
{
    return imp_coaps_message_of(&messages, label);
}

static void secure_send(void *arg, int label, const uint8_t *datagram, size_t n)
{
    struct duckling *d = arg;
    imp_send(d->env, DUCK_COAPS, &d->secure_peer, duck_secure_message(label), datagram, n);
}

/* PSK identity: only the mother's keyId is known, and only after the imprint. */
static int psk(void *arg, uint8_t key[32], const char *identity)
{
    struct duckling *d = arg;
    char mine[DUCK_IDENTITY_TEXT];
    if (d->state < DUCKLING_IMPRINTED)
        return -1;
    duck_bond_identity(mine, &d->bond);
    if (strcmp(mine, identity) != 0)
        return -1;
    memcpy(key, d->bond.key, DUCK_KEY);
    return DUCK_KEY;
}

static void opened(void *arg, imp_time now)
{
    struct duckling *d = arg;
    (void)now;
    imp_coaps_export(&d->secure, d->sid, sizeof d->sid);
    d->session_believed = false;
    duck_session_claim(d->env, IMP_CLAIM_RUNNING, &d->bond, d->sid, d->bond.mother);
}

/* The mother has our Finished: both ends have proven the key. */
static void data(void *arg, imp_time now)
{
    struct duckling *d = arg;
    (void)now;
    if (d->session_believed)
        return;
    d->session_believed = true;
    duck_session_claim(d->env, IMP_CLAIM_COMMIT, &d->bond, d->sid, d->bond.mother);
    if (!d->committed)
        duck_bond_commit(d->env, &d->bond, d->bond.mother);
    d->committed = true;
}

static void over(void *arg, enum imp_coaps_end end, const char *why, imp_time now)
{
    struct duckling *d = arg;
    (void)why;
    (void)now;
    if (end == IMP_COAPS_HANDSHAKE_FAILED)
        duck_plain_claim(d->env, IMP_CLAIM_REJECT, "handshake-failed");
}

static void take_config(struct duckling *d, const struct imp_coap_message *m,
                        struct imp_coap_reply *reply, const struct duck_content *c)
{
    const unsigned wanted = DUCK_HAS(DUCK_F_PREFIX) | DUCK_HAS(DUCK_F_ROUTER) |
                            DUCK_HAS(DUCK_F_PAN) | DUCK_HAS(DUCK_F_RD);
    const struct duck_content answer = {.has = DUCK_HAS(DUCK_F_STATE),
                                        .status = DUCK_STATUS_OPERATIONAL};
    if (!duck_content_is(c, wanted)) {
        duckling__refuse(d, reply, IMP_COAP_BAD_REQUEST, DUCK_MSG_SECURE_REFUSAL, "bad-content");
        return;
    }
    duckling__configure(d, m->payload, m->payload_n, d->sid);
    duckling__reply(d, reply, IMP_COAP_CHANGED, DUCK_MSG_OPERATIONAL, &answer);
}

static void roll_over(struct duckling *d, struct imp_coap_reply *reply,
                      const struct duck_content *c, imp_time now)
{
    const unsigned wanted = DUCK_HAS(DUCK_F_KEY) | DUCK_HAS(DUCK_F_KEY_ID) | DUCK_HAS(DUCK_F_PROOF);
    struct duck_bond bond = d->bond;
    struct duck_content answer = {.has = DUCK_HAS(DUCK_F_PROOF)};
    uint8_t proof[DUCK_PROOF];
    memcpy(bond.key, c->key, DUCK_KEY);
    duck_bond_name(d->env, &bond);
    duck_bond_proof(d->env, proof, &bond, "duck-m");
    if (!duck_content_is(c, wanted) || !imp_equal(proof, c->proof, DUCK_PROOF) ||
        !imp_equal(bond.key_id, c->key_id, DUCK_KEY_ID)) {
        duckling__refuse(d, reply, IMP_COAP_BAD_REQUEST, DUCK_MSG_SECURE_REFUSAL, "bad-proof");
        return;
    }
    duckling__imprint(d, &bond, now);
    duck_bond_running(d->env, &bond);
    duck_bond_commit(d->env, &bond, bond.mother);
    duck_bond_proof(d->env, answer.proof, &bond, "duck-d");
    duckling__reply(d, reply, IMP_COAP_CHANGED, DUCK_MSG_REKEYED, &answer);
    imp_wipe(&bond, sizeof bond);
}

static const struct imp_coap_route routes[] = {
    {IMP_COAP_PUT, "config", DUCK_MSG_CONFIG},
    {IMP_COAP_PUT, "key", DUCK_MSG_REKEY},
    {IMP_COAP_DELETE, "key", DUCK_MSG_DEATH},
    {.path = NULL},
};

static void serve(void *arg, const struct imp_coap_message *m, struct imp_coap_reply *reply,
                  imp_time now)
{
    struct duckling *d = arg;
    struct duck_content c = {0};
    int message = imp_coap_message_of(routes, m);
    if (message < 0) {
        duckling__reply(d, reply, IMP_COAP_NOT_FOUND, DUCK_MSG_SECURE_REFUSAL, NULL);
        return;
    }
    if (!duckling__allows(d, (enum duck_message)message)) { /* dead already */
        duckling__refuse(d, reply, IMP_COAP_FORBIDDEN, DUCK_MSG_SECURE_REFUSAL, "not-imprinted");
        return;
    }
    if (m->payload_n && duck_content_read(d->env, &c, m->payload, m->payload_n) != 0) {
        duckling__refuse(d, reply, IMP_COAP_BAD_REQUEST, DUCK_MSG_SECURE_REFUSAL, "bad-content");
        return;
    }
    if (message == DUCK_MSG_CONFIG) {
        take_config(d, m, reply, &c);
    } else if (message == DUCK_MSG_REKEY) {
        roll_over(d, reply, &c, now);
    } else {
        duckling__die(d, now);
        duckling__reply(d, reply, IMP_COAP_DELETED, DUCK_MSG_DIED, NULL);
    }
}

void duckling__secure_init(struct duckling *d)
{
    static const struct imp_coaps_hooks hooks = {.send = secure_send,
                                                 .serve = serve,
                                                 .psk = psk,
                                                 .opened = opened,
                                                 .data = data,
                                                 .over = over};
    const struct imp_dtls_config dtls = {.auth = IMP_DTLS_PSK, .server = true, .cookie = true};
    imp_coaps_init(&d->secure, d->env, &dtls, &hooks, d);
}

void duckling__secure_receive(struct duckling *d, const struct imp_event *e, imp_time now)
{
    /* An egg has no key: handshakes go unanswered. An old session may repeat its last answer. */
    if (d->state < DUCKLING_IMPRINTED && !imp_coaps_is_open(&d->secure))
        return;
    if (!imp_coaps_is_open(&d->secure))
        d->secure_peer = e->from;
    if (!imp_addr_equal(&d->secure_peer, &e->from))
        return;
    d->secure.dtls.peer = e->from;
    imp_coaps_feed(&d->secure, e->bytes, e->n, now);
}
