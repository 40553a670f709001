/* SPDX-License-Identifier: GPL-2.0-only */
#include "rogue.h"

#include "params.h"

static const char *const answers[] = {"no", "yes", NULL};

int imp_rogue_check(const struct imp_adversary *a, const struct imp_mechanism *m, char *error,
                    size_t cap)
{
    return imp_at_check(a, m, error, cap) || imp_param_word_check(a, "block", answers, error, cap)
               ? -1
               : 0;
}

void imp_rogue_open(struct imp_adv *a, unsigned kinds)
{
    struct imp_rogue *s = a->state;
    s->kinds = kinds;
    s->block = imp_param_word(a->rights, "block", answers) == 1;
}

enum imp_answer imp_rogue_seen(struct imp_adv *a, const struct imp_unit *u)
{
    struct imp_rogue *s = a->state;
    bool rival = imp_adv_honest(a, u->from) && s->kinds >> a->parties[u->from].kind & 1;
    imp_mirrors_feed(a, s->kinds, u);
    return s->block && rival && u->link == imp_at(a) ? IMP_BLOCK : IMP_PASS;
}

enum imp_answer imp_rogue_oob(struct imp_adv *a, const struct imp_unit *u)
{
    imp_mirrors_feed_oob(a, ((struct imp_rogue *)a->state)->kinds, u);
    return IMP_PASS;
}

void imp_rogue_moment(struct imp_adv *a, enum imp_moment m, int device)
{
    struct imp_rogue *s = a->state;
    imp_mirrors_moment(a, &s->mirrors, s->kinds, m, device);
}
