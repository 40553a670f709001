/* SPDX-License-Identifier: GPL-2.0-only */
/* What each party refuses, one thing wrong at a time: pledge (RFC 8995 section 5.6.1), registrar
 * (5.2 to 5.6), MASA (5.5). */
#include "protocols/crypto/crypto.h"
#include "protocols/managed/brski-constrained/cbrski.h"
#include "tests/support/memnet.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

extern const struct imp_mechanism imp_brski_constrained;

TestSuite(cbrski_refusal, .init = imp_crypto_init);

static struct authority {
    struct est_key key;
    struct imp_x509 crt, ca;
} registrar, stranger, device, masa_signer;
static struct memnet *net;

static struct imp_env *env_of(int role)
{
    return (struct imp_env *)memnet_env(net, role);
}

static void load(int role, struct authority *a, const char *key, const char *crt, const char *ca)
{
    struct imp_env *env = env_of(role);
    cr_assert(est_key_load(env, key, &a->key) && est_cert_load(env, crt, &a->crt) &&
              est_cert_load(env, ca, &a->ca));
}

/* Another domain, whose registrar is as good as the owner's. */
static void make_stranger(struct imp_env *env)
{
    struct est_key ca;
    imp_p256_keypair(env, "stranger-ca", ca.pub, ca.secret);
    imp_p256_keypair(env, "stranger", stranger.key.pub, stranger.key.secret);
    const struct imp_x509_spec top = {.subject = "CN=Stranger CA",
                                      .pub = ca.pub,
                                      .purposes = IMP_X509_CA,
                                      .not_after = 1000 * IMP_S};
    const struct imp_x509_spec leaf = {.subject = "CN=stranger",
                                       .pub = stranger.key.pub,
                                       .purposes = IMP_X509_CMC_RA,
                                       .not_after = 1000 * IMP_S};
    cr_assert_eq(imp_x509_issue(env, &stranger.ca, &top, NULL, ca.secret), 0);
    cr_assert_eq(imp_x509_issue(env, &stranger.crt, &leaf, &stranger.ca, ca.secret), 0);
}

static struct brski_voucher pvr, rvr, good; /* of the pledge, of the registrar; the MASA's */

static void begin(const char *const *settings)
{
    struct imp_x509_info info;
    net = memnet_new(&imp_brski_constrained, 7, settings);
    load(BRSKI_REGISTRAR, &registrar, "key", "certificate", "ca-certificate");
    load(BRSKI_PLEDGE, &device, "idevid-key", "idevid", "manufacturer");
    load(BRSKI_AUTHORITY, &masa_signer, "key", "certificate", "manufacturer");
    make_stranger(env_of(BRSKI_AUTHORITY));
    cr_assert_eq(imp_x509_read(&info, device.crt.der, device.crt.n), 0);
    pvr = (struct brski_voucher){.request = true,
                                 .assertion = BRSKI_PROXIMITY,
                                 .serial = "device-1",
                                 .nonce = {1, 2, 3},
                                 .nonce_n = 16,
                                 .proximity = registrar.crt};
    rvr = (struct brski_voucher){
        .request = true, .serial = "device-1", .nonce = {1, 2, 3}, .nonce_n = 16};
    good = (struct brski_voucher){.assertion = BRSKI_VERIFIED,
                                  .serial = "device-1",
                                  .nonce = {1, 2, 3},
                                  .nonce_n = 16,
                                  .pinned = registrar.ca};
    memcpy(rvr.issuer, info.authority_key, info.authority_key_n);
    rvr.issuer_n = info.authority_key_n;
    memcpy(good.issuer, info.authority_key, info.authority_key_n);
    good.issuer_n = info.authority_key_n;
}

/* ---- the pledge --------------------------------------------------------------------------------
 */
static struct cbrski_pledge pledge;

