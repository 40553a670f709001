/* SPDX-License-Identifier: GPL-2.0-only */
/* wpa_guess.c - the dictionary that finds a passphrase off line. */
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/eap/eapol.h"
#include "wpa.h"

enum { ANONCES = 8 /* of handshakes that run side by side: a frame does not say whose it is */ };

/* Addresses of one handshake, and the PMKID of message 1, or nonces and message 2 with its MIC. */
struct evidence {
    char ssid[WPA_SSID_MAX + 1];
    struct imp_addr aa, spa;
    uint8_t anonces[ANONCES][IMP_KEY_NONCE]; /* a ring */
    size_t count;                            /* of messages 1 seen */
    uint8_t snonce[IMP_KEY_NONCE], mic[IMP_KEY_MIC_SIZE];
    uint8_t message_2[IMP_KEY_FRAME_MAX];
    size_t n;
    bool named; /* by `pmkid` */
    uint8_t pmkid[IMP_PMKID_SIZE];
};

static unsigned bits(const struct imp_env *env)
{
    if (imp_opt(env, WPA_OPT_FORM) == WPA_FORM_PSK)
        return 8 * WPA_PMK;
    return (unsigned)imp_opt(env, WPA_OPT_ENTROPY);
}

static unsigned cost(const struct imp_env *env)
{
    /* two blocks of PBKDF2, each iteration 2 compressions of SHA-1 */
    return imp_opt(env, WPA_OPT_FORM) == WPA_FORM_PSK ? 0 : 14;
}
_Static_assert(4 * WPA_ITERATIONS >> 14 == 1, "the logarithm");

static size_t candidate(const struct imp_env *env, uint64_t i, uint8_t out[IMP_GUESS_MAX])
{
    size_t length = (size_t)imp_opt(env, WPA_OPT_LENGTH);
    uint8_t number[16] = {0};
    for (int k = 0; k < 8; k++)
        number[15 - k] = (uint8_t)(i >> 8 * k);
    wpa_passphrase_number((char *)out, length, number);
    return length;
}

/* True: a PMKID is enough. Without one the nonce is kept for message 2. */
static bool message_1(struct evidence *e, const struct imp_eapol_key *key)
{
    const uint8_t *pmkid = imp_wpa_pmkid_find(key);
    e->named = pmkid != NULL;
    if (pmkid)
        memcpy(e->pmkid, pmkid, sizeof e->pmkid);
    else
        memcpy(e->anonces[e->count++ % ANONCES], key->nonce, IMP_KEY_NONCE);
    return e->named;
}

static bool message_2(struct evidence *e, const struct imp_eapol_key *key, const uint8_t *frame,
                      size_t n)
{
    if (e->count == 0)
        return false;
    memcpy(e->snonce, key->nonce, sizeof e->snonce);
    memcpy(e->mic, key->mic, sizeof e->mic);
    memcpy(e->message_2, frame, n);
    e->n = n;
    return true;
}

/* The addresses stand before every frame: the party's own and its network's. */
static bool evidence(void *kept, struct imp_env *env, int channel, const uint8_t *bytes, size_t n)
{
    struct evidence *e = kept;
    struct imp_eapol l;
    struct imp_eapol_key key;
    int message = channel == WPA_LINK ? wpa_message_of(bytes, n) : -1;
    if ((message != WPA_MSG_KEY_1 && message != WPA_MSG_KEY_2) || n > sizeof e->message_2 ||
        imp_eapol_parse(&l, bytes, n) != 0 || imp_eapol_key_parse(&key, l.body, l.body_n) != 0 ||
        !env->ops->self(env, WPA_LINK, &e->spa) || !env->ops->peer(env, WPA_LINK, &e->aa))
        return false;
    strcpy(e->ssid, imp_opt_str(env, WPA_OPT_SSID));
    return message == WPA_MSG_KEY_1 ? message_1(e, &key)
                                    : message_2(e, &key, bytes, IMP_EAPOL_HEADER + l.body_n);
}

static bool names(const struct evidence *e, const uint8_t pmk[WPA_PMK])
{
    uint8_t pmkid[IMP_PMKID_SIZE];
    imp_wpa_pmkid(NULL, pmkid, pmk, &e->aa, &e->spa);
    return imp_equal(pmkid, e->pmkid, sizeof pmkid);
}

static bool right(const void *kept, const uint8_t *passphrase, size_t n)
{
    const struct evidence *e = kept;
    uint8_t pmk[WPA_PMK], mic[IMP_KEY_MIC_SIZE];
    struct imp_ptk ptk;
    wpa_pmk_derive(NULL, pmk, passphrase, n, e->ssid);
    if (e->named)
        return names(e, pmk);
    for (size_t i = 0; i < ANONCES && i < e->count; i++) {
        imp_wpa_ptk(NULL, &ptk, pmk, &e->aa, &e->spa, e->anonces[i], e->snonce);
        imp_wpa_mic(NULL, mic, ptk.kck, e->message_2, e->n);
        if (imp_equal(mic, e->mic, sizeof mic))
            return true;
    }
    return false;
}

const struct imp_guess wpa_guesses[] = {
    {.name = "passphrase",
     .summary = "The network's; off line against the MIC of EAPOL-Key 2/4, or the PMKID in 1/4, "
                "4096 iterations of PBKDF2 a candidate.",
     .role = WPA_STATION,
     .cell = WPA_CELL_PASSPHRASE,
     .bits = bits,
     .candidate = candidate,
     .cost = cost,
     .computed = 10, /* 2^10 candidates take some seconds */
     .evidence_size = sizeof(struct evidence),
     .evidence = evidence,
     .right = right},
    {.name = NULL},
};
