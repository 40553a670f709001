/* SPDX-License-Identifier: GPL-2.0-only */
/* node.c - a node that joins: a PaC, and when it has the network key, a secured link to its parent.
 */
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "zigbee_ip.h"

const struct imp_legal zip_node_legal[] = {
    {PANA_PAC_START, PANA_MSG_PAR_S},
    {PANA_PAC_REQUEST, PANA_MSG_PAR_S},
    {PANA_PAC_REQUEST, PANA_MSG_PAR},
    {PANA_PAC_REQUEST, PANA_MSG_PAR_C},
    {PANA_PAC_REQUEST, PANA_MSG_PAN},
    {PANA_PAC_HELD, PANA_MSG_PAR_C},
    {PANA_PAC_HELD, PANA_MSG_PTR},
    {PANA_PAC_START, PANA_MSG_PTR},
    {ZIP_NODE_LINK, PANA_MSG_PAR_C},
    {ZIP_NODE_LINK, PANA_MSG_PTR},
    {ZIP_NODE_LINK, PANA_MSG_PNR_P},
    {ZIP_NODE_LINK, PANA_MSG_PNA_P},
    {ZIP_NODE_LINK, PANA_MSG_PNA_A},
    {ZIP_NODE_LINK, PANA_MSG_PAR},
    {ZIP_NODE_LINK, PANA_MSG_PAN},
    {ZIP_NODE_LINK, ZIP_MSG_LINK_ACCEPT_AND_REQUEST},
    {ZIP_NODE_LINK, ZIP_MSG_ADVERTISEMENT},
    {ZIP_NODE_JOINED, ZIP_MSG_ADVERTISEMENT},
    {ZIP_NODE_JOINED, PANA_MSG_PAR_C},
    {ZIP_NODE_JOINED, PANA_MSG_PTR},
    {ZIP_NODE_JOINED, PANA_MSG_PNR_P},
    {ZIP_NODE_JOINED, PANA_MSG_PNA_P},
    {ZIP_NODE_JOINED, PANA_MSG_PNA_A},
    {ZIP_NODE_JOINED, PANA_MSG_PAR},
    {ZIP_NODE_JOINED, PANA_MSG_PAN},
    {ZIP_NODE_JOINED, ZIP_MSG_LINK_ACCEPT_AND_REQUEST},
    {0, -1},
};

enum { TIMER_LINK = 1, TIMER_BLUFF = 2 }; /* 0, 3 and 4 are the PaC's */
#define REQUEST_MRT (30 * IMP_S)
#define BLUFF_AFTER (5 * IMP_S)
enum { REJOIN_TRIES = 3 };

/* ---- messages of a link, of both ends
 * ----------------------------------------------------------------- */
enum mle_opened zip_received(struct imp_env *env, struct mle_message *m, uint8_t text[MLE_MAX],
                             const struct zip_keys *keys, bool *heard, uint32_t *counter,
                             const char *flaw, const struct imp_event *e)
{
    struct imp_addr self;
    uint8_t eui64[MLE_EUI64];
    uint32_t number = 0;
    size_t n = 0;
    if (e->from.n != PANA_PAC_INFORMATION || !env->ops->self(env, e->channel, &self))
        return MLE_MALFORMED;
    enum mle_opened opened =
        mle_open(env, text, &n, &number, &keys->mle, &e->from, &self, e->bytes, e->n);
    bool replayed = opened == MLE_VERIFIED && *heard && number <= *counter;
    bool stranger = opened == MLE_PLAIN && !env->adversary && !imp_eap_flawed(env, flaw);
    if (opened == MLE_UNVERIFIED || replayed || stranger) {
        zip_claim_reject(env, replayed ? "frame counter" : stranger ? "no security" : "MIC");
        return MLE_UNVERIFIED;
    }
    if (opened == MLE_MALFORMED || mle_parse(m, text, n) != 0)
        return MLE_MALFORMED;
    if (opened == MLE_VERIFIED) {
        mle_eui64(eui64, &e->from);
        zip_claim_counter(env, eui64, number);
        *heard = true;
        *counter = number;
    }
    return opened;
}

const struct zip_keys *zip_keys_named(const struct zip_keys *now, const struct zip_keys *next,
                                      const struct imp_event *e)
{
    bool named = next->there && e->n > MLE_HEADER && e->bytes[0] == MLE_SECURED &&
                 e->bytes[MLE_HEADER - 1] == next->mle.index;
    return named ? next : now;
}

void zip_send(struct imp_env *env, int channel, const struct zip_keys *keys,
              struct zip_counter *counter, const struct imp_addr *to, int label, bool plain,
              const struct mle_message *m)
{
    struct imp_addr self, peer;
    uint8_t text[MLE_MAX], out[MLE_MAX];
    if (!env->ops->self(env, channel, &self) || (!to && !env->ops->peer(env, channel, &peer)))
        return;
    size_t n = mle_write(text, m);
    n = plain ? mle_plain(out, text, n)
              : mle_seal(env, out, &keys->mle, zip_counter_take(counter, env), &self,
                         to ? to : &peer, text, n);
    imp_send(env, channel, to, label, out, n);
}

