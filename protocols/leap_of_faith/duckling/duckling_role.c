/* SPDX-License-Identifier: GPL-2.0-only */
/* duckling_role.c - the life of a duckling: hatch, imprint, configure, die. */
#include <string.h>

#include "duckling_internal.h"
#include "protocols/crypto/crypto.h"

const struct imp_legal duckling_legal[] = {
    {DUCKLING_SEARCHING, DUCK_MSG_LINKS},
    {DUCKLING_OFFERED, DUCK_MSG_OFFER_NOTED},
    {DUCKLING_OFFERED, DUCK_MSG_REFUSAL},
    {DUCKLING_OFFERED, DUCK_MSG_EMPTY},
    {DUCKLING_OFFERED, DUCK_MSG_REQUEST},
    {DUCKLING_ACCEPTED, DUCK_MSG_KEY},
    {DUCKLING_IMPRINTED, DUCK_MSG_CLIENT_HELLO},
    {DUCKLING_IMPRINTED, DUCK_MSG_CLIENT_FLIGHT},
    {DUCKLING_IMPRINTED, DUCK_MSG_ALERT},
    {DUCKLING_IMPRINTED, DUCK_MSG_CONFIG},
    {DUCKLING_IMPRINTED, DUCK_MSG_REKEY},
    {DUCKLING_IMPRINTED, DUCK_MSG_DEATH},
    {DUCKLING_CONFIGURED, DUCK_MSG_CLIENT_HELLO},
    {DUCKLING_CONFIGURED, DUCK_MSG_CLIENT_FLIGHT},
    {DUCKLING_CONFIGURED, DUCK_MSG_ALERT},
    {DUCKLING_CONFIGURED, DUCK_MSG_CONFIG},
    {DUCKLING_CONFIGURED, DUCK_MSG_REKEY},
    {DUCKLING_CONFIGURED, DUCK_MSG_DEATH},
    {-1, -1},
};

bool duck_is_legal(const struct imp_legal *table, int state, int message)
{
    for (; table->message >= 0; table++)
        if (table->state == state && table->message == message)
            return true;
    return false;
}

/* Which flaw lets an imprinted duckling obey which message in clear. */
static const struct {
    enum duck_message message;
    enum duck_flaw flaw;
} lapses[] = {
    {DUCK_MSG_REQUEST, DUCK_FLAW_SECOND_IMPRINT},
    {DUCK_MSG_REQUEST, DUCK_FLAW_COMPETING},
    {DUCK_MSG_KEY, DUCK_FLAW_NO_PROOF},
    {DUCK_MSG_CLEAR_CONFIG, DUCK_FLAW_CLEAR_CONFIG},
    {DUCK_MSG_CLEAR_DEATH, DUCK_FLAW_CLEAR_DEATH},
};

bool duckling__allows(const struct duckling *d, enum duck_message message)
{
    if (duck_is_legal(duckling_legal, (int)d->state, (int)message))
        return true;
    for (size_t i = 0; i < sizeof lapses / sizeof *lapses; i++)
        if (lapses[i].message == message && imp_flawed(d->env, lapses[i].flaw))
            return d->state >= DUCKLING_IMPRINTED;
    return false;
}

void duckling__reply(struct duckling *d, struct imp_coap_reply *reply, enum imp_coap_code code,
                     enum duck_message label, const struct duck_content *content)
{
    reply->message.code = (uint8_t)code;
    reply->label = (int)label;
    if (!content)
        return;
    reply->message.payload_n = duck_content_write(d->env, reply->scratch, content);
    reply->message.payload = reply->scratch;
    imp_coap_add_uint(&reply->message, IMP_COAP_CONTENT_FORMAT, IMP_COAP_FORMAT_CBOR);
}

void duckling__refuse(struct duckling *d, struct imp_coap_reply *reply, enum imp_coap_code code,
                      enum duck_message label, const char *why)
{
    duck_plain_claim(d->env, IMP_CLAIM_REJECT, why);
    duckling__reply(d, reply, code, label, NULL);
}

/* ---- life --------------------------------------------------------------------------------------
 */
static void timer(struct duckling *d, enum duckling_timer id, imp_time at)
{
    imp_timer(d->env, (unsigned)id, at);
}

void duckling__search_later(struct duckling *d, imp_time at)
{
    d->state = DUCKLING_EGG;
    timer(d, DUCKLING_TIMER_STATE, IMP_NEVER);
    timer(d, DUCKLING_TIMER_SEARCH, at);
}

