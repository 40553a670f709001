/* SPDX-License-Identifier: GPL-2.0-only */
/* script_memory.c - messages that were seen, for replays and exchanges. */
#include <stdlib.h>
#include <string.h>

#include "script_internal.h"

bool script__same(const struct imp_unit *a, const struct imp_unit *b)
{
    return a->n == b->n && memcmp(a->bytes, b->bytes, a->n) == 0;
}

static void forget(struct imp_kept *k)
{
    if (k)
        free((void *)k->unit.bytes);
    free(k);
}

static struct imp_kept *copy(const struct imp_unit *u)
{
    struct imp_keep list = {NULL, NULL, 0};
    return imp_keep(&list, u);
}

/* The latest comes first; one that is known moves there. */
void script__remember(struct script *s, const struct imp_unit *u)
{
    if (!u->bytes || u->message < 0 || u->message >= LABELS)
        return;
    struct memory *m = &s->memory[u->message];
    int at = 0;
    while (at < OLDER - 1 && m->unit[at] && !script__same(&m->unit[at]->unit, u))
        at++;
    struct imp_kept *last = m->unit[at];
    if (!last || !script__same(&last->unit, u)) {
        forget(last);
        last = copy(u);
    }
    for (; at > 0; at--)
        m->unit[at] = m->unit[at - 1];
    m->unit[0] = last;
}

/* The number-th (from 1) kept message of the unit's label that is another one, or NULL. */
const struct imp_unit *script__older(const struct script *s, const struct imp_unit *u,
                                     unsigned number)
{
    for (int i = 0; u->message >= 0 && u->message < LABELS && i < OLDER; i++) {
        const struct imp_kept *k = s->memory[u->message].unit[i];
        if (k && !(u->bytes && script__same(&k->unit, u)) && --number == 0)
            return &k->unit;
    }
    return NULL;
}

const struct imp_unit *script__shown_by(const struct script *s, int channel, int device)
{
    for (const struct shown *x = s->shown; x; x = x->next)
        if (x->unit->unit.channel == channel && x->unit->unit.device == device)
            return &x->unit->unit;
    return NULL;
}

void script__keep_shown(struct script *s, const struct imp_unit *u)
{
    struct shown *x = malloc(sizeof *x);
    if (!x)
        abort();
    *x = (struct shown){.unit = copy(u), .next = s->shown};
    s->shown = x;
}

void script__forget_all(struct script *s)
{
    for (int l = 0; l < LABELS; l++)
        for (int i = 0; i < OLDER; i++)
            forget(s->memory[l].unit[i]);
    while (s->shown) {
        struct shown *x = s->shown;
        s->shown = x->next;
        forget(x->unit);
        free(x);
    }
}
