/* SPDX-License-Identifier: GPL-2.0-only */
/* wpa_station.c - the new device: is told a passphrase and joins. */
#include <string.h>

#include "protocols/contract/typing.h"
#include "protocols/crypto/crypto.h"
#include "protocols/eap/eapol.h"
#include "wpa.h"

const struct imp_legal wpa_station_legal[] = {
    {WPA_UNTOLD, WPA_MSG_PASSPHRASE}, /* typed at any time: then it begins anew */
    {WPA_AWAIT_1, WPA_MSG_PASSPHRASE},  {WPA_AWAIT_3, WPA_MSG_PASSPHRASE},
    {WPA_AWAIT_1, WPA_MSG_KEY_1},       {WPA_AWAIT_3, WPA_MSG_KEY_1},
    {WPA_AWAIT_3, WPA_MSG_KEY_3},       {WPA_CONNECTED, WPA_MSG_KEY_3}, /* repeated: 4/4 was lost */
    {WPA_CONNECTED, WPA_MSG_GROUP_1},   {WPA_CONNECTED, WPA_MSG_PASSPHRASE},
    {WPA_BACK_OFF, WPA_MSG_PASSPHRASE}, {-1, -1},
};

enum { TIMER };

static void enter(struct wpa_station *s, enum wpa_station_state state, imp_time until)
{
    s->state = state;
    imp_timer(s->env, TIMER, until);
}

/* The station shows by its address that it lacks a passphrase; who wants it in fetches one. */
static void show(struct wpa_station *s)
{
    struct imp_addr self = {.n = 6};
    s->env->ops->self(s->env, WPA_LINK, &self);
    imp_oob(s->env, WPA_REQUEST, WPA_MSG_REQUEST, self.bytes, self.n);
}

static void ask(struct wpa_station *s)
{
    s->wrong = 0;
    enter(s, WPA_UNTOLD, IMP_NEVER);
    show(s);
}

static void attempt(struct wpa_station *s, const uint8_t pmk[WPA_PMK], imp_time now)
{
    struct imp_addr self = {.n = 6};
    uint8_t frame[IMP_EAPOL_HEADER], version = (uint8_t)imp_opt(s->env, WPA_OPT_VERSION);
    s->env->ops->self(s->env, WPA_LINK, &self);
    s->fourway.rsne = imp_rsne_psk;
    s->fourway.unchecked = s->env->adversary || imp_flawed(s->env, WPA_FLAW_NO_KEY_MIC);
    imp_fourway_supplicant(&s->fourway, version, &self);
    imp_fourway_pmk(&s->fourway, pmk);
    enter(s, WPA_AWAIT_1, now + imp_opt(s->env, WPA_OPT_PATIENCE) * IMP_S);
    size_t n = imp_eapol_write(frame, sizeof frame, version, IMP_EAPOL_START, NULL, 0);
    imp_send(s->env, WPA_LINK, NULL, WPA_MSG_START, frame, n);
}

static void begin(struct wpa_station *s, imp_time now)
{
    uint8_t pmk[WPA_PMK];
    if (wpa_pmk_load(s->env, pmk))
        attempt(s, pmk, now);
    else
        ask(s);
    imp_wipe(pmk, sizeof pmk);
}

static void forget(struct wpa_station *s)
{
    s->env->ops->cell_erase(s->env, WPA_CELL_PASSPHRASE);
    s->env->ops->cell_erase(s->env, WPA_CELL_PMK);
    imp_wipe(&s->fourway, sizeof s->fourway);
}

static void told(struct wpa_station *s, const struct imp_event *e, imp_time now)
{
    uint8_t passphrase[WPA_SECRET_MAX], pmk[WPA_PMK];
    if (!wpa_is_legal(wpa_station_legal, (int)s->state, WPA_MSG_PASSPHRASE))
        return;
    if (!wpa_passphrase_ok(e->bytes, e->n)) {
        wpa_claim(s->env, IMP_CLAIM_REJECT, "not-a-passphrase");
        return;
    }
    memcpy(passphrase, e->bytes, e->n);
    imp_mistype(s->env, imp_opt(s->env, WPA_OPT_TYPING), passphrase, e->n);
    if (!wpa_passphrase_ok(passphrase, e->n)) { /* a slip that shows: he is to type it again */
        wpa_claim(s->env, IMP_CLAIM_REJECT, "not-a-passphrase");
        ask(s);
        return;
    }
    wpa_pmk_make(s->env, pmk, passphrase, e->n);
    s->wrong = 0;
    attempt(s, pmk, now);
    imp_wipe(passphrase, sizeof passphrase);
    imp_wipe(pmk, sizeof pmk);
}

