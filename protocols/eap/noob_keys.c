/* SPDX-License-Identifier: GPL-2.0-only */
#include "noob_keys.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "../codec/text.h"

_Static_assert(sizeof(struct noob_keys) == 320, "the KDF writes straight into the struct");

/* ---- transcript
 * ------------------------------------------------------------------------------------- */
static void append(struct noob_transcript *t, const void *bytes, size_t n)
{
    if (t->overflow || n > sizeof t->bytes - t->n) {
        t->overflow = true;
        return;
    }
    memcpy(t->bytes + t->n, bytes, n);
    t->n = (uint16_t)(t->n + n);
}

void noob_transcript_add(struct noob_transcript *t, const void *bytes, size_t n)
{
    append(t, ",", 1);
    append(t, bytes, n);
}

void noob_transcript_span(struct noob_transcript *t, const struct noob_span *raw)
{
    if (raw->n > 0)
        noob_transcript_add(t, raw->p, raw->n);
    else
        noob_transcript_add(t, "\"\"", 2); /* an absent value */
}

void noob_transcript_int(struct noob_transcript *t, long value)
{
    char text[24];
    int n = snprintf(text, sizeof text, "%ld", value);
    noob_transcript_add(t, text, (size_t)n);
}

void noob_transcript_text(struct noob_transcript *t, const char *text, size_t n)
{
    append(t, ",\"", 2);
    append(t, text, n);
    append(t, "\"", 1);
}

void noob_transcript_base64(struct noob_transcript *t, const uint8_t *bytes, size_t n)
{
    char text[NOOB_NONCE_TEXT + 1];
    int size = imp_base64url_encode(text, sizeof text, bytes, n);
    noob_transcript_text(t, text, size > 0 ? (size_t)size : 0);
}

/* The whole array as pieces: "[" first, transcript, "," quote Noob quote "]". */
#define ARRAY_PIECES 5
struct array {
    char first[2], noob[NOOB_NOOB_TEXT + 1];
    struct imp_piece pieces[ARRAY_PIECES];
};

static void array_make(struct array *a, int first, const struct noob_transcript *t,
                       const uint8_t *noob)
{
    size_t n = noob ? NOOB_NOOB_TEXT : 0;
    if (noob)
        imp_base64url_encode(a->noob, sizeof a->noob, noob, NOOB_NOOB);
    imp_observe_text(t->bytes, t->n);
    a->first[0] = '[';
    a->first[1] = (char)('0' + first);
    a->pieces[0] = IMP_PIECE(a->first, 2);
    a->pieces[1] = IMP_PIECE(t->bytes, t->n);
    a->pieces[2] = IMP_PIECE(",\"", 2);
    a->pieces[3] = IMP_PIECE(a->noob, n);
    a->pieces[4] = IMP_PIECE("\"]", 2);
}

void noob_hoob(struct imp_env *env, uint8_t hoob[NOOB_NOOB], enum noob_dir dir,
               const struct noob_transcript *t, const uint8_t noob[NOOB_NOOB])
{
    struct array a;
    uint8_t digest[32];

    array_make(&a, (int)dir, t, noob);
    imp_sha256(env, digest, a.pieces, ARRAY_PIECES);
    memcpy(hoob, digest, NOOB_NOOB);
}

void noob_id(struct imp_env *env, uint8_t id[NOOB_NOOB], const uint8_t noob[NOOB_NOOB])
{
    char text[NOOB_NOOB_TEXT + 1];
    uint8_t digest[32];
    const struct imp_piece in[] = {IMP_PIECE("NoobId", 6), IMP_PIECE(text, NOOB_NOOB_TEXT)};

    imp_base64url_encode(text, sizeof text, noob, NOOB_NOOB);
    imp_observe_text("NoobId", 6);
    imp_sha256(env, digest, in, 2);
    memcpy(id, digest, NOOB_NOOB);
}

void noob_mac(struct imp_env *env, uint8_t mac[NOOB_MAC], const uint8_t key[NOOB_KEY], int first,
              const struct noob_transcript *t, const uint8_t *noob)
{
    struct array a;
    array_make(&a, first, t, noob);
    imp_hmac_sha256(env, mac, key, NOOB_KEY, a.pieces, ARRAY_PIECES);
}

