/* SPDX-License-Identifier: GPL-2.0-only */
/* What GnuTLS computes inside, for the observer: TLS 1.2 here, TLS 1.3 in observe_13.c. The key
 * schedule of RFC 5246 is computed a second time from what goes in (PSK, or the drawn scalar and
 * the peer's point) and what is on the wire. A record that opens under the keys so found proves
 * them right; what does not open is not reported, so that a change of GnuTLS can take knowledge
 * away from the adversary but never give it some. Not reported: signatures, whose nonces GnuTLS
 * draws as well. */
#include "observe_internal.h"

#include "../crypto/crypto.h"

#include <stdlib.h>
#include <string.h>

struct dtls__observed *dtls__observed(struct imp_dtls *d)
{
    if (!imp_observed())
        return NULL;
    if (!d->observed)
        d->observed = calloc(1, sizeof *d->observed);
    return d->observed;
}

void dtls__observe_draw(struct imp_dtls *d, const void *bytes, size_t n)
{
    struct dtls__observed *o = dtls__observed(d);
    if (o && n == 32 && o->count < DRAWS)
        memcpy(o->draws[o->count++], bytes, n);
}

void dtls__observe_psk(struct imp_dtls *d, const uint8_t *psk, size_t n)
{
    struct dtls__observed *o = dtls__observed(d);
    if (!o || n > sizeof o->psk)
        return;
    memcpy(o->psk, psk, n);
    o->psk_n = n;
}

/* ---- RFC 5246, section 5: P_SHA256(secret, label | seed); "seed" are the two randoms
 * --------------
 */
void dtls__prf(uint8_t *out, size_t out_n, const uint8_t *secret, size_t secret_n,
               const char *label, const uint8_t *first, const uint8_t *second)
{
    const struct imp_piece seed[] = {{label, strlen(label)}, {first, 32}, {second, 32}};
    uint8_t a[32], block[32];
    imp_hmac_sha256(NULL, a, secret, secret_n, seed, 3);
    for (size_t done = 0; done < out_n; done += sizeof block) {
        const struct imp_piece in[] = {{a, sizeof a}, seed[0], seed[1], seed[2]};
        size_t take = out_n - done < sizeof block ? out_n - done : sizeof block;
        imp_hmac_sha256(NULL, block, secret, secret_n, in, 4);
        memcpy(out + done, block, take);
        imp_hmac_sha256(NULL, a, secret, secret_n, &in[0], 1);
    }
    imp_wipe(block, sizeof block);
}

static void key_block(struct imp_dtls *d, struct dtls__observed *o)
{
    const struct imp_piece randoms[] = {{o->client_random, 32}, {o->server_random, 32}};
    size_t n = dtls__is_chacha(d) ? sizeof o->chacha : sizeof o->block;
    struct imp_observation before = imp_observe_hold();
    dtls__prf((uint8_t *)&o->block, n, o->master, MASTER, "key expansion", o->server_random,
              o->client_random);
    imp_observe_resume(before);
    imp_observe_keyed("TLS key block", &o->block, n, o->master, MASTER, randoms, 2);
    o->keyed = true;
}

/* `known`, `other` (n 0: none): what of the secret has to be known, when the rest is filling. */
static void derive(struct imp_dtls *d, struct dtls__observed *o, const struct imp_piece *premaster,
                   struct imp_piece known, struct imp_piece other)
{
    const struct imp_piece in[] = {{o->client_random, 32}, {o->server_random, 32}, other};
    struct imp_observation before = imp_observe_hold();
    dtls__prf(o->master, MASTER, premaster->p, premaster->n, "master secret", o->client_random,
              o->server_random);
    imp_observe_resume(before);
    imp_observe_keyed("TLS master secret", o->master, MASTER, known.p, known.n, in,
                      other.n ? 3 : 2);
    key_block(d, o);
}

/* RFC 4279, section 2: length and as many zeros, length and PSK. */
static void derive_psk(struct imp_dtls *d, struct dtls__observed *o)
{
    uint8_t premaster[2 * (2 + sizeof o->psk)] = {0};
    size_t n = o->psk_n;
    premaster[1] = premaster[3 + n] = (uint8_t)n;
    memcpy(premaster + 4 + n, o->psk, n);
    derive(d, o, &IMP_PIECE(premaster, 4 + 2 * n), IMP_PIECE(o->psk, n), IMP_PIECE(NULL, 0));
    imp_wipe(premaster, sizeof premaster);
}

