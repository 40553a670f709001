/* SPDX-License-Identifier: GPL-2.0-only */
/* mother_role.c - window, records and household of a mother. */
#include <stdio.h>
#include <string.h>

#include "mother_internal.h"
#include "protocols/crypto/crypto.h"

const struct imp_legal mother_legal[] = {
    {MOTHER_IDLE, DUCK_MSG_DISCOVER},
    {MOTHER_IDLE, DUCK_MSG_OFFER},
    {MOTHER_CONFIRMING, DUCK_MSG_DISCOVER},
    {MOTHER_REQUESTED, DUCK_MSG_DISCOVER},
    {MOTHER_REQUESTED, DUCK_MSG_OFFER},
    {MOTHER_REQUESTED, DUCK_MSG_ACCEPT},
    {MOTHER_REQUESTED, DUCK_MSG_REFUSAL},
    {MOTHER_REQUESTED, DUCK_MSG_EMPTY},
    {MOTHER_KEYED, DUCK_MSG_DISCOVER},
    {MOTHER_KEYED, DUCK_MSG_OFFER},
    {MOTHER_KEYED, DUCK_MSG_PROOF},
    {MOTHER_KEYED, DUCK_MSG_REFUSAL},
    {MOTHER_KEYED, DUCK_MSG_EMPTY},
    {MOTHER_HANDSHAKE, DUCK_MSG_DISCOVER},
    {MOTHER_HANDSHAKE, DUCK_MSG_OFFER},
    {MOTHER_HANDSHAKE, DUCK_MSG_VERIFY_REQUEST},
    {MOTHER_HANDSHAKE, DUCK_MSG_SERVER_FLIGHT},
    {MOTHER_HANDSHAKE, DUCK_MSG_FINISHED},
    {MOTHER_HANDSHAKE, DUCK_MSG_ALERT},
    {MOTHER_CONFIGURING, DUCK_MSG_DISCOVER},
    {MOTHER_CONFIGURING, DUCK_MSG_OFFER},
    {MOTHER_CONFIGURING, DUCK_MSG_OPERATIONAL},
    {MOTHER_CONFIGURING, DUCK_MSG_SECURE_REFUSAL},
    {MOTHER_OPERATIONAL, DUCK_MSG_DISCOVER},
    {MOTHER_OPERATIONAL, DUCK_MSG_OFFER},
    {MOTHER_REKEYING, DUCK_MSG_REKEYED},
    {MOTHER_REKEYING, DUCK_MSG_SECURE_REFUSAL},
    {MOTHER_KILLING, DUCK_MSG_DIED},
    {MOTHER_KILLING, DUCK_MSG_SECURE_REFUSAL},
    {-1, -1},
};

/* ---- window
 * -------------------------------------------------------------------------------------- */
static void drop_admission(struct mother *m)
{
    m->admission_count--;
    memmove(m->admissions, m->admissions + 1, m->admission_count * sizeof *m->admissions);
}

static void press(struct mother *m, imp_time now)
{
    if (m->admission_count == MOTHER_RECORDS)
        drop_admission(m);
    m->admissions[m->admission_count++] = now + imp_opt(m->env, DUCK_OPT_WINDOW) * IMP_S;
}

bool mother__window_open(struct mother *m, imp_time now)
{
    while (m->admission_count && m->admissions[0] <= now)
        drop_admission(m);
    return m->admission_count > 0 || imp_flawed(m->env, DUCK_FLAW_WINDOW) ||
           imp_flawed(m->env, DUCK_FLAW_ANY_DUCKLING);
}

void mother__admitted(struct mother *m)
{
    if (m->admission_count)
        drop_admission(m);
}

/* ---- records
 * -------------------------------------------------------------------------------------- */
static void cell_name(char out[16], const struct mother *m, const struct mother_record *r)
{
    snprintf(out, 16, "duckling-%03u", (unsigned)(r - m->records) % 1000u);
}

static void record_init(struct mother *m, struct mother_record *r, const struct imp_addr *addr)
{
    imp_coaps_free(&r->secure);
    *r = (struct mother_record){.used = true,
                                .mother = m,
                                .addr = *addr,
                                .state = MOTHER_IDLE,
                                .answer_at = IMP_NEVER,
                                .act_at = IMP_NEVER};
    mother__clear_init(r);
    mother__secure_init(r);
}

/* The record of that correspondent; else a free one, or one of a duckling that never came. */
struct mother_record *mother__record(struct mother *m, const struct imp_addr *addr, imp_time now)
{
    struct mother_record *found = NULL;
    for (size_t i = 0; i < m->reached; i++) {
        struct mother_record *r = &m->records[i];
        if (r->used && imp_addr_equal(&r->addr, addr)) {
            m->last = i;
            return r;
        }
        bool idle = r->used && r->state == MOTHER_IDLE && !r->bonded && r->answer_at < now;
        if (!found && (!r->used || idle))
            found = r;
    }
    if (!found && m->reached < MOTHER_RECORDS)
        found = &m->records[m->reached++];
    if (found) {
        record_init(m, found, addr);
        m->last = (size_t)(found - m->records);
    }
    return found;
}

