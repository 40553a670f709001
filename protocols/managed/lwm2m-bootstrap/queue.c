/* SPDX-License-Identifier: GPL-2.0-only */
#include "queue.h"

#include <string.h>

void lwm_queue_begin(struct lwm_queue *q, bool on, imp_time now)
{
    *q = (struct lwm_queue){.on = on, .online = now + LWM_AWAKE};
}

void lwm_queue_heard(struct lwm_queue *q, imp_time now)
{
    q->online = now + LWM_AWAKE;
}

int lwm_queue_put(struct lwm_queue *q, bool busy, const char *word, size_t n, imp_time now)
{
    if (!q->on || (!busy && q->n == 0 && now < q->online))
        return 0;
    if (n > LWM_WORD_MAX || q->n == LWM_WAITING_MAX)
        return -1;
    struct lwm_waiting *w = &q->waiting[q->n++];
    w->n = n;
    memcpy(w->word, word, n);
    return 1;
}

bool lwm_queue_take(struct lwm_queue *q, struct lwm_waiting *out, imp_time now)
{
    if (q->n == 0 || now >= q->online)
        return false;
    *out = q->waiting[0];
    memmove(q->waiting, q->waiting + 1, --q->n * sizeof *q->waiting);
    return true;
}
