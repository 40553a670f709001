/* SPDX-License-Identifier: GPL-2.0-only */
/* compromised_peer.c - misbinding: a corrupted device shows the out-of-band message of an honest
 * one, so that whoever acts on the corrupted device binds the other (Sethi, Peltonen, Aura 2019).
 */
#include <stdio.h>

#include "kept.h"
#include "params.h"

struct misbinding {
    int corrupted, honest; /* devices */
    bool cover;
    struct imp_keep seen; /* messages of the honest device */
    uint64_t wanting;     /* bit i: the user stands before the corrupted device for channel i */
};

static const char *const answers[] = {"no", "yes", NULL};

static int check(const struct imp_adversary *a, const struct imp_mechanism *m, char *error,
                 size_t cap)
{
    (void)m;
    return imp_param_number_check(a, "corrupted", 1, 1e6, error, cap) ||
                   imp_param_number_check(a, "honest", 1, 1e6, error, cap) ||
                   imp_param_word_check(a, "cover", answers, error, cap)
               ? -1
               : 0;
}

static int open_(struct imp_adv *a, char *error, size_t cap)
{
    struct misbinding *s = a->state;
    s->corrupted = (int)imp_param_number(a->rights, "corrupted", 1) - 1;
    s->honest = (int)imp_param_number(a->rights, "honest", 2) - 1;
    s->cover = imp_param_word(a->rights, "cover", answers) == 1;
    if (s->corrupted != s->honest && s->corrupted < a->devices && s->honest < a->devices)
        return 0;
    snprintf(error, cap, "compromised-peer: expected two of the run's devices, not %d and %d of %d",
             s->corrupted + 1, s->honest + 1, a->devices);
    return -1;
}

static void close_(struct imp_adv *a)
{
    imp_keep_clear(&((struct misbinding *)a->state)->seen);
}

static void moment(struct imp_adv *a, enum imp_moment m, int device)
{
    struct misbinding *s = a->state;
    (void)device;
    if (m == IMP_MOMENT_START)
        a->ops->corrupt(a, imp_adv_party_find(a, 0, s->corrupted));
}

/* The honest device's latest message of that channel, or NULL. */
static const struct imp_unit *latest(const struct misbinding *s, int channel)
{
    const struct imp_unit *u = NULL;
    for (const struct imp_kept *k = s->seen.head; k; k = k->next)
        if (k->unit.channel == channel)
            u = &k->unit;
    return u;
}

static bool device_shows(const struct imp_adv *a, const struct imp_unit *u)
{
    return imp_adv_honest(a, u->from) && a->parties[u->from].kind == IMP_ROLE_DEVICE;
}

static void show(struct imp_adv *a, int channel, const struct imp_unit *u)
{
    struct misbinding *s = a->state;
    a->ops->note(a, "the corrupted device shows the honest one's message");
    a->ops->oob_write(a, channel, s->corrupted, u->bytes, u->n);
}

static enum imp_answer oob(struct imp_adv *a, const struct imp_unit *u)
{
    struct misbinding *s = a->state;
    if (!device_shows(a, u))
        return IMP_PASS;
    if (u->device == s->honest && u->bytes) {
        imp_keep(&s->seen, u);
        if (s->wanting >> u->channel & 1)
            show(a, u->channel, u);
        s->wanting &= ~(UINT64_C(1) << u->channel);
        return s->cover ? IMP_BLOCK : IMP_PASS;
    }
    if (u->device != s->corrupted)
        return IMP_PASS;
    const struct imp_unit *other = latest(s, u->channel);
    if (other)
        show(a, u->channel, other);
    else
        s->wanting |= UINT64_C(1) << u->channel;
    return IMP_BLOCK;
}

static const struct imp_strategy_param params[] = {
    {"corrupted", "1", "number of the device that is the adversary's"},
    {"honest", "2", "number of the device whose message it shows"},
    {"cover", "no", "yes or no: keep the honest device's own user from its display"},
    {0}};

const struct imp_strategy imp_strategy_compromised_peer = {
    .name = "compromised-peer",
    .summary = "A corrupted device shows an honest one's out-of-band message (misbinding).",
    .state_size = sizeof(struct misbinding),
    .params = params,
    .check = check,
    .open = open_,
    .close = close_,
    .oob = oob,
    .moment = moment,
};
