/* SPDX-License-Identifier: GPL-2.0-only */
/* mother_clear.c - answer, imprinting request and key: all in clear. */
#include <stdio.h>
#include <string.h>

#include "mother_internal.h"
#include "protocols/codec/text.h"
#include "protocols/crypto/crypto.h"

static bool legal(const struct mother_record *r, enum duck_message message)
{
    return duck_is_legal(mother_legal, (int)r->state, (int)message);
}

static void refuse(struct mother_record *r, const char *why)
{
    duck_plain_claim(r->mother->env, IMP_CLAIM_REJECT, why);
}

/* ---- search
 * ---------------------------------------------------------------------------------------- */
static bool is_search(const struct imp_coap_message *m)
{
    size_t n;
    const char *rt = imp_coap_query(m, "rt", &n);
    return m->code == IMP_COAP_GET && imp_coap_path_is(m, ".well-known/core") && rt && n == 11 &&
           memcmp(rt, "duck.mother", 11) == 0;
}

/* Uniform within the leisure period. */
static imp_time leisure(struct mother *m)
{
    uint8_t r[4];
    imp_random(m->env, "leisure", r, sizeof r);
    uint64_t fraction = (uint64_t)r[0] << 24 | (uint64_t)r[1] << 16 | (uint64_t)r[2] << 8 | r[3];
    return (imp_time)(((uint64_t)imp_opt(m->env, DUCK_OPT_LEISURE) * fraction) >> 32) * IMP_MS;
}

/* A mother whose window is closed does not answer at all. */
static void searched(struct mother *m, const struct imp_event *e,
                     const struct imp_coap_message *search, imp_time now)
{
    struct mother_record *r = mother__window_open(m, now) ? mother__record(m, &e->from, now) : NULL;
    if (!r || !legal(r, DUCK_MSG_DISCOVER))
        return;
    memcpy(r->token, search->token, search->token_n);
    r->token_n = search->token_n;
    r->answer_at = now + leisure(m);
}

void mother__answer_search(struct mother_record *r)
{
    struct mother *m = r->mother;
    struct imp_coap_message answer = {
        .type = IMP_COAP_NON, .code = IMP_COAP_CONTENT, .mid = ++m->mid, .token_n = r->token_n};
    char id[2 * DUCK_ID + 1], links[64];
    uint8_t datagram[96];
    r->answer_at = IMP_NEVER;
    memcpy(answer.token, r->token, r->token_n);
    imp_hex_encode(id, sizeof id, m->id, DUCK_ID);
    answer.payload_n =
        (size_t)snprintf(links, sizeof links, "</imprint>;rt=\"duck.mother\";ep=\"%s\"", id);
    answer.payload = (const uint8_t *)links;
    imp_coap_add_uint(&answer, IMP_COAP_CONTENT_FORMAT, IMP_COAP_FORMAT_LINK);
    int n = imp_coap_encode(datagram, sizeof datagram, &answer);
    imp_send(m->env, DUCK_COAP, &r->addr, DUCK_MSG_LINKS, datagram, (size_t)n);
}

/* ---- requests to the duckling
 * ------------------------------------------------------------------------- */
static void send_request(struct mother_record *r, enum imp_coap_code method, const char *path,
                         const uint8_t *content, size_t n, enum duck_message label, imp_time now)
{
    struct imp_coap_message m = {.code = (uint8_t)method, .payload = content, .payload_n = n};
    imp_coap_add_path(&m, IMP_COAP_URI_PATH, path);
    if (n)
        imp_coap_add_uint(&m, IMP_COAP_CONTENT_FORMAT, IMP_COAP_FORMAT_CBOR);
    imp_coap_abandon(&r->clear); /* what a former life left behind */
    imp_coap_request(&r->clear, IMP_COAP_CON, &m, (int)label, now);
}

void mother__request(struct mother_record *r, imp_time now)
{
    struct mother *m = r->mother;
    const char *name = imp_opt_str(m->env, DUCK_OPT_NAME);
    struct duck_content c = {.has = DUCK_HAS(DUCK_F_NODE) | DUCK_HAS(DUCK_F_NAME) |
                                    DUCK_HAS(DUCK_F_LIFETIME),
                             .name_n = strlen(name),
                             .lifetime = (uint32_t)imp_opt(m->env, DUCK_OPT_LIFETIME)};
    uint8_t content[DUCK_CONTENT_MAX];
    memcpy(c.node, m->id, DUCK_ID);
    memcpy(c.name, name, c.name_n);
    memcpy(r->bond.mother, m->id, DUCK_ID);
    r->bond.lifetime = c.lifetime;
    r->bond.configured = false;
    r->bonded = false;
    r->claimed = false;
    r->admitted = false;
    r->tries = 0;
    r->state = MOTHER_REQUESTED;
    size_t n = duck_content_write(m->env, content, &c);
    send_request(r, IMP_COAP_POST, "imprint", content, n, DUCK_MSG_REQUEST, now);
}

