/* SPDX-License-Identifier: GPL-2.0-only */
/* duckling_clear.c - search, offer, imprinting request and key: all in clear. */
#include <string.h>

#include "duckling_internal.h"
#include "protocols/coap/link_format.h"
#include "protocols/codec/text.h"
#include "protocols/crypto/crypto.h"

/* ---- search
 * -------------------------------------------------------------------------------------- */
#define WALK_S 25 /* the user's way to the mother, at most: her window begins at its end */

/* The user presses the mother's button when the light has blinked for longer than the way there and
 * a window take. A second press while the first window is open would admit a stranger later. */
static void send_user(struct duckling *d, imp_time now)
{
    static const uint8_t press = 1;
    imp_time again = (imp_opt(d->env, DUCK_OPT_WINDOW) + WALK_S) * IMP_S;
    if (d->pressed >= 0 && now - d->pressed < again)
        return;
    d->pressed = now;
    imp_oob(d->env, DUCK_BUTTON, DUCK_MSG_PRESS, &press, 1);
}

void duckling__search(struct duckling *d, imp_time now)
{
    struct imp_coap_message m = {
        .type = IMP_COAP_NON, .code = IMP_COAP_GET, .mid = ++d->mid, .token_n = sizeof d->token};
    uint8_t datagram[64];
    send_user(d, now);
    imp_random(d->env, "search", d->token, sizeof d->token);
    memcpy(m.token, d->token, sizeof d->token);
    imp_coap_add_path(&m, IMP_COAP_URI_PATH, ".well-known/core");
    imp_coap_add(&m, IMP_COAP_URI_QUERY, "rt=duck.mother", 14);
    int n = imp_coap_encode(datagram, sizeof datagram, &m);
    d->state = DUCKLING_SEARCHING;
    d->answers = 0;
    d->searched = now;
    imp_timer(d->env, DUCKLING_TIMER_SEARCH, now + imp_opt(d->env, DUCK_OPT_COLLECTION) * IMP_MS);
    imp_send(d->env, DUCK_COAP, &imp_to_all, DUCK_MSG_DISCOVER, datagram, (size_t)n);
}

/* A link to a mother: </imprint>;rt="duck.mother";ep="<mother id in hexadecimal>". */
static bool find_mother(uint8_t mother[DUCK_ID], const struct imp_coap_message *m)
{
    struct imp_text rest = {(const char *)m->payload, m->payload_n}, rt, ep;
    struct imp_link link;
    while (imp_link_next(&link, &rest) == 1)
        if (imp_text_is(link.target, "/imprint") && imp_link_param(&rt, &link, "rt") &&
            imp_link_has_word(rt, "duck.mother") && imp_link_param(&ep, &link, "ep") &&
            imp_hex_decode(mother, DUCK_ID, ep.p, ep.n) == DUCK_ID)
            return true;
    return false;
}

static void answered(struct duckling *d, const struct imp_event *e,
                     const struct imp_coap_message *m)
{
    struct duck_candidate c = {.addr = e->from};
    if (!duckling__allows(d, DUCK_MSG_LINKS) || !find_mother(c.mother, m))
        return;
    if (d->answers == 0)
        d->first = c;
    else if (imp_addr_equal(&d->first.addr, &c.addr) &&
             memcmp(d->first.mother, c.mother, DUCK_ID) == 0)
        return; /* the same mother once more */
    d->answers++;
}

/* ---- endpoint towards one mother
 * ------------------------------------------------------------------- */
static void clear_send(void *arg, int label, const uint8_t *datagram, size_t n)
{
    struct duckling *d = arg;
    int message = label >= 0                      ? label
                  : label == IMP_COAP_LABEL_ERROR ? DUCK_MSG_REFUSAL
                                                  : DUCK_MSG_EMPTY;
    imp_send(d->env, DUCK_COAP, &d->peer, message, datagram, n);
}

/* Doubles the interval, but a user who has just been sent to the button is not kept waiting. */
static void again(struct duckling *d, imp_time now)
{
    imp_time first = imp_opt(d->env, DUCK_OPT_INTERVAL) * IMP_S,
             max = imp_opt(d->env, DUCK_OPT_INTERVAL_MAX) * IMP_S;
    bool pressed = d->pressed == d->searched;
    imp_time at = d->searched + (pressed ? first : d->interval);
    if (!pressed || d->interval == first)
        d->interval = 2 * d->interval < max ? 2 * d->interval : max;
    duckling__search_later(d, at > now ? at : now);
}

