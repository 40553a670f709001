/* SPDX-License-Identifier: GPL-2.0-only */
/* wpa_secret.c - the passphrase and the PMK that it gives. */
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/eap/eapol.h"
#include "wpa.h"

/* ---- passphrase and PMK
 * ---------------------------------------------------------------------------- */
static int digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 'a' ^ 'A';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_psk(const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (digit(p[i]) < 0)
            return false;
    return n == WPA_PSK_TEXT;
}

bool wpa_passphrase_ok(const uint8_t *p, size_t n)
{
    if (n == WPA_PSK_TEXT)
        return is_psk(p, n);
    for (size_t i = 0; i < n; i++)
        if (p[i] < 32 || p[i] > 126)
            return false;
    return n >= WPA_PASSPHRASE_MIN && n <= WPA_PASSPHRASE_MAX;
}

/* 32 characters that are not mistaken for each other: 5 bits each. */
static const char alphabet[] = "abcdefghijkmnpqrstuvwxyz23456789";
_Static_assert(sizeof alphabet == 33, "one character for each 5 bits");

void wpa_passphrase_number(char *out, size_t length, const uint8_t i[16])
{
    static const char label[] = "imprint passphrase";
    uint8_t digest[32];
    for (size_t at = 0; at < length; at++) {
        uint8_t block = (uint8_t)(at / sizeof digest);
        const struct imp_piece in[] = {{label, sizeof label - 1}, {i, 16}, {&block, 1}};
        if (at % sizeof digest == 0)
            imp_sha256(NULL, digest, in, 3);
        out[at] = alphabet[digest[at % sizeof digest] & 31];
    }
}

static size_t psk_draw(struct imp_env *env, char out[WPA_SECRET_MAX])
{
    uint8_t psk[WPA_PMK];
    imp_random(env, "passphrase", psk, sizeof psk);
    for (size_t i = 0; i < sizeof psk; i++) {
        out[2 * i] = "0123456789abcdef"[psk[i] >> 4];
        out[2 * i + 1] = "0123456789abcdef"[psk[i] & 15];
    }
    imp_wipe(psk, sizeof psk);
    return WPA_PSK_TEXT;
}

size_t wpa_passphrase_draw(struct imp_env *env, char out[WPA_SECRET_MAX])
{
    if (imp_opt(env, WPA_OPT_FORM) == WPA_FORM_PSK)
        return psk_draw(env, out);
    unsigned bits = (unsigned)imp_opt(env, WPA_OPT_ENTROPY);
    size_t length = (size_t)imp_opt(env, WPA_OPT_LENGTH);
    uint8_t number[16];
    imp_random(env, "passphrase", number, sizeof number);
    for (unsigned i = 0; i < 16; i++) { /* the low bits, octet i holds 8 (15 - i) and up */
        unsigned low = 8 * (15 - i), kept = bits > low ? bits - low : 0;
        number[i] = kept >= 8 ? number[i] : (uint8_t)(number[i] & ((1u << kept) - 1));
    }
    wpa_passphrase_number(out, length, number);
    return length;
}

void wpa_pmk_derive(struct imp_env *env, uint8_t pmk[WPA_PMK], const void *passphrase, size_t n,
                    const char *ssid)
{
    const uint8_t *text = passphrase;
    if (is_psk(text, n)) {
        for (size_t i = 0; i < WPA_PMK; i++)
            pmk[i] = (uint8_t)(digit(text[2 * i]) << 4 | digit(text[2 * i + 1]));
        imp_observe_rule("hexadecimal digits", pmk, WPA_PMK, &IMP_PIECE(text, n), 1);
        return;
    }
    imp_pbkdf2_sha1(env, pmk, WPA_PMK, passphrase, n, ssid, strlen(ssid), WPA_ITERATIONS);
}

void wpa_pmk_make(struct imp_env *env, uint8_t pmk[WPA_PMK], const uint8_t *passphrase, size_t n)
{
    wpa_pmk_derive(env, pmk, passphrase, n, imp_opt_str(env, WPA_OPT_SSID));
    env->ops->cell_put(env, WPA_CELL_PASSPHRASE, passphrase, n);
    env->ops->cell_put(env, WPA_CELL_PMK, pmk, WPA_PMK);
}

bool wpa_pmk_load(struct imp_env *env, uint8_t pmk[WPA_PMK])
{
    uint8_t passphrase[WPA_SECRET_MAX];
    int n = env->ops->cell_get(env, WPA_CELL_PASSPHRASE, passphrase, sizeof passphrase);
    if (n < WPA_PASSPHRASE_MIN)
        return false;
    /* An adversary's passphrase may be a new one; an honest PMK is kept beside its passphrase. */
    if (env->adversary || env->ops->cell_get(env, WPA_CELL_PMK, pmk, WPA_PMK) != WPA_PMK)
        wpa_pmk_make(env, pmk, passphrase, (size_t)n);
    imp_wipe(passphrase, sizeof passphrase);
    return true;
}

/* The router comes with a passphrase, or its owner has chosen one. Nobody tells an adversary's
 * station: it has that of the adversary's own network. */
void wpa_provision(struct imp_env *const *parties, size_t count)
{
    char passphrase[WPA_SECRET_MAX];
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (parties[i]->role == WPA_NETWORK) {
            n = wpa_passphrase_draw(parties[i], passphrase);
            parties[i]->ops->cell_put(parties[i], WPA_CELL_PASSPHRASE, passphrase, n);
        }
    for (size_t i = 0; i < count && n > 0; i++)
        if (parties[i]->role == WPA_STATION && parties[i]->adversary)
            parties[i]->ops->cell_put(parties[i], WPA_CELL_PASSPHRASE, passphrase, n);
    imp_wipe(passphrase, sizeof passphrase);
}

/* ---- small things that both roles use
 * ---------------------------------------------------------------------------- */
bool wpa_is_legal(const struct imp_legal *table, int state, int message)
{
    for (; table->message >= 0; table++)
        if (table->state == state && table->message == message)
            return true;
    return false;
}

int wpa_message_of(const uint8_t *frame, size_t n)
{
    struct imp_eapol e;
    struct imp_eapol_key key;
    if (imp_eapol_parse(&e, frame, n) != 0)
        return -1;
    if (e.type == IMP_EAPOL_START)
        return WPA_MSG_START;
    if (e.type != IMP_EAPOL_KEY || imp_eapol_key_parse(&key, e.body, e.body_n) != 0)
        return -1;
    int number = imp_eapol_key_number(&key), group = imp_eapol_key_group(&key);
    if (group)
        return group == 1 ? WPA_MSG_GROUP_1 : WPA_MSG_GROUP_2;
    return number ? WPA_MSG_KEY_1 + number - 1 : -1;
}

void wpa_claim(struct imp_env *env, enum imp_claim_kind kind, const char *name)
{
    imp_claim(env, &(struct imp_claim){.kind = kind, .layer = "link", .name = name});
}

void wpa_claim_address(struct imp_env *env)
{
    struct imp_addr self;
    if (env->ops->self(env, WPA_LINK, &self))
        imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_IDENTITY,
                                           .layer = "link",
                                           .self = self.bytes,
                                           .self_n = self.n});
}