void mother__store(struct mother_record *r)
{
    uint8_t bytes[DUCK_BOND_SIZE + 1 + IMP_ADDR_MAX];
    char name[16];
    duck_bond_pack(bytes, &r->bond);
    bytes[DUCK_BOND_SIZE] = r->addr.n;
    memcpy(bytes + DUCK_BOND_SIZE + 1, r->addr.bytes, IMP_ADDR_MAX);
    cell_name(name, r->mother, r);
    r->mother->env->ops->cell_put(r->mother->env, name, bytes, sizeof bytes);
    imp_wipe(bytes, sizeof bytes);
}

void mother__idle(struct mother_record *r)
{
    r->state = r->bonded && r->bond.configured ? MOTHER_OPERATIONAL : MOTHER_IDLE;
    r->act_at = IMP_NEVER;
}

void mother__forget(struct mother_record *r)
{
    char name[16];
    cell_name(name, r->mother, r);
    r->mother->env->ops->cell_erase(r->mother->env, name);
    imp_wipe(&r->bond, sizeof r->bond);
    r->bonded = false;
    r->claimed = false;
    mother__idle(r);
}

static void load(struct mother *m, imp_time now)
{
    for (size_t i = 0; i < MOTHER_RECORDS; i++) {
        uint8_t bytes[DUCK_BOND_SIZE + 1 + IMP_ADDR_MAX];
        struct mother_record *r = &m->records[i];
        struct imp_addr addr;
        char name[16];
        cell_name(name, m, r);
        if (m->env->ops->cell_get(m->env, name, bytes, sizeof bytes) != sizeof bytes)
            continue;
        addr.n = bytes[DUCK_BOND_SIZE];
        memcpy(addr.bytes, bytes + DUCK_BOND_SIZE + 1, IMP_ADDR_MAX);
        record_init(m, r, &addr);
        m->reached = i + 1;
        duck_bond_unpack(&r->bond, bytes);
        r->bonded = true;
        r->claimed = r->bond.configured;
        if (r->bond.configured)
            mother__idle(r);
        else
            mother__connect(r, now);
    }
}

/* ---- the user
 * ---------------------------------------------------------------------------------------- */
/* Asks about one offer at a time. */
void mother__ask(struct mother *m)
{
    for (size_t i = 0; i < m->reached && !m->asking; i++)
        if (m->records[i].used && m->records[i].state == MOTHER_CONFIRMING) {
            m->asking = true;
            m->asked = i;
            imp_prompt(m->env, DUCK_ACT_CONFIRM);
        }
}

static void confirmed(struct mother *m, bool ok, imp_time now)
{
    struct mother_record *r = &m->records[m->asked];
    if (!m->asking)
        return;
    m->asking = false;
    m->last = m->asked;
    if (r->state == MOTHER_CONFIRMING && ok) {
        mother__request(r, now);
    } else if (r->state == MOTHER_CONFIRMING) {
        duck_plain_claim(m->env, IMP_CLAIM_REJECT, "user-declined");
        mother__idle(r);
    }
    mother__ask(m);
}

static bool word_is(const struct imp_event *e, const char *word)
{
    return e->n == strlen(word) && memcmp(e->bytes, word, e->n) == 0;
}

static void control(struct mother *m, const struct imp_event *e, imp_time now)
{
    enum mother_state order = word_is(e, "kill")    ? MOTHER_KILLING
                              : word_is(e, "rekey") ? MOTHER_REKEYING
                                                    : MOTHER_IDLE;
    if (order == MOTHER_IDLE)
        return;
    for (size_t i = 0; i < m->reached; i++)
        if (m->records[i].used && m->records[i].state == MOTHER_OPERATIONAL)
            mother__order(&m->records[i], order, now);
}

/* A mother that is reset leaves orphans: nobody else may kill them. */
static void reset(struct mother *m)
{
    for (size_t i = 0; i < m->reached; i++)
        if (m->records[i].used) {
            mother__forget(&m->records[i]);
            imp_coaps_free(&m->records[i].secure);
            m->records[i].used = false;
        }
    m->admission_count = 0;
}

/* ---- soliciting: what an attacker's mother does
 * ------------------------------------------------------- */
static void solicit_later(struct mother *m, imp_time at)
{
    enum { ROUNDS = 20 };
    if (imp_opt(m->env, DUCK_OPT_SOLICIT) && m->solicited < ROUNDS)
        imp_timer(m->env, MOTHER_TIMER_SOLICIT, at);
}

