/* SPDX-License-Identifier: GPL-2.0-only */
/* What a handshake costs the party. GnuTLS does the computations; the hook that it calls for each
 * handshake message says which of them have been done. Each message also goes through the
 * transcript's SHA-256; protected records through the suite's AEAD. */
#include "dtls_internal.h"

#include "../crypto/charge.h"

#include <string.h>

enum { RANDOMS = 64, MASTER = 48, KEY_BLOCK = 40, CHACHA_BLOCK = 88, VERIFY_DATA = 12 };
enum { CURVE_AND_POINT = 4 + 65 }; /* RFC 8422 section 5.4: with the point's length */
/* TLS 1.3: HkdfLabel with a label of 18 octets and a hash (RFC 8446, section 7.1); what
 * CertificateVerify signs (section 4.4.3). */
enum { LABEL_AND_HASH = 55, SIGNED = 130 };

static void sha256(struct imp_dtls *d, size_t octets)
{
    imp_charge(d->env, IMP_OP_SHA256, octets);
}

static size_t hmac(size_t n)
{
    return imp__padded(64 + n) + imp__padded(64 + 32);
}

/* P_SHA256 (RFC 5246, section 5): for each 32 octets one HMAC over A(i-1), one over A(i) and the
 * seed. */
static void prf(struct imp_dtls *d, size_t out_n, size_t label_and_seed_n)
{
    for (size_t i = 0; i < (out_n + 31) / 32; i++)
        sha256(d, hmac(i == 0 ? label_and_seed_n : 32) + hmac(32 + label_and_seed_n));
}

void dtls__charge_cookie(struct imp_dtls *d)
{
    /* HMAC-SHA1 over the client's address. */
    imp_charge(d->env, IMP_OP_SHA1, imp__padded(64 + d->config.peer.n) + imp__padded(64 + 20));
}

void dtls__charge_export(struct imp_dtls *d, size_t label_n, size_t n)
{
    if (dtls__is_1_3(d)) {
        sha256(d, imp__padded(0));
        for (size_t i = 0; i < 1 + (n + 31) / 32; i++)
            sha256(d, hmac(LABEL_AND_HASH));
        return;
    }
    prf(d, n, label_n + RANDOMS);
}

static bool ephemeral(const struct imp_dtls *d)
{
    return d->config.auth != IMP_DTLS_PSK || d->config.psk_ecdhe;
}

static void key_exchange(struct imp_dtls *d)
{
    if (ephemeral(d)) {
        if (!d->config.server)
            imp_charge(d->env, IMP_OP_P256_KEYGEN, 1);
        imp_charge(d->env, IMP_OP_P256_ECDH, 1);
    }
    prf(d, MASTER, sizeof "master secret" - 1 + RANDOMS);
    prf(d, dtls__is_chacha(d) ? CHACHA_BLOCK : KEY_BLOCK, sizeof "key expansion" - 1 + RANDOMS);
}

/* SignatureScheme, RFC 8446 section 4.2.3. */
enum { RSA_PKCS1_SHA256 = 0x0401, RSA_PSS_RSAE_SHA256 = 0x0804, ECDSA_SECP384R1_SHA384 = 0x0503 };

/* A signature, at whose algorithm `p` is. SHA-384 is charged as SHA-256 (crypto/hash.c). */
static void signature(struct imp_dtls *d, bool incoming, const uint8_t *p, size_t n)
{
    unsigned scheme = n >= 2 ? (unsigned)p[0] << 8 | p[1] : 0;
    if (scheme == RSA_PKCS1_SHA256 || scheme == RSA_PSS_RSAE_SHA256)
        imp_charge(d->env, incoming ? IMP_OP_RSA_PUBLIC : IMP_OP_RSA_PRIVATE, 1);
    else
        imp_charge(d->env, incoming ? IMP_OP_P256_VERIFY : IMP_OP_P256_SIGN,
                   scheme == ECDSA_SECP384R1_SHA384 ? IMP_P384_COST : 1);
}

static void hkdf(struct imp_dtls *d, size_t extracts, size_t expands)
{
    sha256(d, extracts * hmac(32) + expands * hmac(LABEL_AND_HASH));
}

