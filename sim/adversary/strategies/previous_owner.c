/* SPDX-License-Identifier: GPL-2.0-only */
/* previous_owner.c - who owned the device before a sale kept copies of what the network side held,
 * and comes back with them after the transfer: its own parties take part with the old credentials.
 */
#include "keys.h"
#include "mirrors.h"
#include "params.h"

#include <string.h>

struct previous {
    struct imp_mirrors mirrors;
};

static int check(const struct imp_adversary *a, const struct imp_mechanism *m, char *error,
                 size_t cap)
{
    return imp_at_check(a, m, error, cap) ||
                   imp_param_number_check(a, "return_s", 0, 1e9, error, cap)
               ? -1
               : 0;
}

static int open_(struct imp_adv *a, char *error, size_t cap)
{
    struct previous *s = a->state;
    (void)error;
    (void)cap;
    s->mirrors.held = true; /* until the return */
    return 0;
}

/* It owns the device as long as the honest parties' first completion lasts: then it takes its copy.
 */
static void moment(struct imp_adv *a, enum imp_moment m, int device)
{
    struct previous *s = a->state;
    if (imp_keys_due(a, m) > 0)
        a->ops->adopt(a);
    if (m == IMP_MOMENT_ALL_DONE)
        a->ops->timer(a, 0, imp_param_time(a->rights, "return_s", 100, IMP_S));
    imp_mirrors_moment(a, &s->mirrors, IMP_MIRROR_SHARED, m, device);
}

/* What it says to its own parties of a role, as an owner would who lets devices go. */
static void say(struct imp_adv *a, int role, const char *word)
{
    for (size_t i = 0; i < a->honest; i++)
        if (a->parties[i].role == role)
            a->ops->control(a, imp_adv_mirror(a, (int)i), word);
}

static void timer(struct imp_adv *a, unsigned id)
{
    struct previous *s = a->state;
    (void)id;
    s->mirrors.held = false;
    a->ops->note(a, "the previous owner comes back with its old credentials");
    imp_mirrors_start(a, &s->mirrors, IMP_MIRROR_SHARED);
    for (const struct imp_severance *v = a->mechanism->severances; v && v->word; v++)
        if (strcmp(v->word, "reset") != 0 && a->mechanism->roles[v->role].kind != IMP_ROLE_DEVICE)
            say(a, v->role, v->word);
}

static enum imp_answer seen(struct imp_adv *a, const struct imp_unit *u)
{
    struct previous *s = a->state;
    if (s->mirrors.engaged)
        imp_mirrors_feed(a, IMP_MIRROR_SHARED, u);
    return s->mirrors.engaged ? imp_mirrors_block(a, u) : IMP_PASS;
}

static bool takes(struct imp_adv *a, int party, int channel)
{
    return ((struct previous *)a->state)->mirrors.engaged && imp_mirrors_stream(a, party, channel);
}

static const struct imp_strategy_param params[] = {
    IMP_PARAM_AT,
    {"return_s", "100", "seconds after everybody completed at which it comes back"},
    {0}};

const struct imp_strategy imp_strategy_previous_owner = {
    .name = "previous-owner",
    .summary = "Kept copies of the network side's credentials and uses them after the transfer.",
    .mirrors = true,
    .state_size = sizeof(struct previous),
    .params = params,
    .check = check,
    .open = open_,
    .seen = seen,
    .own_send = imp_mirrors_send,
    .takes_stream = takes,
    .own_stream = imp_mirrors_connect,
    .timer = timer,
    .moment = moment,
};
