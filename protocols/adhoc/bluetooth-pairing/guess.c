/* SPDX-License-Identifier: GPL-2.0-only */
/* guess.c - the passkey of legacy pairing, tried off line: Pairing Confirm commits to the
 * initiator's random value under a TK of 10^6, and both are sent in the clear. */
#include <string.h>

#include "pairing.h"
#include "protocols/contract/observe.h"

enum { PASSKEY_BITS = 20 };

struct evidence {
    uint8_t confirm[16], random[16]; /* the initiator's */
    struct bt_c1 of;
    bool request, response, committed;
};

static unsigned bits(const struct imp_env *env)
{
    return imp_opt(env, BT_OPT_SECURE_CONNECTIONS) == BT_SC_ONLY ? 128 : PASSKEY_BITS;
}

static size_t candidate(const struct imp_env *env, uint64_t i, uint8_t out[IMP_GUESS_MAX])
{
    (void)env;
    memset(out, 0, 16);
    for (int k = 0; k < 4; k++)
        out[15 - k] = (uint8_t)(i >> 8 * k);
    return 16;
}

static void turned_features(uint8_t out[7], const uint8_t *pdu)
{
    for (int i = 0; i < 7; i++)
        out[i] = pdu[6 - i];
}

static bool legacy_passkey(const struct bt_c1 *of)
{
    bool sc = of->request[3] & of->response[3] & SMP_SC; /* AuthReq is the middle octet */
    bool oob = of->request[4] && of->response[4];
    return !sc && !oob;
}

static void names(struct evidence *e, struct imp_env *env)
{
    struct imp_addr own = {0}, peer = {0};
    env->ops->self(env, BT_SMP, &own);
    env->ops->peer(env, BT_SMP, &peer);
    bt_name_of(e->of.responder, &own);
    bt_name_of(e->of.initiator, &peer);
}

/* The initiator's Confirm is the first after the response, its Random the first of both. */
static bool evidence(void *kept, struct imp_env *env, int channel, const uint8_t *p, size_t n)
{
    struct evidence *e = kept;
    if (channel != BT_SMP || !smp_whole(p, n))
        return false;
    switch (p[0]) {
    case SMP_REQUEST:
        *e = (struct evidence){.request = true};
        turned_features(e->of.request, p);
        break;
    case SMP_RESPONSE:
        turned_features(e->of.response, p);
        e->response = e->request;
        break;
    case SMP_CONFIRM:
        if (e->response && !e->committed && legacy_passkey(&e->of)) {
            smp_value(e->confirm, p);
            e->committed = true;
        }
        break;
    case SMP_RANDOM:
        if (!e->committed)
            break;
        smp_value(e->random, p);
        names(e, env);
        return true;
    default:
        break;
    }
    return false;
}

static bool right(const void *kept, const uint8_t *tk, size_t n)
{
    const struct evidence *e = kept;
    struct imp_observation before = imp_observe_hold();
    uint8_t c[16];
    bt_c1(NULL, c, tk, e->random, &e->of);
    imp_observe_resume(before);
    return n == 16 && memcmp(c, e->confirm, sizeof c) == 0;
}

const struct imp_guess bt_guesses[] = {
    {.name = "TK",
     .summary = "Passkey of legacy pairing; off line against Pairing Confirm and Pairing Random.",
     .role = BT_RESPONDER,
     .cell = BT_CELL_TK,
     .bits = bits,
     .candidate = candidate,
     .evidence_size = sizeof(struct evidence),
     .evidence = evidence,
     .right = right},
    {.name = NULL},
};
