/* SPDX-License-Identifier: GPL-2.0-only */
/* wpa_network.c - the access point, and its owner who knows the passphrase. */
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "wpa.h"

const struct imp_legal wpa_network_legal[] = {
    {WPA_NETWORK_IDLE, WPA_MSG_START},      {WPA_NETWORK_IDLE, WPA_MSG_REQUEST},
    {WPA_NETWORK_AWAIT_2, WPA_MSG_START},   {WPA_NETWORK_AWAIT_2, WPA_MSG_KEY_2},
    {WPA_NETWORK_AWAIT_2, WPA_MSG_REQUEST}, {WPA_NETWORK_AWAIT_4, WPA_MSG_START},
    {WPA_NETWORK_AWAIT_4, WPA_MSG_KEY_4},   {WPA_NETWORK_AWAIT_4, WPA_MSG_REQUEST},
    {WPA_NETWORK_OPEN, WPA_MSG_START},      {WPA_NETWORK_OPEN, WPA_MSG_REQUEST},
    {WPA_NETWORK_GROUP, WPA_MSG_START},     {WPA_NETWORK_GROUP, WPA_MSG_GROUP_2},
    {WPA_NETWORK_GROUP, WPA_MSG_REQUEST},   {-1, -1},
};

/* ---- associations
 * ---------------------------------------------------------------------------------- */
/* The one of that address; NULL when it is new and there is no room. */
static struct wpa_association *find(struct wpa_network *w, const struct imp_addr *addr)
{
    for (size_t i = 0; i < w->count; i++)
        if (imp_addr_equal(&w->associations[i].addr, addr))
            return &w->associations[i];
    if (w->count == WPA_STATIONS)
        return NULL;
    w->associations[w->count] = (struct wpa_association){.addr = *addr};
    return &w->associations[w->count++];
}

static bool waits(const struct wpa_association *a)
{
    return a->state == WPA_NETWORK_AWAIT_2 || a->state == WPA_NETWORK_AWAIT_4 ||
           a->state == WPA_NETWORK_GROUP;
}

static void arm(struct wpa_network *w, size_t timer)
{
    imp_time at = IMP_NEVER;
    for (size_t i = timer; i < w->count; i += WPA_TIMERS) {
        const struct wpa_association *a = &w->associations[i];
        if (waits(a) && a->fourway.deadline < at)
            at = a->fourway.deadline;
    }
    imp_timer(w->env, (unsigned)timer, at);
}

/* ---- handshake
 * ----------------------------------------------------------------------------- */
static void transmit(struct wpa_network *w, struct wpa_association *a)
{
    static const struct {
        enum wpa_network_state state;
        int message;
    } of[] = {[IMP_FOURWAY_AWAIT_2] = {WPA_NETWORK_AWAIT_2, WPA_MSG_KEY_1},
              [IMP_FOURWAY_AWAIT_4] = {WPA_NETWORK_AWAIT_4, WPA_MSG_KEY_3},
              [IMP_FOURWAY_AWAIT_GROUP] = {WPA_NETWORK_GROUP, WPA_MSG_GROUP_1}};
    a->state = of[a->fourway.state].state;
    imp_send(w->env, WPA_LINK, &a->addr, of[a->fourway.state].message, a->fourway.frame,
             a->fourway.frame_n);
}

/* The group key that all have now; a station in the midst of its own handshake gets it there, or
 * afterwards. */
static void send_group_key(struct wpa_network *w, struct wpa_association *a, imp_time now)
{
    if (imp_group_key_give(&w->group, &a->fourway, w->env, now) == IMP_FOURWAY_SEND)
        transmit(w, a);
}

static void opened(struct wpa_network *w, struct wpa_association *a, imp_time now)
{
    a->state = WPA_NETWORK_OPEN;
    send_group_key(w, a, now);
    if (!a->claimed)
        wpa_claim(w->env, IMP_CLAIM_COMPLETE, NULL);
    a->claimed = true;
}

static void start_handshake(struct wpa_network *w, struct wpa_association *a, imp_time now)
{
    struct imp_addr self = {.n = 6};
    w->env->ops->self(w->env, WPA_LINK, &self);
    imp_fourway_start(&a->fourway, w->env, (uint8_t)imp_opt(w->env, WPA_OPT_VERSION), w->pmk,
                      w->group.gtk, &self, &a->addr, now);
    a->fourway.rsne = imp_rsne_psk;
    a->fourway.gtk_id = w->group.id;
    if (imp_opt(w->env, WPA_OPT_PMKID))
        imp_fourway_name_pmk(&a->fourway, w->env);
    a->fourway.unchecked = w->env->adversary || imp_flawed(w->env, WPA_FLAW_NO_STATION_MIC);
    transmit(w, a);
}

static void frame(struct wpa_network *w, const struct imp_event *e, imp_time now)
{
    int message = wpa_message_of(e->bytes, e->n);
    struct wpa_association *a = find(w, &e->from);
    if (!a || !wpa_is_legal(wpa_network_legal, (int)a->state, message))
        return;
    w->last = (size_t)(a - w->associations);
    if (message == WPA_MSG_START) {
        start_handshake(w, a, now);
    } else {
        enum imp_fourway_out out = imp_fourway_receive(&a->fourway, w->env, e->bytes, e->n, now);
        if (out == IMP_FOURWAY_SEND)
            transmit(w, a);
        else if (out == IMP_FOURWAY_DONE)
            opened(w, a, now);
    }
    arm(w, w->last % WPA_TIMERS);
}

