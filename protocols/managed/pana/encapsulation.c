/* SPDX-License-Identifier: GPL-2.0-only */
#include "encapsulation.h"

#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/eap/options.h"

const char *const pana_encrypted_names[] = {"required", "all", "none", NULL};

/* ---- policy
 * ------------------------------------------------------------------------------------------- */
enum pana_policy pana_policy_of(const struct pana_avp *a)
{
    if (a->vendor)
        return (a->vendor == PANA_VENDOR_ZIGBEE && a->code == PANA_AVP_NETWORK_KEY) ||
                       (a->vendor == PANA_VENDOR_OWN && a->code == PANA_AVP_GROUP_ID)
                   ? PANA_ENCR_MUST
                   : PANA_ENCR_MAY;
    switch (a->code) {
    case PANA_AVP_AUTH:
    case PANA_AVP_INTEGRITY:
    case PANA_AVP_KEY_ID:
    case PANA_AVP_NONCE:
    case PANA_AVP_PRF:
    case PANA_AVP_RESULT:
    case PANA_AVP_PAC_INFORMATION:
    case PANA_AVP_RELAYED:
    case PANA_AVP_ENCR_ENCAP:
    case PANA_AVP_ENCR_ALGORITHM:
        return PANA_ENCR_NEVER;
    default: /* EAP-Payload, Session-Lifetime, Termination-Cause; and what no table names */
        return PANA_ENCR_MAY;
    }
}

static enum pana_encrypted own_choice(const struct imp_env *env)
{
    return env ? (enum pana_encrypted)imp_eap_opt(env, "encrypted-avps", PANA_ENCRYPT_REQUIRED)
               : PANA_ENCRYPT_REQUIRED;
}

bool pana_wants_encryption(const struct imp_env *env)
{
    return imp_eap_opt(env, "network-key", 1) || own_choice(env) == PANA_ENCRYPT_ALL;
}

static bool belongs_inside(enum pana_encrypted choice, const struct pana_avp *a)
{
    enum pana_policy policy = pana_policy_of(a);
    return (policy == PANA_ENCR_MUST && choice != PANA_ENCRYPT_NONE) ||
           (policy == PANA_ENCR_MAY && choice == PANA_ENCRYPT_ALL);
}

/* ---- AES128-CTR
 * --------------------------------------------------------------------------------------- */
static void put32(uint8_t p[4], uint32_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (uint8_t)(v >> 8 * (3 - i));
}

void pana_counter_block(uint8_t block[16], uint32_t key_id, uint32_t session, uint32_t sequence,
                        uint32_t counter)
{
    block[0] = 0x02;
    put32(block + 1, key_id);
    put32(block + 5, session);
    put32(block + 9, sequence);
    block[13] = (uint8_t)(counter >> 16);
    block[14] = (uint8_t)(counter >> 8);
    block[15] = (uint8_t)counter;
}

void pana_crypt(struct imp_env *env, uint8_t *out, const struct pana_sa *sa, enum pana_side from,
                uint32_t sequence, const uint8_t *in, size_t n)
{
    const uint8_t *key = from == PANA_FROM_PAC ? sa->pac_encr_key : sa->paa_encr_key;
    uint8_t block[16], stream[16];
    struct imp_observation before = imp_observe_hold();
    for (size_t at = 0; at < n; at++) {
        if (at % 16 == 0) {
            pana_counter_block(block, sa->key_id, sa->session, sequence, (uint32_t)(at / 16 + 1));
            imp_aes_encrypt(env, stream, key, block);
        }
        out[at] = in[at] ^ stream[at % 16];
    }
    imp_observe_resume(before);
    imp_observe_both("AES-CTR", key, PANA_ENCR_KEY, in, n, out, n);
}

bool pana_nearly_wrapped(uint32_t sequence, uint32_t first)
{
    static const uint32_t last = 0xfffffff0; /* room for what is under way */
    return sequence >= last && first < last;
}

/* ---- putting in
 * --------------------------------------------------------------------------------------- */