/* Variant clear: the key itself with the mother's proof; variant x25519: a public key. */
static void send_key(struct mother_record *r, imp_time now)
{
    struct imp_env *env = r->mother->env;
    struct duck_content c = {0};
    uint8_t content[DUCK_CONTENT_MAX];
    r->state = MOTHER_KEYED;
    if (imp_opt(env, DUCK_OPT_TRANSPORT) == DUCK_TRANSPORT_CLEAR) {
        c.has = DUCK_HAS(DUCK_F_KEY) | DUCK_HAS(DUCK_F_KEY_ID) | DUCK_HAS(DUCK_F_PROOF);
        imp_random(env, "key", r->bond.key, DUCK_KEY);
        duck_bond_name(env, &r->bond);
        memcpy(c.key, r->bond.key, DUCK_KEY);
        memcpy(c.key_id, r->bond.key_id, DUCK_KEY_ID);
        duck_bond_proof(env, c.proof, &r->bond, "duck-m");
        duck_bond_running(env, &r->bond);
    } else {
        c.has = DUCK_HAS(DUCK_F_PUBLIC);
        imp_x25519_keypair(env, "imprint", c.public, r->secret);
    }
    size_t n = duck_content_write(env, content, &c);
    send_request(r, IMP_COAP_PUT, "key", content, n, DUCK_MSG_KEY, now);
    imp_wipe(content, sizeof content);
}

/* ---- what an attacker's mother tries in turn
 * ------------------------------------------------------------ */
void mother__attempt(struct mother_record *r, imp_time now)
{
    switch (r->step++) {
    case 0:
        mother__request(r, now);
        break;
    case 1:
        r->state = MOTHER_IDLE;
        send_request(r, IMP_COAP_DELETE, "key", NULL, 0, DUCK_MSG_CLEAR_DEATH, now);
        break;
    case 2:
        send_key(r, now);
        break;
    case 3:
        r->state = MOTHER_IDLE;
        duck_config_claim(r->mother->env, IMP_CLAIM_RUNNING, NULL, r->mother->config,
                          r->mother->config_n, r->bond.duckling);
        send_request(r, IMP_COAP_PUT, "config", r->mother->config, r->mother->config_n,
                     DUCK_MSG_CLEAR_CONFIG, now);
        break;
    default:
        mother__idle(r);
        break;
    }
}

/* ---- the duckling's answers
 * ------------------------------------------------------------------------------ */
static void accepted(struct mother_record *r, const struct duck_content *c, imp_time now)
{
    if (!duck_content_is(c, DUCK_HAS(DUCK_F_NODE)) ||
        (memcmp(c->node, r->bond.duckling, DUCK_ID) != 0 && r->step == 0)) {
        refuse(r, "bad-content");
        mother__idle(r);
        return;
    }
    memcpy(r->bond.duckling, c->node, DUCK_ID);
    send_key(r, now);
}

/* Returns why the duckling's proof is not taken, or NULL. */
static const char *check_proof(struct mother_record *r, const struct duck_content *c)
{
    struct imp_env *env = r->mother->env;
    bool clear = imp_opt(env, DUCK_OPT_TRANSPORT) == DUCK_TRANSPORT_CLEAR;
    unsigned wanted = DUCK_HAS(DUCK_F_PROOF);
    uint8_t proof[DUCK_PROOF];
    if (!clear)
        wanted |= DUCK_HAS(DUCK_F_PUBLIC) | DUCK_HAS(DUCK_F_KEY_ID);
    if (!duck_content_is(c, wanted))
        return "bad-content";
    if (!clear && duck_bond_agree(env, &r->bond, r->secret, c->public) != 0)
        return "bad-public-key";
    imp_wipe(r->secret, sizeof r->secret);
    if (imp_flawed(env, DUCK_FLAW_ANY_DUCKLING))
        return NULL;
    duck_bond_proof(env, proof, &r->bond, "duck-d");
    if (!clear && !imp_equal(c->key_id, r->bond.key_id, DUCK_KEY_ID))
        return "bad-proof";
    return imp_equal(c->proof, proof, DUCK_PROOF) ? NULL : "bad-proof";
}

static void proven(struct mother_record *r, const struct duck_content *c, imp_time now)
{
    struct imp_env *env = r->mother->env;
    const char *why = check_proof(r, c);
    if (why) {
        refuse(r, why);
        mother__idle(r);
        return;
    }
    if (imp_opt(env, DUCK_OPT_TRANSPORT) != DUCK_TRANSPORT_CLEAR)
        duck_bond_running(env, &r->bond);
    duck_bond_commit(env, &r->bond, r->bond.duckling);
    r->bonded = true;
    mother__store(r);
    mother__connect(r, now);
}

static void failed(struct mother_record *r, const struct imp_coap_message *response, imp_time now)
{
    bool conflict = response && response->code == IMP_COAP_CONFLICT;
    if (response)
        refuse(r, conflict ? "already-imprinted" : "refused");
    if (response && imp_opt(r->mother->env, DUCK_OPT_SOLICIT) && r->step > 0)
        mother__attempt(r, now);
    else
        mother__idle(r);
}

