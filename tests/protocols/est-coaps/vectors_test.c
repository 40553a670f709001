/* SPDX-License-Identifier: GPL-2.0-only */
/* The payloads of RFC 9148 appendix A: requests, certificates, attributes and a key of others are
 * read; what we can write comes out the same. Blocks of appendix B and links of section 4.1. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/est-coaps/estc.h"
#include "tests/support/vectors.h"

TestSuite(est_coaps_vectors, .init = imp_crypto_init);

static struct imp_x509_info only_certificate(const json_t *c)
{
    struct vector_bytes der = vector_hex(c, "certs");
    struct imp_cms_certs certs;
    struct imp_x509_info info;
    cr_assert_eq(imp_cms_certs_read(&certs, der.p, der.n), 0, "%s", vector_text(c, "name"));
    cr_assert_eq(certs.count, 1);
    cr_assert_eq(imp_x509_read(&info, certs.crt[0].der, certs.crt[0].n), 0);
    return info;
}

Test(est_coaps_vectors, certificates_are_read)
{
    VECTORS(c, "rfc9148_est_coaps")
    {
        if (!json_object_get(c, "certs"))
            continue;
        struct imp_x509_info info = only_certificate(c);
        bool authority = strcmp(vector_text(c, "name"), "cacerts") == 0;
        cr_expect_eq(info.self_issued && (info.purposes & IMP_X509_CA), authority, "%s",
                     vector_text(c, "name"));
    }
}

/* The certificate is for the key that was asked for, where the server does not make one. */
Test(est_coaps_vectors, requests_are_read_and_their_signatures_verified)
{
    VECTORS(c, "rfc9148_est_coaps")
    {
        struct vector_bytes der = vector_hex(c, "request");
        struct imp_x509_asked asked;
        if (der.n == 0)
            continue;
        cr_assert_eq(imp_x509_read_request(NULL, &asked, der.p, der.n), 0, "%s",
                     vector_text(c, "name"));
        struct imp_x509_info info = only_certificate(c);
        bool made = vector_hex(c, "key").n > 0;
        cr_expect(made || memcmp(info.pub, asked.pub, sizeof info.pub) == 0);
        der.p[der.n - 1] ^= 1;
        cr_expect_neq(imp_x509_read_request(NULL, &asked, der.p, der.n), 0);
    }
}

Test(est_coaps_vectors, the_key_that_the_server_made_is_read_and_written)
{
    VECTORS(c, "rfc9148_est_coaps")
    {
        struct vector_bytes key = vector_hex(c, "key");
        uint8_t secret[32], pub[64], again[IMP_P256_PKCS8_MAX];
        if (key.n == 0)
            continue;
        cr_assert_eq(imp_p256_pkcs8_read(secret, key.p, key.n), 0);
        cr_assert_eq(imp_p256_public(NULL, pub, secret), 0);
        cr_expect_eq(imp_p256_pkcs8_write(again, secret, pub), key.n);
        cr_expect_arr_eq(again, key.p, key.n);
        struct imp_x509_info info = only_certificate(c);
        cr_expect_arr_eq(info.pub, pub, sizeof pub);
    }
}

Test(est_coaps_vectors, key_and_certificate_in_one_payload)
{
    VECTORS(c, "rfc9148_est_coaps")
    {
        struct vector_bytes whole = vector_hex(c, "multipart"), right = vector_hex(c, "key");
        struct imp_cms_certs certs;
        static struct est_private private;
        uint8_t again[1024], secret[32];
        if (whole.n == 0)
            continue;
        int read = estc_key_read(NULL, &private, &certs, whole.p, whole.n);
        if (read == 0)
            read = est_private_read(NULL, secret, &private, EST_SEALING_NONE, NULL);
        cr_expect_eq(read, right.n ? 0 : -1, "what figure 2 holds is no key");
        if (!right.n)
            continue;
        cr_assert_eq(certs.count, 1);
        /* Ours is the same as far as the set of certificates: theirs has an empty list of CRLs. */
        int n = estc_key_write(NULL, again, sizeof again, &private, &certs.crt[0],
                               IMP_COAP_FORMAT_PKCS7_CERTS_ONLY);
        cr_assert_eq((size_t)n + 2, whole.n);
        cr_expect_arr_eq(again, whole.p, 6 + right.n + 3);
        struct imp_cms_certs same;
        cr_assert_eq(estc_key_read(NULL, &private, &same, again, (size_t)n), 0);
        cr_expect_arr_eq(same.crt[0].der, certs.crt[0].der, certs.crt[0].n);
        for (size_t cut = 0; cut < whole.n; cut++)
            cr_expect_eq(estc_key_read(NULL, &private, &certs, whole.p, cut), -1);
    }
}

Test(est_coaps_vectors, attributes_are_those_of_rfc_7030)
{
    VECTORS(c, "rfc9148_est_coaps")
    {
        struct vector_bytes der = vector_hex(c, "attributes");
        struct est_attributes list;
        if (der.n == 0)
            continue;
        cr_assert_eq(est_attributes_read(&list, der.p, der.n), 0);
        cr_expect_eq(list.count, 6);
        cr_expect_eq(est_attributes_bound(der.p, der.n), 1);
    }
}

