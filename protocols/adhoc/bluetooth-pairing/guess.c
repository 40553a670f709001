/* SPDX-License-Identifier: GPL-2.0-only */
/* guess.c - what is tried off line: short encryption keys of BR/EDR, and the passkey of legacy
 * pairing: Pairing Confirm commits to the
 * initiator's random value under a TK of 10^6, and both are sent in the clear. */
#include <string.h>

#include "pairing.h"
#include "protocols/crypto/crypto.h"

enum { PASSKEY_BITS = 20 };

struct evidence {
    uint8_t confirm[16], random[16]; /* the initiator's */
    struct bt_c1 of;
    bool request, response, committed, opened;
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

/* The initiator's Confirm is the first after the response, its Random the first of both. The
 * responder's shows that the TK was the same at both ends: nothing comes of an attempt in which a
 * person has mistyped it. */
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
        if (e->opened)
            return true;
        if (!e->committed)
            break;
        smp_value(e->random, p);
        names(e, env);
        e->opened = true;
        break;
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

/* ---- the encryption key of BR/EDR: as short as both were told, and tried on the first sealed PDU
 * ------ */
enum { ACCEPTED = 2, SEALED_ACCEPTED = 6, LLID_LMP = 3 };

struct sealed_evidence {
    uint8_t iv[8], sealed[SEALED_ACCEPTED], central[BT_ADDR];
    bool started, e0;
};

static unsigned key_bits(const struct imp_env *env)
{
    const struct bt_party *p = env->ctx;
    bool tried = p && bt_br_edr(p) && p->key_size;
    /* Two octets under E0, without a MIC, tell one key of 2^8, of more not. */
    if (tried && bt_br_legacy(p) && p->key_size > 1)
        return 128;
    return tried ? 8u * p->key_size : 128;
}

static size_t key_candidate(const struct imp_env *env, uint64_t i, uint8_t out[IMP_GUESS_MAX])
{
    const struct bt_party *p = env->ctx;
    uint8_t entropy[16] = {(uint8_t)i};
    memset(out, 0, 16);
    for (int k = 0; k < 8; k++)
        out[15 - k] = (uint8_t)(i >> 8 * k);
    if (p && bt_br_legacy(p))
        bt_br_key_of(out, entropy, 1);
    return 16;
}

static bool key_evidence(void *kept, struct imp_env *env, int channel, const uint8_t *p, size_t n)
{
    struct sealed_evidence *e = kept;
    struct imp_addr initiator = {0};
    uint8_t name[BT_NAME];
    if (channel != BT_LMP)
        return false;
    if (lmp_read(p, n) == LMP_START_ENCRYPTION_REQ) {
        memcpy(e->iv, p + 1, sizeof e->iv);
        e->started = true;
    } else if (e->started && (n == SEALED_ACCEPTED || n == ACCEPTED)) {
        env->ops->peer(env, BT_LMP, &initiator);
        bt_name_of(name, &initiator);
        for (int i = 0; i < BT_ADDR; i++)
            e->central[i] = name[BT_NAME - 1 - i];
        memcpy(e->sealed, p, n);
        e->e0 = n == ACCEPTED;
        return true;
    }
    return false;
}

static bool right_under_e0(const struct sealed_evidence *e, const uint8_t key[16])
{
    struct imp_observation before = imp_observe_hold();
    uint8_t stream[1 + ACCEPTED], pdu[ACCEPTED];
    imp_e0(NULL, stream, sizeof stream, key, e->central, 0);
    imp_observe_resume(before);
    for (int i = 0; i < ACCEPTED; i++)
        pdu[i] = e->sealed[i] ^ stream[1 + i];
    return lmp_read(pdu, ACCEPTED) == LMP_ACCEPTED &&
           pdu[1] == lmp_opcode(LMP_START_ENCRYPTION_REQ);
}

static bool key_right(const void *kept, const uint8_t *key, size_t n)
{
    const struct sealed_evidence *e = kept;
    if (e->e0)
        return n == 16 && right_under_e0(e, key);
    const uint8_t header = LLID_LMP;
    uint8_t nonce[13] = {0}, pdu[2]; /* the peripheral's first packet */
    memcpy(nonce + 5, e->iv, sizeof e->iv);
    struct imp_observation before = imp_observe_hold();
    bool opens = imp_aes_ccm_open(NULL, pdu, key, nonce, sizeof nonce, &header, 1, e->sealed,
                                  sizeof e->sealed, BT_MIC) == 0;
    imp_observe_resume(before);
    return n == 16 && opens;
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
    {.name = "encryption key",
     .summary =
         "Encryption key of BR/EDR, of as few octets as were negotiated; off line against the "
         "first sealed PDU.",
     .role = BT_RESPONDER,
     .cell = BT_CELL_SESSION,
     .bits = key_bits,
     .candidate = key_candidate,
     .evidence_size = sizeof(struct sealed_evidence),
     .evidence = key_evidence,
     .right = key_right},
    {.name = NULL},
};
