/* SPDX-License-Identifier: GPL-2.0-only */
#include "push.h"

#include <stdio.h>
#include <string.h>

#include "protocols/crypto/crypto.h"

enum { REACH = 1 + IMP_ADDR_MAX + LWM_ENDPOINT }; /* an address and who is there */

static bool pushes(const struct imp_env *env)
{
    return imp_opt(env, LWM_OPT_PUSH) &&
           lwm_has_push((enum lwm_version)imp_opt(env, LWM_OPT_VERSION));
}

static bool in_clear(const struct imp_env *env)
{
    return imp_opt(env, LWM_OPT_BS_SECURITY) == LWM_OPT_NOSEC;
}

static void reach_name(char out[LWM_CELL_MAX], int device)
{
    char number[12];
    snprintf(number, sizeof number, "%d", device);
    lwm_cell_name(out, "reach", number);
}

void lwm_push_tell(struct imp_env *server, struct imp_env *device, const char *endpoint)
{
    struct imp_addr at, theirs, own;
    char name[LWM_CELL_MAX];
    uint8_t cell[REACH];
    if (!pushes(server) || !in_clear(server) || !device->ops->self(device, LWM_BS_COAP, &at) ||
        !device->ops->peer(device, LWM_BS_COAP, &theirs) ||
        !server->ops->self(server, LWM_BS_COAP, &own) || !imp_addr_equal(&theirs, &own))
        return;
    cell[0] = at.n;
    memcpy(cell + 1, at.bytes, IMP_ADDR_MAX);
    memcpy(cell + 1 + IMP_ADDR_MAX, endpoint, LWM_ENDPOINT);
    reach_name(name, device->device);
    server->ops->cell_put(server, name, cell, sizeof cell);
}

static bool begin(struct lwm_session *s)
{
    struct lwm_entry entry;
    bool known = lwm_entry_find(s->host->env, s->endpoint, &entry);
    if (!known)
        return false;
    lwm_session_plan(s, &entry);
    s->push = LWM_PUSHING;
    s->go = true;
    imp_wipe(&entry, sizeof entry);
    return true;
}

void lwm_push_opened(struct lwm_session *s)
{
    if (s->guard && pushes(s->host->env))
        begin(s);
}

static void reach(struct lwm_host *h, const uint8_t cell[REACH], imp_time now)
{
    struct imp_addr at = {.n = cell[0]};
    memcpy(at.bytes, cell + 1, IMP_ADDR_MAX);
    imp_behalf(h->env, LWM_BS_COAP, &at);
    struct lwm_session *s = lwm_host_reach(h, &at, now);
    if (!s)
        return;
    memcpy(s->endpoint, cell + 1 + IMP_ADDR_MAX, LWM_ENDPOINT);
    s->endpoint[LWM_ENDPOINT] = '\0';
    if (begin(s))
        lwm_host_follow(s, now);
}

void lwm_push_start(struct lwm_host *h, imp_time now)
{
    char name[LWM_CELL_MAX];
    uint8_t cell[REACH];
    if (!pushes(h->env) || !in_clear(h->env))
        return;
    for (int i = 0; i < LWM_SESSIONS; i++) {
        reach_name(name, i);
        if (h->env->ops->cell_get(h->env, name, cell, sizeof cell) == REACH)
            reach(h, cell, now);
    }
}

void lwm_push_sent(struct lwm_session *s, const uint8_t *token)
{
    if (s->guard || s->push != LWM_PUSHING)
        return;
    lwm_sid(&s->link, s->endpoint, token, s->sid);
    lwm_session_claim(s, IMP_CLAIM_RUNNING);
}

void lwm_push_answered(struct lwm_session *s)
{
    if (!s->guard && s->push == LWM_PUSHING)
        lwm_session_claim(s, IMP_CLAIM_COMMIT);
    s->push = LWM_ASKED;
}

bool lwm_push_refused(struct lwm_session *s, const struct imp_coap_message *response)
{
    if (s->push != LWM_PUSHING || !response || imp_coap_class(response->code) != 4)
        return false;
    lwm_claim(s->host->env, IMP_CLAIM_REJECT, "unasked-refused");
    s->push = LWM_ASKED;
    s->state = LWM_OPEN;
    return true;
}