/* GnuTLS takes a P-256 scalar as it was drawn: the draw whose public key is ours. */
static const uint8_t *scalar(const struct dtls__observed *o)
{
    uint8_t pub[64];
    struct imp_observation before = imp_observe_hold();
    const uint8_t *found = NULL;
    for (size_t i = 0; i < o->count && !found; i++)
        if (imp_p256_public(NULL, pub, o->draws[i]) == 0 && memcmp(pub, o->own, sizeof pub) == 0)
            found = o->draws[i];
    imp_observe_resume(before);
    if (found)
        imp_observe_public_key("P-256 public key", o->own, 64, found, 32);
    return found;
}

bool dtls__observed_ecdh(struct dtls__observed *o, uint8_t z[32])
{
    const uint8_t *secret = o->have_own && o->have_peer ? scalar(o) : NULL;
    return secret && imp_p256_shared(NULL, z, secret, o->peer) == 0;
}

static void derive_ecdhe(struct imp_dtls *d, struct dtls__observed *o)
{
    uint8_t z[32];
    const struct imp_piece known = {z, sizeof z};
    if (dtls__observed_ecdh(o, z))
        derive(d, o, &known, known, IMP_PIECE(NULL, 0));
    imp_wipe(z, sizeof z);
}

static void derive_ecdhe_psk(struct imp_dtls *d, struct dtls__observed *o)
{
    uint8_t z[32], premaster[DTLS__ECDHE_PSK_MAX];
    if (!dtls__observed_ecdh(o, z))
        return;
    size_t n = dtls__ecdhe_psk(premaster, z, o->psk, o->psk_n);
    derive(d, o, &IMP_PIECE(premaster, n), IMP_PIECE(z, sizeof z), IMP_PIECE(o->psk, o->psk_n));
    imp_wipe(z, sizeof z);
    imp_wipe(premaster, sizeof premaster);
}

/* ---- handshake messages: points, and when both are there
 * -------------------------------------------
 */
void dtls__observed_point(struct dtls__observed *o, bool incoming, const uint8_t *point, size_t n)
{
    if (n < POINT || point[0] != 4) /* uncompressed */
        return;
    memcpy(incoming ? o->peer : o->own, point + 1, 64);
    *(incoming ? &o->have_peer : &o->have_own) = true;
}

static bool randoms(struct imp_dtls *d, struct dtls__observed *o)
{
    gnutls_datum_t client = {0}, server = {0};
    gnutls_session_get_random(d->session, &client, &server);
    if (client.size != 32 || server.size != 32)
        return false;
    memcpy(o->client_random, client.data, 32);
    memcpy(o->server_random, server.data, 32);
    return true;
}

/* The master secret of the earlier session again, under new randoms (RFC 5246 section F.1.4). */
static void resume(struct imp_dtls *d, struct dtls__observed *o)
{
    gnutls_datum_t master = {0};
    if (!randoms(d, o))
        return;
    gnutls_session_get_master_secret(d->session, &master);
    if (master.size != MASTER)
        return;
    memcpy(o->master, master.data, MASTER);
    key_block(d, o);
}

/* RFC 5077 section 4; GnuTLS makes the key of each period out of the one that it is given. */
void dtls__observe_ticket(struct imp_dtls *d, const uint8_t *ticket, size_t n)
{
    gnutls_datum_t master = {0};
    if (!imp_observed() || dtls__is_1_3(d))
        return;
    gnutls_session_get_master_secret(d->session, &master);
    if (master.size == MASTER)
        imp_observe_keyed("TLS session ticket", master.data, MASTER, d->ticket_key,
                          sizeof d->ticket_key, &IMP_PIECE(ticket, n), 1);
}

/* The point of a key exchange message stands behind the identity's hint, or the identity (RFC 5489
 * section 2), and behind `lead` octets: curve type and name, its length. */
static void point_behind(struct dtls__observed *o, bool incoming, bool text, size_t lead,
                         const uint8_t *p, size_t n)
{
    size_t at = lead;
    if (text && n >= 2)
        at += 2 + ((size_t)p[0] << 8 | p[1]);
    if (n > at)
        dtls__observed_point(o, incoming, p + at, n - at);
}

