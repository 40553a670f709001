/* SPDX-License-Identifier: GPL-2.0-only */
/* OSCORE: the vectors of RFC 8613 both ways, replays, and what is refused. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/oscore/oscore.h"
#include "tests/support/vectors.h"

TestSuite(oscore, .init = imp_crypto_init);

static bool is(const struct vector_bytes *v, const void *p, size_t n)
{
    return v->n == n && memcmp(v->p, p, n) == 0;
}

/* Both ends of the context of a case; C.1 when the case names none. */
static void contexts(const json_t *c, struct imp_oscore *client, struct imp_oscore *server)
{
    static const char *const c1[] = {"0102030405060708090a0b0c0d0e0f10", "9e7ca92223786340", "01"};
    json_t *first = json_pack("{s:s,s:s,s:s}", "secret", c1[0], "salt", c1[1], "recipient", c1[2]);
    const json_t *from = json_object_get(c, "secret") ? c : first;
    struct vector_bytes secret = vector_hex(from, "secret"), salt = vector_hex(from, "salt"),
                        context = vector_hex(from, "context"), sender = vector_hex(from, "sender"),
                        recipient = vector_hex(from, "recipient");
    struct imp_oscore_params p = {.secret = secret.p,
                                  .secret_n = secret.n,
                                  .salt = salt.p,
                                  .salt_n = salt.n,
                                  .id_context = context.p,
                                  .id_context_n = context.n,
                                  .has_id_context = context.n > 0,
                                  .sender = sender.p,
                                  .sender_n = sender.n,
                                  .recipient = recipient.p,
                                  .recipient_n = recipient.n};
    cr_assert_eq(imp_oscore_init(NULL, client, &p), 0);
    p.sender = recipient.p;
    p.sender_n = recipient.n;
    p.recipient = sender.p;
    p.recipient_n = sender.n;
    cr_assert_eq(imp_oscore_init(NULL, server, &p), 0);
    client->sequence = 20;
    json_decref(first);
}

static struct imp_coap_message decoded(const struct vector_bytes *v)
{
    struct imp_coap_message m;
    cr_assert_eq(imp_coap_decode(&m, v->p, v->n), 0);
    return m;
}

static void expect_octets(const struct imp_coap_message *m, const struct vector_bytes *v,
                          const char *name)
{
    uint8_t out[IMP_COAP_MTU];
    int n = imp_coap_encode(out, sizeof out, m);
    cr_expect(n >= 0 && is(v, out, (size_t)n), "%s", name);
}

Test(oscore, keys_and_nonces)
{
    VECTORS(c, "rfc8613_oscore")
    {
        struct imp_oscore client, server;
        struct vector_bytes key = vector_hex(c, "sender_key"),
                            other = vector_hex(c, "recipient_key"), iv = vector_hex(c, "iv"),
                            ours = vector_hex(c, "sender_nonce"),
                            theirs = vector_hex(c, "recipient_nonce");
        uint8_t nonce[IMP_OSCORE_NONCE];
        const uint8_t zero[1] = {0};
        if (strcmp(vector_text(c, "kind"), "context") != 0)
            continue;
        contexts(c, &client, &server);
        cr_expect(is(&key, client.sender_key, 16) && is(&key, server.recipient_key, 16));
        cr_expect(is(&other, client.recipient_key, 16) && is(&other, server.sender_key, 16));
        cr_expect(is(&iv, client.common_iv, 13) && is(&iv, server.common_iv, 13));
        imp_oscore_nonce(nonce, &client, client.sender, client.sender_n, zero, 1);
        cr_expect(is(&ours, nonce, sizeof nonce));
        imp_oscore_nonce(nonce, &client, client.recipient, client.recipient_n, zero, 1);
        cr_expect(is(&theirs, nonce, sizeof nonce));
    }
}

Test(oscore, requests_are_protected_and_opened)
{
    VECTORS(c, "rfc8613_oscore")
    {
        struct imp_oscore client, server;
        struct imp_oscore_binding binding, opened;
        struct imp_coap_message outer, inner;
        uint8_t buffer[IMP_OSCORE_BUFFER], other[IMP_OSCORE_BUFFER], aad[IMP_OSCORE_AAD_MAX];
        struct vector_bytes plain = vector_hex(c, "plain"), sealed = vector_hex(c, "protected"),
                            associated = vector_hex(c, "aad");
        if (strcmp(vector_text(c, "kind"), "request") != 0)
            continue;
        contexts(c, &client, &server);
        struct imp_coap_message m = decoded(&plain), received = decoded(&sealed);
        cr_assert_eq(imp_oscore_protect_request(NULL, &client, &m, &outer, buffer, &binding), 0);
        expect_octets(&outer, &sealed, vector_text(c, "name"));
        cr_expect(is(&associated, aad, imp_oscore_aad(NULL, aad, &client, &binding)));
        cr_assert_eq(imp_oscore_open_request(NULL, &server, &received, &inner, other, &opened), 0);
        expect_octets(&inner, &plain, vector_text(c, "name"));
    }
}