/* ---- key derivation
 * ----------------------------------------------------------------------------------- */
void noob_derive(struct imp_env *env, struct noob_keys *out, int keying_mode, enum noob_supp supp,
                 const uint8_t z[NOOB_KEY], const uint8_t np[NOOB_NONCE],
                 const uint8_t ns[NOOB_NONCE], const uint8_t *secret)
{
    bool new_kz = keying_mode == 0 || keying_mode == 3;
    size_t size = sizeof *out - (new_kz ? 0 : sizeof out->kz);
    /* Mode 1 has the null string: its Datalength is 0. */
    uint8_t length = keying_mode == 0 ? NOOB_NOOB : keying_mode == 1 ? 0 : NOOB_KEY;
    const struct imp_piece info[] = {
        IMP_PIECE("EAP-NOOB", 8),                                  /* AlgorithmId */
        IMP_PIECE(np, NOOB_NONCE),                                 /* PartyUInfo */
        IMP_PIECE(ns, NOOB_NONCE),                                 /* PartyVInfo */
        IMP_PIECE(&length, supp == NOOB_SUPP_LENGTH_BYTE ? 1 : 0), /* Datalength */
        IMP_PIECE(secret, length),                                 /* SuppPrivInfo */
    };

    memset(out, 0, sizeof *out);
    imp_observe_text("EAP-NOOB", 8);
    imp_kdf_onestep(env, (uint8_t *)out, size, z, NOOB_KEY, info, 5);
}

/* ---- key exchange
 * ---------------------------------------------------------------------------------------- */
void noob_key_pair(struct imp_env *env, struct noob_key_pair *pair, enum noob_suite suite)
{
    memset(pair, 0, sizeof *pair);
    if (suite == NOOB_X25519)
        imp_x25519_keypair(env, "noob-ecdhe", pair->pub, pair->secret);
    else
        imp_p256_keypair(env, "noob-ecdhe", pair->pub, pair->secret);
}

size_t noob_jwk_write(char out[NOOB_JWK_MAX], enum noob_suite suite, const uint8_t *pub)
{
    char x[NOOB_NONCE_TEXT + 1], y[NOOB_NONCE_TEXT + 1];
    int n;

    imp_base64url_encode(x, sizeof x, pub, 32);
    if (suite == NOOB_X25519) {
        n = snprintf(out, NOOB_JWK_MAX, "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"%s\"}", x);
        return (size_t)n;
    }
    imp_base64url_encode(y, sizeof y, pub + 32, 32);
    n = snprintf(out, NOOB_JWK_MAX, "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%s\",\"y\":\"%s\"}",
                 x, y);
    return (size_t)n;
}

static bool text_is(const json_t *object, const char *name, const char *expected)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text && strcmp(text, expected) == 0;
}

static bool coordinate(uint8_t out[32], const json_t *object, const char *name)
{
    const json_t *j = json_object_get(object, name);
    return json_is_string(j) &&
           imp_base64url_decode(out, 32, json_string_value(j), json_string_length(j)) == 32;
}

int noob_jwk_parse(uint8_t pub[64], enum noob_suite suite, const struct noob_span *jwk)
{
    json_t *j = json_loadb((const char *)jwk->p, jwk->n, JSON_REJECT_DUPLICATES, NULL);
    bool okp = suite == NOOB_X25519;
    bool good = json_is_object(j) && text_is(j, "kty", okp ? "OKP" : "EC") &&
                text_is(j, "crv", okp ? "X25519" : "P-256") && coordinate(pub, j, "x") &&
                (okp ? !json_object_get(j, "y") : coordinate(pub + 32, j, "y"));

    if (good && json_object_get(j, "d"))
        good = false; /* a private key has no business here */
    json_decref(j);
    return good ? 0 : -1;
}

int noob_shared(struct imp_env *env, uint8_t z[NOOB_KEY], enum noob_suite suite,
                const struct noob_key_pair *own, const uint8_t *peer)
{
    return suite == NOOB_X25519 ? imp_x25519_shared(env, z, own->secret, peer)
                                : imp_p256_shared(env, z, own->secret, peer);
}