static void solicit(struct mother *m, imp_time now)
{
    struct imp_addr peer;
    struct mother_record *r = NULL;
    m->solicited++;
    if (m->env->ops->peer(m->env, DUCK_COAP, &peer))
        r = mother__record(m, &peer, now);
    if (r && r->state == MOTHER_IDLE && !r->bonded && r->answer_at == IMP_NEVER) {
        r->step = 0;
        mother__attempt(r, now);
    }
    solicit_later(m, now + 30 * IMP_S);
}

/* ---- events
 * --------------------------------------------------------------------------------------------- */
static void start(struct mother *m, imp_time now)
{
    int n = m->env->ops->cell_get(m->env, "network", m->config, sizeof m->config);
    m->config_n = n > 0 ? (size_t)n : 0;
    m->env->ops->cell_get(m->env, "id", m->id, sizeof m->id);
    imp_claim(m->env, &(struct imp_claim){.kind = IMP_CLAIM_IDENTITY,
                                          .layer = "imprint",
                                          .self = m->id,
                                          .self_n = DUCK_ID});
    load(m, now);
    solicit_later(m, now + 1 * IMP_S);
}

static imp_time earlier(imp_time a, imp_time b)
{
    return a < b ? a : b;
}

static imp_time deadline(const struct mother_record *r)
{
    return earlier(earlier(r->answer_at, r->act_at),
                   earlier(imp_coap_deadline(&r->clear), imp_coaps_deadline(&r->secure)));
}

/* A step whose time has come: a confirmed offer's request, or another handshake. */
static void act(struct mother_record *r, imp_time now)
{
    r->act_at = IMP_NEVER;
    if (r->state == MOTHER_IDLE || r->state == MOTHER_OPERATIONAL)
        mother__request(r, now);
    else if (r->state >= MOTHER_HANDSHAKE)
        mother__connect(r, now);
}

static void record_expire(struct mother_record *r, imp_time now)
{
    if (deadline(r) > now)
        return;
    r->mother->last = (size_t)(r - r->mother->records);
    if (r->answer_at <= now)
        mother__answer_search(r);
    if (r->act_at <= now)
        act(r, now);
    if (imp_coap_deadline(&r->clear) <= now)
        imp_coap_expire(&r->clear, now);
    if (imp_coaps_deadline(&r->secure) <= now)
        imp_coaps_expire(&r->secure, now);
}

/* Sets the timer that a record shares with every sixtieth one. */
static void record_timer(struct mother *m, size_t index)
{
    imp_time at = IMP_NEVER;
    for (size_t i = index % MOTHER_TIMERS; i < m->reached; i += MOTHER_TIMERS)
        if (m->records[i].used)
            at = earlier(at, deadline(&m->records[i]));
    imp_timer(m->env, (unsigned)(MOTHER_TIMER_RECORDS + index % MOTHER_TIMERS), at);
}

static void timeout(struct mother *m, unsigned id, imp_time now)
{
    if (id == MOTHER_TIMER_SOLICIT) {
        solicit(m, now);
        return;
    }
    m->last = id - MOTHER_TIMER_RECORDS;
    for (size_t i = id - MOTHER_TIMER_RECORDS; i < m->reached; i += MOTHER_TIMERS)
        if (m->records[i].used)
            record_expire(&m->records[i], now);
}

static void receive(struct mother *m, const struct imp_event *e, imp_time now)
{
    if (e->channel == DUCK_BUTTON)
        press(m, now);
    else if (e->channel == DUCK_COAP)
        mother__clear_receive(m, e, now);
    else
        mother__secure_receive(m, e, now);
}

void mother_init(void *ctx, struct imp_env *env)
{
    struct mother *m = ctx;
    m->env = env;
}

void mother_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct mother *m = ctx;
    (void)env;
    switch (e->kind) {
    case IMP_EVENT_START:
        start(m, now);
        break;
    case IMP_EVENT_RECEIVE:
        receive(m, e, now);
        break;
    case IMP_EVENT_TIMER:
        timeout(m, e->id, now);
        break;
    case IMP_EVENT_USER:
        confirmed(m, e->ok, now);
        break;
    case IMP_EVENT_RESET:
        reset(m);
        break;
    case IMP_EVENT_CONTROL:
        control(m, e, now);
        break;
    default:
        break;
    }
    if (e->kind == IMP_EVENT_RECEIVE || e->kind == IMP_EVENT_TIMER)
        record_timer(m, m->last);
    else
        for (size_t i = 0; i < MOTHER_TIMERS; i++)
            record_timer(m, i);
}

void mother_fini(void *ctx, struct imp_env *env)
{
    struct mother *m = ctx;
    (void)env;
    for (size_t i = 0; i < m->reached; i++)
        if (m->records[i].used) { /* untouched pages stay untouched: they are many */
            imp_coaps_free(&m->records[i].secure);
            imp_wipe(&m->records[i], sizeof m->records[i]);
        }
}

int mother_state_of(const void *ctx)
{
    const struct mother *m = ctx;
    return (int)m->records[m->last].state;
}
