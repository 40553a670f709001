/* SPDX-License-Identifier: GPL-2.0-only */
/* cbrski_proxy.c - the stateless join proxy: from whom a datagram came is in the header that goes
 * with it to the registrar and comes back with the answer. */
#include "cbrski.h"

#include "protocols/crypto/crypto.h"

#include <string.h>

const struct imp_legal cbrski_proxy_legal[] = {
    {BRSKI_FORWARDING, CBRSKI_MSG_GET_CORE},
    {BRSKI_FORWARDING, CBRSKI_MSG_CLIENT_HELLO},
    {BRSKI_FORWARDING, CBRSKI_MSG_CLIENT_FLIGHT},
    {BRSKI_FORWARDING, CBRSKI_MSG_CLIENT_ALERT},
    {BRSKI_FORWARDING, CBRSKI_MSG_RV},
    {BRSKI_FORWARDING, CBRSKI_MSG_VS},
    {BRSKI_FORWARDING, CBRSKI_MSG_GET_CRTS},
    {BRSKI_FORWARDING, CBRSKI_MSG_SEN},
    {BRSKI_FORWARDING, CBRSKI_MSG_ES},
    {BRSKI_FORWARDING, CBRSKI_MSG_EMPTY},
    {BRSKI_FORWARDING, CBRSKI_MSG_VERIFY_REQUEST},
    {BRSKI_FORWARDING, CBRSKI_MSG_SERVER_FLIGHT},
    {BRSKI_FORWARDING, CBRSKI_MSG_FINISHED},
    {BRSKI_FORWARDING, CBRSKI_MSG_SERVER_ALERT},
    {BRSKI_FORWARDING, CBRSKI_MSG_CONTINUE},
    {BRSKI_FORWARDING, CBRSKI_MSG_VOUCHER},
    {BRSKI_FORWARDING, CBRSKI_MSG_LATER},
    {BRSKI_FORWARDING, CBRSKI_MSG_REFUSAL},
    {BRSKI_FORWARDING, CBRSKI_MSG_STATUS_TAKEN},
    {BRSKI_FORWARDING, CBRSKI_MSG_CRTS},
    {BRSKI_FORWARDING, CBRSKI_MSG_CERTIFICATE},
    {BRSKI_FORWARDING, CBRSKI_MSG_SERVER_EMPTY},
    {-1, -1},
};

enum { IP = 16, ENDPOINT = 18 };

/* ---- the header: one block, as section 4.5.6 proposes it. What is zero tells that nobody has
 * changed it. */
enum { BLOCK = 16, PORT = 2, IID = 4, ZERO = 12 };

static void seal(struct cbrski_proxy *p, uint8_t header[BLOCK], const struct imp_addr *pledge)
{
    uint8_t plain[BLOCK] = {0}; /* family 0: IPv6; interface 0 */
    memcpy(plain + PORT, pledge->bytes + IP, 2);
    memcpy(plain + IID, pledge->bytes + 8, 8);
    imp_aes_encrypt(p->env, header, p->key, plain);
}

/* The upper half of the pledge's address is the link's, as that of the proxy there. */
static bool unseal(struct cbrski_proxy *p, struct imp_addr *pledge, struct imp_piece header)
{
    static const uint8_t zero[BLOCK - ZERO];
    uint8_t plain[BLOCK];
    struct imp_addr self;
    if (header.n != BLOCK || !p->env->ops->self(p->env, CBRSKI_JOIN, &self) || self.n != ENDPOINT)
        return false;
    imp_aes_decrypt(p->env, plain, p->key, header.p);
    if (plain[0] || plain[1] || memcmp(plain + ZERO, zero, sizeof zero) != 0)
        return false;
    *pledge = (struct imp_addr){.n = ENDPOINT};
    memcpy(pledge->bytes, self.bytes, 8);
    memcpy(pledge->bytes + 8, plain + IID, 8);
    memcpy(pledge->bytes + IP, plain + PORT, 2);
    return true;
}

/* ---- both directions ---------------------------------------------------------------------------
 */
static void to_registrar(struct cbrski_proxy *p, const struct imp_event *e)
{
    uint8_t header[BLOCK], out[CBRSKI_JPY_MAX];
    if (e->from.n != ENDPOINT || e->n == 0)
        return;
    seal(p, header, &e->from);
    const struct cbrski_jpy m = {{header, sizeof header}, {e->bytes, e->n}};
    size_t n = cbrski_jpy_write(p->env, out, sizeof out, &m);
    if (n)
        imp_send(p->env, CBRSKI_JPY, NULL, CBRSKI_MSG_TO_REGISTRAR, out, n);
}

static void to_pledge(struct cbrski_proxy *p, const struct imp_event *e)
{
    struct cbrski_jpy m;
    struct imp_addr pledge, registrar;
    if (p->env->ops->peer(p->env, CBRSKI_JPY, &registrar) && !imp_addr_equal(&registrar, &e->from))
        return; /* the registrar's alone, section 4.5.5 */
    if (cbrski_jpy_read(p->env, &m, e->bytes, e->n) == 0 && unseal(p, &pledge, m.header))
        imp_send(p->env, CBRSKI_JOIN, &pledge, CBRSKI_MSG_TO_PLEDGE, m.content.p, m.content.n);
}

static void searched(struct cbrski_proxy *p, const struct imp_event *e)
{
    uint8_t out[CBRSKI_DISCOVERY_MAX];
    struct imp_addr self;
    if (!p->env->ops->self(p->env, CBRSKI_JOIN, &self) || self.n != ENDPOINT)
        return;
    uint16_t port = (uint16_t)(self.bytes[IP] << 8 | self.bytes[IP + 1]);
    size_t n = cbrski_search_answer(out, e->bytes, e->n, ++p->mid, port);
    if (n)
        imp_send(p->env, CBRSKI_SEARCH, &e->from, CBRSKI_MSG_CORE, out, n);
}

void cbrski_proxy_init(void *ctx, struct imp_env *env)
{
    ((struct cbrski_proxy *)ctx)->env = env;
}

void cbrski_proxy_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct cbrski_proxy *p = ctx;
    (void)now;
    if (e->kind == IMP_EVENT_START)
        imp_random(env, "jpy-key", p->key, sizeof p->key);
    if (e->kind != IMP_EVENT_RECEIVE)
        return;
    if (e->channel == CBRSKI_SEARCH)
        searched(p, e);
    else if (e->channel == CBRSKI_JOIN)
        to_registrar(p, e);
    else
        to_pledge(p, e);
}

void cbrski_proxy_fini(void *ctx, struct imp_env *env)
{
    (void)env;
    imp_wipe(ctx, sizeof(struct cbrski_proxy));
}

int cbrski_proxy_state_of(const void *ctx)
{
    (void)ctx;
    return BRSKI_FORWARDING;
}
