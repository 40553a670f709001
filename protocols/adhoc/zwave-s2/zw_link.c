/* SPDX-License-Identifier: GPL-2.0-only */
/* zw_link.c - encapsulation of Security 2 and its nonces. */
#include "zw_link.h"

#include <string.h>

#include "protocols/crypto/crypto.h"

enum {
    FLAG_EXTENSION = 1,
    FLAG_SOS = 1,
    SPAN_TYPE = 0x41 /* critical, type 1 */,
    SPAN_LENGTH = 18
};
enum { HEADER = 4, REPORT = 4 + ZW_EI };
/* A receiver tries 1 to 5 nonces in their order; frames whose number is that of the last one or the
 * one before are repetitions (both as in S2.c of Silicon Labs' zw-libs2). */
enum { NONCES = 5, WINDOW = 2 };
enum { ASKS = 3, REPEATS = 2 }; /* ours: in one inclusion; of one command */

/* Sender, receiver, HomeID, length of the frame, then what of it is in clear behind the command. */
static size_t associated(uint8_t out[8 + 2 + ZW_EXTENSION], const struct zw_ends *e, bool sends,
                         const uint8_t *frame, size_t n, size_t clear_n)
{
    out[0] = sends ? e->own : e->peer;
    out[1] = sends ? e->peer : e->own;
    memcpy(out + 2, e->home, 4);
    out[6] = (uint8_t)(n >> 8);
    out[7] = (uint8_t)n;
    memcpy(out + 8, frame + 2, clear_n - 2);
    return 8 + clear_n - 2;
}

int zw_encapsulation_read(struct zw_encapsulation *out, const uint8_t *p, size_t n)
{
    *out = (struct zw_encapsulation){.clear_n = HEADER};
    if (n < HEADER + ZW_TAG || p[0] != ZW_CLASS_S2 || p[1] != ZW_S2_ENCAPSULATION)
        return -1;
    out->sequence = p[2];
    if (p[3] == 0)
        return 0;
    if (p[3] != FLAG_EXTENSION || n < HEADER + ZW_EXTENSION + ZW_TAG || p[4] != SPAN_LENGTH ||
        p[5] != SPAN_TYPE)
        return -1;
    out->sei = p + HEADER + 2;
    out->clear_n += ZW_EXTENSION;
    return 0;
}

size_t zw_seal(struct imp_env *env, struct zw_link *l, const struct zw_derived *keys,
               const uint8_t *sei, const uint8_t *command, size_t n, uint8_t frame[ZW_FRAME_MAX])
{
    uint8_t aad[8 + 2 + ZW_EXTENSION], nonce[ZW_NONCE];
    size_t clear_n = HEADER;
    frame[0] = ZW_CLASS_S2;
    frame[1] = ZW_S2_ENCAPSULATION;
    frame[2] = l->sequence++;
    frame[3] = sei ? FLAG_EXTENSION : 0;
    if (sei) {
        frame[4] = SPAN_LENGTH;
        frame[5] = SPAN_TYPE;
        memcpy(frame + 6, sei, ZW_EI);
        clear_n += ZW_EXTENSION;
    }
    size_t all = clear_n + n + ZW_TAG, aad_n = associated(aad, &l->ends, true, frame, all, clear_n);
    zw_span_next(env, &l->span, nonce);
    imp_aes_ccm_seal(env, frame + clear_n, keys->ccm, nonce, ZW_NONCE, aad, aad_n, command, n,
                     ZW_TAG);
    return all;
}

static void begin(struct imp_env *env, struct zw_link *l, const struct zw_derived *keys,
                  const uint8_t *sei, const uint8_t *rei)
{
    zw_span_begin(env, &l->span, sei, rei, keys->pstring);
    memcpy(l->span_key, keys->ccm, ZW_KEY);
}

static bool synchronous(const struct zw_link *l, const struct zw_derived *keys)
{
    return l->span.ready && imp_equal(l->span_key, keys->ccm, ZW_KEY);
}

static bool opens(struct imp_env *env, struct zw_link *l, const struct zw_derived *keys,
                  const struct zw_encapsulation *e, const uint8_t *frame, size_t n,
                  uint8_t command[ZW_FRAME_MAX])
{
    uint8_t aad[8 + 2 + ZW_EXTENSION], nonce[ZW_NONCE];
    size_t aad_n = associated(aad, &l->ends, false, frame, n, e->clear_n);
    for (int i = 0; i < (e->sei ? 1 : NONCES); i++) {
        zw_span_next(env, &l->span, nonce);
        if (imp_aes_ccm_open(env, command, keys->ccm, nonce, ZW_NONCE, aad, aad_n,
                             frame + e->clear_n, n - e->clear_n, ZW_TAG) == 0)
            return true;
    }
    return false;
}

