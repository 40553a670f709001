/* SPDX-License-Identifier: GPL-2.0-only */
/* What GnuTLS computes inside a TLS 1.3 session (RFC 8446 section 7.1), for the observer. GnuTLS
 * tells the traffic secrets; that they follow from the key shares is shown by computing the first
 * of them a second time, from the drawn scalar, the peer's key share and the two hellos. Where that
 * does not come out equal nothing is reported. */
#include "observe_internal.h"

#include "../crypto/crypto.h"

#include <string.h>

enum { HELLO_FIXED = 2 + 32, KEY_SHARE = 51, SECP256R1 = 23, IV = 12, ADDITIONAL = 5 };

/* ---- HKDF-Expand-Label, one block
 * --------------------------------------------------------------------
 */
static void expand(uint8_t *out, size_t n, const uint8_t secret[32], const char *label,
                   const uint8_t *context, size_t context_n)
{
    const uint8_t size[3] = {0, (uint8_t)n, (uint8_t)(6 + strlen(label))};
    const uint8_t context_size = (uint8_t)context_n, one = 1;
    uint8_t block[32];
    const struct imp_piece in[] = {{size, sizeof size},    {"tls13 ", 6},
                                   {label, strlen(label)}, {&context_size, 1},
                                   {context, context_n},   {&one, 1}};
    imp_hmac_sha256(NULL, block, secret, 32, in, sizeof in / sizeof *in);
    memcpy(out, block, n);
    imp_wipe(block, sizeof block);
}

static void extract(uint8_t out[32], const uint8_t salt[32], const uint8_t ikm[32])
{
    const struct imp_piece in = {ikm, 32};
    imp_hmac_sha256(NULL, out, salt, 32, &in, 1);
}

/* The client's handshake traffic secret from z and the hellos. */
static void handshake_secret(uint8_t out[32], const struct dtls__observed *o)
{
    static const uint8_t zeros[32];
    uint8_t s[32], empty[32], transcript[32];
    imp_sha256(NULL, empty, NULL, 0);
    imp_sha256(NULL, transcript, &(struct imp_piece){o->hellos, o->hellos_n}, 1);
    extract(s, zeros, zeros);
    expand(s, sizeof s, s, "derived", empty, sizeof empty);
    extract(s, s, o->z);
    expand(out, 32, s, "c hs traffic", transcript, sizeof transcript);
    imp_wipe(s, sizeof s);
}

/* ---- reports
 * -----------------------------------------------------------------------------------------
 */
static void report(const struct dtls__observed *o, const char *name,
                   const struct dtls__secrets_13 *s)
{
    const struct imp_piece in[] = {{o->client_random, 32}, {o->server_random, 32}};
    if (s->have)
        imp_observe_keyed(name, s->secret, sizeof s->secret, o->z, sizeof o->z, in, 2);
}

/* In a resumed session the secret behind the ticket enters as well, which is not known here: there
 * whoever has the ephemeral keys is credited with it. */
static void prove(struct imp_dtls *d, struct dtls__observed *o)
{
    uint8_t expected[32];
    if (o->proved || !o->hello[0] || !o->hello[1] || !o->handshake[0].have ||
        !dtls__observed_ecdh(o, o->z))
        return;
    struct imp_observation before = imp_observe_hold();
    handshake_secret(expected, o);
    imp_observe_resume(before);
    o->proved = imp_equal(expected, o->handshake[0].secret, sizeof expected) ||
                gnutls_session_is_resumed(d->session);
    imp_wipe(expected, sizeof expected);
    if (!o->proved)
        return;
    for (int i = 0; i < 2; i++) {
        report(o, "TLS 1.3 handshake traffic secret", &o->handshake[i]);
        report(o, "TLS 1.3 application traffic secret", &o->application[i]);
    }
    report(o, "TLS 1.3 exporter secret", &o->exporter);
}

int dtls__observe_secret(gnutls_session_t session, const char *label, const gnutls_datum_t *secret)
{
    struct imp_dtls *d = gnutls_session_get_ptr(session);
    struct dtls__observed *o = dtls__observed(d);
    if (!o || secret->size != 32)
        return 0;
    const struct {
        const char *label, *name;
        struct dtls__secrets_13 *at;
    } kinds[] = {
        {"CLIENT_HANDSHAKE_TRAFFIC_SECRET", "TLS 1.3 handshake traffic secret", &o->handshake[0]},
        {"SERVER_HANDSHAKE_TRAFFIC_SECRET", "TLS 1.3 handshake traffic secret", &o->handshake[1]},
        {"CLIENT_TRAFFIC_SECRET_0", "TLS 1.3 application traffic secret", &o->application[0]},
        {"SERVER_TRAFFIC_SECRET_0", "TLS 1.3 application traffic secret", &o->application[1]},
        {"EXPORTER_SECRET", "TLS 1.3 exporter secret", &o->exporter},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(label, kinds[i].label) == 0) {
            memcpy(kinds[i].at->secret, secret->data, 32);
            kinds[i].at->have = true;
            if (o->proved)
                report(o, kinds[i].name, kinds[i].at);
        }
    prove(d, o);
    return 0;
}

/* ---- hellos: randoms and key shares
 * ------------------------------------------------------------------
 */
struct span {
    const uint8_t *p;
    size_t n;
};

/* Takes a vector with a length of `lead` octets off the front; false: it is not whole. */
static bool take(struct span *from, size_t lead, struct span *out)
{
    size_t n = 0;
    if (from->n < lead)
        return false;
    for (size_t i = 0; i < lead; i++)
        n = n << 8 | from->p[i];
    if (from->n - lead < n)
        return false;
    *out = (struct span){from->p + lead, n};
    from->p += lead + n;
    from->n -= lead + n;
    return true;
}