static void clear_done(void *arg, int label, enum imp_coap_outcome outcome,
                       const struct imp_coap_message *response, imp_time now)
{
    struct mother_record *r = arg;
    struct duck_content c = {0};
    const enum duck_message answer = label == DUCK_MSG_REQUEST ? DUCK_MSG_ACCEPT : DUCK_MSG_PROOF;
    if (outcome == IMP_COAP_TIMEOUT && label == DUCK_MSG_KEY && legal(r, DUCK_MSG_PROOF) &&
        imp_opt(r->mother->env, DUCK_OPT_TRANSPORT) == DUCK_TRANSPORT_CLEAR) {
        mother__connect(r, now); /* the duckling may have taken it: the handshake will tell */
        return;
    }
    if (outcome != IMP_COAP_ANSWERED || imp_coap_class(response->code) != 2) {
        failed(r, outcome == IMP_COAP_ANSWERED ? response : NULL, now);
        return;
    }
    if (label != DUCK_MSG_REQUEST && label != DUCK_MSG_KEY) {
        mother__idle(r); /* an order in clear was obeyed */
        return;
    }
    if (!legal(r, answer))
        return;
    if (duck_content_read(r->mother->env, &c, response->payload, response->payload_n) != 0) {
        refuse(r, "bad-content");
        mother__idle(r);
    } else if (label == DUCK_MSG_REQUEST) {
        accepted(r, &c, now);
    } else {
        proven(r, &c, now);
    }
}

/* ---- offers
 * --------------------------------------------------------------------------------------------- */
static void reply(struct imp_coap_reply *out, enum imp_coap_code code)
{
    out->message.code = (uint8_t)code;
    out->label = code == IMP_COAP_CHANGED ? DUCK_MSG_OFFER_NOTED : DUCK_MSG_REFUSAL;
}

static void clear_serve(void *arg, const struct imp_coap_message *m, struct imp_coap_reply *out,
                        imp_time now)
{
    struct mother_record *r = arg;
    struct mother *mother = r->mother;
    struct duck_content c;
    const unsigned wanted = DUCK_HAS(DUCK_F_NODE) | DUCK_HAS(DUCK_F_STATE);
    if (m->code != IMP_COAP_POST || !imp_coap_path_is(m, "imprint")) {
        reply(out, IMP_COAP_NOT_FOUND);
    } else if (duck_content_read(mother->env, &c, m->payload, m->payload_n) != 0 ||
               !duck_content_is(&c, wanted) || c.status != DUCK_STATUS_NEW) {
        refuse(r, "bad-content");
        reply(out, IMP_COAP_BAD_REQUEST);
    } else if (!legal(r, DUCK_MSG_OFFER)) {
        reply(out, IMP_COAP_CONFLICT);
    } else if (!mother__window_open(mother, now)) {
        refuse(r, "window-closed");
        reply(out, IMP_COAP_FORBIDDEN);
    } else {
        bool ask = imp_opt(mother->env, DUCK_OPT_CONFIRM) &&
                   !imp_flawed(mother->env, DUCK_FLAW_ANY_DUCKLING);
        memcpy(r->bond.duckling, c.node, DUCK_ID);
        r->step = 0;
        r->state = ask ? MOTHER_CONFIRMING : MOTHER_IDLE;
        r->act_at = ask ? IMP_NEVER : now; /* the request follows the answer */
        reply(out, IMP_COAP_CHANGED);
    }
}

static void clear_send(void *arg, int label, const uint8_t *datagram, size_t n)
{
    struct mother_record *r = arg;
    int message = label >= 0                      ? label
                  : label == IMP_COAP_LABEL_ERROR ? DUCK_MSG_REFUSAL
                                                  : DUCK_MSG_EMPTY;
    imp_send(r->mother->env, DUCK_COAP, &r->addr, message, datagram, n);
}

void mother__clear_init(struct mother_record *r)
{
    const struct imp_coap_config config = {
        .token_n = 2, .send = clear_send, .serve = clear_serve, .done = clear_done, .arg = r};
    imp_coap_endpoint_init(&r->clear, r->mother->env, &config);
}

void mother__clear_receive(struct mother *m, const struct imp_event *e, imp_time now)
{
    struct imp_coap_message message;
    struct mother_record *r;
    if (imp_coap_decode(&message, e->bytes, e->n) == 0 && is_search(&message)) {
        searched(m, e, &message, now);
        return;
    }
    r = mother__record(m, &e->from, now);
    if (!r)
        return; /* two hundred and fifty-six ducklings are enough */
    imp_coap_feed(&r->clear, e->bytes, e->n, now);
    mother__ask(m);
    if (r->act_at <= now && r->state == MOTHER_IDLE) {
        r->act_at = IMP_NEVER;
        mother__request(r, now);
    }
}
