/* SPDX-License-Identifier: GPL-2.0-only */
/* Messages of others verified and made again, and what is refused. */
#include "protocols/cose/cose.h"
#include "protocols/crypto/crypto.h"
#include "tests/support/test_env.h"
#include "tests/support/vectors.h"

#include <criterion/criterion.h>
#include <string.h>

static struct test_env t;
static struct imp_cose_sign1 m;
static const struct imp_piece nothing = {"", 0};

static void setup(void)
{
    test_env_init(&t, 1, "signer");
}

TestSuite(cose, .init = setup);

static int read_bytes(const struct vector_bytes *v)
{
    return imp_cose_read(&t.env, &m, v->p, v->n);
}

Test(cose, messages_of_the_working_group_verify)
{
    VECTORS(c, "cose_sign1")
    {
        struct vector_bytes message = vector_hex(c, "message"), pub = vector_hex(c, "public"),
                            content = vector_hex(c, "content"), aad = vector_hex(c, "external");
        struct imp_piece external = {aad.p, aad.n};
        cr_assert_eq(read_bytes(&message), 0, "%s", vector_text(c, "title"));
        cr_assert_eq(m.content.n, content.n);
        cr_assert_arr_eq(m.content.p, content.p, content.n);
        cr_assert_eq(m.unprotected.kid.n, 2);
        cr_assert_arr_eq(m.unprotected.kid.p, "11", 2);
        cr_assert_eq(imp_cose_verify(&t.env, &m, external, pub.p), 0, "%s",
                     vector_text(c, "title"));
        cr_assert_eq(imp_cose_verify(&t.env, &m, IMP_PIECE("x", 1), pub.p), -1);
        message.p[message.n - 1] ^= 1;
        cr_assert_eq(read_bytes(&message), 0);
        cr_assert_eq(imp_cose_verify(&t.env, &m, external, pub.p), -1);
    }
}

/* What is signed is the published Sig_structure: its signature by another way is ours. */
Test(cose, what_is_signed_is_the_published_structure)
{
    VECTORS(c, "cose_sign1")
    {
        struct vector_bytes tbs = vector_hex(c, "to_be_signed"), pub = vector_hex(c, "public"),
                            message = vector_hex(c, "message");
        cr_assert_eq(read_bytes(&message), 0);
        cr_assert_eq(imp_p256_verify(&t.env, m.signature, pub.p, &IMP_PIECE(tbs.p, tbs.n), 1), 0);
    }
}

Test(cose, what_we_sign_is_read_and_verified)
{
    uint8_t pub[64], secret[32], out[512];
    const struct imp_cose_sign1 say = {.unprotected = {.kid = {"11", 2}}, .content = {"text", 4}};
    imp_p256_keypair(&t.env, "key", pub, secret);
    int n = imp_cose_sign(&t.env, out, sizeof out, &say, IMP_PIECE("aad", 3), secret);
    cr_assert_eq(n, 2 + 4 + 5 + 5 + 2 + 64, "tag, array, headers, content, signature: %d", n);
    cr_assert_eq(imp_cose_read(&t.env, &m, out, (size_t)n), 0);
    cr_assert_eq(m.protected.algorithm, IMP_COSE_ES256);
    cr_assert_eq(imp_cose_verify(&t.env, &m, IMP_PIECE("aad", 3), pub), 0);
    cr_assert_eq(imp_cose_verify(&t.env, &m, nothing, pub), -1);
    cr_assert_eq(t.charged[IMP_OP_P256_SIGN], 1);
    cr_assert_eq(t.charged[IMP_OP_P256_VERIFY], 2);
    for (size_t cut = 0; cut < (size_t)n; cut++)
        cr_assert_eq(imp_cose_read(&t.env, &m, out, cut), -1, "%zu octets", cut);
    cr_assert_eq(imp_cose_sign(&t.env, out, (size_t)n - 1, &say, nothing, secret), -1);
}