static void charge_1_3(struct imp_dtls *d, unsigned type, bool incoming, const uint8_t *p, size_t n)
{
    switch (type) {
    case GNUTLS_HANDSHAKE_SERVER_HELLO: /* key shares are exchanged */
        imp_charge(d->env, IMP_OP_P256_KEYGEN, 1);
        imp_charge(d->env, IMP_OP_P256_ECDH, 1);
        hkdf(d, 2, 9); /* derived; two traffic secrets, each with key, IV and finished key */
        break;
    case GNUTLS_HANDSHAKE_CERTIFICATE_PKT:
        if (incoming)
            imp_charge(d->env, IMP_OP_CODEC, n);
        break;
    case GNUTLS_HANDSHAKE_CERTIFICATE_VERIFY: /* 64 spaces, context, 0, hash: section 4.4.3 */
        sha256(d, 64 + imp__padded(SIGNED));
        signature(d, incoming, p, n);
        break;
    case GNUTLS_HANDSHAKE_FINISHED:
        sha256(d, 64 + hmac(32));
        if (d->config.server != incoming) /* the server's: application secrets and exporter's */
            hkdf(d, 1, 8);
        break;
    default:
        break;
    }
}

int dtls__charge_message(gnutls_session_t session, unsigned type, unsigned post, unsigned incoming,
                         const gnutls_datum_t *msg)
{
    struct imp_dtls *d = gnutls_session_get_ptr(session);
    (void)post;
    if (type == GNUTLS_HANDSHAKE_SERVER_HELLO)
        dtls__suite_chosen(d, msg->data, msg->size);
    dtls__observe_message(d, type, incoming, msg->data, msg->size);
    if (!incoming)
        dtls__ticket_sent(d, type, msg->data, msg->size);
    if (type != GNUTLS_HANDSHAKE_HELLO_VERIFY_REQUEST)
        sha256(d, (d->stream ? TLS_HANDSHAKE_HEADER : HANDSHAKE_HEADER) +
                      msg->size); /* the transcript */
    if (dtls__is_1_3(d)) {
        charge_1_3(d, type, incoming, msg->data, msg->size);
        return 0;
    }
    switch (type) {
    case GNUTLS_HANDSHAKE_CERTIFICATE_PKT:
        if (incoming)
            imp_charge(d->env, IMP_OP_CODEC, msg->size);
        break;
    case GNUTLS_HANDSHAKE_SERVER_KEY_EXCHANGE:
        if (ephemeral(d) && !incoming)
            imp_charge(d->env, IMP_OP_P256_KEYGEN, 1);
        if (d->config.auth == IMP_DTLS_PSK)
            break;                                         /* nothing is signed */
        sha256(d, imp__padded(RANDOMS + CURVE_AND_POINT)); /* are signed */
        if (msg->size > CURVE_AND_POINT)
            signature(d, incoming, msg->data + CURVE_AND_POINT, msg->size - CURVE_AND_POINT);
        break;
    case GNUTLS_HANDSHAKE_CLIENT_KEY_EXCHANGE:
        key_exchange(d);
        break;
    case GNUTLS_HANDSHAKE_CERTIFICATE_VERIFY:
        sha256(d, 64); /* the transcript so far is closed */
        signature(d, incoming, msg->data, msg->size);
        break;
    case GNUTLS_HANDSHAKE_FINISHED:
        sha256(d, 64);
        prf(d, VERIFY_DATA, sizeof "client finished" - 1 + 32);
        break;
    default:
        break;
    }
    return 0;
}

/* AES-128-CCM: B_0, 13 octets of associated data, the content twice, the tag's block. A record
 * carries 8 octets of explicit nonce (RFC 6655; none in TLS 1.3) and the tag. AES-128-GCM and
 * ChaCha20-Poly1305 as crypto/aead.c charges them: what CCM needs and a block more. */
void dtls__charge_record(struct imp_dtls *d, const struct dtls__view *record)
{
    size_t around = dtls__explicit_nonce(d) + dtls__tag(d);
    size_t fixed = dtls__is_chacha(d) || dtls__is_gcm(d) ? 4 : 3;
    if (record->epoch > 0 && record->n > around)
        imp_charge(d->env, IMP_OP_AES, 16 * (fixed + 2 * ((record->n - around + 15) / 16)));
}

void dtls__charge_records(struct imp_dtls *d, const uint8_t *datagram, size_t n)
{
    struct dtls__view record;
    size_t at = 0;
    while (dtls__next(datagram, n, &at, &record))
        dtls__charge_record(d, &record);
}
