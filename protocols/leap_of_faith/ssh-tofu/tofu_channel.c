/* SPDX-License-Identifier: GPL-2.0-only */
/* tofu_channel.c - the session channel of RFC 4254: opening, refusals, the messages that both
 * directions of the configuration have. There is one at a time, whose number at this end is 0. */
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "tofu.h"

enum { WINDOW = 4096, PACKET = 1024 }; /* octets */

/* ---- opening, section 5.1 ----------------------------------------------------------------------
 */
void tofu_channel_open(struct tofu_end *e)
{
    uint8_t p[64];
    struct imp_ssh_writer w = {.p = p, .cap = sizeof p};
    imp_ssh_put_byte(&w, TOFU_CHANNEL_OPEN);
    imp_ssh_put_text(&w, "session");
    imp_ssh_put_u32(&w, 0);
    imp_ssh_put_u32(&w, WINDOW);
    imp_ssh_put_u32(&w, PACKET);
    e->state = TOFU_CHANNEL;
    e->over = false;
    tofu_end_put(e, &w);
}

static void confirm(struct tofu_end *e)
{
    uint8_t p[32];
    struct imp_ssh_writer w = {.p = p, .cap = sizeof p};
    tofu_channel_begin(e, &w, TOFU_CHANNEL_CONFIRM);
    imp_ssh_put_u32(&w, 0);
    imp_ssh_put_u32(&w, WINDOW);
    imp_ssh_put_u32(&w, PACKET);
    e->state = TOFU_COMMAND;
    tofu_end_put(e, &w);
}

static void refuse(struct tofu_end *e, uint32_t number, uint32_t reason, const char *why)
{
    uint8_t p[64];
    struct imp_ssh_writer w = {.p = p, .cap = sizeof p};
    imp_ssh_put_byte(&w, TOFU_CHANNEL_OPEN_FAILURE);
    imp_ssh_put_u32(&w, number);
    imp_ssh_put_u32(&w, reason);
    imp_ssh_put_text(&w, why);
    imp_ssh_put_text(&w, "");
    tofu_end_put(e, &w);
}

/* A client lets nobody open sessions at it (section 6.1). Who has been served and stays connected
 * may have been struck off meanwhile. */
static bool may_open(struct tofu_end *e)
{
    const char *why = e->state == TOFU_IDLE ? tofu_client_prospect(e->env, e->peer) : NULL;
    if (why)
        tofu_claim(e->env, IMP_CLAIM_REJECT, why);
    return !e->client && !why;
}

bool tofu_channel_wanted(struct tofu_end *e, const uint8_t *payload, size_t n)
{
    struct imp_ssh_reader r = {.p = payload + 1, .n = n - 1};
    struct imp_ssh_string type = imp_ssh_get_string(&r);
    uint32_t number = imp_ssh_get_u32(&r);
    imp_ssh_get_u32(&r);
    imp_ssh_get_u32(&r);
    if (r.bad)
        return false;
    if (!imp_ssh_string_is(type, "session")) {
        refuse(e, number, TOFU_OPEN_UNKNOWN_TYPE, "unknown type");
    } else if (!may_open(e)) {
        refuse(e, number, TOFU_OPEN_PROHIBITED, "no session");
    } else if (e->state != TOFU_CHANNEL && e->state != TOFU_IDLE) {
        refuse(e, number, TOFU_OPEN_SHORTAGE, "one is open");
    } else {
        e->channel = number;
        confirm(e);
    }
    return true;
}

bool tofu_channel_confirmed(struct tofu_end *e, const uint8_t *payload, size_t n)
{
    struct imp_ssh_reader r = {.p = payload + 1, .n = n - 1};
    bool own = tofu_channel_is_own(&r);
    e->channel = imp_ssh_get_u32(&r);
    return own && !r.bad;
}

/* ---- messages ----------------------------------------------------------------------------------
 */
bool tofu_channel_is_own(struct imp_ssh_reader *r)
{
    return imp_ssh_get_u32(r) == 0 && !r->bad;
}

void tofu_channel_begin(const struct tofu_end *e, struct imp_ssh_writer *w, uint8_t number)
{
    imp_ssh_put_byte(w, number);
    imp_ssh_put_u32(w, e->channel);
}

void tofu_channel_mark(struct tofu_end *e, uint8_t number)
{
    uint8_t p[8];
    struct imp_ssh_writer w = {.p = p, .cap = sizeof p};
    tofu_channel_begin(e, &w, number);
    tofu_end_put(e, &w);
}

/* Section 5.2. */
void tofu_channel_data(struct tofu_end *e)
{
    uint8_t p[64];
    struct imp_ssh_writer w = {.p = p, .cap = sizeof p};
    imp_random(e->env, "operational-key", e->config, sizeof e->config);
    tofu_end_config(e);
    tofu_channel_begin(e, &w, TOFU_CHANNEL_DATA);
    imp_ssh_put_string(&w, e->config, sizeof e->config);
    tofu_end_put(e, &w);
}

bool tofu_channel_read(struct tofu_end *e, const uint8_t *payload, size_t n)
{
    struct imp_ssh_reader r = {.p = payload + 1, .n = n - 1};
    bool own = tofu_channel_is_own(&r);
    struct imp_ssh_string config = imp_ssh_get_string(&r);
    if (!own || r.bad || config.n != TOFU_CONFIG)
        return false;
    memcpy(e->config, config.p, TOFU_CONFIG);
    e->env->ops->cell_put(e->env, "config", e->config, TOFU_CONFIG);
    tofu_end_config(e);
    return true;
}
