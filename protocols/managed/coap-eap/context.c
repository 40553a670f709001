/* SPDX-License-Identifier: GPL-2.0-only */
#include "context.h"

#include <stdio.h>
#include <string.h>

#include "coap_eap.h"
#include "protocols/contract/observe.h"
#include "protocols/crypto/crypto.h"

static const char LAYER[] = "oscore";

/* HKDF-Expand with PRK = MSK, or all of HKDF. */
static void kdf(struct imp_env *env, enum ceap_kdf mode, enum imp_hash hash, uint8_t *out,
                size_t out_n, const uint8_t msk[IMP_EAP_KEY_SIZE], const uint8_t *cs, size_t cs_n,
                const char *label)
{
    uint8_t info[2 * CEAP_ARRAY_MAX + 32];
    size_t n = cs_n + strlen(label);
    memcpy(info, cs, cs_n);
    memcpy(info + cs_n, label, n - cs_n);
    if (mode == CEAP_KDF_EXPAND)
        imp_hkdf_expand(env, hash, out, out_n, msk, IMP_EAP_KEY_SIZE, info, n);
    else
        imp_hkdf_with(env, hash, out, out_n, NULL, 0, msk, IMP_EAP_KEY_SIZE, info, n);
}

/* Label and suites are everybody's: the MSK is all that it takes. */
void ceap_kdf(struct imp_env *env, enum ceap_kdf mode, enum imp_hash hash, uint8_t *out,
              size_t out_n, const uint8_t msk[IMP_EAP_KEY_SIZE], const uint8_t *cs, size_t cs_n,
              const char *label)
{
    struct imp_observation before = imp_observe_hold();
    kdf(env, mode, hash, out, out_n, msk, cs, cs_n, label);
    imp_observe_resume(before);
    imp_observe_rule("HKDF", out, out_n, &IMP_PIECE(msk, IMP_EAP_KEY_SIZE), 1);
}

/* CS-C | CS-I; an array that was not sent counts as its default. */
static size_t suites(const struct imp_env *env, uint8_t *out, const struct ceap_agreed *a)
{
    static const uint8_t defaults[][2] = {{0x81, 0x00}, {0x00, 0x00}};
    const uint8_t *d = defaults[imp_opt(env, CEAP_OPT_CS_DEFAULT)];
    size_t n = 0;
    memcpy(out, a->cs_c_n ? a->cs_c : d, a->cs_c_n ? a->cs_c_n : 2);
    n += a->cs_c_n ? a->cs_c_n : 2;
    memcpy(out + n, a->cs_i_n ? a->cs_i : d, a->cs_i_n ? a->cs_i_n : 2);
    return n + (a->cs_i_n ? a->cs_i_n : 2);
}

/* What of it is in the key: all, or, option cs-in-kdf, what would be there had nobody sent any. */
static size_t bound(const struct imp_env *env, uint8_t *out, const struct ceap_agreed *a)
{
    static const struct ceap_agreed unsaid;
    return suites(env, out, imp_opt(env, CEAP_OPT_CS_IN_KDF) == CEAP_CS_SENT ? a : &unsaid);
}

static void keys(struct imp_env *env, struct ceap_security *s, const struct ceap_agreed *a)
{
    static const char *const labels[][2] = {
        {"COAP-EAP OSCORE MASTER SECRET", "COAP-EAP OSCORE MASTER SALT"},
        {"COAP-EAP OSCORE Master Secret", "COAP-EAP OSCORE Master Salt"}};
    const char *const *label = labels[imp_opt(env, CEAP_OPT_LABELS)];
    enum ceap_kdf mode = (enum ceap_kdf)imp_opt(env, CEAP_OPT_KDF);
    const struct ceap_suite *suite = ceap_suite(a->suite);
    uint8_t cs[sizeof s->cs];
    size_t n = bound(env, cs, a);
    s->secret_n = imp_aead_key(suite->aead);
    ceap_kdf(env, mode, suite->hash, s->secret, s->secret_n, s->eap.msk, cs, n, label[0]);
    ceap_kdf(env, mode, suite->hash, s->salt, CEAP_SALT, s->eap.msk, cs, n, label[1]);
}