/* Appendix B.1: 639 octets in ten blocks of 64; the payloads in between are not printed there. */
Test(est_coaps_vectors, blocks_are_cut_and_joined_as_printed)
{
    static uint8_t whole[639];
    struct imp_block_in in = {0};
    VECTORS(c, "rfc9148_blocks")
    {
        struct vector_bytes payload = vector_hex(c, "payload");
        if (payload.n)
            memcpy(whole + 64 * vector_number(c, "num"), payload.p, payload.n);
    }
    VECTORS(c, "rfc9148_blocks")
    {
        struct imp_coap_message m = {.code = IMP_COAP_CONTENT};
        struct vector_bytes payload = vector_hex(c, "payload"), option = vector_hex(c, "option");
        if (payload.n == 0)
            continue;
        cr_assert_eq(imp_block_put(&m, IMP_COAP_BLOCK2, whole, sizeof whole,
                                   (uint32_t)vector_number(c, "num"), 2),
                     0);
        cr_expect_eq(m.payload_n, payload.n);
        cr_expect_arr_eq(m.payload, payload.p, payload.n);
        const struct imp_coap_option *o = imp_coap_find(&m, IMP_COAP_BLOCK2, 0);
        cr_assert(o && o->n == option.n);
        cr_expect_arr_eq(imp_coap_value(o), option.p, option.n, "%s", vector_text(c, "name"));
    }
    for (uint32_t num = 0; num < 10; num++) {
        struct imp_coap_message m = {.code = IMP_COAP_CONTENT};
        cr_assert_eq(imp_block_put(&m, IMP_COAP_BLOCK2, whole, sizeof whole, num, 2), 0);
        cr_expect_eq(imp_block_take(&in, &m, IMP_COAP_BLOCK2), num == 9);
    }
    cr_assert_eq(in.n, sizeof whole);
    cr_expect_arr_eq(in.bytes, whole, sizeof whole);
}

/* Appendix A.1: the options of the request, in the octets that RFC 7252 section 3.1 makes of them.
 */
Test(est_coaps_vectors, the_request_for_ca_certificates)
{
    static const uint8_t expected[] = {
        0x41, 0x01, 0x00, 0x01, 0x9a,                                     /* CON, GET */
        0x3b, 'e',  'x',  'a',  'm',  'p', 'l', 'e',  '.', 'c', 'o', 'm', /* Uri-Host */
        0x42, 0x23, 0x7d, 0x43, 'e',  's', 't', 0x04, 'c', 'r', 't', 's', 0x62, 0x01, 0x19};
    VECTORS(c, "rfc9148_blocks")
    {
        struct imp_coap_message m = {.code = IMP_COAP_GET, .mid = 1, .token_n = 1};
        uint8_t out[64];
        if (strcmp(vector_text(c, "name"), "request") != 0)
            continue;
        memcpy(m.token, vector_hex(c, "token").p, 1);
        imp_coap_add(&m, IMP_COAP_URI_HOST, vector_text(c, "host"), 11);
        imp_coap_add_uint(&m, IMP_COAP_URI_PORT, (uint32_t)vector_number(c, "port"));
        imp_coap_add_path(&m, IMP_COAP_URI_PATH, vector_text(c, "path"));
        imp_coap_add_uint(&m, IMP_COAP_ACCEPT, (uint32_t)vector_number(c, "accept"));
        cr_assert_eq(imp_coap_encode(out, sizeof out, &m), (int)sizeof expected);
        cr_expect_arr_eq(out, expected, sizeof expected);
    }
}

/* The answer to the discovery of section 4.1, and what is left of it under a filter. */
Test(est_coaps_vectors, links_are_written_and_found)
{
    static const char printed[] = "</est/crts>;rt=\"ace.est.crts\";ct=\"281 287\","
                                  "</est/sen>;rt=\"ace.est.sen\";ct=\"281 287\","
                                  "</est/sren>;rt=\"ace.est.sren\";ct=\"281 287\","
                                  "</est/att>;rt=\"ace.est.att\";ct=285,"
                                  "</est/skg>;rt=\"ace.est.skg\";ct=62,"
                                  "</est/skc>;rt=\"ace.est.skc\";ct=62";
    static const char elsewhere[] =
        "<coaps://[2001:db8:3::123]:61617/est/crts>;rt=\"ace.est.crts\"";
    char text[512], root[ESTC_PATH];
    cr_assert_eq(estc_links_write(text, sizeof text, "est/", "ace.est*", 8), sizeof printed - 1);
    cr_expect_arr_eq(text, printed, sizeof printed - 1);
    int n = estc_links_write(text, sizeof text, "est/", "ace.est.sen", 11);
    cr_assert_gt(n, 0);
    cr_expect(estc_links_find(root, text, (size_t)n, "sen"));
    cr_expect_not(estc_links_find(root, text, (size_t)n, "crts"));
    cr_expect_eq(estc_links_write(text, sizeof text, "est/", "ace.sen", 7), 0);
    cr_expect_eq(estc_links_write(text, 40, "est/", NULL, 0), -1);
    cr_expect(estc_links_find(root, printed, sizeof printed - 1, "skc"));
    cr_expect_str_eq(root, "est/");
    cr_expect_not(estc_links_find(root, elsewhere, sizeof elsewhere - 1, "crts"));
    cr_expect_not(estc_links_find(root, "<crts>;rt=ace.est.crts", 22, "crts"));
}