void dtls__observe_message(struct imp_dtls *d, unsigned type, bool incoming, const uint8_t *p,
                           size_t n)
{
    struct dtls__observed *o = dtls__observed(d);
    bool psk = d->config.auth == IMP_DTLS_PSK, ecdhe = !psk || d->config.psk_ecdhe;
    if (!o)
        return;
    if (d->stream && (type == GNUTLS_HANDSHAKE_CLIENT_HELLO || dtls__is_1_3(d))) {
        dtls__observe_hello(d, o, type, incoming, p, n);
        return;
    }
    if (type == GNUTLS_HANDSHAKE_SERVER_KEY_EXCHANGE && ecdhe)
        point_behind(o, incoming, psk, 4, p, n);
    if (type == GNUTLS_HANDSHAKE_FINISHED && !o->keyed && gnutls_session_is_resumed(d->session))
        resume(d, o);
    if (type != GNUTLS_HANDSHAKE_CLIENT_KEY_EXCHANGE || !randoms(d, o))
        return;
    if (ecdhe)
        point_behind(o, incoming, psk, 1, p, n);
    if (!d->config.server && psk)
        dtls__observe_psk(d, d->psk, d->config.psk_n);
    if (!psk)
        derive_ecdhe(d, o);
    else if (o->psk_n)
        (ecdhe ? derive_ecdhe_psk : derive_psk)(d, o);
}

/* ---- records, and the exporter ------------------------------------------------------------------
 */
static void observe_chacha(const struct dtls__observed *o, int whose, const struct dtls__view *v)
{
    uint8_t plain[DTLS_MTU_MAX];
    if (v->n > sizeof plain)
        return;
    /* Reports itself when it succeeds. */
    dtls__chacha_open(plain, o->chacha.key[whose], o->chacha.iv[whose], v->lead, v->body, v->n);
    imp_wipe(plain, v->n);
}

static void keep_first(struct dtls__observed *o, const struct dtls__view *v)
{
    if (v->epoch == 0 || o->first.n || v->n > sizeof o->first.body)
        return;
    memcpy(o->first.lead, v->lead, sizeof v->lead);
    memcpy(o->first.body, v->body, v->n);
    o->first.n = v->n;
}

bool dtls__aes_open(const struct imp_dtls *d, uint8_t *plain, const uint8_t key[KEY],
                    const uint8_t nonce[12], struct imp_piece aad, const uint8_t *in, size_t n)
{
    if (dtls__is_gcm(d))
        return imp_aead_open(NULL, IMP_AEAD_A128GCM, plain, key, nonce, aad.p, aad.n, in, n) == 0;
    return imp_aes_ccm_open(NULL, plain, key, nonce, 12, aad.p, aad.n, in, n, dtls__tag(d)) == 0;
}

void dtls__observe_record(struct imp_dtls *d, const struct dtls__view *v, bool incoming)
{
    struct dtls__observed *o = dtls__observed(d);
    uint8_t nonce[SALT + EXPLICIT_NONCE], aad[13], plain[DTLS_MTU_MAX];
    size_t tag = dtls__tag(d);
    if (o && dtls__is_1_3(d)) {
        dtls__observe_record_13(d, o, v, incoming);
        return;
    }
    if (o && incoming)
        keep_first(o, v);
    if (!o || !o->keyed || v->epoch == 0 || v->n < dtls__explicit_nonce(d) + tag)
        return;
    int server = d->config.server != incoming; /* whose key */
    if (dtls__is_chacha(d)) {
        observe_chacha(o, server, v);
        return;
    }
    size_t plain_n = v->n - EXPLICIT_NONCE - tag;
    if (plain_n > sizeof plain)
        return;
    memcpy(nonce, o->block.salt[server], SALT);
    memcpy(nonce + SALT, v->body, EXPLICIT_NONCE);
    memcpy(aad, v->lead, sizeof v->lead); /* then the length of the content */
    aad[11] = (uint8_t)(plain_n >> 8);
    aad[12] = (uint8_t)plain_n;
    /* Reports itself when it succeeds. */
    dtls__aes_open(d, plain, o->block.key[server], nonce, (struct imp_piece){aad, sizeof aad},
                   v->body + EXPLICIT_NONCE, v->n - EXPLICIT_NONCE);
    imp_wipe(plain, plain_n);
}

void dtls__observe_export(struct imp_dtls *d, const uint8_t *out, size_t n)
{
    struct dtls__observed *o = dtls__observed(d);
    if (o && dtls__is_1_3(d)) {
        dtls__observe_export_13(o, out, n);
        return;
    }
    if (!o || !o->keyed)
        return;
    const struct imp_piece in[] = {{o->client_random, 32}, {o->server_random, 32}};
    imp_observe_keyed("TLS exporter", out, n, o->master, MASTER, in, 2);
}

void dtls__observe_free(struct imp_dtls *d)
{
    if (d->observed)
        imp_wipe(d->observed, sizeof *d->observed);
    free(d->observed);
}
