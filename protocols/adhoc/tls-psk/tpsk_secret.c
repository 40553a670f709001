/* SPDX-License-Identifier: GPL-2.0-only */
/* tpsk_secret.c - labels, PINs, keys, claims, and PINs tried off line. */
#include <stdio.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/tls/psk_evidence.h"
#include "tpsk.h"

const uint8_t tpsk_default[TPSK_KEY] = {'d', 'e', 'f', 'a', 'u', 'l', 't', ' ',
                                        'p', 'a', 's', 's', 'w', 'o', 'r', 'd'};
const char tpsk_server_name[] = "tls-psk server";

/* ---- texts
 * ---------------------------------------------------------------------------- */
void tpsk_hex(char *out, const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        snprintf(out + 2 * i, 3, "%02x", p[i]);
}

static int nibble(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool all(const char *text, size_t n, int below)
{
    for (size_t i = 0; i < n; i++)
        if (nibble(text[i]) < 0 || nibble(text[i]) >= below)
            return false;
    return true;
}

void tpsk_stretch(struct imp_env *env, uint8_t key[TPSK_KEY], const char *serial, const char *pin,
                  size_t n)
{
    imp_pbkdf2_sha256(env, key, TPSK_KEY, pin, n, serial, strlen(serial), TPSK_ITERATIONS);
}

int tpsk_from_text(struct imp_env *env, uint8_t key[TPSK_KEY], const char *serial, const char *text)
{
    size_t n = strlen(text);
    if (n == 2 * TPSK_KEY && all(text, n, 16)) {
        for (size_t i = 0; i < TPSK_KEY; i++)
            key[i] = (uint8_t)(nibble(text[2 * i]) << 4 | nibble(text[2 * i + 1]));
        return 0;
    }
    if (n < 3 || n > 8 || !all(text, n, 10))
        return -1;
    tpsk_stretch(env, key, serial, text, n);
    return 0;
}

int tpsk_label_parse(char serial[TPSK_SERIAL + 1], char secret[TPSK_LABEL_MAX + 1],
                     const uint8_t *p, size_t n)
{
    const char *text = (const char *)p;
    if (n < TPSK_SERIAL + 2 || n > TPSK_LABEL_MAX || text[TPSK_SERIAL] != ' ' ||
        !all(text, TPSK_SERIAL, 16) || memchr(text, 0, n))
        return -1;
    memcpy(serial, text, TPSK_SERIAL);
    serial[TPSK_SERIAL] = 0;
    memcpy(secret, text + TPSK_SERIAL + 1, n - TPSK_SERIAL - 1);
    secret[n - TPSK_SERIAL - 1] = 0;
    return 0;
}

size_t tpsk_label_write(char out[TPSK_LABEL_MAX + 1], const char *serial, const char *secret)
{
    return (size_t)snprintf(out, TPSK_LABEL_MAX + 1, "%s %s", serial, secret);
}

static const uint64_t powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};

void tpsk_pin_draw(struct imp_env *env, char pin[16])
{
    int digits = (int)imp_opt(env, TPSK_OPT_DIGITS);
    uint8_t drawn[8];
    uint64_t v = 0;
    imp_random(env, "pin", drawn, sizeof drawn);
    for (size_t i = 0; i < sizeof drawn; i++)
        v = v << 8 | drawn[i];
    snprintf(pin, 16, "%0*llu", digits, (unsigned long long)(v % powers[digits])); /* bias 2^-37 */
}

/* ---- before the first power-on
 * ---------------------------------------------------------------------------- */
static bool has_default(const struct imp_env *env)
{
    return imp_opt(env, TPSK_OPT_SECRET) == TPSK_SECRET_DEFAULT ||
           imp_flawed(env, TPSK_FLAW_DEFAULT_SECRET);
}

void tpsk_provision(struct imp_env *const *parties, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct imp_env *env = parties[i];
        uint8_t number[TPSK_SERIAL / 2], key[TPSK_KEY];
        char serial[TPSK_SERIAL + 1];
        if (env->role != TPSK_DEVICE)
            continue;
        imp_random(env, "serial", number, sizeof number);
        tpsk_hex(serial, number, sizeof number);
        imp_random(env, "label", key, sizeof key);
        env->ops->cell_put(env, "serial", serial, TPSK_SERIAL);
        env->ops->cell_put(env, "label", has_default(env) ? tpsk_default : key, TPSK_KEY);
        imp_wipe(key, sizeof key);
    }
}

/* ---- claims
 * ---------------------------------------------------------------------------- */
void tpsk_claim(struct imp_env *env, enum imp_claim_kind kind, const char *name)
{
    imp_claim(env, &(struct imp_claim){.kind = kind, .layer = "dtls", .name = name});
}

void tpsk_claim_session(struct imp_env *env, enum imp_claim_kind kind, const char *serial,
                        const uint8_t sid[TPSK_SID])
{
    static const char *const suites[] = {[TPSK_EXCHANGE_PSK] = "TLS_PSK_WITH_AES_128_CCM_8",
                                         [TPSK_EXCHANGE_ECDHE] =
                                             "TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256"};
    const char *suite = suites[imp_opt(env, TPSK_OPT_EXCHANGE)];
    uint8_t data[32];
    const char *server = tpsk_server_name;
    bool device = env->role == TPSK_DEVICE;
    const struct imp_piece in[] = {{suite, strlen(suite) + 1}, {serial, strlen(serial)}};
    imp_sha256(NULL, data, in, 2);
    imp_claim(env, &(struct imp_claim){.kind = kind,
                                       .layer = "dtls",
                                       .self = (const uint8_t *)(device ? serial : server),
                                       .self_n = strlen(device ? serial : server),
                                       .peer = (const uint8_t *)(device ? server : serial),
                                       .peer_n = strlen(device ? server : serial),
                                       .sid = sid,
                                       .sid_n = TPSK_SID,
                                       .data = data,
                                       .data_n = sizeof data});
    if (kind == IMP_CLAIM_COMMIT)
        imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_ACCEPTED,
                                           .layer = "dtls",
                                           .name = "session",
                                           .data = sid,
                                           .data_n = TPSK_SID});
}

