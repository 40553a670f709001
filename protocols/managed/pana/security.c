/* SPDX-License-Identifier: GPL-2.0-only */
#include "security.h"

#include <string.h>

#include "protocols/crypto/crypto.h"

static const char LAYER[] = "pana";

static void put32(uint8_t p[4], uint32_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (uint8_t)(v >> 8 * (3 - i));
}

static size_t hmac(struct imp_env *env, bool sha256, uint8_t out[32], const uint8_t *key,
                   size_t key_n, const struct imp_piece *in, size_t count)
{
    if (sha256)
        imp_hmac_sha256(env, out, key, key_n, in, count);
    else
        imp_hmac_sha1(env, out, key, key_n, in, count);
    return sha256 ? 32 : 20;
}

void pana_prf_plus(struct imp_env *env, uint32_t prf, uint8_t *out, size_t out_n,
                   const uint8_t *key, size_t key_n, const struct imp_piece *seed, size_t count)
{
    struct imp_piece in[10];
    uint8_t block[32];
    size_t block_n = 0;
    for (uint8_t i = 1; out_n > 0; i++) {
        size_t k = 0;
        if (i > 1)
            in[k++] = IMP_PIECE(block, block_n);
        for (size_t j = 0; j < count; j++)
            in[k++] = seed[j];
        in[k++] = IMP_PIECE(&i, 1);
        uint8_t next[32];
        block_n = hmac(env, prf == PANA_PRF_SHA256, next, key, key_n, in, k);
        memcpy(block, next, block_n);
        size_t take = out_n < block_n ? out_n : block_n;
        memcpy(out, block, take);
        out += take;
        out_n -= take;
    }
    imp_wipe(block, sizeof block);
}

static void derive(struct imp_env *env, const struct imp_eap_export *eap,
                   const struct pana_transcript *t, uint32_t key_id, const char *label,
                   uint8_t *out, size_t n)
{
    uint8_t id[4];
    struct imp_piece seed[] = {IMP_PIECE(label, strlen(label)),
                               IMP_PIECE(t->par, t->par_n),
                               IMP_PIECE(t->pan, t->pan_n),
                               IMP_PIECE(t->pac_nonce, t->pac_nonce_n),
                               IMP_PIECE(t->paa_nonce, t->paa_nonce_n),
                               IMP_PIECE(id, sizeof id)};
    put32(id, key_id);
    struct imp_observation before = imp_observe_hold();
    pana_prf_plus(env, t->prf, out, n, eap->msk, sizeof eap->msk, seed, 6);
    imp_observe_resume(before);
    /* Label and Key-Id are everybody's. */
    imp_observe_keyed("prf+", out, n, eap->msk, sizeof eap->msk, seed + 1, 4);
}

void pana_derive(struct imp_env *env, struct pana_sa *out, const struct imp_eap_export *eap,
                 const struct pana_transcript *t, uint32_t session, uint32_t key_id)
{
    *out = (struct pana_sa){.there = true,
                            .session = session,
                            .key_id = key_id,
                            .prf = t->prf,
                            .integrity = t->integrity,
                            .eap = *eap};
    out->auth_key_n = t->integrity == PANA_INTEGRITY_SHA256_128 ? 32 : 20;
    derive(env, eap, t, key_id, "IETF PANA", out->auth_key, out->auth_key_n);
    out->encryption = t->encryption;
    if (t->encryption) { /* RFC 6786 section 3 */
        derive(env, eap, t, key_id, "IETF PANA PAA Encr", out->paa_encr_key, PANA_ENCR_KEY);
        derive(env, eap, t, key_id, "IETF PANA PaC Encr", out->pac_encr_key, PANA_ENCR_KEY);
    }
}

size_t pana_auth_size(uint32_t integrity)
{
    return integrity == PANA_INTEGRITY_SHA1_160     ? 20
           : integrity == PANA_INTEGRITY_SHA256_128 ? 16
                                                    : 0;
}

/* Over the whole message with AUTH's value zeroed. */
static void auth(struct imp_env *env, const struct pana_sa *sa, uint8_t out[32],
                 const struct imp_piece *in, size_t count)
{
    hmac(env, sa->integrity == PANA_INTEGRITY_SHA256_128, out, sa->auth_key, sa->auth_key_n, in,
         count);
}

size_t pana_seal(struct imp_env *env, const struct pana_sa *sa, struct pana_writer *w)
{
    size_t size = pana_auth_size(sa->integrity);
    uint8_t value[32], *p = pana_put(w, PANA_AVP_AUTH, size);
    size_t n = pana_end(w);
    if (n == 0)
        return 0;
    auth(env, sa, value, &IMP_PIECE(w->p, n), 1);
    memcpy(p, value, size);
    return n;
}

bool pana_verify(struct imp_env *env, const struct pana_sa *sa, const uint8_t *p, size_t n)
{
    static const uint8_t zeros[PANA_AUTH_MAX];
    struct pana_message m;
    size_t size, wanted = pana_auth_size(sa->integrity);
    uint32_t key_id;
    uint8_t value[32];
    if (pana_parse(&m, p, n) != 0)
        return false;
    const uint8_t *found = pana_find(&m, PANA_AVP_AUTH, 0, &size);
    if (!found || size != wanted || found + size != p + n ||
        (pana_find_u32(&m, PANA_AVP_KEY_ID, 0, &key_id) && key_id != sa->key_id))
        return false;
    struct imp_piece in[] = {IMP_PIECE(p, n - size), IMP_PIECE(zeros, size)};
    auth(env, sa, value, in, 2);
    return imp_equal(value, found, size);
}

/* ---- claims
 * ----------------------------------------------------------------------------------------- */
