/* SPDX-License-Identifier: GPL-2.0-only */
/* The EAP-NOOB peer between conversations: start, sleep, out-of-band messages, reset. */
#include <string.h>

#include "noob_method.h"
#include "noob_oob.h"

void noob_peer_start(void *peer, struct imp_env *env, imp_time now)
{
    struct noob_peer *p = peer;
    uint8_t cell[NOOB_CELL_MAX];
    (void)now;

    *p = (struct noob_peer){.sleep_time = -1, .last = NOOB_TYPES};
    int n = env->ops->cell_get(env, NOOB_CELL, cell, sizeof cell);
    if (n > 0 && (size_t)n <= sizeof cell &&
        noob_association_read(&p->association, cell, (size_t)n) == 0) {
        p->state = NOOB_RECONNECTING; /* association state recovery, table 15 */
        imp_eap_claim_identity(env, p->association.peer_id);
    }
    imp_wipe(cell, sizeof cell);
}

bool noob_peer_wants(void *peer, struct imp_env *env, imp_time now)
{
    const struct noob_peer *p = peer;
    (void)env;

    /* In state 4 only the layer below asks, having lost its keys or being told to authenticate
     * again: table 15, "mobility/timeout/failure". The peer itself starts nothing then. */
    return p->state >= NOOB_OOB_RECEIVED || now >= p->sleep_until;
}

void noob_peer_begin(void *peer, struct imp_env *env, imp_time now)
{
    struct noob_peer *p = peer;
    (void)env;
    (void)now;

    if (p->state == NOOB_REGISTERED)
        p->state = NOOB_RECONNECTING; /* EAP is triggered again: new session keys are wanted */
    p->exchange = NOOB_X_NONE;
    p->last = NOOB_TYPES;
    p->error = 0;
    p->ended = false;
    p->has_keys = false;
    imp_wipe(&p->keys, sizeof p->keys);
    imp_wipe(&p->r, sizeof p->r);
}

size_t noob_peer_identity(void *peer, struct imp_env *env, char *out, size_t cap)
{
    struct noob_peer *p = peer;
    const char *nai = p->state >= NOOB_RECONNECTING ? p->association.nai
                      : p->state != NOOB_UNREGISTERED && p->e.nai[0]
                          ? p->e.nai
                          : imp_eap_opt_str(env, "nai", NOOB_DEFAULT_NAI);
    size_t n = strlen(nai);

    if (n >= cap || n >= sizeof p->used_nai)
        n = 0; /* the option's range forbids it */
    memcpy(out, nai, n);
    out[n] = '\0';
    memcpy(p->used_nai, out, n + 1);
    return n;
}

/* ---- out-of-band output (section 3.2.3)
 * --------------------------------------------------------------- */
imp_time noob_interval(const struct imp_env *env)
{
    int64_t s = imp_eap_opt(env, "noob-interval", 0);
    return s > 0 ? s * IMP_S : imp_eap_opt(env, "noob-timeout", 3600) * IMP_S / 2;
}

static void show_noob(struct noob_peer *p, struct imp_env *env, imp_time now)
{
    struct noob_oob m;
    char text[NOOB_OOB_MAX + 1];

    noob_sent_new(env, &p->e, NOOB_PEER_TO_SERVER, now, &m);
    size_t n = noob_oob_write(text, sizeof text, p->server_url, &m);
    imp_oob(env, noob_oob_channel(env, NOOB_OOB_TO_SERVER),
            noob_oob_label(env, NOOB_OOB_TO_SERVER_MESSAGE), text, n);
    p->oob_shown = true;
    imp_timer(env, NOOB_TIMER_REFRESH, now + noob_interval(env));
}

/* ---- end of a conversation
 * ------------------------------------------------------------------------------- */
/* Errors that only a user or an administrator can mend: try again seldom (section 3.6.2). */
static bool needs_help(int error)
{
    return error == NOOB_E_UNWANTED || error == NOOB_E_STATE || error == NOOB_E_VERSION ||
           error == NOOB_E_SUITE || error == NOOB_E_DIRECTION;
}

static imp_time sleep_until(const struct noob_peer *p, const struct imp_env *env, imp_time now)
{
    int64_t s = p->sleep_time >= 0 ? p->sleep_time : imp_eap_opt(env, "sleep-time-default", 60);
    return now + s * IMP_S;
}