static bool skip(struct span *s, size_t n)
{
    if (s->n < n)
        return false;
    s->p += n;
    s->n -= n;
    return true;
}

/* The extension's content, RFC 8446 section 4.2.8: of a client a list, of a server one entry. */
static void key_share(struct dtls__observed *o, struct span content, bool client, bool incoming)
{
    struct span list = content, key;
    if (client && !take(&content, 2, &list))
        return;
    while (list.n >= 2) {
        unsigned group = (unsigned)list.p[0] << 8 | list.p[1];
        if (!skip(&list, 2) || !take(&list, 2, &key))
            return;
        if (group == SECP256R1)
            dtls__observed_point(o, incoming, key.p, key.n);
    }
}

static void read_hello(struct dtls__observed *o, bool client, bool incoming, const uint8_t *p,
                       size_t n)
{
    struct span rest = {p, n}, part, extensions;
    if (n < HELLO_FIXED)
        return;
    memcpy(client ? o->client_random : o->server_random, p + 2, 32);
    bool whole = skip(&rest, HELLO_FIXED) && take(&rest, 1, &part) && /* session id */
                 (client ? take(&rest, 2, &part) && take(&rest, 1, &part) : skip(&rest, 3)) &&
                 take(&rest, 2, &extensions);
    while (whole && extensions.n >= 2) {
        unsigned type = (unsigned)extensions.p[0] << 8 | extensions.p[1];
        whole = skip(&extensions, 2) && take(&extensions, 2, &part);
        if (whole && type == KEY_SHARE)
            key_share(o, part, client, incoming);
    }
}

void dtls__observe_hello(struct imp_dtls *d, struct dtls__observed *o, unsigned type, bool incoming,
                         const uint8_t *p, size_t n)
{
    bool client = type == GNUTLS_HANDSHAKE_CLIENT_HELLO;
    if ((!client && type != GNUTLS_HANDSHAKE_SERVER_HELLO) || o->hello[!client] ||
        n + TLS_HANDSHAKE_HEADER > HELLOS - o->hellos_n)
        return;
    const uint8_t header[TLS_HANDSHAKE_HEADER] = {(uint8_t)type, (uint8_t)(n >> 16),
                                                  (uint8_t)(n >> 8), (uint8_t)n};
    memcpy(o->hellos + o->hellos_n, header, sizeof header);
    memcpy(o->hellos + o->hellos_n + sizeof header, p, n);
    o->hellos_n += sizeof header + n;
    o->hello[!client] = true;
    read_hello(o, client, incoming, p, n);
    prove(d, o);
}

/* ---- records, section 5.2
 * ----------------------------------------------------------------------------
 */
static void keys_of(uint8_t key[KEY], uint8_t iv[IV], const uint8_t secret[32])
{
    struct imp_observation before = imp_observe_hold();
    expand(key, KEY, secret, "key", NULL, 0);
    expand(iv, IV, secret, "iv", NULL, 0);
    imp_observe_resume(before);
}

/* Octets before the type and the padding. */
static size_t content(const uint8_t *plain, size_t n)
{
    while (n > 0 && plain[n - 1] == 0)
        n--;
    return n > 0 ? n - 1 : 0;
}

static bool opens(const struct imp_dtls *d, struct dtls__observed *o, int who,
                  const struct dtls__secrets_13 *s, const struct dtls__view *v)
{
    uint8_t key[KEY], iv[IV], plain[DTLS_MTU_MAX];
    const uint8_t aad[ADDITIONAL] = {(uint8_t)v->type, 3, 3, (uint8_t)(v->n >> 8), (uint8_t)v->n};
    size_t tag = dtls__tag(d);
    if (!s->have || v->n < tag || v->n - tag > sizeof plain)
        return false;
    keys_of(key, iv, s->secret);
    for (int i = 0; i < 8; i++)
        iv[IV - 1 - i] ^= (uint8_t)(o->number[who] >> (8 * i));
    struct imp_observation before = imp_observe_hold();
    bool good =
        dtls__aes_open(d, plain, key, iv, (struct imp_piece){aad, sizeof aad}, v->body, v->n);
    imp_observe_resume(before);
    size_t n = good ? content(plain, v->n - tag) : 0;
    if (good)
        imp_observe_keyed("TLS 1.3 record key", key, sizeof key, s->secret, 32, NULL, 0);
    if (n > 0)
        imp_observe_both(dtls__is_gcm(d) ? "AES-GCM" : "AES-CCM", key, sizeof key, plain, n,
                         v->body, v->n - tag);
    imp_wipe(plain, v->n - tag);
    imp_wipe(key, sizeof key);
    o->number[who] += good;
    return good;
}

void dtls__observe_record_13(struct imp_dtls *d, struct dtls__observed *o,
                             const struct dtls__view *v, bool incoming)
{
    int who = d->config.server != incoming; /* 0: the client sent it */
    if (v->epoch == 0 || !o->proved)
        return;
    if (!o->under_application[who] && opens(d, o, who, &o->handshake[who], v))
        return;
    if (!o->under_application[who]) {
        uint64_t number = o->number[who];
        o->number[who] = 0;
        o->under_application[who] = opens(d, o, who, &o->application[who], v);
        if (!o->under_application[who])
            o->number[who] = number;
        return;
    }
    opens(d, o, who, &o->application[who], v);
}

void dtls__observe_export_13(struct dtls__observed *o, const uint8_t *out, size_t n)
{
    if (o->proved && o->exporter.have)
        imp_observe_keyed("TLS 1.3 exporter", out, n, o->exporter.secret, sizeof o->exporter.secret,
                          NULL, 0);
}