static struct imp_claim of_session(const struct pana_sa *sa, enum imp_claim_kind kind)
{
    return (struct imp_claim){
        .kind = kind, .layer = LAYER, .sid = sa->eap.session_id, .sid_n = sa->eap.session_id_n};
}

static void agreement(uint8_t data[32], const struct pana_sa *sa)
{
    uint8_t numbers[20];
    put32(numbers, sa->session);
    put32(numbers + 4, sa->key_id);
    put32(numbers + 8, sa->prf);
    put32(numbers + 12, sa->integrity);
    put32(numbers + 16, sa->lifetime);
    struct imp_piece in[] = {
        IMP_PIECE(sa->auth_key, sa->auth_key_n), IMP_PIECE(numbers, sizeof numbers),
        IMP_PIECE(sa->network_key, sizeof sa->network_key), IMP_PIECE(&sa->group, 1)};
    imp_sha256(NULL, data, in, 4); /* belief, not protocol: charged to nobody */
}

void pana_claim_running(struct imp_env *env, const struct pana_sa *sa)
{
    struct imp_claim c = of_session(sa, IMP_CLAIM_RUNNING);
    uint8_t data[32];
    agreement(data, sa);
    c.data = data;
    c.data_n = sizeof data;
    imp_claim(env, &c);
}

static void claim_negotiated(struct imp_env *env, const struct pana_sa *sa, const char *name,
                             const char *text)
{
    struct imp_claim c = of_session(sa, IMP_CLAIM_NEGOTIATED);
    c.name = name;
    c.data = (const uint8_t *)text;
    c.data_n = strlen(text);
    imp_claim(env, &c);
}

void pana_claim_commit(struct imp_env *env, const struct pana_sa *sa, const char *peer)
{
    struct imp_claim c = of_session(sa, IMP_CLAIM_COMMIT);
    uint8_t data[32];
    agreement(data, sa);
    c.data = data;
    c.data_n = sizeof data;
    c.peer = (const uint8_t *)peer;
    c.peer_n = peer ? strlen(peer) : 0;
    imp_claim(env, &c);
    c = of_session(sa, IMP_CLAIM_SECRET);
    c.name = "PANA_AUTH_KEY";
    c.data = sa->auth_key;
    c.data_n = sa->auth_key_n;
    if (sa->auth_key_n)
        imp_claim(env, &c);
    c.name = "network key";
    c.data = sa->network_key;
    c.data_n = 16;
    if (sa->has_network_key)
        imp_claim(env, &c);
    claim_negotiated(env, sa, "PRF", sa->prf == PANA_PRF_SHA256 ? "HMAC-SHA256" : "HMAC-SHA1");
    claim_negotiated(env, sa, "integrity",
                     sa->integrity == PANA_INTEGRITY_SHA256_128 ? "HMAC-SHA256-128"
                                                                : "HMAC-SHA1-160");
}

void pana_claim_sequence(struct imp_env *env, const struct pana_sa *sa, uint32_t sequence)
{
    struct imp_claim c = of_session(sa, IMP_CLAIM_ACCEPTED);
    uint8_t octets[4];
    put32(octets, sequence);
    c.name = "sequence number";
    c.data = octets;
    c.data_n = sizeof octets;
    imp_claim(env, &c);
}

void pana_claim_key(struct imp_env *env, const struct pana_sa *sa, enum imp_claim_kind kind,
                    const char *peer)
{
    uint8_t sid[10], data[32];
    put32(sid, sa->session);
    put32(sid + 4, sa->key_id);
    sid[8] = sa->group;
    sid[9] = sa->network_key[16];
    imp_sha256(NULL, data, &IMP_PIECE(sa->network_key, PANA_NETWORK_KEY), 1);
    struct imp_claim c = {.kind = kind,
                          .layer = "network key",
                          .sid = sid,
                          .sid_n = sizeof sid,
                          .data = data,
                          .data_n = sizeof data,
                          .peer = (const uint8_t *)peer,
                          .peer_n = peer ? strlen(peer) : 0};
    imp_claim(env, &c);
    if (kind == IMP_CLAIM_RUNNING)
        return;
    c = (struct imp_claim){.kind = IMP_CLAIM_SECRET,
                           .layer = c.layer,
                           .name = "network key",
                           .sid = sid,
                           .sid_n = sizeof sid,
                           .data = sa->network_key,
                           .data_n = 16};
    imp_claim(env, &c);
}

void pana_claim_in_use(struct imp_env *env, const struct pana_sa *sa,
                       const uint8_t key[PANA_NETWORK_KEY])
{
    struct imp_claim c = of_session(sa, IMP_CLAIM_SECRET);
    c.name = "network key in use";
    c.data = key;
    c.data_n = 16;
    imp_claim(env, &c);
}

void pana_claim_said(struct imp_env *env, enum imp_claim_kind kind, const struct pana_sa *sa,
                     int label, uint32_t sequence)
{
    uint8_t sid[9], data[32];
    put32(sid, sa->session);
    put32(sid + 4, sequence);
    sid[8] = (uint8_t)label;
    const struct imp_piece in[] = {IMP_PIECE(sa->auth_key, sa->auth_key_n),
                                   IMP_PIECE(sid, sizeof sid)};
    imp_sha256(NULL, data, in, 2); /* belief, not protocol: charged to nobody */
    imp_claim(env, &(struct imp_claim){.kind = kind,
                                       .layer = "pana-session",
                                       .sid = sid,
                                       .sid_n = sizeof sid,
                                       .data = data,
                                       .data_n = sizeof data});
}

void pana_claim(struct imp_env *env, enum imp_claim_kind kind, const char *name)
{
    imp_claim(env, &(struct imp_claim){.kind = kind, .layer = LAYER, .name = name});
}