void duckling__store(struct duckling *d)
{
    uint8_t packed[DUCK_BOND_SIZE];
    duck_bond_pack(packed, &d->bond);
    d->env->ops->cell_put(d->env, "bond", packed, sizeof packed);
    imp_wipe(packed, sizeof packed);
}

static void claim_owner(struct duckling *d, bool owned)
{
    uint8_t epoch[4] = {0};
    d->env->ops->cell_get(d->env, "epoch", epoch, sizeof epoch);
    for (int i = 3; i >= 0 && ++epoch[i] == 0; i--)
        ;
    d->env->ops->cell_put(d->env, "epoch", epoch, sizeof epoch);
    duck_owner_claim(d->env, d->id, owned ? &d->bond : NULL, epoch);
}

static void start_ageing(struct duckling *d, imp_time now)
{
    timer(d, DUCKLING_TIMER_AGE,
          d->bond.lifetime ? now + (imp_time)d->bond.lifetime * IMP_S : IMP_NEVER);
}

/* Takes a key: from now on only that mother is obeyed. */
void duckling__imprint(struct duckling *d, const struct duck_bond *bond, imp_time now)
{
    bool rolled = d->bond.configured;
    d->bond = *bond;
    d->bond.configured = rolled && d->state == DUCKLING_CONFIGURED;
    duckling__store(d);
    start_ageing(d, now);
    claim_owner(d, true);
    if (d->state == DUCKLING_CONFIGURED)
        return;
    d->state = DUCKLING_IMPRINTED;
    timer(d, DUCKLING_TIMER_SEARCH, IMP_NEVER);
    timer(d, DUCKLING_TIMER_STATE, now + imp_opt(d->env, DUCK_OPT_CONFIGURE) * IMP_S);
}

/* `sid`: of the DTLS session that brought it, or NULL when it came in clear. */
void duckling__configure(struct duckling *d, const uint8_t *config, size_t n, const uint8_t *sid)
{
    uint8_t hash[DUCK_HASH];
    bool first = !d->bond.configured;
    imp_sha256(NULL, hash, &IMP_PIECE(config, n), 1);
    d->env->ops->cell_put(d->env, "config", config, n);
    d->bond.configured = true;
    duckling__store(d);
    d->state = DUCKLING_CONFIGURED;
    timer(d, DUCKLING_TIMER_STATE, IMP_NEVER);
    duck_config_claim(d->env, IMP_CLAIM_COMMIT, sid, config, n, d->bond.mother);
    imp_claim(d->env, &(struct imp_claim){.kind = IMP_CLAIM_CONFIG,
                                          .layer = "config",
                                          .self = d->id,
                                          .self_n = DUCK_ID,
                                          .data = hash,
                                          .data_n = DUCK_HASH});
    if (first)
        duck_plain_claim(d->env, IMP_CLAIM_COMPLETE, NULL);
}

/* Death: the key is forgotten; what is left is an egg that may be imprinted again. An open DTLS
 * session stays until the next one, so that a lost answer to the order can be repeated. */
void duckling__die(struct duckling *d, imp_time now)
{
    imp_wipe(&d->bond, sizeof d->bond);
    d->env->ops->cell_erase(d->env, "bond");
    d->env->ops->cell_erase(d->env, "config");
    claim_owner(d, false);
    timer(d, DUCKLING_TIMER_AGE, IMP_NEVER);
    d->interval = imp_opt(d->env, DUCK_OPT_INTERVAL) * IMP_S;
    d->pressed = -IMP_NEVER;
    duckling__search_later(d, now);
}

/* ---- events -------------------------------------------------------------------------------------
 */
static void start(struct duckling *d, imp_time now)
{
    uint8_t packed[DUCK_BOND_SIZE];
    d->env->ops->cell_get(d->env, "id", d->id, sizeof d->id);
    imp_claim(d->env, &(struct imp_claim){.kind = IMP_CLAIM_IDENTITY,
                                          .layer = "imprint",
                                          .self = d->id,
                                          .self_n = DUCK_ID});
    if (d->env->ops->cell_get(d->env, "bond", packed, sizeof packed) == DUCK_BOND_SIZE) {
        duck_bond_unpack(&d->bond, packed);
        d->state = d->bond.configured ? DUCKLING_CONFIGURED : DUCKLING_IMPRINTED;
        start_ageing(d, now); /* it has no clock: the time without power does not count */
        if (d->state == DUCKLING_IMPRINTED)
            timer(d, DUCKLING_TIMER_STATE, now + imp_opt(d->env, DUCK_OPT_CONFIGURE) * IMP_S);
        return;
    }
    if (imp_opt(d->env, DUCK_OPT_CAGE))
        imp_prompt(d->env, DUCK_ACT_SHIELD);
    else
        duckling__search(d, now);
}

