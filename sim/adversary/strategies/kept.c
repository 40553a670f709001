/* SPDX-License-Identifier: GPL-2.0-only */
#include "kept.h"

#include <stdlib.h>
#include <string.h>

struct imp_kept *imp_keep(struct imp_keep *k, const struct imp_unit *u)
{
    struct imp_kept *e = malloc(sizeof *e);
    uint8_t *bytes = malloc(u->n ? u->n : 1);
    if (!e || !bytes)
        abort();
    if (u->n)
        memcpy(bytes, u->bytes, u->n);
    *e = (struct imp_kept){.unit = *u};
    e->unit.bytes = bytes;
    if (k->tail)
        k->tail->next = e;
    else
        k->head = e;
    k->tail = e;
    k->count++;
    return e;
}

void imp_keep_drop(struct imp_keep *k)
{
    struct imp_kept *e = k->head;
    if (!e)
        return;
    k->head = e->next;
    if (!k->head)
        k->tail = NULL;
    k->count--;
    free((void *)e->unit.bytes);
    free(e);
}

void imp_keep_clear(struct imp_keep *k)
{
    while (k->head)
        imp_keep_drop(k);
}

int imp_resend(struct imp_adv *a, const struct imp_unit *u)
{
    if (u->from < 0)
        return -1;
    return a->ops->inject(a, &(struct imp_letter){.channel = u->channel,
                                                  .message = u->message,
                                                  .as = u->from,
                                                  .to = u->group ? (struct imp_addr){0} : u->target,
                                                  .device = u->device,
                                                  .bytes = u->bytes,
                                                  .n = u->n});
}

static int device_of(const struct imp_adv *a, const struct imp_unit *u, int as, int to)
{
    if (a->parties[to].device >= 0)
        return a->parties[to].device;
    return a->parties[as].device >= 0 ? a->parties[as].device : u->device;
}

int imp_send_as(struct imp_adv *a, const struct imp_unit *u, int as, int to, int device)
{
    struct imp_letter l = {.channel = u->channel,
                           .message = u->message,
                           .as = as,
                           .device = device >= 0 ? device : device_of(a, u, as, to),
                           .bytes = u->bytes,
                           .n = u->n};
    struct imp_addr own;
    if (!a->ops->address(a, as, u->channel, &own) || !a->ops->address(a, to, u->channel, &l.to))
        return -1;
    if (u->group)
        l.to = (struct imp_addr){0};
    return a->ops->inject(a, &l);
}
