/* SPDX-License-Identifier: GPL-2.0-only */
/* Encrypted AVPs (RFC 6786): keys and octets, the policy of each AVP, what is discarded. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/pana/encapsulation.h"
#include "tests/support/vectors.h"

TestSuite(pana_encapsulation, .init = imp_crypto_init);

static const struct pana_sa sa = {.there = true,
                                  .integrity = PANA_INTEGRITY_SHA256_128,
                                  .auth_key = {1},
                                  .auth_key_n = 32,
                                  .key_id = 1,
                                  .session = 2,
                                  .encryption = true,
                                  .pac_encr_key = {3},
                                  .paa_encr_key = {4}};

/* ---- octets
 * ------------------------------------------------------------------------------------------- */
static void expect_sealed(const struct pana_sa *with, enum pana_side from, uint32_t sequence,
                          struct vector_bytes text, struct vector_bytes sealed)
{
    uint8_t out[64];
    cr_assert_eq(text.n, sealed.n);
    pana_crypt(NULL, out, with, from, sequence, text.p, text.n);
    cr_expect_arr_eq(out, sealed.p, sealed.n);
}

Test(pana_encapsulation, each_end_has_its_own_key)
{
    VECTORS(c, "pana_keys")
    {
        struct pana_transcript t = {.prf = (uint32_t)vector_number(c, "prf"),
                                    .integrity = (uint32_t)vector_number(c, "integrity"),
                                    .encryption = true};
        struct vector_bytes par = vector_hex(c, "par"), pan = vector_hex(c, "pan"),
                            pac = vector_hex(c, "pac_nonce"), paa = vector_hex(c, "paa_nonce"),
                            msk = vector_hex(c, "msk"), text = vector_hex(c, "text"),
                            pac_key = vector_hex(c, "pac_encr_key"),
                            paa_key = vector_hex(c, "paa_encr_key");
        struct imp_eap_export x = {.has_key = true};
        struct pana_sa made;
        memcpy(t.par, par.p, t.par_n = par.n);
        memcpy(t.pan, pan.p, t.pan_n = pan.n);
        memcpy(t.pac_nonce, pac.p, t.pac_nonce_n = pac.n);
        memcpy(t.paa_nonce, paa.p, t.paa_nonce_n = paa.n);
        memcpy(x.msk, msk.p, sizeof x.msk);
        pana_derive(NULL, &made, &x, &t, (uint32_t)vector_number(c, "session"),
                    (uint32_t)vector_number(c, "key_id"));
        cr_expect_arr_eq(made.pac_encr_key, pac_key.p, PANA_ENCR_KEY);
        cr_expect_arr_eq(made.paa_encr_key, paa_key.p, PANA_ENCR_KEY);
        uint32_t sequence = (uint32_t)vector_number(c, "sequence");
        expect_sealed(&made, PANA_FROM_PAC, sequence, text, vector_hex(c, "pac_sealed"));
        expect_sealed(&made, PANA_FROM_PAA, sequence, text, vector_hex(c, "paa_sealed"));
    }
}

/* ---- policy
 * ------------------------------------------------------------------------------------------- */
static const struct {
    unsigned code;
    enum pana_policy policy;
} table[] = {{PANA_AVP_AUTH, PANA_ENCR_NEVER},          {PANA_AVP_EAP, PANA_ENCR_MAY},
             {PANA_AVP_INTEGRITY, PANA_ENCR_NEVER},     {PANA_AVP_KEY_ID, PANA_ENCR_NEVER},
             {PANA_AVP_NONCE, PANA_ENCR_NEVER},         {PANA_AVP_PRF, PANA_ENCR_NEVER},
             {PANA_AVP_RESULT, PANA_ENCR_NEVER},        {PANA_AVP_LIFETIME, PANA_ENCR_MAY},
             {PANA_AVP_CAUSE, PANA_ENCR_MAY},           {PANA_AVP_PAC_INFORMATION, PANA_ENCR_NEVER},
             {PANA_AVP_RELAYED, PANA_ENCR_NEVER},       {PANA_AVP_ENCR_ENCAP, PANA_ENCR_NEVER},
             {PANA_AVP_ENCR_ALGORITHM, PANA_ENCR_NEVER}};
enum { ROWS = sizeof table / sizeof *table };

