/* SPDX-License-Identifier: GPL-2.0-only */
/* controller_start.c - the controller begins, without a trigger: with peers whose address and first
 * resource it knows before (option `initiator`). What does not come to a session is begun again. */
#include <stdio.h>
#include <string.h>

#include "controller.h"

enum { WHERE = 1 + IMP_ADDR_MAX }; /* a cell with an address */

static void cell_name(char out[16], int i)
{
    snprintf(out, 16, "peer-%d", i);
}

static bool begins(const struct imp_env *controller)
{
    return imp_opt(controller, CEAP_OPT_INITIATOR) == CEAP_BY_CONTROLLER;
}

void ceap_tell(struct imp_env *controller, struct imp_env *peer)
{
    struct imp_addr at, theirs, own;
    char name[16];
    uint8_t cell[WHERE];
    if (!begins(controller) || !peer->ops->self(peer, CEAP_COAP, &at) ||
        !peer->ops->peer(peer, CEAP_COAP, &theirs) ||
        !controller->ops->self(controller, CEAP_COAP, &own) || !imp_addr_equal(&theirs, &own))
        return;
    cell[0] = at.n;
    memcpy(cell + 1, at.bytes, IMP_ADDR_MAX);
    cell_name(name, peer->device);
    controller->ops->cell_put(controller, name, cell, sizeof cell);
}

static void begin(struct ceap_session *s)
{
    imp_behalf(s->controller->env, CEAP_COAP, &s->addr);
    ceap_resource(s->controller->env, s->path, 1);
    ceap_session_begin(s);
}

void ceap_start(struct ceap_controller *c)
{
    char name[16];
    uint8_t cell[WHERE];
    for (int i = 0; begins(c->env) && i < CEAP_SESSIONS; i++) {
        cell_name(name, i);
        if (c->env->ops->cell_get(c->env, name, cell, sizeof cell) != WHERE)
            continue;
        struct imp_addr at = {.n = cell[0]};
        memcpy(at.bytes, cell + 1, IMP_ADDR_MAX);
        struct ceap_session *s = ceap_session_at(c, &at, NULL);
        if (!s)
            continue;
        s->ours = true;
        s->interval = imp_opt(c->env, CEAP_OPT_TRIGGER) * IMP_S;
        c->last = (size_t)(s - c->sessions);
        begin(s);
        ceap_session_timer(c, c->last);
    }
}

void ceap_start_again(struct ceap_session *s)
{
    imp_time max = imp_opt(s->controller->env, CEAP_OPT_TRIGGER_MAX) * IMP_S;
    if (!s->ours)
        return;
    s->again = s->controller->now + s->interval;
    s->interval = 2 * s->interval < max ? 2 * s->interval : max;
}

void ceap_start_expire(struct ceap_session *s)
{
    if (s->again > s->controller->now)
        return;
    s->again = IMP_NEVER;
    begin(s);
}