static void clear_done(void *arg, int label, enum imp_coap_outcome outcome,
                       const struct imp_coap_message *response, imp_time now)
{
    struct duckling *d = arg;
    bool noted = outcome == IMP_COAP_ANSWERED && response->code == IMP_COAP_CHANGED;
    if (label == DUCK_MSG_OFFER && d->state == DUCKLING_OFFERED && !noted)
        again(d, now); /* refused, or nobody there */
}

/* ---- requests
 * ------------------------------------------------------------------------------------- */
static void follow(struct duckling *d, struct imp_coap_reply *reply, const struct duck_content *c,
                   imp_time now)
{
    const unsigned wanted =
        DUCK_HAS(DUCK_F_NODE) | DUCK_HAS(DUCK_F_NAME) | DUCK_HAS(DUCK_F_LIFETIME);
    bool chosen = memcmp(c->node, d->bond.mother, DUCK_ID) == 0;
    if (!duck_content_is(c, wanted)) {
        duckling__refuse(d, reply, IMP_COAP_BAD_REQUEST, DUCK_MSG_REFUSAL, "bad-content");
        return;
    }
    if (d->state == DUCKLING_OFFERED && !chosen && !imp_flawed(d->env, DUCK_FLAW_COMPETING)) {
        duckling__refuse(d, reply, IMP_COAP_CONFLICT, DUCK_MSG_REFUSAL, "another-mother");
        return;
    }
    imp_coap_abandon(&d->clear); /* the request answers the offer as well */
    memcpy(d->bond.mother, c->node, DUCK_ID);
    memcpy(d->name, c->name, c->name_n);
    d->name_n = c->name_n;
    d->bond.lifetime = c->lifetime;
    d->state = DUCKLING_ACCEPTED;
    imp_timer(d->env, DUCKLING_TIMER_STATE, now + imp_opt(d->env, DUCK_OPT_OFFERED) * IMP_S);
    struct duck_content answer = {.has = DUCK_HAS(DUCK_F_NODE)};
    memcpy(answer.node, d->id, DUCK_ID);
    duckling__reply(d, reply, IMP_COAP_CHANGED, DUCK_MSG_ACCEPT, &answer);
}

/* Variant clear: the key as it stands, with the mother's proof. Returns why not, or NULL. */
static const char *key_given(struct duckling *d, struct duck_bond *bond,
                             const struct duck_content *c)
{
    const unsigned wanted = DUCK_HAS(DUCK_F_KEY) | DUCK_HAS(DUCK_F_KEY_ID) | DUCK_HAS(DUCK_F_PROOF);
    uint8_t proof[DUCK_PROOF];
    if (!duck_content_is(c, wanted))
        return "bad-content";
    memcpy(bond->key, c->key, DUCK_KEY);
    if (imp_flawed(d->env, DUCK_FLAW_NO_PROOF)) {
        memcpy(bond->key_id, c->key_id, DUCK_KEY_ID);
        return NULL;
    }
    duck_bond_name(d->env, bond);
    duck_bond_proof(d->env, proof, bond, "duck-m");
    return imp_equal(proof, c->proof, DUCK_PROOF) && imp_equal(bond->key_id, c->key_id, DUCK_KEY_ID)
               ? NULL
               : "bad-proof";
}

/* Variant x25519: the mother's proof is the handshake that follows. */
static const char *key_agreed(struct duckling *d, struct duck_bond *bond,
                              const struct duck_content *c, struct duck_content *answer)
{
    uint8_t secret[DUCK_PUBLIC];
    if (!duck_content_is(c, DUCK_HAS(DUCK_F_PUBLIC)))
        return "bad-content";
    imp_x25519_keypair(d->env, "imprint", answer->public, secret);
    int status = duck_bond_agree(d->env, bond, secret, c->public);
    imp_wipe(secret, sizeof secret);
    if (status != 0)
        return "bad-public-key";
    memcpy(answer->key_id, bond->key_id, DUCK_KEY_ID);
    answer->has = DUCK_HAS(DUCK_F_PUBLIC) | DUCK_HAS(DUCK_F_KEY_ID);
    return NULL;
}