void zip_advertise(struct imp_env *env, int channel, const struct zip_keys *keys,
                   struct zip_counter *counter, const struct imp_addr *to, int label, bool first)
{
    struct imp_addr self;
    const struct mle_message m = {
        .command = MLE_ADVERTISEMENT, .has_counter = true, .link_counter = counter->next};
    if (first && env->ops->self(env, channel, &self))
        zip_claim_switch(env, IMP_CLAIM_RUNNING, keys, &self, to);
    zip_send(env, channel, keys, counter, to, label, false, &m);
}

void zip_switch(struct imp_env *env, struct zip_keys *now, struct zip_keys *next,
                const struct imp_event *e, bool claim)
{
    struct imp_addr self;
    *now = *next;
    imp_wipe(next, sizeof *next);
    if (claim && env->ops->self(env, e->channel, &self))
        zip_claim_switch(env, IMP_CLAIM_COMMIT, now, &e->from, &self);
}

/* ---- the link
 * --------------------------------------------------------------------------------------- */
static void request(struct zip_node *z, struct imp_env *env)
{
    const struct mle_message m = {
        .command = MLE_LINK_REQUEST, .challenge = z->ends.node, .challenge_n = z->ends.node_n};
    zip_send(env, ZIP_MLE, &z->keys, &z->counter, NULL, ZIP_MSG_LINK_REQUEST, z->plain, &m);
}

static void begin_link(struct zip_node *z, struct imp_env *env, imp_time now)
{
    struct imp_addr self, parent;
    z->ends = (struct zip_link){.node_n = MLE_CHALLENGE};
    if (!env->ops->self(env, ZIP_MLE, &self) || !env->ops->peer(env, ZIP_MLE, &parent))
        return;
    mle_eui64(z->ends.node_eui64, &self);
    mle_eui64(z->ends.router_eui64, &parent);
    imp_random(env, "mle-challenge", z->ends.node, MLE_CHALLENGE);
    z->link = ZIP_LINK_ASKED;
    z->heard = false;
    pana_retry_begin(&z->retry, env, now);
    request(z, env);
}

static void drop_link(struct zip_node *z)
{
    z->link = ZIP_LINK_NONE;
    z->retry.at = IMP_NEVER;
    imp_wipe(&z->keys, sizeof z->keys);
    imp_wipe(&z->next, sizeof z->next);
    z->rejoining = false;
}

static void joined(struct zip_node *z, struct imp_env *env)
{
    z->link = ZIP_LINK_UP;
    z->retry.at = IMP_NEVER;
    zip_claim_commit(env, &z->keys, &z->ends);
    if (!z->claimed)
        imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_COMPLETE});
    z->claimed = true;
}

/* Link Accept and Request answers our challenge and makes one; so does its repetition. Who speaks
 * without security cannot have read the challenge: the flaw asks for no response either. */
static void link_received(struct zip_node *z, struct imp_env *env, const struct imp_event *e)
{
    uint8_t text[MLE_MAX];
    struct mle_message m = {0};
    if (z->link == ZIP_LINK_NONE)
        return;
    const struct zip_keys *keys = zip_keys_named(&z->keys, &z->next, e);
    enum mle_opened opened =
        zip_received(env, &m, text, keys, &z->heard, &z->heard_counter, "node-unsecured-mle", e);
    if (opened == MLE_VERIFIED && keys == &z->next)
        zip_switch(env, &z->keys, &z->next, e, m.command == MLE_ADVERTISEMENT);
    if (opened < MLE_PLAIN || m.command != MLE_LINK_ACCEPT_AND_REQUEST || !m.challenge)
        return;
    if (opened == MLE_VERIFIED && !(m.response && m.response_n == z->ends.node_n &&
                                    memcmp(m.response, z->ends.node, z->ends.node_n) == 0)) {
        zip_claim_reject(env, "response");
        return;
    }
    /* Another challenge is another link: the parent has heard our request twice. */
    bool fresh = z->link != ZIP_LINK_UP || m.challenge_n != z->ends.router_n ||
                 memcmp(m.challenge, z->ends.router, m.challenge_n) != 0;
    z->ends.router_n = m.challenge_n;
    memcpy(z->ends.router, m.challenge, m.challenge_n);
    const struct mle_message answer = {.command = MLE_LINK_ACCEPT,
                                       .response = z->ends.router,
                                       .response_n = z->ends.router_n,
                                       .has_counter = true,
                                       .link_counter = z->counter.next};
    zip_claim_running(env, &z->keys, &z->ends);
    zip_send(env, ZIP_MLE, &z->keys, &z->counter, NULL, ZIP_MSG_LINK_ACCEPT, opened == MLE_PLAIN,
             &answer);
    if (fresh)
        joined(z, env);
}

