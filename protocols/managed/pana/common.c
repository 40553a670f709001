/* SPDX-License-Identifier: GPL-2.0-only */
/* common.c - what both roles share, in every mechanism that is made of them: algorithms,
 * retransmission, names. */
#include "pana.h"
#include "protocols/crypto/crypto.h"

const char *const pana_algorithm_names[] = {"both", "sha1", "sha256", NULL};

bool pana_has_prf(const struct imp_env *env, uint32_t prf)
{
    int64_t own = imp_eap_opt(env, "algorithms", PANA_ALG_BOTH);
    return (prf == PANA_PRF_SHA1 && own != PANA_ALG_SHA256) ||
           (prf == PANA_PRF_SHA256 && own != PANA_ALG_SHA1);
}

bool pana_has_integrity(const struct imp_env *env, uint32_t integrity)
{
    int64_t own = imp_eap_opt(env, "algorithms", PANA_ALG_BOTH);
    return (integrity == PANA_INTEGRITY_SHA1_160 && own != PANA_ALG_SHA256) ||
           (integrity == PANA_INTEGRITY_SHA256_128 && own != PANA_ALG_SHA1);
}

/* RAND * t with RAND in -0.1..0.1. */
static imp_time jitter(struct imp_env *env, imp_time t)
{
    uint8_t r[2];
    imp_random(env, "pana-retry", r, sizeof r);
    imp_time share = (imp_time)(r[0] << 8 | r[1]) - 32768; /* of 327680 */
    return t / 327680 * share;
}

void pana_retry_begin(struct pana_retry *r, struct imp_env *env, imp_time now)
{
    r->count = 0;
    r->timeout = IMP_S + jitter(env, IMP_S);
    r->at = now + r->timeout;
}

void pana_retry_again(struct pana_retry *r, struct imp_env *env, imp_time cap, imp_time now)
{
    r->count++;
    r->timeout = 2 * r->timeout + jitter(env, r->timeout);
    if (r->timeout > cap)
        r->timeout = cap + jitter(env, cap);
    r->at = now + r->timeout;
}

const char *const pana_pac_states[] = {
    [PANA_PAC_OFF] = "off",
    [PANA_PAC_START] = "start",
    [PANA_PAC_REQUEST] = "request",
    [PANA_PAC_OPEN] = "open",
    [PANA_PAC_HELD] = "held",
    [PANA_PAC_CLOSING] = "closing",
    NULL,
};

const char *const pana_paa_states[] = {
    [PANA_PAA_IDLE] = "idle",         [PANA_PAA_START] = "start",
    [PANA_PAA_ANSWER] = "answer",     [PANA_PAA_RESULT] = "result",
    [PANA_PAA_FAILING] = "failing",   [PANA_PAA_OPEN] = "open",
    [PANA_PAA_CLOSING] = "closing",   [PANA_PAA_AAA] = "aaa",
    [PANA_PAA_RESPONSE] = "response", NULL,
};

imp_time pana_renewal(const struct imp_env *env, uint32_t lifetime, imp_time now)
{
    int64_t margin = imp_eap_opt(env, "re-authentication", 0);
    return margin && margin < (int64_t)lifetime ? now + (lifetime - margin) * IMP_S : IMP_NEVER;
}