static void take_key(struct duckling *d, struct imp_coap_reply *reply, const struct duck_content *c,
                     imp_time now)
{
    bool clear = imp_opt(d->env, DUCK_OPT_TRANSPORT) == DUCK_TRANSPORT_CLEAR;
    struct duck_bond bond = d->bond;
    struct duck_content answer = {0};
    memcpy(bond.duckling, d->id, DUCK_ID);
    const char *why = clear ? key_given(d, &bond, c) : key_agreed(d, &bond, c, &answer);
    if (why) {
        bool proof = strcmp(why, "bad-proof") == 0;
        duckling__refuse(d, reply, proof ? IMP_COAP_UNAUTHORIZED : IMP_COAP_BAD_REQUEST,
                         DUCK_MSG_REFUSAL, why);
        return;
    }
    if (d->state == DUCKLING_CONFIGURED)
        d->state = DUCKLING_ACCEPTED; /* flawed: begins anew */
    d->bond.configured = false;
    duckling__imprint(d, &bond, now);
    duck_bond_running(d->env, &bond);
    d->committed = clear;
    if (clear)
        duck_bond_commit(d->env, &bond, bond.mother);
    duck_bond_proof(d->env, answer.proof, &bond, "duck-d");
    answer.has |= DUCK_HAS(DUCK_F_PROOF);
    duckling__reply(d, reply, IMP_COAP_CHANGED, DUCK_MSG_PROOF, &answer);
    imp_wipe(&bond, sizeof bond);
}

static const struct imp_coap_route routes[] = {
    {IMP_COAP_POST, "imprint", DUCK_MSG_REQUEST},
    {IMP_COAP_PUT, "key", DUCK_MSG_KEY},
    {IMP_COAP_PUT, "config", DUCK_MSG_CLEAR_CONFIG},
    {IMP_COAP_DELETE, "key", DUCK_MSG_CLEAR_DEATH},
    {.path = NULL},
};

/* What an imprinted duckling says to everybody in clear, and an egg to whom it has not asked. */
static void refuse_in_clear(struct duckling *d, struct imp_coap_reply *reply, int message)
{
    if (message < 0)
        duckling__reply(d, reply, IMP_COAP_NOT_FOUND, DUCK_MSG_REFUSAL, NULL);
    else if (d->state < DUCKLING_OFFERED)
        duckling__refuse(d, reply, IMP_COAP_FORBIDDEN, DUCK_MSG_REFUSAL, "not-offered");
    else if (message == DUCK_MSG_REQUEST)
        duckling__refuse(d, reply, IMP_COAP_CONFLICT, DUCK_MSG_REFUSAL,
                         d->state >= DUCKLING_IMPRINTED ? "already-imprinted" : "another-mother");
    else
        duckling__refuse(d, reply, IMP_COAP_UNAUTHORIZED, DUCK_MSG_REFUSAL, "order-in-clear");
}

static void clear_serve(void *arg, const struct imp_coap_message *m, struct imp_coap_reply *reply,
                        imp_time now)
{
    struct duckling *d = arg;
    struct duck_content c = {0};
    int message = imp_coap_message_of(routes, m);
    if (message < 0 || !duckling__allows(d, (enum duck_message)message)) {
        refuse_in_clear(d, reply, message);
        return;
    }
    if (m->payload_n && duck_content_read(d->env, &c, m->payload, m->payload_n) != 0) {
        duckling__refuse(d, reply, IMP_COAP_BAD_REQUEST, DUCK_MSG_REFUSAL, "bad-content");
        return;
    }
    if (message == DUCK_MSG_REQUEST) {
        follow(d, reply, &c, now);
    } else if (message == DUCK_MSG_KEY) {
        take_key(d, reply, &c, now);
    } else if (message == DUCK_MSG_CLEAR_DEATH) { /* flawed */
        duckling__die(d, now);
        duckling__reply(d, reply, IMP_COAP_DELETED, DUCK_MSG_CLEAR_DONE, NULL);
    } else { /* flawed */
        duckling__configure(d, m->payload, m->payload_n, NULL);
        duckling__reply(d, reply, IMP_COAP_CHANGED, DUCK_MSG_CLEAR_DONE, NULL);
    }
}

