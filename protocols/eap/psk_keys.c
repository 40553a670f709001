/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdio.h>
#include <string.h>

#include "../crypto/crypto.h"
#include "psk.h"

/* Modified counter mode, RFC 4764 figures 5 and 7: output block i = AES(K, AES(K, X) xor "i"). */
static void modified_counter_mode(struct imp_env *env, uint8_t *out, unsigned blocks,
                                  const uint8_t key[16], const uint8_t x[16])
{
    uint8_t y[16], in[16];
    struct imp_observation before = imp_observe_hold();
    imp_aes_encrypt(env, y, key, x);
    for (unsigned i = 1; i <= blocks; i++) {
        memcpy(in, y, sizeof in);
        in[15] ^= (uint8_t)i; /* i < 256 */
        imp_aes_encrypt(env, out + 16 * (i - 1), key, in);
    }
    imp_observe_resume(before);
    imp_observe_keyed("modified counter mode", out, 16 * blocks, key, 16, &IMP_PIECE(x, 16), 1);
    imp_wipe(y, sizeof y);
    imp_wipe(in, sizeof in);
}

void psk_key_setup(struct imp_env *env, struct psk_keys *out, const uint8_t psk[PSK_SIZE])
{
    static const uint8_t zero[16];
    uint8_t blocks[2 * PSK_SIZE];
    modified_counter_mode(env, blocks, 2, psk, zero);
    memcpy(out->ak, blocks, PSK_SIZE);
    memcpy(out->kdk, blocks + PSK_SIZE, PSK_SIZE);
    imp_wipe(blocks, sizeof blocks);
}

void psk_session_keys(struct imp_env *env, struct psk_session *out, const uint8_t kdk[PSK_SIZE],
                      const uint8_t rand_p[PSK_RAND])
{
    uint8_t blocks[9 * 16]; /* TEK 1, MSK 2-5, EMSK 6-9 */
    modified_counter_mode(env, blocks, 9, kdk, rand_p);
    memcpy(out->tek, blocks, 16);
    memcpy(out->msk, blocks + 16, 64);
    memcpy(out->emsk, blocks + 80, 64);
    imp_wipe(blocks, sizeof blocks);
}

size_t psk_id_size(const char *id, enum psk_id_encoding encoding)
{
    return strlen(id) + (encoding == PSK_ID_NUL_TERMINATED);
}

/* MAC_P = CMAC(AK, ID_P | ID_S | RAND_S | RAND_P), section 4.1. */
void psk_mac_p(struct imp_env *env, uint8_t mac[PSK_MAC], const uint8_t ak[PSK_SIZE],
               enum psk_id_encoding encoding, const char *id_p, const char *id_s,
               const uint8_t rand_s[PSK_RAND], const uint8_t rand_p[PSK_RAND])
{
    struct imp_piece in[] = {IMP_PIECE(id_p, psk_id_size(id_p, encoding)),
                             IMP_PIECE(id_s, psk_id_size(id_s, encoding)),
                             IMP_PIECE(rand_s, PSK_RAND), IMP_PIECE(rand_p, PSK_RAND)};
    imp_aes_cmac(env, mac, ak, in, 4);
}

/* MAC_S = CMAC(AK, ID_S | RAND_P). */
void psk_mac_s(struct imp_env *env, uint8_t mac[PSK_MAC], const uint8_t ak[PSK_SIZE],
               enum psk_id_encoding encoding, const char *id_s, const uint8_t rand_p[PSK_RAND])
{
    struct imp_piece in[] = {IMP_PIECE(id_s, psk_id_size(id_s, encoding)),
                             IMP_PIECE(rand_p, PSK_RAND)};
    imp_aes_cmac(env, mac, ak, in, 2);
}

void psk_export(const struct psk_conversation *c, struct imp_eap_export *out)
{
    memset(out, 0, sizeof *out);
    memcpy(out->msk, c->session.msk, sizeof out->msk);
    memcpy(out->emsk, c->session.emsk, sizeof out->emsk);
    out->has_key = true;
    /* Session-Id = Type | RAND_P | RAND_S, RFC 5247 appendix. */
    out->session_id[0] = PSK_TYPE;
    memcpy(out->session_id + 1, c->rand_p, PSK_RAND);
    memcpy(out->session_id + 1 + PSK_RAND, c->rand_s, PSK_RAND);
    out->session_id_n = 1 + 2 * PSK_RAND;
    memcpy(out->peer_id, c->id_p, sizeof out->peer_id);
    memcpy(out->server_id, c->id_s, sizeof out->server_id);
}

void psk_claim_running(struct imp_env *env, const struct psk_conversation *c)
{
    struct imp_eap_export x;
    uint8_t extended = c->extended;
    psk_export(c, &x);
    imp_eap_claim_running(env, PSK_TYPE, &x, &extended, 1);
}

void psk_claim_nonce(struct imp_env *env, const struct psk_conversation *c, uint32_t nonce)
{
    struct imp_eap_export x;
    const uint8_t octets[4] = {(uint8_t)(nonce >> 24), (uint8_t)(nonce >> 16),
                               (uint8_t)(nonce >> 8), (uint8_t)nonce};
    psk_export(c, &x);
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_ACCEPTED,
                                       .layer = "eap",
                                       .name = "PCHANNEL nonce",
                                       .sid = x.session_id,
                                       .sid_n = x.session_id_n,
                                       .data = octets,
                                       .data_n = sizeof octets});
}

void psk_claim_commit(struct imp_env *env, const struct psk_conversation *c, const char *peer)
{
    struct imp_eap_export x;
    uint8_t extended = c->extended;
    psk_export(c, &x);
    imp_eap_claim_secrets(env, &x);
    imp_eap_claim_commit(env, PSK_TYPE, &x, &extended, 1, peer);
}

void psk_provision(struct imp_env *peer, const char *id, unsigned bits,
                   struct imp_env *const *parties, size_t count, int server)
{
    char cell[sizeof PSK_CELL_PREFIX + IMP_EAP_ID_MAX];
    uint8_t psk[PSK_SIZE], drawn[PSK_SIZE];
    struct psk_keys keys;
    imp_random(peer, "psk", drawn, sizeof drawn);
    imp_weak_key(psk, bits, drawn);
    psk_key_setup(peer, &keys, psk);
    snprintf(cell, sizeof cell, "%s%s", PSK_CELL_PREFIX, id);
    peer->ops->cell_put(peer, PSK_CELL_ID, id, strlen(id));
    peer->ops->cell_put(peer, PSK_CELL_KEYS, &keys, sizeof keys);
    for (size_t k = 0; k < count; k++)
        if (parties[k]->role == server)
            parties[k]->ops->cell_put(parties[k], cell, &keys, sizeof keys);
    imp_wipe(psk, sizeof psk);
    imp_wipe(drawn, sizeof drawn);
    imp_wipe(&keys, sizeof keys);
}