void tpsk_claim_key(struct imp_env *env, const char *serial, const uint8_t sid[TPSK_SID],
                    const uint8_t key[TPSK_KEY])
{
    uint8_t hash[32];
    imp_sha256(NULL, hash, &IMP_PIECE(key, TPSK_KEY), 1);
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_SECRET,
                                       .layer = "dtls",
                                       .name = "operational-psk",
                                       .sid = sid,
                                       .sid_n = TPSK_SID,
                                       .data = key,
                                       .data_n = TPSK_KEY});
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_CONFIG,
                                       .layer = "config",
                                       .self = (const uint8_t *)serial,
                                       .self_n = strlen(serial),
                                       .peer = (const uint8_t *)serial,
                                       .peer_n = env->role == TPSK_SERVER ? strlen(serial) : 0,
                                       .data = hash,
                                       .data_n = sizeof hash});
}

bool tpsk_is_legal(const struct imp_legal *table, int state, int message)
{
    for (; table->message >= 0; table++)
        if (table->state == state && table->message == message)
            return true;
    return false;
}

static const struct imp_coaps_messages messages = {
    .dtls[IMP_DTLS_CLIENT_HELLO] = TPSK_MSG_CLIENT_HELLO,
    .dtls[IMP_DTLS_HELLO_VERIFY_REQUEST] = TPSK_MSG_VERIFY_REQUEST,
    .dtls[IMP_DTLS_SERVER_FLIGHT] = TPSK_MSG_SERVER_FLIGHT,
    .dtls[IMP_DTLS_CLIENT_FLIGHT] = TPSK_MSG_CLIENT_FLIGHT,
    .dtls[IMP_DTLS_FINISHED] = TPSK_MSG_FINISHED,
    .dtls[IMP_DTLS_DATA] = TPSK_MSG_EMPTY,
    .dtls[IMP_DTLS_ALERT] = TPSK_MSG_ALERT,
    .dtls[IMP_DTLS_OTHER] = TPSK_MSG_ALERT,
    .empty = TPSK_MSG_EMPTY,
    .error = TPSK_MSG_REFUSAL,
};

int tpsk_message_of(int label)
{
    return imp_coaps_message_of(&messages, label);
}

/* ---- a PIN, tried off line
 * ---------------------------------------------------------------------------- */
/* Bits that count 10^digits candidates; a label's 128 are beyond everybody. */
static unsigned bits(const struct imp_env *env)
{
    static const unsigned of[] = {0, 4, 7, 10, 14, 17, 20, 24, 27};
    int64_t secret = imp_opt(env, TPSK_OPT_SECRET);
    if (secret == TPSK_SECRET_DEFAULT)
        return 0;
    return secret == TPSK_SECRET_LABEL ? 128 : of[imp_opt(env, TPSK_OPT_DIGITS)];
}

static size_t candidate(const struct imp_env *env, uint64_t i, uint8_t out[IMP_GUESS_MAX])
{
    if (imp_opt(env, TPSK_OPT_SECRET) != TPSK_SECRET_PIN) {
        memcpy(out, tpsk_default, TPSK_KEY);
        return TPSK_KEY;
    }
    return (size_t)snprintf((char *)out, IMP_GUESS_MAX, "%0*llu",
                            (int)imp_opt(env, TPSK_OPT_DIGITS), (unsigned long long)i);
}

/* Only the party's own handshake, by its identity; others are looked at and forgotten. */
static bool evidence(void *kept, struct imp_env *env, int channel, const uint8_t *bytes, size_t n)
{
    struct imp_psk_evidence *e = kept;
    char serial[TPSK_SERIAL];
    if (channel != TPSK_COAPS || !imp_psk_evidence(e, bytes, n))
        return false;
    if (env->ops->cell_get(env, "serial", serial, sizeof serial) == TPSK_SERIAL &&
        strlen(e->identity) == TPSK_SERIAL && memcmp(serial, e->identity, TPSK_SERIAL) == 0)
        return true;
    *e = (struct imp_psk_evidence){.n = 0};
    return false;
}

static bool right(const void *kept, const uint8_t *secret, size_t n)
{
    const struct imp_psk_evidence *e = kept;
    uint8_t key[TPSK_KEY];
    if (n == TPSK_KEY)
        return imp_psk_evidence_right(e, secret, n);
    tpsk_stretch(NULL, key, e->identity, (const char *)secret, n);
    return imp_psk_evidence_right(e, key, sizeof key);
}

const struct imp_guess tpsk_guesses[] = {
    {.name = "PIN",
     .summary = "Of one device; off line against the client's Finished, 10000 iterations of PBKDF2 "
                "a candidate.",
     .role = TPSK_DEVICE,
     .cell = "first-key",
     .bits = bits,
     .candidate = candidate,
     .computed = 10, /* 2^10 candidates take some seconds */
     .evidence_size = sizeof(struct imp_psk_evidence),
     .evidence = evidence,
     .right = right},
    {.name = NULL},
};