/* The adversary's node has no network key: it asks the parent for a link without security. */
static void bluff(struct zip_node *z, struct imp_env *env, imp_time now)
{
    if (z->link != ZIP_LINK_NONE)
        return;
    z->plain = true;
    begin_link(z, env, now);
}

/* ---- a stored key
 * ----------------------------------------------------------------------------------- */
/* The link alone, without PANA, which begins if the parent does not answer. Whether there is a key
 * for it. */
static bool rejoin(struct zip_node *z, struct imp_env *env, imp_time now)
{
    uint8_t key[PANA_NETWORK_KEY];
    if (!imp_eap_opt(env, "rejoin", 0) ||
        env->ops->cell_get(env, PANA_CELL_NETWORK_KEY, key, sizeof key) != (int)sizeof key)
        return false;
    drop_link(z);
    pana_pac_init(&z->pac, env);
    z->pac.state = PANA_PAC_OFF;
    z->pac.renewing = false;
    z->pac.answer_n = 0;
    zip_keys_derive(env, &z->keys, key);
    imp_wipe(key, sizeof key);
    z->rejoining = true;
    z->plain = false;
    begin_link(z, env, now);
    return true;
}

static void link_timeout(struct zip_node *z, struct imp_env *env, imp_time now)
{
    if (z->rejoining && z->retry.count + 1 >= REJOIN_TRIES) {
        const struct imp_event start = {.kind = IMP_EVENT_START};
        drop_link(z);
        pana_pac_event(&z->pac, env, &start, now);
        return;
    }
    request(z, env);
    pana_retry_again(&z->retry, env, REQUEST_MRT, now);
}

/* ---- events
 * ----------------------------------------------------------------------------------------- */

/* What has become of PANA's session, which goes on while it is authenticated again. */
static void follow(struct zip_node *z, struct imp_env *env, imp_time now)
{
    const struct pana_sa *sa = &z->pac.sa;
    if (z->pac.state != PANA_PAC_OPEN && !z->pac.renewing) {
        if (!env->adversary && !z->rejoining && z->link != ZIP_LINK_NONE)
            drop_link(z);
    } else if (z->link == ZIP_LINK_NONE && sa->has_network_key) {
        zip_keys_derive(env, &z->keys, sa->network_key);
        z->plain = false;
        begin_link(z, env, now);
    } else if (sa->has_network_key && sa->network_key[16] != z->keys.mle.index &&
               (!z->next.there || sa->network_key[16] != z->next.mle.index)) {
        zip_keys_derive(env, &z->next, sa->network_key); /* used when the parent does */
    }
}

void zip_node_init(void *ctx, struct imp_env *env)
{
    struct zip_node *z = ctx;
    pana_pac_init(&z->pac, env);
    z->pac.claimed = true; /* the node is complete when its link is up */
    z->retry.at = IMP_NEVER;
}

static void started(struct zip_node *z, struct imp_env *env, imp_time now)
{
    struct imp_addr self;
    zip_counter_start(&z->counter, env);
    if (env->ops->self(env, ZIP_MLE, &self))
        zip_claim_identity(env, &self);
    if (env->adversary)
        imp_timer(env, TIMER_BLUFF, now + BLUFF_AFTER);
}

void zip_node_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct zip_node *z = ctx;
    bool timer = e->kind == IMP_EVENT_TIMER;
    if (e->kind == IMP_EVENT_START)
        started(z, env, now);
    if (e->kind == IMP_EVENT_RECEIVE && e->channel == ZIP_MLE) {
        link_received(z, env, e);
    } else if (timer && e->id == TIMER_BLUFF) {
        bluff(z, env, now);
    } else if (timer && e->id == TIMER_LINK) {
        link_timeout(z, env, now);
    } else if (e->kind == IMP_EVENT_START && rejoin(z, env, now)) {
        /* without PANA */
    } else {
        pana_pac_event(&z->pac, env, e, now);
        follow(z, env, now);
    }
    imp_timer(env, TIMER_LINK, z->retry.at);
}

void zip_node_fini(void *ctx, struct imp_env *env)
{
    struct zip_node *z = ctx;
    imp_wipe(&z->keys, sizeof z->keys);
    imp_wipe(&z->next, sizeof z->next);
    pana_pac_fini(&z->pac, env);
}

int zip_node_state_of(const void *ctx)
{
    const struct zip_node *z = ctx;
    if (z->link == ZIP_LINK_UP)
        return ZIP_NODE_JOINED;
    return z->link == ZIP_LINK_ASKED ? ZIP_NODE_LINK : (int)z->pac.state;
}