/* A station cannot tell a wrong passphrase from lost frames. As wpa_supplicant does, it suspects
 * the passphrase when message 2 was sent and nothing good came back. */
static void timeout(struct wpa_station *s, imp_time now)
{
    if (s->state == WPA_BACK_OFF) {
        begin(s, now);
        return;
    }
    if (s->state != WPA_AWAIT_1 && s->state != WPA_AWAIT_3)
        return;
    wpa_claim(s->env, IMP_CLAIM_REJECT, "4-way handshake timeout");
    s->wrong += s->state == WPA_AWAIT_3;
    if (s->wrong >= (unsigned)imp_opt(s->env, WPA_OPT_TRIES) && !s->env->adversary) {
        wpa_claim(s->env, IMP_CLAIM_REJECT, "passphrase may be wrong");
        forget(s);
        ask(s);
        return;
    }
    enter(s, WPA_BACK_OFF, now + imp_opt(s->env, WPA_OPT_BACK_OFF) * IMP_S);
}

static int answer_to(int message)
{
    if (message == WPA_MSG_GROUP_1)
        return WPA_MSG_GROUP_2;
    return message == WPA_MSG_KEY_1 ? WPA_MSG_KEY_2 : WPA_MSG_KEY_4;
}

static void frame(struct wpa_station *s, const struct imp_event *e, imp_time now)
{
    int message = wpa_message_of(e->bytes, e->n);
    if (!wpa_is_legal(wpa_station_legal, (int)s->state, message))
        return;
    enum imp_fourway_out out =
        imp_fourway_supplicant_receive(&s->fourway, s->env, &e->from, e->bytes, e->n);
    if (out == IMP_FOURWAY_NOTHING)
        return;
    imp_send(s->env, WPA_LINK, &e->from, answer_to(message), s->fourway.frame, s->fourway.frame_n);
    if (message == WPA_MSG_KEY_1 && s->state == WPA_AWAIT_1)
        enter(s, WPA_AWAIT_3, now + imp_opt(s->env, WPA_OPT_PATIENCE) * IMP_S);
    if (out != IMP_FOURWAY_DONE)
        return;
    enter(s, WPA_CONNECTED, IMP_NEVER);
    s->wrong = 0;
    if (!s->claimed)
        wpa_claim(s->env, IMP_CLAIM_COMPLETE, NULL);
    s->claimed = true;
}

static bool word_is(const struct imp_event *e, const char *word)
{
    return e->n == strlen(word) && memcmp(e->bytes, word, e->n) == 0;
}

void wpa_station_init(void *ctx, struct imp_env *env)
{
    struct wpa_station *s = ctx;
    s->env = env;
}

void wpa_station_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct wpa_station *s = ctx;
    (void)env;
    switch (e->kind) {
    case IMP_EVENT_START:
        wpa_claim_address(s->env);
        if (s->env->adversary) /* a screen of its own, for users who look at the wrong one */
            show(s);
        begin(s, now);
        break;
    case IMP_EVENT_RECEIVE:
        if (e->channel == WPA_LINK)
            frame(s, e, now);
        else if (e->channel == WPA_PASSPHRASE)
            told(s, e, now);
        break;
    case IMP_EVENT_TIMER:
        timeout(s, now);
        break;
    case IMP_EVENT_RESET:
        forget(s);
        s->claimed = false;
        ask(s);
        break;
    case IMP_EVENT_CONTROL:
        if (word_is(e, "reconnect"))
            begin(s, now);
        break;
    default:
        break;
    }
}

void wpa_station_fini(void *ctx, struct imp_env *env)
{
    struct wpa_station *s = ctx;
    (void)env;
    imp_wipe(s, sizeof *s);
}

int wpa_station_state_of(const void *ctx)
{
    return (int)((const struct wpa_station *)ctx)->state;
}
