/* SPDX-License-Identifier: GPL-2.0-only */
/* corrupt.c - malicious insiders: proxies, servers, manufacturers. What the corrupted parties hold,
 * send and receive is the adversary's. It lets them go on as specified, which makes it invisible,
 * or silences them. */
#include "keys.h"
#include "params.h"

enum { FORWARD, SILENCE };
static const char *const thens[] = {"forward", "silence", NULL};

struct corrupt {
    int then;
};

static int check(const struct imp_adversary *a, const struct imp_mechanism *m, char *error,
                 size_t cap)
{
    (void)m;
    return imp_param_word_check(a, "then", thens, error, cap);
}

static int open_(struct imp_adv *a, char *error, size_t cap)
{
    (void)error;
    (void)cap;
    ((struct corrupt *)a->state)->then = imp_param_word(a->rights, "then", thens);
    return 0;
}

static void moment(struct imp_adv *a, enum imp_moment m, int device)
{
    (void)device;
    imp_keys_due(a, m);
}

static enum imp_answer seen(struct imp_adv *a, const struct imp_unit *u)
{
    struct corrupt *s = a->state;
    bool own = imp_adv_honest(a, u->from) && imp_keys_corrupt(a, u->from);
    return s->then == SILENCE && own ? IMP_BLOCK : IMP_PASS;
}

static const struct imp_strategy_param params[] = {
    {"then", "forward", "forward or silence: what the corrupted parties do"}, {0}};

const struct imp_strategy imp_strategy_corrupt = {
    .name = "corrupt",
    .summary = "Plays corrupted parties with all that they hold, as specified or in silence.",
    .state_size = sizeof(struct corrupt),
    .params = params,
    .check = check,
    .open = open_,
    .seen = seen,
    .moment = moment,
};