Test(pana_encapsulation, policies_are_those_of_the_specification)
{
    for (size_t i = 0; i < ROWS; i++)
        cr_expect_eq(pana_policy_of(&(struct pana_avp){.code = table[i].code}), table[i].policy,
                     "AVP %u", table[i].code);
    cr_expect_eq(pana_policy_of(&(struct pana_avp){.code = 99}), PANA_ENCR_MAY, "silence");
    const struct pana_avp key = {.code = PANA_AVP_NETWORK_KEY, .vendor = PANA_VENDOR_ZIGBEE};
    cr_expect_eq(pana_policy_of(&key), PANA_ENCR_MUST);
    cr_expect_eq(pana_policy_of(&(struct pana_avp){.code = 1, .vendor = 1}), PANA_ENCR_MAY);
}

/* ---- taking out
 * --------------------------------------------------------------------------------------- */
static void put_key(struct pana_writer *w)
{
    memset(pana_put_vendor(w, PANA_AVP_NETWORK_KEY, PANA_VENDOR_ZIGBEE, PANA_NETWORK_KEY), 7,
           PANA_NETWORK_KEY);
}

/* Puts the AVPs of `inner` into an Encryption-Encap as the PAA does, whatever they are. */
static void enclose(struct pana_writer *w, const struct pana_writer *inner)
{
    size_t n = inner->n - PANA_HEADER;
    pana_crypt(NULL, pana_put(w, PANA_AVP_ENCR_ENCAP, n), &sa, PANA_FROM_PAA,
               pana_sequence_of(w->p), inner->p + PANA_HEADER, n);
}

struct draft {
    uint8_t bytes[PANA_MTU], inner_bytes[PANA_MTU];
    struct pana_writer w, inner;
};
static void begin(struct draft *d)
{
    pana_begin(&d->w, d->bytes, PANA_R, PANA_TERMINATION, 2, 77);
    pana_begin(&d->inner, d->inner_bytes, 0, 0, 0, 0);
}

/* Whether it is taken, under its AUTH. */
static bool taken(struct draft *d, const struct pana_sa *with, struct pana_view *v)
{
    size_t n = pana_seal(NULL, &sa, &d->w);
    cr_assert_gt(n, 0);
    cr_assert(pana_verify(NULL, &sa, d->bytes, n));
    return pana_accept(NULL, with, PANA_FROM_PAA, d->bytes, n, v);
}

Test(pana_encapsulation, what_was_encrypted_is_found_beside_the_rest)
{
    struct draft d;
    struct pana_view v;
    uint32_t cause;
    size_t n;
    begin(&d);
    pana_put_u32(&d.inner, PANA_AVP_CAUSE, PANA_CAUSE_TIMEOUT);
    put_key(&d.inner);
    pana_put_u32(&d.w, PANA_AVP_KEY_ID, 1);
    enclose(&d.w, &d.inner);
    cr_assert(taken(&d, &sa, &v));
    cr_expect(pana_find_u32(&v.m, PANA_AVP_CAUSE, 0, &cause) && cause == PANA_CAUSE_TIMEOUT);
    cr_expect_not_null(pana_find(&v.m, PANA_AVP_KEY_ID, 0, &n));
    cr_expect_not_null(pana_find_vendor(&v.m, PANA_AVP_NETWORK_KEY, PANA_VENDOR_ZIGBEE, &n));
    cr_expect_null(pana_find(&v.m, PANA_AVP_ENCR_ENCAP, 0, &n));
    cr_expect_eq(v.m.sequence, 77);
}

Test(pana_encapsulation, an_avp_that_must_be_encrypted_is_not_taken_in_clear)
{
    struct draft d;
    struct pana_view v;
    begin(&d);
    put_key(&d.w);
    cr_expect_not(taken(&d, &sa, &v));
}

Test(pana_encapsulation, an_avp_that_must_be_in_clear_is_not_taken_encrypted)
{
    for (size_t i = 0; i < ROWS; i++) {
        struct draft d;
        struct pana_view v;
        begin(&d);
        pana_put_u32(&d.inner, table[i].code, 1);
        enclose(&d.w, &d.inner);
        cr_expect_eq(taken(&d, &sa, &v), table[i].policy != PANA_ENCR_NEVER, "AVP %u",
                     table[i].code);
    }
}