int zw_open(struct imp_env *env, struct zw_link *l, const struct zw_derived *keys,
            const uint8_t *frame, size_t n, uint8_t command[ZW_FRAME_MAX])
{
    struct zw_encapsulation e;
    if (n > ZW_FRAME_MAX || zw_encapsulation_read(&e, frame, n) != 0)
        return ZW_UNOPENED;
    if (l->has_opened && (uint8_t)(l->opened - e.sequence) < WINDOW)
        return ZW_REPEATED;
    if (e.sei && l->promised)
        begin(env, l, keys, e.sei, l->rei);
    if (e.sei)
        l->promised = false;
    if (!synchronous(l, keys))
        return ZW_UNOPENED;
    if (!opens(env, l, keys, &e, frame, n, command)) {
        l->span.ready = false;
        return ZW_UNOPENED;
    }
    l->opened = e.sequence;
    l->has_opened = true;
    return (int)(n - e.clear_n - ZW_TAG);
}

/* The command that waits, with the extension that begins a SPAN. */
static void with_new_span(struct imp_env *env, struct zw_link *l, const struct zw_route *r,
                          const uint8_t rei[ZW_EI])
{
    uint8_t frame[ZW_FRAME_MAX], sei[ZW_EI];
    imp_random(env, "s2-entropy", sei, ZW_EI);
    begin(env, l, &l->waiting_keys, sei, rei);
    size_t n = zw_seal(env, l, &l->waiting_keys, sei, l->waiting, l->waiting_n, frame);
    imp_send(env, r->channel, r->to, l->waiting_message, frame, n);
}

void zw_send(struct imp_env *env, struct zw_link *l, const struct zw_route *r,
             const struct zw_derived *keys, int message, const uint8_t *command, size_t n)
{
    uint8_t frame[ZW_FRAME_MAX];
    l->waiting_keys = *keys;
    l->waiting_n = n;
    l->waiting_message = message;
    l->repeated = 0;
    memcpy(l->waiting, command, n);
    if (synchronous(l, keys)) {
        size_t all = zw_seal(env, l, keys, NULL, command, n, frame);
        imp_send(env, r->channel, r->to, message, frame, all);
        return;
    }
    l->span.ready = false;
    if (l->invited) {
        l->invited = false;
        with_new_span(env, l, r, l->invitation);
        return;
    }
    l->waits = true;
    imp_send(env, r->channel, r->to, r->get,
             (uint8_t[]){ZW_CLASS_S2, ZW_S2_NONCE_GET, l->sequence++}, 3);
}

static void report(struct imp_env *env, struct zw_link *l, const struct zw_route *r)
{
    uint8_t frame[REPORT] = {ZW_CLASS_S2, ZW_S2_NONCE_REPORT, l->sequence++, FLAG_SOS};
    imp_random(env, "s2-entropy", l->rei, ZW_EI);
    l->promised = true;
    l->span.ready = false;
    memcpy(frame + 4, l->rei, ZW_EI);
    imp_send(env, r->channel, r->to, r->report, frame, sizeof frame);
}

static void reported(struct imp_env *env, struct zw_link *l, const struct zw_route *r,
                     const uint8_t *p)
{
    if (!(p[3] & FLAG_SOS) || !(l->waits || l->resync))
        return;
    if (l->waits) {
        l->waits = false;
        with_new_span(env, l, r, p + 4);
    } else if (l->waiting_n && l->repeated < REPEATS) {
        l->repeated++;
        with_new_span(env, l, r, p + 4);
    } else {
        l->span.ready = false;
        l->invited = true;
        memcpy(l->invitation, p + 4, ZW_EI);
    }
}

bool zw_resync(struct imp_env *env, struct zw_link *l, const struct zw_route *r)
{
    if (!l->resync || (l->asked >= ASKS && !l->promised))
        return false;
    if (l->promised) /* the answer is under way */
        return true;
    l->asked++;
    report(env, l, r);
    return true;
}

/* The same Nonce Get again brings no other nonce: the one that was said is under way. */
static void got(struct imp_env *env, struct zw_link *l, const struct zw_route *r, uint8_t sequence)
{
    if (l->has_got && l->got == sequence)
        return;
    l->got = sequence;
    l->has_got = true;
    report(env, l, r);
}

bool zw_nonces(struct imp_env *env, struct zw_link *l, const struct zw_route *r, const uint8_t *p,
               size_t n)
{
    if (n < 2 || p[0] != ZW_CLASS_S2)
        return false;
    if (p[1] == ZW_S2_NONCE_GET && n == 3)
        got(env, l, r, p[2]);
    else if (p[1] == ZW_S2_NONCE_REPORT && n == REPORT)
        reported(env, l, r, p);
    else
        return false;
    return true;
}
