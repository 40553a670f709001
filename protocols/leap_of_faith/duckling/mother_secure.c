/* SPDX-License-Identifier: GPL-2.0-only */
/* mother_secure.c - configuration, roll-over and death over DTLS. */
#include <string.h>

#include "mother_internal.h"
#include "protocols/crypto/crypto.h"

/* ---- where the duckling's CoAPS is
 * ------------------------------------------------------------------- */
static bool same_host(const struct imp_addr *a, const struct imp_addr *b)
{
    return a->n == b->n && a->n >= 18 && memcmp(a->bytes, b->bytes, 16) == 0;
}

/* The carrier's word on its port where it has one, else port 5684 of the same host. */
static void find_secure_addr(struct mother_record *r)
{
    struct imp_env *env = r->mother->env;
    const uint16_t port = env->mechanism->channels[DUCK_COAPS].number;
    struct imp_addr peer;
    r->secure_addr = r->addr;
    if (env->ops->peer(env, DUCK_COAPS, &peer) && same_host(&peer, &r->addr)) {
        r->secure_addr = peer;
    } else if (r->addr.n >= 18) {
        r->secure_addr.bytes[16] = (uint8_t)(port >> 8);
        r->secure_addr.bytes[17] = (uint8_t)port;
    }
}

static void secure_send(void *arg, int label, const uint8_t *datagram, size_t n)
{
    struct mother_record *r = arg;
    imp_send(r->mother->env, DUCK_COAPS, &r->secure_addr, duck_secure_message(label), datagram, n);
}

/* ---- session
 * ---------------------------------------------------------------------------------------------- */
/* A roll-over whose answer was lost leaves open which key the duckling holds: take turns. */
static const struct duck_bond *bond_in_use(const struct mother_record *r)
{
    return r->state == MOTHER_REKEYING && r->tries % 2 ? &r->pending : &r->bond;
}

void mother__connect(struct mother_record *r, imp_time now)
{
    const struct duck_bond *b = bond_in_use(r);
    if (r->state < MOTHER_HANDSHAKE)
        r->state = MOTHER_HANDSHAKE;
    find_secure_addr(r);
    duck_bond_identity(r->identity, b);
    r->secure.dtls.psk_identity = r->identity;
    r->secure.dtls.psk = b->key;
    r->secure.dtls.psk_n = DUCK_KEY;
    imp_coaps_connect(&r->secure, now);
}

/* The duckling stays imprinted: its mother tries again, less and less often. */
void mother__retry(struct mother_record *r, imp_time now)
{
    enum { DOUBLINGS = 6, UNPROVEN_TRIES = 3 };
    if (!r->bonded && r->tries >= UNPROVEN_TRIES) {
        mother__idle(r); /* it has never taken the key */
        return;
    }
    unsigned shift = r->tries < DOUBLINGS ? r->tries : DOUBLINGS;
    r->tries++;
    r->act_at = now + (INT64_C(5) << shift) * IMP_S;
    if (r->state == MOTHER_CONFIGURING)
        r->state = MOTHER_HANDSHAKE;
}

static int request(struct mother_record *r, enum imp_coap_code method, const char *path,
                   const uint8_t *content, size_t n, enum duck_message label, imp_time now)
{
    struct imp_coap_message m = {.code = (uint8_t)method, .payload = content, .payload_n = n};
    imp_coap_add_path(&m, IMP_COAP_URI_PATH, path);
    if (n)
        imp_coap_add_uint(&m, IMP_COAP_CONTENT_FORMAT, IMP_COAP_FORMAT_CBOR);
    return imp_coaps_request(&r->secure, &m, (int)label, now);
}

static void send_config(struct mother_record *r, imp_time now)
{
    struct mother *m = r->mother;
    uint8_t hash[DUCK_HASH];
    r->state = MOTHER_CONFIGURING;
    imp_sha256(NULL, hash, &IMP_PIECE(m->config, m->config_n), 1);
    imp_claim(m->env, &(struct imp_claim){.kind = IMP_CLAIM_CONFIG, /* issued */
                                          .layer = "config",
                                          .self = m->id,
                                          .self_n = DUCK_ID,
                                          .peer = r->bond.duckling,
                                          .peer_n = DUCK_ID,
                                          .data = hash,
                                          .data_n = DUCK_HASH});
    duck_config_claim(m->env, IMP_CLAIM_RUNNING, r->sid, m->config, m->config_n, r->bond.duckling);
    request(r, IMP_COAP_PUT, "config", m->config, m->config_n, DUCK_MSG_CONFIG, now);
}

static void send_rekey(struct mother_record *r, imp_time now)
{
    struct imp_env *env = r->mother->env;
    struct duck_content c = {.has = DUCK_HAS(DUCK_F_KEY) | DUCK_HAS(DUCK_F_KEY_ID) |
                                    DUCK_HAS(DUCK_F_PROOF)};
    uint8_t content[DUCK_CONTENT_MAX];
    memcpy(c.key, r->pending.key, DUCK_KEY);
    memcpy(c.key_id, r->pending.key_id, DUCK_KEY_ID);
    duck_bond_proof(env, c.proof, &r->pending, "duck-m");
    duck_bond_running(env, &r->pending);
    size_t n = duck_content_write(env, content, &c);
    request(r, IMP_COAP_PUT, "key", content, n, DUCK_MSG_REKEY, now);
    imp_wipe(content, sizeof content);
}

/* What the open session is for. */
static void proceed(struct mother_record *r, imp_time now)
{
    if (r->state == MOTHER_KILLING)
        request(r, IMP_COAP_DELETE, "key", NULL, 0, DUCK_MSG_DEATH, now);
    else if (r->state == MOTHER_REKEYING)
        send_rekey(r, now);
    else if (r->bond.configured)
        r->state = MOTHER_OPERATIONAL;
    else
        send_config(r, now);
}

