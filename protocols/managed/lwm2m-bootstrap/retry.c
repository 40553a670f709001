/* SPDX-License-Identifier: GPL-2.0-only */
#include "retry.h"

enum { /* defaults of Core 1.2, table 6.2.1.1-1; s */
       SEQUENCE_DELAY = 86400,
       SEQUENCES = 1,
       OWN_LONGEST = 3600, /* of a client's own waits: the table has no limit */
};

void lwm_retry_of(struct lwm_retry *out, const struct lwm_server_object *server, uint32_t count,
                  uint32_t timer)
{
    *out = (struct lwm_retry){
        .count = lwm_server_get(server, LWM_RETRY_COUNT, count),
        .timer = lwm_server_get(server, LWM_RETRY_TIMER, timer),
        .longest = lwm_server_get(server, LWM_RETRY_TIMER, 0) ? UINT32_MAX : OWN_LONGEST,
        .sequence_delay = lwm_server_get(server, LWM_SEQUENCE_DELAY, SEQUENCE_DELAY),
        .sequences = lwm_server_get(server, LWM_SEQUENCE_COUNT, SEQUENCES)};
}

/* Twice as long before each attempt, from the second on. */
static imp_time doubled(const struct lwm_retry *r, uint32_t failed)
{
    uint64_t wait = r->timer;
    for (uint32_t i = 1; i < failed && wait < r->longest; i++)
        wait *= 2;
    return (imp_time)(wait < r->longest ? wait : r->longest) * IMP_S;
}

enum lwm_retry_next lwm_retry_next(struct lwm_attempts *a, const struct lwm_retry *r,
                                   imp_time *wait)
{
    *wait = doubled(r, ++a->count);
    if (a->count < r->count)
        return LWM_RETRY_AGAIN;
    a->count = 0;
    if (++a->sequences >= r->sequences || r->sequence_delay == UINT32_MAX)
        return LWM_RETRY_FAILED;
    *wait = r->sequence_delay * IMP_S;
    return LWM_RETRY_SEQUENCE;
}
