/* SPDX-License-Identifier: GPL-2.0-only */
/* crack.c - reads, tries the candidates of a weak secret off line, and may take part with it.
 *
 *   then = know          what follows from the secret is known
 *   then = impersonate   own parties adopt the secret and are man in the middle on the link from
 * then */
#include "mirrors.h"
#include "params.h"

enum { KNOW, IMPERSONATE };
static const char *const thens[] = {"know", "impersonate", NULL};

struct crack {
    struct imp_mirrors mirrors;
    int then;
    bool pending, found;
};

static int check(const struct imp_adversary *a, const struct imp_mechanism *m, char *error,
                 size_t cap)
{
    return imp_at_check(a, m, error, cap) || imp_param_word_check(a, "then", thens, error, cap) ||
                   imp_param_number_check(a, "work_s", 0, 1e9, error, cap)
               ? -1
               : 0;
}

static int open_(struct imp_adv *a, char *error, size_t cap)
{
    struct crack *s = a->state;
    (void)error;
    (void)cap;
    s->then = imp_param_word(a->rights, "then", thens);
    s->mirrors.held = true; /* until the secret is found */
    return 0;
}

/* Something was read: there may be enough of it. */
static enum imp_answer seen(struct imp_adv *a, const struct imp_unit *u)
{
    struct crack *s = a->state;
    if (s->then == KNOW)
        return IMP_PASS; /* the work is done at the end of the run */
    if (s->found) {
        imp_mirrors_feed(a, IMP_MIRROR_ALL, u);
        return imp_mirrors_block(a, u);
    }
    if (u->bytes && !s->pending)
        a->ops->timer(a, 0, imp_param_time(a->rights, "work_s", 1, IMP_S));
    s->pending = s->pending || u->bytes;
    return IMP_PASS;
}

static void timer(struct imp_adv *a, unsigned id)
{
    struct crack *s = a->state;
    (void)id;
    s->pending = false;
    if (s->found || a->ops->crack(a) <= 0)
        return;
    s->found = true;
    a->ops->note(a, "a secret is found off line; own parties use it");
    a->ops->adopt(a);
    s->mirrors.held = false;
    imp_mirrors_start(a, &s->mirrors, IMP_MIRROR_ALL);
}

static void moment(struct imp_adv *a, enum imp_moment m, int device)
{
    struct crack *s = a->state;
    imp_mirrors_moment(a, &s->mirrors, IMP_MIRROR_ALL, m, device);
}

static const struct imp_strategy_param params[] = {
    IMP_PARAM_AT,
    {"then", "know", "know or impersonate: what it does with what it finds"},
    {"work_s", "1", "seconds that the work takes"},
    {0}};

const struct imp_strategy imp_strategy_crack = {
    .name = "crack",
    .summary = "Tries a weak secret off line and uses what it finds.",
    .mirrors = true,
    .state_size = sizeof(struct crack),
    .params = params,
    .check = check,
    .open = open_,
    .seen = seen,
    .own_send = imp_mirrors_send,
    .takes_stream = imp_mirrors_stream,
    .own_stream = imp_mirrors_stream,
    .timer = timer,
    .moment = moment,
};
