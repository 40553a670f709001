/* SPDX-License-Identifier: GPL-2.0-only */
/* guess.c - on-line guessing: the adversary's own parties run the protocol with one candidate of a
 * weak secret after the other. Each candidate is a try; how many there are is a right. */
#include <stdio.h>
#include <string.h>

#include "keys.h"
#include "mirrors.h"
#include "params.h"

struct guess {
    struct imp_mirrors mirrors;
    const struct imp_guess *secret;
    uint64_t next; /* candidate */
    bool over;     /* tries or candidates are used up */
    bool carries;  /* what own parties show goes to the other own ones */
};

static const char *const answers[] = {"no", "yes", NULL};

static const struct imp_guess *find(const struct imp_mechanism *m, const char *name)
{
    const struct imp_guess *g = m->guesses;
    while (g && g->name && *name && strcmp(g->name, name) != 0)
        g++;
    return g && g->name ? g : NULL;
}

static int check(const struct imp_adversary *a, const struct imp_mechanism *m, char *error,
                 size_t cap)
{
    const char *name = imp_adversary_param(a, "secret", "");
    if (imp_at_check(a, m, error, cap) != 0 ||
        imp_param_number_check(a, "every_s", 0.001, 1e9, error, cap) != 0 ||
        imp_param_word_check(a, "carry", answers, error, cap) != 0)
        return -1;
    if (find(m, name))
        return 0;
    if (*name)
        snprintf(error, cap, "adversary.strategy.secret: %s has no weak secret \"%.40s\"", m->name,
                 name);
    else
        snprintf(error, cap, "guess: no secret of %s can have little entropy", m->name);
    return -1;
}

static int open_(struct imp_adv *a, char *error, size_t cap)
{
    struct guess *s = a->state;
    (void)error;
    (void)cap;
    s->secret = find(a->mechanism, imp_adversary_param(a->rights, "secret", ""));
    s->carries = imp_param_word(a->rights, "carry", answers) == 1;
    return 0;
}

/* The next candidate goes into its own parties' cells, if it is right. */
static void next_try(struct imp_adv *a, struct guess *s)
{
    uint8_t candidate[IMP_GUESS_MAX];
    int party = imp_adv_party_find(a, s->secret->role, -1);
    size_t n =
        s->over || party < 0 ? 0 : a->ops->candidate(a, s->secret, party, s->next, candidate);
    if (n == 0 || a->ops->attempt(a) != 0) {
        s->over = true;
        return;
    }
    s->next++;
    a->ops->learn(a, candidate, n, "guessed");
    if (a->ops->adopt(a) > 0 && s->mirrors.engaged)
        imp_mirrors_start(a, &s->mirrors, IMP_MIRROR_ALL);
    a->ops->timer(a, 0, imp_param_time(a->rights, "every_s", 60, IMP_S));
}

static void timer(struct imp_adv *a, unsigned id)
{
    (void)id;
    next_try(a, a->state);
}

static void moment(struct imp_adv *a, enum imp_moment m, int device)
{
    struct guess *s = a->state;
    if (imp_keys_due(a, m) > 0) /* keys that it was given take the place of its own */
        a->ops->adopt(a);
    if (m == IMP_MOMENT_DEVICE_UP && s->next == 0)
        next_try(a, s);
    imp_mirrors_moment(a, &s->mirrors, IMP_MIRROR_ALL, m, device);
}

static enum imp_answer seen(struct imp_adv *a, const struct imp_unit *u)
{
    struct guess *s = a->state;
    if (s->over)
        return IMP_PASS;
    imp_mirrors_feed(a, IMP_MIRROR_ALL, u);
    return imp_mirrors_block(a, u);
}

static void own_send(struct imp_adv *a, const struct imp_letter *l)
{
    if (!((struct guess *)a->state)->over)
        imp_mirrors_send(a, l);
}

static void own_oob(struct imp_adv *a, int mirror, int channel, int device, const uint8_t *bytes,
                    size_t n)
{
    const struct guess *s = a->state;
    if (s->carries && !s->over)
        a->ops->between(
            a, &(struct imp_letter){
                   .channel = channel, .as = mirror, .device = device, .bytes = bytes, .n = n});
}

static const struct imp_strategy_param params[] = {
    IMP_PARAM_AT,
    {"secret", "", "name of the weak secret; empty: the mechanism's first"},
    {"every_s", "60", "seconds between two tries"},
    {"carry", "no", "yes: its own people carry what its own parties show to its other ones"},
    {0}};

const struct imp_strategy imp_strategy_guess = {
    .name = "guess",
    .summary = "Runs the protocol with one candidate of a weak secret after the other.",
    .mirrors = true,
    .state_size = sizeof(struct guess),
    .params = params,
    .check = check,
    .open = open_,
    .seen = seen,
    .own_send = own_send,
    .own_oob = own_oob,
    .takes_stream = imp_mirrors_stream,
    .own_stream = imp_mirrors_stream,
    .timer = timer,
    .moment = moment,
};
