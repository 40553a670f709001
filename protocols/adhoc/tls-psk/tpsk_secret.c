/* SPDX-License-Identifier: GPL-2.0-only */
/* tpsk_secret.c - labels, PINs, keys, claims. */
#include <stdio.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
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

void tpsk_from_pin(struct imp_env *env, struct tpsk_psk *psk, const char *serial, const char *pin,
                   size_t n, bool stretched)
{
    psk->n = stretched ? TPSK_KEY : n;
    if (stretched)
        imp_pbkdf2_sha256(env, psk->octets, TPSK_KEY, pin, n, serial, strlen(serial),
                          TPSK_ITERATIONS);
    else
        memcpy(psk->octets, pin, n);
}

bool tpsk_is_pin(const char *text)
{
    size_t n = strlen(text);
    return n >= TPSK_PIN_MIN && n <= TPSK_PIN_MAX && all(text, n, 10);
}

static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/* Small letters are taken for capitals. */
static bool from_base32(struct tpsk_psk *psk, const char *text)
{
    for (size_t i = 0; i < TPSK_BASE32; i++) {
        char c = text[i] >= 'a' && text[i] <= 'z' ? (char)(text[i] - 'a' + 'A') : text[i];
        if (!c || !strchr(base32, c))
            return false;
        psk->octets[i] = (uint8_t)c;
    }
    psk->n = TPSK_BASE32;
    return true;
}

int tpsk_from_text(struct imp_env *env, struct tpsk_psk *psk, const char *serial, const char *text,
                   bool stretched)
{
    size_t n = strlen(text);
    if (n == 2 * TPSK_KEY && all(text, n, 16)) {
        for (size_t i = 0; i < TPSK_KEY; i++)
            psk->octets[i] = (uint8_t)(nibble(text[2 * i]) << 4 | nibble(text[2 * i + 1]));
        psk->n = TPSK_KEY;
        return 0;
    }
    if (n == TPSK_BASE32)
        return from_base32(psk, text) ? 0 : -1;
    if (!tpsk_is_pin(text))
        return -1;
    tpsk_from_pin(env, psk, serial, text, n, stretched);
    return 0;
}

void tpsk_to_text(char text[2 * TPSK_KEY + 1], const struct tpsk_psk *psk)
{
    if (psk->n == TPSK_KEY)
        tpsk_hex(text, psk->octets, TPSK_KEY);
    else
        snprintf(text, 2 * TPSK_KEY + 1, "%.*s", (int)psk->n, (const char *)psk->octets);
}

bool tpsk_psk_load(struct imp_env *env, struct tpsk_psk *psk, const char *cell)
{
    int n = env->ops->cell_get(env, cell, psk->octets, sizeof psk->octets);
    if (n <= 0 || n > (int)sizeof psk->octets)
        return false;
    psk->n = (size_t)n;
    return true;
}

void tpsk_psk_store(struct imp_env *env, const struct tpsk_psk *psk, const char *cell)
{
    env->ops->cell_put(env, cell, psk->octets, psk->n);
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

/* What the factory prints: all 128 bits that were drawn, or 5 of each of 20 characters. */
static void print(struct imp_env *env, struct tpsk_psk *psk)
{
    uint8_t drawn[TPSK_KEY];
    bool is_base32 = imp_opt(env, TPSK_OPT_FORM) == TPSK_FORM_BASE32 && !has_default(env);
    imp_random(env, "label", drawn, sizeof drawn);
    psk->n = is_base32 ? TPSK_BASE32 : TPSK_KEY;
    if (!is_base32)
        memcpy(psk->octets, has_default(env) ? tpsk_default : drawn, TPSK_KEY);
    for (size_t i = 0; is_base32 && i < TPSK_BASE32; i++) {
        size_t bit = 5 * i;
        unsigned two = (unsigned)drawn[bit / 8] << 8 | drawn[bit / 8 + 1];
        psk->octets[i] = (uint8_t)base32[two >> (11 - bit % 8) & 31];
    }
    imp_wipe(drawn, sizeof drawn);
}

void tpsk_provision(struct imp_env *const *parties, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct imp_env *env = parties[i];
        uint8_t number[TPSK_SERIAL / 2];
        char serial[TPSK_SERIAL + 1];
        struct tpsk_psk psk;
        if (env->role != TPSK_DEVICE)
            continue;
        imp_random(env, "serial", number, sizeof number);
        tpsk_hex(serial, number, sizeof number);
        env->ops->cell_put(env, "serial", serial, TPSK_SERIAL);
        print(env, &psk);
        tpsk_psk_store(env, &psk, "label");
        imp_wipe(&psk, sizeof psk);
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
