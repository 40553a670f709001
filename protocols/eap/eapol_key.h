/* SPDX-License-Identifier: GPL-2.0-only */
/* eapol_key.h - EAPOL-Key frames and RSN keys, IEEE 802.11-2016 sections 12.7.1 and 12.7.2.
 *
 * Key descriptor type 2 (RSN), key descriptor version 2: HMAC-SHA1-128 and AES key wrap, which goes
 * with AKM 00-0F-AC:1 (802.1X) and CCMP. */
#ifndef IMPRINT_EAPOL_KEY_H
#define IMPRINT_EAPOL_KEY_H

#include "../contract/party.h"

enum { /* Key Information, section 12.7.2 b) */
       IMP_KEY_VERSION = 0x0007,
       IMP_KEY_VERSION_AES = 2,
       IMP_KEY_PAIRWISE = 1 << 3,
       IMP_KEY_INSTALL = 1 << 6,
       IMP_KEY_ACK = 1 << 7,
       IMP_KEY_MIC = 1 << 8,
       IMP_KEY_SECURE = 1 << 9,
       IMP_KEY_ERROR = 1 << 10,
       IMP_KEY_REQUEST = 1 << 11,
       IMP_KEY_ENCRYPTED = 1 << 12,
};

enum { /* octets */
       IMP_KEY_NONCE = 32,
       IMP_KEY_MIC_SIZE = 16,
       IMP_KEY_FIXED = 95,     /* EAPOL-Key body without key data */
       IMP_KEY_DATA_MAX = 128, /* ours: RSNE and one GTK KDE, wrapped, take 56 */
       IMP_KEY_FRAME_MAX = 4 + IMP_KEY_FIXED + IMP_KEY_DATA_MAX,
       IMP_RSNE_SIZE = 22,
       IMP_GTK_SIZE = 16,
       IMP_PMKID_SIZE = 16,
       IMP_PMKID_KDE = 6 + IMP_PMKID_SIZE,
};

struct imp_eapol_key {
    uint16_t info, key_length; /* key_length: 16 for CCMP in messages 1 and 3 */
    uint64_t replay;
    uint8_t nonce[IMP_KEY_NONCE];
    uint8_t iv[16], rsc[8];
    uint8_t mic[IMP_KEY_MIC_SIZE];
    const uint8_t *data; /* key data; borrowed */
    size_t data_n;
};

/* Body of an EAPOL PDU of type Key. Returns 0, or -1 when malformed or of another descriptor. */
int imp_eapol_key_parse(struct imp_eapol_key *out, const uint8_t *body, size_t n);
/* Whole frame with EAPOL header. Returns the size; 0 when it does not fit. */
size_t imp_eapol_key_write(uint8_t *out, size_t cap, uint8_t eapol_version,
                           const struct imp_eapol_key *key);
/* 1..4: which message of the 4-way handshake the key information stands for; 0: none of them. */
int imp_eapol_key_number(const struct imp_eapol_key *key);
/* 1, 2: the same of the group key handshake, section 12.7.7. */
int imp_eapol_key_group(const struct imp_eapol_key *key);

struct imp_ptk {
    uint8_t kck[16], kek[16], tk[16];
};
/* PRF of section 12.7.1.2; out_n octets, at most 64. */
void imp_wpa_prf(struct imp_env *env, uint8_t *out, size_t out_n, const void *key, size_t key_n,
                 const char *label, const void *data, size_t data_n);
/* PTK = PRF-384(PMK, "Pairwise key expansion", addresses and nonces in order of value). */
void imp_wpa_ptk(struct imp_env *env, struct imp_ptk *out, const uint8_t pmk[32],
                 const struct imp_addr *aa, const struct imp_addr *spa,
                 const uint8_t anonce[IMP_KEY_NONCE], const uint8_t snonce[IMP_KEY_NONCE]);
/* MIC of a whole frame, whose MIC field is taken as zero. */
void imp_wpa_mic(struct imp_env *env, uint8_t mic[IMP_KEY_MIC_SIZE], const uint8_t kck[16],
                 const uint8_t *frame, size_t n);
void imp_wpa_mic_set(struct imp_env *env, const uint8_t kck[16], uint8_t *frame, size_t n);

/* PMKID = HMAC-SHA1-128(PMK, "PMK Name" | AA | SPA), section 12.7.1.3. */
void imp_wpa_pmkid(struct imp_env *env, uint8_t out[IMP_PMKID_SIZE], const uint8_t pmk[32],
                   const struct imp_addr *aa, const struct imp_addr *spa);
/* Key data of message 1, in clear: PMKID KDE, section 12.7.2. */
void imp_wpa_pmkid_kde(uint8_t out[IMP_PMKID_KDE], const uint8_t pmkid[IMP_PMKID_SIZE]);
/* In the key data of a message 1; NULL: it has none. Borrows. */
const uint8_t *imp_wpa_pmkid_find(const struct imp_eapol_key *key);

/* RSNE of a CCMP network with AKM 802.1X, section 9.4.2.25. */
extern const uint8_t imp_rsne[IMP_RSNE_SIZE];
/* The same with AKM 00-0F-AC:2, pre-shared key. */
extern const uint8_t imp_rsne_psk[IMP_RSNE_SIZE];
/* Key data of message 3: RSNE and GTK KDE, wrapped under KEK; of the group key handshake, where
 * `rsne` is NULL: the KDE alone. `id`: the GTK's key identifier, 1 or 2. Returns its size. */
size_t imp_wpa_key_data(struct imp_env *env, uint8_t *out, size_t cap, const uint8_t kek[16],
                        const uint8_t gtk[IMP_GTK_SIZE], unsigned id, const uint8_t *rsne);
/* Unwraps it; returns 0 when RSNE is that one, if one is awaited, and a GTK is there. */
int imp_wpa_key_data_open(struct imp_env *env, uint8_t gtk[IMP_GTK_SIZE], const uint8_t kek[16],
                          const uint8_t *rsne, const uint8_t *data, size_t n);

#endif
