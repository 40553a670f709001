/* SPDX-License-Identifier: GPL-2.0-only */
/* What a pledge asks of a voucher, one thing wrong at a time (RFC 8995 sections 2.6.1 and 5.6), and
 * how long it waits for one. */
#include "protocols/crypto/crypto.h"
#include "protocols/managed/brski/brski.h"
#include "tests/support/test_env.h"
#include "tests/support/vectors.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(brski_check, .init = imp_crypto_init);

static struct test_env env;
static struct imp_value options[BRSKI_OPT_COUNT];
static struct brski_pledge pledge;
static struct brski_voucher good;
static struct est_key masa, other, ca[3]; /* of the MASA, the domain, another domain */
static struct imp_x509 masa_crt, other_crt, ca_crt[3];

static void make(struct est_key *key, struct imp_x509 *crt, const char *subject, unsigned purposes,
                 const struct imp_x509 *issuer, const uint8_t *secret)
{
    imp_p256_keypair(&env.env, "key", key->pub, key->secret);
    const struct imp_x509_spec spec = {
        .subject = subject, .pub = key->pub, .purposes = purposes, .not_after = 1000 * IMP_S};
    cr_assert_eq(imp_x509_issue(&env.env, crt, &spec, issuer, secret ? secret : key->secret), 0);
}

/* A pledge in the middle of a session with the registrar of domain 1, at second 500. */
static void setup(void)
{
    static const char *const names[] = {"CN=MASA CA", "CN=Domain CA", "CN=Other CA"};
    struct imp_x509_info info;
    test_env_init(&env, 11, "device-1");
    env.env.options = options;
    memset(options, 0, sizeof options);
    options[BRSKI_OPT_RETRY_MAX].i = 60;
    options[BRSKI_OPT_RETRY_STATE].i = 4 * 24 * 3600;
    memset(&pledge, 0, sizeof pledge);
    pledge.a = &pledge.attempt[0];
    pledge.wake = IMP_NEVER;
    for (int i = 0; i < 3; i++)
        make(&ca[i], &ca_crt[i], names[i], IMP_X509_CA, NULL, NULL);
    make(&masa, &masa_crt, "CN=masa", 0, &ca_crt[0], ca[0].secret);
    make(&other, &other_crt, "CN=nobody", 0, &ca_crt[2], ca[2].secret);
    pledge.env = &env.env;
    pledge.now = 500 * IMP_S;
    pledge.manufacturer = ca_crt[0];
    make(&pledge.idevid, &pledge.idevid_crt, "CN=device-1", 0, &ca_crt[0], ca[0].secret);
    make(&pledge.own, &pledge.a->chain[0], "CN=registrar", IMP_X509_CMC_RA, &ca_crt[1],
         ca[1].secret);
    pledge.a->chain_count = 1;
    snprintf(pledge.serial, sizeof pledge.serial, "device-1");
    pledge.a->by = &pledge.offer[0];
    memset(pledge.a->by->nonce, 7, sizeof pledge.a->by->nonce);
    cr_assert_eq(imp_x509_read(&info, pledge.idevid_crt.der, pledge.idevid_crt.n), 0);
    good = (struct brski_voucher){.assertion = BRSKI_VERIFIED,
                                  .nonce_n = sizeof pledge.a->by->nonce,
                                  .issuer_n = info.authority_key_n,
                                  .pinned = ca_crt[1]};
    memset(good.nonce, 7, sizeof pledge.a->by->nonce);
    memcpy(good.issuer, info.authority_key, info.authority_key_n);
    snprintf(good.serial, sizeof good.serial, "device-1");
    brski_date_write(good.created_on, imp_x509_seconds(400 * IMP_S));
    brski_date_write(good.expires_on, imp_x509_seconds(600 * IMP_S));
}

static const char *check_signed_by(const struct brski_voucher *v, const struct imp_x509 *crt,
                                   const struct est_key *key)
{
    static uint8_t der[BRSKI_CMS];
    const struct brski_signer by = {.crt = crt, .secret = key->secret};
    int n = brski_sign(&env.env, der, sizeof der, v, &by);
    cr_assert_gt(n, 0);
    return brski_check_voucher(&pledge, der, (size_t)n);
}

static const char *check(const struct brski_voucher *v)
{
    return check_signed_by(v, &masa_crt, &masa);
}

static void expect(const struct brski_voucher *v, const char *why)
{
    const char *got = check(v);
    cr_assert_not_null(got, "%s", why);
    cr_expect_str_eq(got, why);
    cr_expect_eq(pledge.pinned.n, 0, "nothing is pinned");
}

Test(brski_check, the_right_one_is_taken, .init = setup)
{
    for (int clock = 0; clock < 2; clock++) {
        options[BRSKI_OPT_CLOCK].i = clock;
        cr_expect_null(check(&good));
        cr_expect_eq(pledge.pinned.n, ca_crt[1].n);
    }
    good.issuer_n = 0; /* not said: serial numbers are unique */
    cr_expect_null(check(&good));
}

Test(brski_check, for_another_device, .init = setup)
{
    struct brski_voucher v = good;
    snprintf(v.serial, sizeof v.serial, "device-2");
    expect(&v, "voucher-of-another");
    v = good;
    v.issuer[0] ^= 1;
    expect(&v, "voucher-of-another");
}

Test(brski_check, of_another_attempt, .init = setup)
{
    struct brski_voucher v = good;
    v.nonce[15] ^= 1;
    expect(&v, "voucher-not-fresh");
    v.nonce_n = 0;
    expect(&v, "voucher-not-fresh");
    options[BRSKI_OPT_NONCE].i = BRSKI_NONCE_ANY;
    cr_expect_null(check(&v));
}