static void state_timeout(struct duckling *d, imp_time now)
{
    /* An agreed key that the mother has never proven is no imprint. */
    bool proven = d->committed || imp_opt(d->env, DUCK_OPT_TRANSPORT) == DUCK_TRANSPORT_CLEAR;
    if (d->state == DUCKLING_IMPRINTED) /* stays imprinted: the mother tries again */
        duck_plain_claim(d->env, IMP_CLAIM_ALARM, "configuration-late");
    if (d->state == DUCKLING_IMPRINTED && !proven)
        duckling__die(d, now);
    else if (d->state == DUCKLING_OFFERED || d->state == DUCKLING_ACCEPTED)
        duckling__search_later(d, now);
}

static void timeout(struct duckling *d, enum duckling_timer id, imp_time now)
{
    switch (id) {
    case DUCKLING_TIMER_SEARCH:
        if (d->state == DUCKLING_SEARCHING)
            duckling__collected(d, now);
        else if (d->state == DUCKLING_EGG)
            duckling__search(d, now);
        break;
    case DUCKLING_TIMER_STATE:
        state_timeout(d, now);
        break;
    case DUCKLING_TIMER_CLEAR:
        imp_coap_expire(&d->clear, now);
        break;
    case DUCKLING_TIMER_SECURE:
        imp_coaps_expire(&d->secure, now);
        break;
    case DUCKLING_TIMER_AGE:
    default:
        duck_plain_claim(d->env, IMP_CLAIM_ALARM, "old-age");
        duckling__die(d, now);
        break;
    }
}

/* The button: may kill where the option says so; where it does not, only the mother may. */
static void reset(struct duckling *d, imp_time now)
{
    if (d->state >= DUCKLING_IMPRINTED && imp_opt(d->env, DUCK_OPT_RESET) != DUCK_RESET_ALLOWED) {
        duck_plain_claim(d->env, IMP_CLAIM_REJECT, "reset-refused");
        return;
    }
    imp_coap_abandon(&d->clear);
    imp_coaps_free(&d->secure);
    duckling__die(d, now);
}

static void user(struct duckling *d, const struct imp_event *e, imp_time now)
{
    if (e->id != DUCK_ACT_SHIELD || d->state != DUCKLING_EGG)
        return;
    if (e->ok)
        duckling__search(d, now);
    else
        duck_plain_claim(d->env, IMP_CLAIM_ALARM, "user-gave-up");
}

void duckling_init(void *ctx, struct imp_env *env)
{
    struct duckling *d = ctx;
    d->env = env;
    d->state = DUCKLING_EGG;
    d->interval = imp_opt(env, DUCK_OPT_INTERVAL) * IMP_S;
    d->pressed = -IMP_NEVER;
    duckling__secure_init(d);
}

void duckling_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct duckling *d = ctx;
    switch (e->kind) {
    case IMP_EVENT_START:
        start(d, now);
        break;
    case IMP_EVENT_RECEIVE:
        if (e->channel == DUCK_COAP)
            duckling__clear_receive(d, e, now);
        else
            duckling__secure_receive(d, e, now);
        break;
    case IMP_EVENT_TIMER:
        timeout(d, (enum duckling_timer)e->id, now);
        break;
    case IMP_EVENT_USER:
        user(d, e, now);
        break;
    case IMP_EVENT_RESET:
        reset(d, now);
        break;
    default:
        break;
    }
    imp_timer(env, DUCKLING_TIMER_CLEAR, imp_coap_deadline(&d->clear));
    imp_timer(env, DUCKLING_TIMER_SECURE, imp_coaps_deadline(&d->secure));
}

void duckling_fini(void *ctx, struct imp_env *env)
{
    struct duckling *d = ctx;
    (void)env;
    imp_coaps_free(&d->secure);
    imp_wipe(d, sizeof *d);
}

int duckling_state_of(const void *ctx)
{
    return (int)((const struct duckling *)ctx)->state;
}