/* In the middle of a session with the owner's registrar. */
static void in_session(const char *const *settings)
{
    begin(settings);
    memset(&pledge, 0, sizeof pledge);
    pledge.env = env_of(BRSKI_PLEDGE);
    pledge.now = IMP_S;
    pledge.idevid_crt = device.crt;
    pledge.masa = device.ca;
    pledge.chain[0] = registrar.crt;
    pledge.chain_count = 1;
    memcpy(pledge.nonce, good.nonce, sizeof pledge.nonce);
    snprintf(pledge.serial, sizeof pledge.serial, "device-1");
}

static const char *checked(const struct brski_voucher *say, const struct est_key *by)
{
    static struct brski_voucher v;
    int n =
        cbrski_sign(pledge.env, pledge.in.bytes, sizeof pledge.in.bytes, say, by->secret, NULL, 0);
    cr_assert_gt(n, 0);
    pledge.in.n = (size_t)n;
    const char *why = cbrski_check_voucher(&pledge, &v);
    return why ? why : "good";
}

Test(cbrski_refusal, the_pledge_and_a_voucher)
{
    in_session(NULL);
    struct brski_voucher v = good;
    cr_expect_str_eq(checked(&v, &masa_signer.key), "good");
    cr_expect_str_eq(checked(&v, &registrar.key), "untrusted-voucher");
    v.serial[7] = '2';
    cr_expect_str_eq(checked(&v, &masa_signer.key), "voucher-of-another");
    v = good;
    v.issuer[0] ^= 1;
    cr_expect_str_eq(checked(&v, &masa_signer.key), "voucher-of-another");
    v = good;
    v.nonce[15] ^= 1;
    cr_expect_str_eq(checked(&v, &masa_signer.key), "voucher-not-fresh");
    v = good;
    v.nonce_n = 0;
    cr_expect_str_eq(checked(&v, &masa_signer.key), "voucher-not-fresh");
    v = good;
    v.pinned = stranger.ca;
    cr_expect_str_eq(checked(&v, &masa_signer.key), "another-domain");
    v.pinned = registrar.crt;
    cr_expect_str_eq(checked(&v, &masa_signer.key), "good", "the registrar's own");
    v.pinned.n = 0;
    cr_expect_str_eq(checked(&v, &masa_signer.key), "no-pinned-domain-cert");
    v.key_n = BRSKI_SPKI;
    imp_p256_spki(v.key, registrar.key.pub);
    cr_expect_str_eq(checked(&v, &masa_signer.key), "good", "the registrar's key");
    imp_p256_spki(v.key, stranger.key.pub);
    cr_expect_str_eq(checked(&v, &masa_signer.key), "another-domain");
    pledge.in.n = 3;
    cr_expect_str_eq(cbrski_check_voucher(&pledge, &v), "malformed-voucher");
    memnet_free(net);
}

Test(cbrski_refusal, a_pledge_with_a_clock)
{
    in_session(SETTINGS("clock=true"));
    struct brski_voucher late = good, early = good;
    brski_date_write(late.expires_on, imp_x509_seconds(0));
    brski_date_write(early.created_on, imp_x509_seconds(2 * IMP_S));
    cr_expect_str_eq(checked(&late, &masa_signer.key), "voucher-expired");
    cr_expect_str_eq(checked(&early, &masa_signer.key), "voucher-not-yet-valid");
    memnet_free(net);
}

/* ---- the registrar -----------------------------------------------------------------------------
 */
static struct cbrski_registrar at;

static struct cbrski_session *session(void)
{
    struct cbrski_session *s = &at.session[0];
    memset(&at, 0, sizeof at);
    at.env = env_of(BRSKI_REGISTRAR);
    at.key = registrar.key;
    at.crt = registrar.crt;
    at.ca_crt = registrar.ca;
    brski_agent_init(&at.agent, at.env, &cbrski_agent_form, &at, &at.masa_anchor);
    at.now = IMP_S;
    s->used = true;
    s->registrar = &at;
    s->state = BRSKI_REQUEST;
    s->idevid = device.crt;
    snprintf(s->serial, sizeof s->serial, "device-1");
    return s;
}

static struct cbrski_outcome asked(const struct est_key *by)
{
    struct cbrski_session *s = session();
    int n = cbrski_sign(at.env, s->in.bytes, sizeof s->in.bytes, &pvr, by->secret, NULL, 0);
    cr_assert_gt(n, 0);
    s->in.n = (size_t)n;
    return cbrski_voucher_requested(s);
}