int ceap_derive(struct imp_env *env, struct ceap_security *out, const struct imp_eap_export *eap,
                const struct ceap_agreed *a, bool controller)
{
    *out = (struct ceap_security){.there = true, .eap = *eap, .suite = a->suite};
    out->cs_n = suites(env, out->cs, a);
    keys(env, out, a);
    /* Each sends under the identifier by which the other wants to receive. */
    struct imp_oscore_params p = {.secret = out->secret,
                                  .secret_n = out->secret_n,
                                  .salt = out->salt,
                                  .salt_n = CEAP_SALT,
                                  .sender = controller ? a->rid_i : a->rid_c,
                                  .sender_n = controller ? a->rid_i_n : a->rid_c_n,
                                  .recipient = controller ? a->rid_c : a->rid_i,
                                  .recipient_n = controller ? a->rid_c_n : a->rid_i_n,
                                  .aead = ceap_suite(a->suite)->aead,
                                  .hash = ceap_suite(a->suite)->hash};
    if (imp_oscore_init(env, &out->oscore, &p) == 0)
        return 0;
    imp_wipe(out, sizeof *out);
    return -1;
}

/* ---- claims
 * ----------------------------------------------------------------------------------------- */
static struct imp_claim of_session(const struct ceap_security *s, enum imp_claim_kind kind)
{
    return (struct imp_claim){
        .kind = kind, .layer = LAYER, .sid = s->eap.session_id, .sid_n = s->eap.session_id_n};
}

static void agreement(uint8_t data[32], const struct ceap_security *s)
{
    const uint8_t lifetime[4] = {(uint8_t)(s->lifetime >> 24), (uint8_t)(s->lifetime >> 16),
                                 (uint8_t)(s->lifetime >> 8), (uint8_t)s->lifetime};
    const struct imp_oscore *o = &s->oscore;
    bool first = o->sender_n != o->recipient_n ? o->sender_n < o->recipient_n
                                               : memcmp(o->sender, o->recipient, o->sender_n) < 0;
    struct imp_piece ours = IMP_PIECE(o->sender, o->sender_n),
                     theirs = IMP_PIECE(o->recipient, o->recipient_n);
    struct imp_piece in[] = {IMP_PIECE(s->secret, s->secret_n),
                             IMP_PIECE(s->salt, CEAP_SALT),
                             first ? ours : theirs,
                             first ? theirs : ours,
                             IMP_PIECE(s->cs, s->cs_n),
                             IMP_PIECE(lifetime, 4)};
    imp_sha256(NULL, data, in, 6); /* belief, not protocol: charged to nobody */
}

void ceap_claim_running(struct imp_env *env, const struct ceap_security *s)
{
    struct imp_claim c = of_session(s, IMP_CLAIM_RUNNING);
    uint8_t data[32];
    agreement(data, s);
    c.data = data;
    c.data_n = sizeof data;
    imp_claim(env, &c);
}

void ceap_claim_commit(struct imp_env *env, const struct ceap_security *s, const char *peer)
{
    struct imp_claim c = of_session(s, IMP_CLAIM_COMMIT);
    uint8_t data[32];
    char suite[12];
    agreement(data, s);
    c.data = data;
    c.data_n = sizeof data;
    c.peer = (const uint8_t *)peer;
    c.peer_n = peer ? strlen(peer) : 0;
    imp_claim(env, &c);
    c = of_session(s, IMP_CLAIM_SECRET);
    c.name = "OSCORE Master Secret";
    c.data = s->secret;
    c.data_n = s->secret_n;
    imp_claim(env, &c);
    c = of_session(s, IMP_CLAIM_NEGOTIATED);
    c.name = "cipher suite";
    c.data = (const uint8_t *)suite;
    c.data_n = (size_t)snprintf(suite, sizeof suite, "%d", (int)s->suite);
    imp_claim(env, &c);
}

void ceap_claim_accepted(struct imp_env *env, const struct ceap_security *s,
                         const struct imp_oscore_binding *binding)
{
    struct imp_claim c = of_session(s, IMP_CLAIM_ACCEPTED);
    c.name = "Partial IV";
    c.data = binding->piv;
    c.data_n = binding->piv_n;
    imp_claim(env, &c);
}

void ceap_claim(struct imp_env *env, enum imp_claim_kind kind, const char *name)
{
    imp_claim(env, &(struct imp_claim){.kind = kind, .layer = LAYER, .name = name});
}