imp_time noob_peer_end(void *peer, struct imp_env *env, bool success, imp_time now)
{
    struct noob_peer *p = peer;
    bool help = needs_help(p->error);

    if (p->exchange == NOOB_X_INITIAL && p->state == NOOB_UNREGISTERED)
        imp_wipe(&p->e, sizeof p->e); /* broken off: nothing is left of it */
    if (p->state == NOOB_REGISTERED && !(success && p->ended))
        p->state = NOOB_RECONNECTING;
    if (p->state == NOOB_REGISTERED)
        return IMP_NEVER;
    if (help)
        return p->sleep_until = now + NOOB_UNWANTED_SLEEP * IMP_S;
    if (p->state == NOOB_WAITING) {
        noob_sent_expire(&p->e, imp_eap_opt(env, "noob-timeout", 3600) * IMP_S, now);
        if (!p->oob_shown && (p->e.dirp & NOOB_PEER_TO_SERVER))
            show_noob(p, env, now);
        return p->sleep_until = sleep_until(p, env, now);
    }
    p->sleep_until = now;
    return IMP_EAP_HELD;
}

/* ---- out-of-band input
 * ------------------------------------------------------------------------------------ */
static imp_time reject_oob(struct noob_peer *p, struct imp_env *env, const char *why, imp_time now)
{
    noob_alarm(env, why);
    if (++p->e.oob_failures < imp_eap_opt(env, "oob-retries", 5))
        return IMP_EAP_HELD;
    imp_wipe(&p->e, sizeof p->e);
    p->state = NOOB_UNREGISTERED;
    p->oob_shown = false;
    p->sleep_until = now;
    imp_timer(env, NOOB_TIMER_REFRESH, IMP_NEVER);
    return now;
}

static imp_time oob_received(struct noob_peer *p, struct imp_env *env,
                             const struct imp_event *event, imp_time now)
{
    struct noob_oob m;
    bool lenient = imp_eap_flawed(env, "peer-no-oob-check");

    if (p->state != NOOB_WAITING || !(p->e.dirp & NOOB_SERVER_TO_PEER)) {
        noob_alarm(env, "oob-message-not-expected");
        return IMP_EAP_HELD;
    }
    if (noob_oob_parse(&m, event->bytes, event->n) < 0)
        return reject_oob(p, env, "oob-message-malformed", now);
    if (strcmp(m.peer_id, p->e.peer_id) != 0 && !lenient)
        return reject_oob(p, env, "oob-peerid-unrecognized", now);
    if (!noob_hoob_matches(env, &p->e, NOOB_SERVER_TO_PEER, &m) && !lenient)
        return reject_oob(p, env, "oob-hoob-mismatch", now);
    memcpy(p->e.received, m.noob, NOOB_NOOB);
    noob_claim_oob(env, m.noob);
    p->state = NOOB_OOB_RECEIVED;
    imp_timer(env, NOOB_TIMER_REFRESH, IMP_NEVER);
    return now; /* section 3.2.4: immediately */
}

/* ---- other events
 * ------------------------------------------------------------------------------------------- */
static void reset(struct noob_peer *p, struct imp_env *env)
{
    env->ops->cell_erase(env, NOOB_CELL);
    noob_claim_owner(env, NULL, NULL);
    imp_wipe(p, sizeof *p);
    p->sleep_time = -1;
    p->last = NOOB_TYPES;
    imp_timer(env, NOOB_TIMER_REFRESH, IMP_NEVER);
}

static bool verb_is(const struct imp_event *event, const char *verb)
{
    return event->n == strlen(verb) && memcmp(event->bytes, verb, event->n) == 0;
}

static imp_time control(struct noob_peer *p, const struct imp_event *event, imp_time now)
{
    if (verb_is(event, "reauthenticate") && p->state >= NOOB_RECONNECTING) {
        p->state = NOOB_RECONNECTING; /* rekeying request, table 15 */
        p->sleep_until = now;
        return now;
    }
    if (verb_is(event, "probe") && p->state < NOOB_RECONNECTING) {
        p->sleep_until = now; /* the user's wish overrides SleepTime (table 1) */
        return now;
    }
    return IMP_EAP_HELD;
}

imp_time noob_peer_event(void *peer, struct imp_env *env, const struct imp_event *event,
                         imp_time now)
{
    struct noob_peer *p = peer;

    switch (event->kind) {
    case IMP_EVENT_RECEIVE:
        if (event->channel == noob_oob_channel(env, NOOB_OOB_TO_PEER))
            return oob_received(p, env, event, now);
        return IMP_EAP_HELD;
    case IMP_EVENT_TIMER:
        if (event->id == NOOB_TIMER_REFRESH && p->state == NOOB_WAITING)
            show_noob(p, env, now);
        return IMP_EAP_HELD;
    case IMP_EVENT_RESET:
        reset(p, env);
        return IMP_EAP_HELD;
    case IMP_EVENT_CONTROL:
        return control(p, event, now);
    default:
        return IMP_EAP_HELD;
    }
}

bool noob_peer_export(const void *peer, struct imp_eap_export *out)
{
    const struct noob_peer *p = peer;
    if (p->has_keys)
        noob_export(out, &p->keys, p->association.peer_id);
    return p->has_keys;
}