Test(cbrski_refusal, the_registrar_and_a_request)
{
    uint8_t spki[BRSKI_SPKI];
    begin(NULL);
    cr_expect(asked(&device.key).later, "the MASA is asked");
    cr_expect_eq(asked(&stranger.key).code, IMP_COAP_FORBIDDEN, "another than in DTLS has signed");
    pvr.serial[7] = '2';
    cr_expect_eq(asked(&device.key).code, IMP_COAP_FORBIDDEN, "another serial number");
    pvr.serial[7] = '1';
    pvr.prior_n = 3;
    cr_expect_eq(asked(&device.key).code, IMP_COAP_FORBIDDEN, "a request inside");
    pvr.prior_n = 0;
    pvr.proximity = stranger.crt;
    cr_expect_eq(asked(&device.key).code, IMP_COAP_UNAUTHORIZED, "somebody is in between");
    cr_expect(at.session[0].closing);
    pvr.proximity.n = 0;
    cr_expect_eq(asked(&device.key).code, IMP_COAP_UNAUTHORIZED, "nobody is named");
    imp_p256_spki(spki, registrar.key.pub);
    memcpy(pvr.key, spki, sizeof spki);
    pvr.key_n = sizeof spki;
    cr_expect(asked(&device.key).later, "by its key");
    pvr.key[80] ^= 1;
    cr_expect_eq(asked(&device.key).code, IMP_COAP_UNAUTHORIZED, "another key");
    imp_sha256(NULL, pvr.key, &IMP_PIECE(spki, sizeof spki), 1);
    pvr.key_n = 32;
    cr_expect(asked(&device.key).later, "by the key's hash");
    pvr.assertion = BRSKI_LOGGED;
    cr_expect_eq(asked(&device.key).code, IMP_COAP_UNAUTHORIZED, "no proximity");
    struct cbrski_session *s = session();
    s->in.n = 5;
    cr_expect_eq(cbrski_voucher_requested(s).code, IMP_COAP_FORBIDDEN, "no COSE");
    memnet_free(net);
}

Test(cbrski_refusal, signed_but_no_request)
{
    begin(NULL);
    pvr.request = false;
    cr_expect_eq(asked(&device.key).code, IMP_COAP_NOT_ACCEPTABLE);
    memnet_free(net);
}

Test(cbrski_refusal, the_registrar_and_a_certificate_request)
{
    static const char *const subjects[] = {"CN=device-1,serialNumber=device-1", "CN=device-1",
                                           "CN=device-2,serialNumber=device-2"};
    begin(NULL);
    for (size_t i = 0; i < 3; i++) {
        struct cbrski_session *s = session();
        struct imp_x509 request;
        struct est_key own;
        const struct imp_x509_request say = {.subject = subjects[i]};
        imp_p256_keypair(at.env, "own", own.pub, own.secret);
        cr_assert_eq(imp_x509_request(at.env, &request, &say, own.pub, own.secret), 0);
        memcpy(s->in.bytes, request.der, request.n);
        s->in.n = request.n;
        if (i > 0) /* the first would be issued, in a session */
            cr_expect_str_eq(cbrski_enrolling(s).why, "another-subject");
        s->in.bytes[s->in.n - 1] ^= 1;
        cr_expect_str_eq(cbrski_enrolling(s).why, "bad-request");
    }
    memnet_free(net);
}

/* ---- the MASA ----------------------------------------------------------------------------------
 */
static struct brski_masa masa;

static void at_masa(const char *const *settings)
{
    begin(settings);
    struct imp_env *env = env_of(BRSKI_AUTHORITY);
    masa = (struct brski_masa){.env = env, .form = &cbrski_masa_form, .now = IMP_S};
    est_key_load(env, "key", &masa.key);
    est_cert_load(env, "certificate", &masa.crt);
    est_cert_load(env, "ca-certificate", &masa.ca_crt);
    est_cert_load(env, "manufacturer", &masa.manufacturer);
}