/* The examples of constrained vouchers: by the certificate beside them or in them. */
Test(cose, vouchers_of_the_draft_verify)
{
    VECTORS(c, "cbrski_vouchers")
    {
        struct vector_bytes message = vector_hex(c, "message"), crt = vector_hex(c, "certificate"),
                            content = vector_hex(c, "content");
        struct imp_x509_info info;
        cr_assert_eq(read_bytes(&message), 0, "%s", vector_text(c, "title"));
        cr_assert_eq(m.content.n, content.n);
        cr_assert_arr_eq(m.content.p, content.p, content.n);
        cr_assert_eq(imp_x509_read(&info, crt.p, crt.n), 0);
        cr_assert_eq(imp_cose_verify(&t.env, &m, nothing, info.pub), 0, "%s",
                     vector_text(c, "title"));
        int signer = imp_cose_signer(&t.env, &m, nothing, &m.unprotected);
        if (m.unprotected.count) {
            cr_assert(!m.unprotected.chain);
            cr_assert_eq(m.unprotected.count, 2);
            cr_assert_eq(signer, 0);
        } else {
            cr_assert_eq(signer, -1);
        }
    }
}

/* A registrar takes the certificates out, and the signature stays. */
Test(cose, what_is_unprotected_may_be_left_out)
{
    uint8_t out[2048], again[2048];
    VECTORS(c, "cbrski_vouchers")
    {
        struct vector_bytes message = vector_hex(c, "message"), crt = vector_hex(c, "certificate");
        struct imp_x509_info info;
        cr_assert_eq(read_bytes(&message), 0);
        int same = imp_cose_rewrite(&t.env, again, sizeof again, &m);
        cr_assert_eq(same, (int)message.n);
        cr_assert_arr_eq(again, message.p, message.n);
        m.unprotected = (struct imp_cose_header){0};
        int n = imp_cose_rewrite(&t.env, out, sizeof out, &m);
        cr_assert(n > 0 && n <= same);
        cr_assert_eq(imp_cose_read(&t.env, &m, out, (size_t)n), 0);
        cr_assert_eq(m.unprotected.count, 0);
        cr_assert_eq(imp_x509_read(&info, crt.p, crt.n), 0);
        cr_assert_eq(imp_cose_verify(&t.env, &m, nothing, info.pub), 0);
    }
}

Test(cose, headers_that_are_refused)
{
    static const struct {
        const char *what;
        size_t n, header_n;
        const char *header, *unprotected;
        bool good;
    } cases[] = {
        {"as it should be", 3, 1, "\xa1\x01\x26", "\xa0", true},
        {"an unknown parameter is passed over", 6, 1, "\xa2\x01\x26\x18\x63\x00", "\xa0", true},
        {"critical and known", 6, 1, "\xa2\x01\x26\x02\x81\x01", "\xa0", true},
        {"critical and unknown", 7, 1, "\xa2\x01\x26\x02\x81\x18\x63", "\xa0", false},
        {"no critical one is named", 5, 1, "\xa2\x01\x26\x02\x80", "\xa0", false},
        {"criticality without protection", 3, 4, "\xa1\x01\x26", "\xa1\x02\x81\x01", false},
        {"no algorithm", 1, 1, "\xa0", "\xa0", false},
        {"another algorithm", 3, 1, "\xa1\x01\x27", "\xa0", false},
        {"an algorithm in both headers", 3, 3, "\xa1\x01\x26", "\xa1\x01\x26", false},
        {"a text as label", 4, 1, "\xa1\x61x\x26", "\xa0", false},
        {"an array of one certificate", 3, 5, "\xa1\x01\x26", "\xa1\x18\x20\x81\x40", false},
        {"something behind the map", 4, 1, "\xa1\x01\x26\x00", "\xa0", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t octets[128] = {0xd2, 0x84, (uint8_t)(0x40 | cases[i].n)};
        size_t n = 3;
        memcpy(octets + n, cases[i].header, cases[i].n);
        n += cases[i].n;
        memcpy(octets + n, cases[i].unprotected, cases[i].header_n);
        n += cases[i].header_n;
        memcpy(octets + n, "\x41x\x58\x40", 4);
        n += 4 + 64;
        cr_expect_eq(imp_cose_read(&t.env, &m, octets, n) == 0, cases[i].good, "%s", cases[i].what);
    }
}