static void set_peer(struct duckling *d, const struct imp_addr *peer)
{
    static const struct imp_coap_config config = {
        .token_n = 2, .send = clear_send, .serve = clear_serve, .done = clear_done};
    struct imp_coap_config mine = config;
    mine.arg = d;
    d->peer = *peer;
    imp_coap_endpoint_init(&d->clear, d->env, &mine);
}

/* ---- the collection time is over
 * ------------------------------------------------------------------- */
static void offer(struct duckling *d, imp_time now)
{
    struct duck_content c = {.has = DUCK_HAS(DUCK_F_NODE) | DUCK_HAS(DUCK_F_STATE),
                             .status = DUCK_STATUS_NEW};
    struct imp_coap_message m = {.code = IMP_COAP_POST};
    uint8_t content[DUCK_CONTENT_MAX];
    memcpy(c.node, d->id, DUCK_ID);
    memcpy(d->bond.mother, d->first.mother, DUCK_ID);
    imp_coap_add_path(&m, IMP_COAP_URI_PATH, "imprint");
    imp_coap_add_uint(&m, IMP_COAP_CONTENT_FORMAT, IMP_COAP_FORMAT_CBOR);
    m.payload_n = duck_content_write(d->env, content, &c);
    m.payload = content;
    set_peer(d, &d->first.addr);
    d->state = DUCKLING_OFFERED;
    imp_timer(d->env, DUCKLING_TIMER_STATE, now + imp_opt(d->env, DUCK_OPT_OFFERED) * IMP_S);
    imp_coap_request(&d->clear, IMP_COAP_CON, &m, DUCK_MSG_OFFER, now);
}

/* Exactly one mother, or none is followed: a second one may be a neighbour's or an attacker's. */
void duckling__collected(struct duckling *d, imp_time now)
{
    if (d->answers > 1)
        duck_plain_claim(d->env, IMP_CLAIM_ALARM, "competing-mothers");
    if (d->answers == 1 || (d->answers > 1 && imp_flawed(d->env, DUCK_FLAW_COMPETING)))
        offer(d, now);
    else
        again(d, now);
}

/* ---- receiving
 * -------------------------------------------------------------------------------------- */
/* Refuses a stranger while the exchange with the chosen mother is under way; keeps no state. */
static void refuse_stranger(struct duckling *d, const struct imp_event *e,
                            const struct imp_coap_message *m)
{
    struct imp_coap_message r = {.type = m->type == IMP_COAP_CON ? IMP_COAP_ACK : IMP_COAP_NON,
                                 .code = IMP_COAP_CONFLICT,
                                 .mid = m->type == IMP_COAP_CON ? m->mid : ++d->mid,
                                 .token_n = m->token_n};
    uint8_t datagram[16];
    if (!imp_coap_is_request(m->code))
        return;
    memcpy(r.token, m->token, m->token_n);
    int n = imp_coap_encode(datagram, sizeof datagram, &r);
    duck_plain_claim(d->env, IMP_CLAIM_REJECT, "another-mother");
    imp_send(d->env, DUCK_COAP, &e->from, DUCK_MSG_REFUSAL, datagram, (size_t)n);
}

void duckling__clear_receive(struct duckling *d, const struct imp_event *e, imp_time now)
{
    struct imp_coap_message m;
    bool good = imp_coap_decode(&m, e->bytes, e->n) == 0;
    bool exchange = d->state == DUCKLING_OFFERED || d->state == DUCKLING_ACCEPTED;
    if (good && m.type == IMP_COAP_NON && m.code == IMP_COAP_CONTENT &&
        m.token_n == sizeof d->token && memcmp(m.token, d->token, sizeof d->token) == 0) {
        answered(d, e, &m);
        return;
    }
    if (!imp_addr_equal(&d->peer, &e->from)) {
        if (exchange && !imp_flawed(d->env, DUCK_FLAW_COMPETING)) {
            if (good)
                refuse_stranger(d, e, &m);
            return;
        }
        set_peer(d, &e->from);
    }
    imp_coap_feed(&d->clear, e->bytes, e->n, now);
}