static void timeout(struct wpa_network *w, unsigned timer, imp_time now)
{
    for (size_t i = timer; i < w->count; i += WPA_TIMERS) {
        struct wpa_association *a = &w->associations[i];
        if (!waits(a) || a->fourway.deadline > now)
            continue;
        w->last = i;
        if (imp_fourway_timeout(&a->fourway, w->env, now) == IMP_FOURWAY_SEND)
            transmit(w, a);
        else
            a->state = WPA_NETWORK_IDLE;
    }
    arm(w, timer);
}

/* ---- the group key's renewal, IEEE 802.11-2016 section 12.7.7
 * ----------------------------------------------------------------------------- */
enum { GROUP_TIMER = WPA_TIMERS };

static imp_time group_period(const struct wpa_network *w)
{
    return imp_opt(w->env, WPA_OPT_GROUP) * IMP_S;
}

static void renew(struct wpa_network *w, imp_time now)
{
    imp_group_key_renew(&w->group, w->env, group_period(w), now);
    for (size_t i = 0; i < w->count; i++)
        if (w->associations[i].state == WPA_NETWORK_OPEN ||
            w->associations[i].state == WPA_NETWORK_GROUP)
            send_group_key(w, &w->associations[i], now);
    for (size_t i = 0; i < WPA_TIMERS && i < w->count; i++)
        arm(w, i);
    imp_timer(w->env, GROUP_TIMER, w->group.due);
}

/* ---- the owner
 * ----------------------------------------------------------------------------- */
static void tell(struct wpa_network *w)
{
    uint8_t passphrase[WPA_SECRET_MAX];
    int n = w->env->ops->cell_get(w->env, WPA_CELL_PASSPHRASE, passphrase, sizeof passphrase);
    if (n > 0)
        imp_oob(w->env, WPA_PASSPHRASE, WPA_MSG_PASSPHRASE, passphrase, (size_t)n);
    imp_wipe(passphrase, sizeof passphrase);
}

/* Tells the passphrase for a station that asks for it, unless he has struck that one off. */
static void asked(struct wpa_network *w, const struct imp_event *e)
{
    struct imp_addr addr = {.n = 6};
    if (e->n != addr.n) {
        wpa_claim(w->env, IMP_CLAIM_REJECT, "not-an-address");
        return;
    }
    memcpy(addr.bytes, e->bytes, addr.n);
    struct wpa_association *a = find(w, &addr);
    if (!a || a->struck) {
        wpa_claim(w->env, IMP_CLAIM_REJECT, a ? "struck-off" : "too-many-stations");
        return;
    }
    tell(w);
}

/* All share one secret: who is to leave forces a new one on all. */
static void change(struct wpa_network *w, bool strike)
{
    char passphrase[WPA_SECRET_MAX];
    size_t n = wpa_passphrase_draw(w->env, passphrase);
    wpa_pmk_make(w->env, w->pmk, (const uint8_t *)passphrase, n);
    imp_group_key_draw(&w->group, w->env);
    imp_wipe(passphrase, sizeof passphrase);
    for (size_t i = 0; i < w->count; i++) {
        struct wpa_association *a = &w->associations[i];
        *a = (struct wpa_association){.addr = a->addr, .struck = a->struck || strike};
    }
    for (size_t i = 0; i < WPA_TIMERS && i < w->count; i++)
        arm(w, i);
}

static void readmit(struct wpa_network *w)
{
    for (size_t i = 0; i < w->count; i++)
        w->associations[i].struck = false;
}

static bool word_is(const struct imp_event *e, const char *word)
{
    return e->n == strlen(word) && memcmp(e->bytes, word, e->n) == 0;
}

static void control(struct wpa_network *w, const struct imp_event *e)
{
    if (word_is(e, "revoke"))
        change(w, true);
    else if (word_is(e, "change"))
        change(w, false);
    else if (word_is(e, "readmit"))
        readmit(w);
}

/* A factory reset brings the passphrase of another network: everybody must be told again. */
static void start(struct wpa_network *w, imp_time now)
{
    wpa_claim_address(w->env);
    w->count = 0;
    imp_group_key_begin(&w->group, group_period(w), now);
    if (w->group.due != IMP_NEVER)
        imp_timer(w->env, GROUP_TIMER, w->group.due);
    if (!wpa_pmk_load(w->env, w->pmk))
        change(w, false);
    imp_group_key_draw(&w->group, w->env);
    if (w->env->adversary) /* a label of its own, for users who look at the wrong one */
        tell(w);
}

void wpa_network_init(void *ctx, struct imp_env *env)
{
    struct wpa_network *w = ctx;
    w->env = env;
}

void wpa_network_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct wpa_network *w = ctx;
    (void)env;
    switch (e->kind) {
    case IMP_EVENT_START:
        start(w, now);
        break;
    case IMP_EVENT_RECEIVE:
        if (e->channel == WPA_LINK)
            frame(w, e, now);
        else if (e->channel == WPA_REQUEST)
            asked(w, e);
        break;
    case IMP_EVENT_TIMER:
        if (e->id == GROUP_TIMER)
            renew(w, now);
        else
            timeout(w, e->id, now);
        break;
    case IMP_EVENT_RESET:
        change(w, false);
        break;
    case IMP_EVENT_CONTROL:
        control(w, e);
        break;
    default:
        break;
    }
}

void wpa_network_fini(void *ctx, struct imp_env *env)
{
    struct wpa_network *w = ctx;
    (void)env;
    imp_wipe(w->pmk, sizeof w->pmk);
    for (size_t i = 0; i < w->count; i++)
        imp_wipe(&w->associations[i].fourway, sizeof w->associations[i].fourway);
}

int wpa_network_state_of(const void *ctx)
{
    const struct wpa_network *w = ctx;
    return (int)w->associations[w->last].state;
}