static void opened(void *arg, imp_time now)
{
    struct mother_record *r = arg;
    struct imp_env *env = r->mother->env;
    const struct duck_bond *b = bond_in_use(r);
    imp_coaps_export(&r->secure, r->sid, sizeof r->sid);
    if (!r->bonded)
        duck_bond_commit(env, b, b->duckling); /* the handshake stands for the lost proof */
    r->bonded = true;
    duck_session_claim(env, IMP_CLAIM_RUNNING, b, r->sid, b->duckling);
    duck_session_claim(env, IMP_CLAIM_COMMIT, b, r->sid, b->duckling);
    if (!r->bond.configured && !r->admitted)
        mother__admitted(r->mother);
    r->admitted = true;
    proceed(r, now);
}

static void data(void *arg, imp_time now)
{
    (void)arg;
    (void)now;
}

static void over(void *arg, enum imp_coaps_end end, const char *why, imp_time now)
{
    struct mother_record *r = arg;
    (void)why;
    if (end == IMP_COAPS_HANDSHAKE_FAILED)
        duck_plain_claim(r->mother->env, IMP_CLAIM_REJECT, "handshake-failed");
    if (r->state >= MOTHER_HANDSHAKE && r->state != MOTHER_OPERATIONAL)
        mother__retry(r, now);
}

/* ---- orders
 * --------------------------------------------------------------------------------------------------
 */
void mother__order(struct mother_record *r, enum mother_state order, imp_time now)
{
    struct imp_env *env = r->mother->env;
    r->state = order;
    r->tries = 0;
    if (order == MOTHER_REKEYING) {
        r->pending = r->bond;
        imp_random(env, "key", r->pending.key, DUCK_KEY);
        duck_bond_name(env, &r->pending);
    }
    if (imp_coaps_is_open(&r->secure))
        proceed(r, now);
    else
        mother__connect(r, now);
}

static void configured(struct mother_record *r, const struct duck_content *c)
{
    struct mother *m = r->mother;
    if (!duck_content_is(c, DUCK_HAS(DUCK_F_STATE)) || c->status != DUCK_STATUS_OPERATIONAL) {
        duck_plain_claim(m->env, IMP_CLAIM_REJECT, "bad-content");
        return;
    }
    r->bond.configured = true;
    r->tries = 0;
    mother__idle(r);
    mother__store(r);
    if (!r->claimed)
        duck_plain_claim(m->env, IMP_CLAIM_COMPLETE, NULL);
    r->claimed = true;
}

static void rolled_over(struct mother_record *r, const struct duck_content *c, imp_time now)
{
    struct imp_env *env = r->mother->env;
    uint8_t proof[DUCK_PROOF];
    duck_bond_proof(env, proof, &r->pending, "duck-d");
    if (!duck_content_is(c, DUCK_HAS(DUCK_F_PROOF)) || !imp_equal(c->proof, proof, DUCK_PROOF)) {
        duck_plain_claim(env, IMP_CLAIM_REJECT, "bad-proof");
        mother__idle(r);
        return;
    }
    r->bond = r->pending;
    imp_wipe(&r->pending, sizeof r->pending);
    r->tries = 0;
    mother__store(r);
    duck_bond_commit(env, &r->bond, r->bond.duckling);
    r->state = MOTHER_HANDSHAKE;
    mother__connect(r, now); /* the old session ends with the old key */
}

static void died(struct mother_record *r, imp_time now)
{
    imp_coaps_close(&r->secure, now);
    mother__forget(r);
}

/* The answer that each order waits for. */
static enum duck_message answer_to(int label)
{
    return label == DUCK_MSG_CONFIG  ? DUCK_MSG_OPERATIONAL
           : label == DUCK_MSG_REKEY ? DUCK_MSG_REKEYED
                                     : DUCK_MSG_DIED;
}

static void done(void *arg, int label, enum imp_coap_outcome outcome,
                 const struct imp_coap_message *response, imp_time now)
{
    struct mother_record *r = arg;
    struct duck_content c = {0};
    if (!duck_is_legal(mother_legal, (int)r->state, (int)answer_to(label)))
        return;
    if (outcome != IMP_COAP_ANSWERED) {
        mother__retry(r, now);
        return;
    }
    if (imp_coap_class(response->code) != 2 ||
        (response->payload_n &&
         duck_content_read(r->mother->env, &c, response->payload, response->payload_n) != 0)) {
        duck_plain_claim(r->mother->env, IMP_CLAIM_REJECT, "refused");
        mother__idle(r);
        return;
    }
    if (label == DUCK_MSG_CONFIG)
        configured(r, &c);
    else if (label == DUCK_MSG_REKEY)
        rolled_over(r, &c, now);
    else
        died(r, now);
}

void mother__secure_init(struct mother_record *r)
{
    static const struct imp_coaps_hooks hooks = {
        .send = secure_send, .done = done, .opened = opened, .data = data, .over = over};
    const struct imp_dtls_config dtls = {.auth = IMP_DTLS_PSK};
    imp_coaps_init(&r->secure, r->mother->env, &dtls, &hooks, r);
}

void mother__secure_receive(struct mother *m, const struct imp_event *e, imp_time now)
{
    for (size_t i = 0; i < m->reached; i++) {
        struct mother_record *r = &m->records[i];
        if (!r->used || !imp_addr_equal(&r->secure_addr, &e->from))
            continue;
        m->last = i;
        imp_coaps_feed(&r->secure, e->bytes, e->n, now);
        return;
    }
}