/* Only who has a clock can tell. */
Test(brski_check, not_in_time, .init = setup)
{
    struct brski_voucher late = good, early = good;
    brski_date_write(late.expires_on, imp_x509_seconds(499 * IMP_S));
    brski_date_write(early.created_on, imp_x509_seconds(501 * IMP_S));
    cr_expect_null(check(&late));
    cr_expect_null(check(&early));
    pledge.pinned.n = 0;
    options[BRSKI_OPT_CLOCK].i = 1;
    expect(&late, "voucher-expired");
    expect(&early, "voucher-not-yet-valid");
    pledge.now = 2000 * IMP_S; /* the registrar's certificate is over, as is the MASA's */
    late.expires_on[0] = 0;
    expect(&late, "untrusted-voucher");
}

/* Of an example of RFC 8995, whose signature is of 2021: a clock that shows less knows better. */
Test(brski_check, signed_in_the_future, .init = setup)
{
    static uint8_t der[BRSKI_CMS];
    static struct imp_cms_signed cms;
    static struct brski_voucher v;
    VECTORS(c, "rfc8995_vouchers")
    {
        const char *text = vector_text(c, "signed");
        int n = imp_base64_decode(der, sizeof der, text, strlen(text));
        if (vector_number(c, "request") == 1)
            continue;
        cr_assert_eq(imp_cms_verify(NULL, &cms, IMP_CMS_DATA, der, (size_t)n), 0);
        cr_assert_eq(brski_voucher_read(&v, (char *)cms.content, cms.n, false), 0);
        options[BRSKI_OPT_CLOCK].i = 1;
        cr_expect_null(brski_out_of_time(&pledge, &good, IMP_CMS_UNDATED));
        pledge.now = (cms.signed_at - imp_x509_seconds(0)) * IMP_S;
        v.created_on[0] = 0; /* which says the same */
        cr_expect_null(brski_out_of_time(&pledge, &v, cms.signed_at));
        pledge.now -= IMP_S;
        const char *why = brski_out_of_time(&pledge, &v, cms.signed_at);
        cr_assert_not_null(why);
        cr_expect_str_eq(why, "voucher-not-yet-valid");
        options[BRSKI_OPT_CLOCK].i = 0;
        cr_expect_null(brski_out_of_time(&pledge, &v, cms.signed_at), "it cannot tell");
    }
}

Test(brski_check, of_nobody_who_is_trusted, .init = setup)
{
    const char *why = check_signed_by(&good, &other_crt, &other);
    cr_assert_not_null(why);
    cr_expect_str_eq(why, "untrusted-voucher");
    static const uint8_t none[] = {0x30, 0x00};
    cr_expect_str_eq(brski_check_voucher(&pledge, none, sizeof none), "malformed-voucher");
    cr_expect_eq(pledge.pinned.n, 0);
}

/* The registrar at the other end has another domain's certificate, or a device's of the domain. */
Test(brski_check, for_another_domain, .init = setup)
{
    struct brski_voucher v = good;
    v.pinned = ca_crt[2];
    expect(&v, "another-domain");
    v.pinned = other_crt;
    expect(&v, "another-domain");
    v.pinned.n = 0;
    expect(&v, "no-pinned-domain-cert");
    make(&pledge.own, &pledge.a->chain[0], "CN=device-9", IMP_X509_CLIENT, &ca_crt[1],
         ca[1].secret);
    expect(&good, "another-domain");
    v.pinned = pledge.a->chain[0]; /* its very certificate */
    cr_expect_null(check(&v));
}

/* ---- 202 ---------------------------------------------------------------------------------------
 */
static imp_time due;

static void set(struct imp_env *e, unsigned id, imp_time at)
{
    (void)e;
    cr_assert_eq(id, BRSKI_TIMER_PLEDGE);
    due = at;
}

static bool retry(const char *after)
{
    char text[96];
    struct imp_http m;
    int n = snprintf(text, sizeof text, "HTTP/1.1 202 Accepted\r\n%s%s%sContent-Length: 0\r\n\r\n",
                     after ? "Retry-After: " : "", after ? after : "", after ? "\r\n" : "");
    cr_assert_eq(imp_http_response_read(&m, (uint8_t *)text, (size_t)n), n);
    return brski_retry(&pledge, &m);
}

/* At most a minute at a time and four days in all (section 5.6). */
Test(brski_check, patience, .init = setup)
{
    static const struct imp_env_ops ops = {
        .charge = test_env_charge, .random = test_env_random, .timer = set};
    static const imp_time day = 24 * 3600 * IMP_S;
    env.env.ops = &ops;
    imp_time first = pledge.now;
    pledge.a->connected = true;
    cr_expect(retry("10"));
    cr_expect_eq(due, first + 10 * IMP_S);
    cr_expect_eq(pledge.a->state, BRSKI_DEFERRED);
    pledge.now = first + 4 * day;
    cr_expect(retry("99999"));
    cr_expect_eq(due, pledge.now + 60 * IMP_S);
    options[BRSKI_OPT_RETRY_MAX].i = 7;
    cr_expect(retry("99999"));
    cr_expect_eq(due, pledge.now + 7 * IMP_S);
    cr_expect_not(retry(NULL), "no answer without that field");
    cr_expect_not(retry("soon"));
    pledge.now += IMP_S;
    cr_expect_not(retry("10"), "it is enough");
}