static void hide(struct imp_env *env, const struct pana_sa *sa, enum pana_side from,
                 struct pana_writer *w)
{
    uint8_t inside[PANA_MTU], outside[PANA_MTU];
    size_t inside_n = 0, outside_n = 0;
    struct pana_message m = {.avps = w->p + PANA_HEADER, .avps_n = w->n - PANA_HEADER};
    struct pana_avp a;
    enum pana_encrypted choice = own_choice(env);
    for (size_t at = 0; pana_next(&m, &at, &a);) {
        bool in = belongs_inside(choice, &a);
        memcpy(in ? inside + inside_n : outside + outside_n, a.whole, a.whole_n);
        *(in ? &inside_n : &outside_n) += a.whole_n;
    }
    if (inside_n == 0)
        return;
    memcpy(w->p + PANA_HEADER, outside, outside_n);
    w->n = PANA_HEADER + outside_n;
    uint8_t *value = pana_put(w, PANA_AVP_ENCR_ENCAP, inside_n);
    if (value)
        pana_crypt(env, value, sa, from, pana_sequence_of(w->p), inside, inside_n);
    imp_wipe(inside, sizeof inside);
}

size_t pana_protect(struct imp_env *env, const struct pana_sa *sa, enum pana_side from,
                    struct pana_writer *w)
{
    if (sa->encryption && !w->bad)
        hide(env, sa, from, w);
    return pana_seal(env, sa, w);
}

/* ---- taking out
 * --------------------------------------------------------------------------------------- */
/* Every AVP on the side of the encryption where it belongs. */
static bool lawful(const struct pana_message *avps, enum pana_policy forbidden)
{
    struct pana_avp a;
    for (size_t at = 0; pana_next(avps, &at, &a);)
        if (pana_policy_of(&a) == forbidden)
            return false;
    return true;
}

/* Offers come several times, everything else of the base protocol once. */
static bool single(const struct pana_message *m)
{
    struct pana_avp a;
    size_t n;
    for (size_t at = 0; pana_next(m, &at, &a);)
        if (!a.vendor && a.code != PANA_AVP_PRF && a.code != PANA_AVP_INTEGRITY &&
            a.code != PANA_AVP_ENCR_ALGORITHM && pana_find(m, a.code, 1, &n))
            return false;
    return true;
}

/* What is outside, then what was inside. */
static bool join(struct imp_env *env, const struct pana_sa *sa, enum pana_side from,
                 const struct pana_message *m, const uint8_t *sealed, size_t sealed_n,
                 struct pana_view *out)
{
    struct pana_message inside;
    struct pana_avp a;
    size_t outside_n = 0;
    for (size_t at = 0; pana_next(m, &at, &a);)
        if (a.vendor || a.code != PANA_AVP_ENCR_ENCAP) {
            memcpy(out->avps + outside_n, a.whole, a.whole_n);
            outside_n += a.whole_n;
        }
    pana_crypt(env, out->avps + outside_n, sa, from, m->sequence, sealed, sealed_n);
    out->m.avps = out->avps;
    out->m.avps_n = outside_n + sealed_n;
    return pana_parse_avps(&inside, out->avps + outside_n, sealed_n) == 0 &&
           lawful(&inside, PANA_ENCR_NEVER);
}

static bool disclose(struct imp_env *env, const struct pana_sa *sa, enum pana_side from,
                     const struct pana_message *m, struct pana_view *out)
{
    size_t n, more;
    const uint8_t *sealed = pana_find(m, PANA_AVP_ENCR_ENCAP, 0, &n);
    bool lenient = env && imp_eap_flawed(env, "any-encryption");
    out->m = *m;
    if (!lawful(m, PANA_ENCR_MUST) && !lenient)
        return false;
    if (sealed && (!sa || !sa->encryption || pana_find(m, PANA_AVP_ENCR_ENCAP, 1, &more) ||
                   !join(env, sa, from, m, sealed, n, out)))
        return false;
    return single(&out->m);
}

bool pana_disclose(struct imp_env *env, const struct pana_sa *sa, enum pana_side from,
                   const struct pana_message *m, struct pana_view *out)
{
    if (disclose(env, sa, from, m, out))
        return true;
    if (env)
        pana_claim(env, IMP_CLAIM_REJECT, "AVPs and their encryption");
    return false;
}

bool pana_accept(struct imp_env *env, const struct pana_sa *sa, enum pana_side from,
                 const uint8_t *p, size_t n, struct pana_view *out)
{
    const char *flaw = from == PANA_FROM_PAA ? "any-agent-message" : "any-client-message";
    struct pana_message m;
    return pana_parse(&m, p, n) == 0 &&
           (pana_verify(env, sa, p, n) || (env && imp_eap_flawed(env, flaw))) &&
           pana_disclose(env, sa, from, &m, out);
}