Test(oscore, responses_are_bound_to_their_request)
{
    VECTORS(c, "rfc8613_oscore")
    {
        struct imp_oscore client, server;
        struct imp_oscore_binding binding = {.piv = {0x14}, .piv_n = 1},
                                  wrong = {.piv = {0x15}, .piv_n = 1};
        struct imp_coap_message outer, inner;
        uint8_t buffer[IMP_OSCORE_BUFFER], other[IMP_OSCORE_BUFFER];
        struct vector_bytes plain = vector_hex(c, "plain"), sealed = vector_hex(c, "protected");
        if (strcmp(vector_text(c, "kind"), "response") != 0)
            continue;
        contexts(c, &client, &server);
        struct imp_coap_message m = decoded(&plain), received = decoded(&sealed);
        cr_assert_eq(imp_oscore_protect_response(NULL, &server, &binding,
                                                 vector_number(c, "fresh") != 0, &m, &outer,
                                                 buffer),
                     0);
        expect_octets(&outer, &sealed, vector_text(c, "name"));
        cr_expect_eq(imp_oscore_open_response(NULL, &client, &wrong, &received, &inner, other),
                     IMP_OSCORE_EDECRYPT);
        cr_assert_eq(imp_oscore_open_response(NULL, &client, &binding, &received, &inner, other),
                     0);
        expect_octets(&inner, &plain, vector_text(c, "name"));
    }
}

/* A pair of ends and one protected request of sequence number `sequence`. */
struct pair {
    struct imp_oscore client, server;
    struct imp_coap_message outer;
    uint8_t buffer[IMP_OSCORE_BUFFER];
};

static void protect(struct pair *p, uint64_t sequence)
{
    struct imp_oscore_binding binding;
    struct imp_coap_message m = {.code = IMP_COAP_POST};
    imp_coap_add_path(&m, IMP_COAP_URI_PATH, "a");
    p->client.sequence = sequence;
    cr_assert_eq(imp_oscore_protect_request(NULL, &p->client, &m, &p->outer, p->buffer, &binding),
                 0);
}

static int opened(struct pair *p)
{
    struct imp_oscore_binding binding;
    struct imp_coap_message inner;
    uint8_t buffer[IMP_OSCORE_BUFFER];
    return imp_oscore_open_request(NULL, &p->server, &p->outer, &inner, buffer, &binding);
}

static struct pair fresh_pair(void)
{
    struct pair p;
    json_t *none = json_object();
    contexts(none, &p.client, &p.server);
    json_decref(none);
    return p;
}

Test(oscore, a_window_of_32_tells_replays)
{
    struct pair p = fresh_pair();
    static const struct {
        uint64_t sequence;
        int result;
    } steps[] = {{5, 0},   {5, IMP_OSCORE_EREPLAY},  {3, 0},  {3, IMP_OSCORE_EREPLAY},
                 {39, 0},  {7, IMP_OSCORE_EREPLAY},  {8, 0},  {20, 0},
                 {200, 0}, {39, IMP_OSCORE_EREPLAY}, {199, 0}};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        protect(&p, steps[i].sequence);
        cr_expect_eq(opened(&p), steps[i].result, "step %zu", i);
    }
}

Test(oscore, an_altered_message_is_refused_and_leaves_the_window)
{
    struct pair p = fresh_pair();
    protect(&p, 1);
    uint8_t *last = &p.buffer[p.outer.payload - p.buffer + (ptrdiff_t)p.outer.payload_n - 1];
    *last ^= 1;
    cr_expect_eq(opened(&p), IMP_OSCORE_EDECRYPT);
    *last ^= 1;
    cr_expect_eq(opened(&p), 0);
}

Test(oscore, another_identifier_is_another_context)
{
    struct pair p = fresh_pair();
    protect(&p, 1);
    p.server.recipient[0] = 9;
    p.server.recipient_n = 1;
    cr_expect_eq(opened(&p), IMP_OSCORE_ECONTEXT);
}

Test(oscore, options_that_cannot_be_decoded)
{
    static const uint8_t bad[][4] = {{1, 0x20},       {2, 0x06, 1},    {2, 0x03, 1},
                                     {3, 0x11, 1, 5}, {3, 0x01, 1, 9}, {1, 0x00}};
    struct imp_oscore_option o;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect_eq(imp_oscore_option_read(&o, bad[i] + 1, bad[i][0]), -1, "%zu", i);
    cr_expect_eq(imp_oscore_option_read(&o, NULL, 0), 0);
}

Test(oscore, sequence_numbers_end_at_40_bits)
{
    struct pair p = fresh_pair();
    struct imp_oscore_binding binding;
    struct imp_coap_message m = {.code = IMP_COAP_GET};
    p.client.sequence = UINT64_C(1) << 40;
    cr_expect_eq(imp_oscore_protect_request(NULL, &p.client, &m, &p.outer, p.buffer, &binding),
                 IMP_OSCORE_ESPACE);
}

Test(oscore, identifiers_must_differ_and_fit)
{
    static const uint8_t id[8] = {1};
    struct imp_oscore o;
    struct imp_oscore_params p = {.secret = id, .secret_n = 8, .sender = id, .sender_n = 8};
    cr_expect_eq(imp_oscore_init(NULL, &o, &p), -1);
    p.sender_n = p.recipient_n = 1;
    p.recipient = id;
    cr_expect_eq(imp_oscore_init(NULL, &o, &p), -1);
}

