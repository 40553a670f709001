/* SPDX-License-Identifier: GPL-2.0-only */
/* parallel_session.c - runs one device's session also under the name of another: whatever the first
 * sends or is sent arrives in the second one's session too, so that each serves as the other's
 * oracle. */
#include "kept.h"
#include "select.h"

#include <stdio.h>

static int open_(struct imp_adv *a, char *error, size_t cap)
{
    imp_select_open(a->state, a);
    if (a->devices > 1)
        return 0;
    snprintf(error, cap, "parallel-session: needs two devices");
    return -1;
}

/* The same party, or the next device in the place of a device. */
static int neighbour(const struct imp_adv *a, int party)
{
    const struct imp_adv_party *p = &a->parties[party];
    return p->device < 0 ? party : imp_adv_party_find(a, p->role, (p->device + 1) % a->devices);
}

static enum imp_answer seen(struct imp_adv *a, const struct imp_unit *u)
{
    if (!u->bytes || !imp_adv_honest(a, u->from) || !imp_adv_honest(a, u->to) ||
        !imp_select(a, a->state, u))
        return IMP_PASS;
    imp_send_as(a, u, neighbour(a, u->from), neighbour(a, u->to), -1);
    return IMP_PASS;
}

static const struct imp_strategy_param params[] = {IMP_PARAMS_SELECT, {0}};

const struct imp_strategy imp_strategy_parallel_session = {
    .name = "parallel-session",
    .summary = "Copies chosen messages of one device's session into that of the next.",
    .state_size = sizeof(struct imp_select),
    .params = params,
    .check = imp_select_check,
    .open = open_,
    .seen = seen,
};