/* The MASA's status: the pledge's request by `signer` inside, unless NULL, the registrar's by `a`.
 */
static int status_of(const struct authority *a, const struct authority *signer)
{
    static uint8_t request[CBRSKI_SIGNED], out[CBRSKI_SIGNED];
    const struct imp_piece bag[] = {
        {a->crt.der, a->crt.n}, {a->ca.der, a->ca.n}, {device.crt.der, device.crt.n}};
    int status = -1;
    rvr.prior_n = 0;
    if (signer) {
        int n =
            cbrski_sign(masa.env, rvr.prior, sizeof rvr.prior, &pvr, signer->key.secret, NULL, 0);
        cr_assert_gt(n, 0);
        rvr.prior_n = (size_t)n;
    }
    int n = cbrski_sign(masa.env, request, sizeof request, &rvr, a->key.secret, bag, 3);
    cr_assert_gt(n, 0);
    int made = brski_masa_issue(&masa, out, sizeof out, request, (size_t)n, &status);
    cr_expect_eq(made > 0, status == 0);
    return status;
}

Test(cbrski_refusal, the_masa_and_a_registrar)
{
    at_masa(NULL);
    cr_expect_eq(status_of(&registrar, &device), 0);
    cr_expect_eq(status_of(&registrar, &stranger), 403, "signed by no pledge in the bag");
    cr_expect_eq(status_of(&registrar, NULL), 403, "a nonce, and nobody who has drawn it");
    pvr.nonce[0]++;
    cr_expect_eq(status_of(&registrar, &device), 403, "another nonce inside");
    pvr.nonce[0]--;
    pvr.proximity = stranger.crt;
    cr_expect_eq(status_of(&registrar, &device), 403, "the pledge has met another registrar");
    cr_expect_eq(status_of(&stranger, &device), 403, "not the owner");
    pvr.proximity.n = 0;
    cr_expect_eq(status_of(&registrar, &device), 403, "it names none");
    pvr.key_n = BRSKI_SPKI;
    imp_p256_spki(pvr.key, registrar.key.pub);
    cr_expect_eq(status_of(&registrar, &device), 0, "by its key");
    snprintf(pvr.serial, sizeof pvr.serial, "device-2");
    cr_expect_eq(status_of(&registrar, &device), 403, "another serial number inside");
    snprintf(pvr.serial, sizeof pvr.serial, "device-1");
    const struct authority no_ra = {device.key, device.crt, registrar.ca};
    cr_expect_eq(status_of(&no_ra, &device), 403, "signed by no registration authority");
    rvr.issuer[0] ^= 1;
    cr_expect_eq(status_of(&registrar, &device), 404, "of another issuer");
    memnet_free(net);
}

Test(cbrski_refusal, the_masa_by_policy)
{
    at_masa(SETTINGS("masa-policy=logged"));
    pvr.proximity = stranger.crt;
    cr_expect_eq(status_of(&stranger, &device), 0);
    rvr.nonce_n = 0;
    cr_expect_eq(status_of(&stranger, NULL), 403, "without a nonce to the owner alone");
    cr_expect_eq(status_of(&registrar, NULL), 0);
    memnet_free(net);
}

Test(cbrski_refusal, the_masa_tells_form_from_signature)
{
    static uint8_t request[CBRSKI_SIGNED], out[CBRSKI_SIGNED];
    int status;
    at_masa(NULL);
    const struct imp_piece one = {registrar.crt.der, registrar.crt.n};
    rvr.request = false;
    int n = cbrski_sign(masa.env, request, sizeof request, &rvr, registrar.key.secret, &one, 1);
    cr_assert_gt(n, 0);
    cr_expect_eq(brski_masa_issue(&masa, out, sizeof out, request, (size_t)n, &status), -1);
    cr_expect_eq(status, 406);
    request[n - 1] ^= 1;
    cr_expect_eq(brski_masa_issue(&masa, out, sizeof out, request, (size_t)n, &status), -1);
    cr_expect_eq(status, 403);
    memnet_free(net);
}