/* ---- other AEADs: section 3.2.1, info = [id, id_context, alg_aead, type, L] */
static const struct kind {
    enum imp_aead aead;
    enum imp_hash hash;
    uint8_t key_info[14], iv_info[14]; /* octet 0: how many follow */
    uint8_t aad[20];                   /* of kid 01, Partial IV 14 */
} kinds[] = {
    {IMP_AEAD_A128GCM, IMP_HASH_SHA256, "\x0a\x85\x41\x01\xf6\x01\x63Key\x10",
     "\x08\x85\x40\xf6\x01\x62IV\x0c", "\x09\x85\x01\x81\x01\x41\x01\x41\x14\x40"},
    {IMP_AEAD_A256GCM, IMP_HASH_SHA384, "\x0b\x85\x41\x01\xf6\x03\x63Key\x18\x20",
     "\x08\x85\x40\xf6\x03\x62IV\x0c", "\x09\x85\x01\x81\x03\x41\x01\x41\x14\x40"},
    {IMP_AEAD_CHACHA20_POLY1305, IMP_HASH_SHA256, "\x0c\x85\x41\x01\xf6\x18\x18\x63Key\x18\x20",
     "\x09\x85\x40\xf6\x18\x18\x62IV\x0c", "\x0a\x85\x01\x81\x18\x18\x41\x01\x41\x14\x40"},
};

static struct pair pair_of(const struct kind *k)
{
    static const uint8_t secret[32] = {1, 2, 3}, salt[8] = {4}, a[1] = {1}, b[1] = {2};
    struct imp_oscore_params p = {.secret = secret,
                                  .secret_n = sizeof secret,
                                  .salt = salt,
                                  .salt_n = sizeof salt,
                                  .sender = a,
                                  .sender_n = 1,
                                  .recipient = b,
                                  .recipient_n = 1,
                                  .aead = k->aead,
                                  .hash = k->hash};
    struct pair pair;
    uint8_t want[32];
    cr_assert_eq(imp_oscore_init(NULL, &pair.client, &p), 0);
    imp_hkdf_with(NULL, k->hash, want, imp_aead_key(k->aead), salt, 8, secret, 32, k->key_info + 1,
                  k->key_info[0]);
    cr_expect_arr_eq(pair.client.sender_key, want, imp_aead_key(k->aead));
    imp_hkdf_with(NULL, k->hash, want, 12, salt, 8, secret, 32, k->iv_info + 1, k->iv_info[0]);
    cr_expect_arr_eq(pair.client.common_iv, want, 12);
    p.sender = b;
    p.recipient = a;
    cr_assert_eq(imp_oscore_init(NULL, &pair.server, &p), 0);
    return pair;
}

/* Section 5.2 with a nonce of 12 octets: size of the identifier, identifier at the end of its 6
 * octets, Partial IV at the end of its 5. */
static void expect_sealed(const struct pair *p, const struct kind *k)
{
    static const char head[] = "\x83\x68"
                               "Encrypt0\x40";
    uint8_t nonce[12] = {1, [6] = 1, [11] = 0x14}, aad[40], text[8];
    size_t n = sizeof head - 1;
    memcpy(aad, head, n);
    aad[n++] = (uint8_t)(0x40 | k->aad[0]);
    memcpy(aad + n, k->aad + 1, k->aad[0]);
    n += k->aad[0];
    for (size_t i = 0; i < sizeof nonce; i++)
        nonce[i] ^= p->client.common_iv[i];
    cr_assert_eq(p->outer.payload_n, 3 + 16);
    cr_assert_eq(imp_aead_open(NULL, k->aead, text, p->client.sender_key, nonce, aad, n,
                               p->outer.payload, p->outer.payload_n),
                 0);
    cr_expect_arr_eq(text, "\x02\xb1\x61", 3); /* POST, Uri-Path "a" */
}

Test(oscore, each_aead_has_its_own_sizes_and_number)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct pair p = pair_of(&kinds[i]);
        protect(&p, 0x14);
        expect_sealed(&p, &kinds[i]);
        cr_expect_eq(opened(&p), 0);
        protect(&p, 0x15);
        p.buffer[p.outer.payload - p.buffer] ^= 1;
        cr_expect_eq(opened(&p), IMP_OSCORE_EDECRYPT);
    }
}

Test(oscore, identifiers_are_shorter_where_the_nonce_is)
{
    static const uint8_t id[7] = {1};
    struct imp_oscore o;
    struct imp_oscore_params p = {.secret = id, .secret_n = 7, .sender = id, .sender_n = 7};
    cr_expect_eq(imp_oscore_init(NULL, &o, &p), 0);
    p.aead = IMP_AEAD_A128GCM;
    cr_expect_eq(imp_oscore_init(NULL, &o, &p), -1);
    p.sender_n = 6;
    cr_expect_eq(imp_oscore_init(NULL, &o, &p), 0);
}