Test(pana_encapsulation, one_encapsulation_in_a_message)
{
    for (int twice = 0; twice < 2; twice++) {
        struct draft d;
        struct pana_view v;
        begin(&d);
        pana_put_u32(&d.inner, PANA_AVP_CAUSE, 1);
        enclose(&d.w, &d.inner);
        if (twice) {
            pana_begin(&d.inner, d.inner_bytes, 0, 0, 0, 0);
            pana_put_u32(&d.inner, PANA_AVP_LIFETIME, 1);
            enclose(&d.w, &d.inner);
        }
        cr_expect_eq(taken(&d, &sa, &v), !twice);
    }
}

Test(pana_encapsulation, nothing_is_taken_without_a_key_for_it)
{
    const struct pana_sa *const without[] = {NULL, &(struct pana_sa){.there = true}};
    for (size_t i = 0; i < 2; i++) {
        struct draft d;
        struct pana_message m;
        struct pana_view v;
        begin(&d);
        pana_put_u32(&d.inner, PANA_AVP_CAUSE, 1);
        enclose(&d.w, &d.inner);
        cr_assert_eq(pana_parse(&m, d.bytes, pana_end(&d.w)), 0);
        cr_expect_not(pana_disclose(NULL, without[i], PANA_FROM_PAA, &m, &v));
        cr_expect(pana_disclose(NULL, &sa, PANA_FROM_PAA, &m, &v));
        cr_expect_not(pana_disclose(NULL, &sa, PANA_FROM_PAC, &m, &v), "the other end's key");
    }
}

/* Inside and outside together obey the table of occurrences of RFC 5191. */
Test(pana_encapsulation, an_avp_does_not_come_twice)
{
    struct draft d;
    struct pana_view v;
    begin(&d);
    pana_put_u32(&d.inner, PANA_AVP_CAUSE, 1);
    pana_put_u32(&d.w, PANA_AVP_CAUSE, 8);
    enclose(&d.w, &d.inner);
    cr_expect_not(taken(&d, &sa, &v));
    begin(&d);
    pana_put_u32(&d.w, PANA_AVP_PRF, 5);
    pana_put_u32(&d.w, PANA_AVP_PRF, 2);
    cr_expect(taken(&d, &sa, &v), "an offer");
}

Test(pana_encapsulation, what_cannot_be_read_inside_is_discarded)
{
    struct draft d;
    struct pana_view v;
    begin(&d);
    pana_put_u32(&d.inner, PANA_AVP_CAUSE, 1);
    d.inner.n -= 4; /* an AVP that says more than there is */
    enclose(&d.w, &d.inner);
    cr_expect_not(taken(&d, &sa, &v));
}

/* ---- putting in
 * --------------------------------------------------------------------------------------- */
Test(pana_encapsulation, a_key_is_never_in_clear_and_auth_is_last)
{
    uint8_t bytes[PANA_MTU];
    struct pana_writer w;
    struct pana_message m;
    struct pana_view v;
    size_t n, auth_n;
    pana_begin(&w, bytes, PANA_R | PANA_C, PANA_AUTH_EXCHANGE, 2, 9);
    pana_put_u32(&w, PANA_AVP_RESULT, PANA_SUCCESS);
    put_key(&w);
    pana_put_u32(&w, PANA_AVP_KEY_ID, 1);
    n = pana_protect(NULL, &sa, PANA_FROM_PAA, &w);
    cr_assert_eq(n, 16u + 12 + 12 + 8 + PANA_ENCAP + 24);
    cr_expect_null(memmem(bytes, n, "\7\7\7\7", 4));
    cr_assert_eq(pana_parse(&m, bytes, n), 0);
    const uint8_t *auth = pana_find(&m, PANA_AVP_AUTH, 0, &auth_n);
    cr_assert_not_null(auth);
    cr_expect_eq(auth + auth_n, bytes + n);
    cr_expect(pana_accept(NULL, &sa, PANA_FROM_PAA, bytes, n, &v));
    cr_expect_not_null(pana_find_vendor(&v.m, PANA_AVP_NETWORK_KEY, PANA_VENDOR_ZIGBEE, &n));
}

Test(pana_encapsulation, numbers_that_are_about_to_begin_again_ask_for_another_key)
{
    cr_expect_not(pana_nearly_wrapped(0xffffff00, 5));
    cr_expect(pana_nearly_wrapped(0xffffffff, 5));
    cr_expect_not(pana_nearly_wrapped(0xfffffff8, 0xfffffff1), "the key is new");
    cr_expect_not(pana_nearly_wrapped(3, 0xfffffff1));
}
