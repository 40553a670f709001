/* SPDX-License-Identifier: GPL-2.0-only */
/* Paths of a manufacturer's hierarchy (IEEE 802.1AR): what a verifier completes, and the chains
 * that nobody may take. */
#include "protocols/crypto/crypto.h"
#include "protocols/x509/x509.h"
#include "tests/support/test_env.h"

#include <criterion/criterion.h>
#include <string.h>

struct holder {
    uint8_t pub[64], secret[32];
    struct imp_x509 crt;
};
static struct test_env t;
static struct holder root, issuing, device;

static void issue(struct holder *h, const char *subject, unsigned purposes, int path_length,
                  const struct holder *by)
{
    imp_p256_keypair(&t.env, subject, h->pub, h->secret);
    const struct imp_x509_spec spec = {.subject = subject,
                                       .pub = h->pub,
                                       .purposes = purposes,
                                       .path_length = path_length,
                                       .not_after = IMP_NEVER};
    cr_assert_eq(
        imp_x509_issue(&t.env, &h->crt, &spec, by ? &by->crt : NULL, by ? by->secret : h->secret),
        0, "%s", subject);
}

static void setup(void)
{
    test_env_init(&t, 1, "authority");
    issue(&root, "CN=Vendor Root", IMP_X509_CA, 1, NULL);
    issue(&issuing, "CN=Vendor Issuing CA", IMP_X509_CA, 0, &root);
    issue(&device, "CN=device-1,serialNumber=0042", 0, 0, &issuing);
}

TestSuite(x509_path, .init = setup);

static struct imp_piece piece(const struct holder *h)
{
    return IMP_PIECE(h->crt.der, h->crt.n);
}

static enum imp_x509_verdict verify(const struct imp_piece *chain, size_t n,
                                    const struct holder *known)
{
    struct imp_piece anchor = piece(&root), own = {0};
    if (known)
        own = piece(known);
    const struct imp_x509_policy policy = {.anchors = &anchor,
                                           .anchor_count = 1,
                                           .intermediates = &own,
                                           .intermediate_count = known != NULL,
                                           .end_entity = true};
    return imp_x509_verify(&t.env, chain, n, &policy, 0);
}

Test(x509_path, is_completed_with_what_the_verifier_has)
{
    const struct imp_piece full[] = {piece(&device), piece(&issuing)};
    cr_expect_eq(verify(full, 2, NULL), IMP_X509_GOOD);
    cr_expect_eq(verify(full, 1, NULL), IMP_X509_UNTRUSTED, "the root alone");
    size_t before = t.charged[IMP_OP_P256_VERIFY];
    cr_expect_eq(verify(full, 1, &issuing), IMP_X509_GOOD);
    cr_expect_eq(t.charged[IMP_OP_P256_VERIFY], before + 2, "both signatures");
    cr_expect_eq(verify(full, 2, &issuing), IMP_X509_GOOD, "once more than needed");
}

Test(x509_path, is_not_completed_into_trust)
{
    struct holder other, below, stranger;
    issue(&other, "CN=Other Root", IMP_X509_CA, 1, NULL);
    issue(&below, "CN=Vendor Issuing CA", IMP_X509_CA, 0, &other); /* the name, not the key */
    issue(&stranger, "CN=device-2", 0, 0, &below);
    const struct imp_piece chain[] = {piece(&stranger), piece(&below)};
    cr_expect_eq(verify(chain, 1, &below), IMP_X509_UNTRUSTED, "no anchor above");
    cr_expect_eq(verify(chain, 1, &issuing), IMP_X509_UNTRUSTED, "another key");
    cr_expect_eq(verify(chain, 2, &issuing), IMP_X509_UNTRUSTED);
}

Test(x509_path, an_authority_is_no_device)
{
    const struct imp_piece chain = piece(&issuing);
    cr_expect_eq(verify(&chain, 1, NULL), IMP_X509_AUTHORITY);
}

Test(x509_path, a_device_issues_nothing)
{
    struct holder below;
    issue(&below, "CN=device-2", 0, 0, &device);
    const struct imp_piece chain[] = {piece(&below), piece(&device), piece(&issuing)};
    cr_expect_eq(verify(chain, 3, NULL), IMP_X509_UNTRUSTED);
    const struct imp_piece last = piece(&below);
    cr_expect_eq(verify(&last, 1, &device), IMP_X509_UNTRUSTED);
}

Test(x509_path, is_no_longer_than_its_authority_allows)
{
    struct holder third, deep;
    issue(&third, "CN=Vendor Third CA", IMP_X509_CA, 0, &issuing); /* below pathLen 0 */
    issue(&deep, "CN=device-3", 0, 0, &third);
    const struct imp_piece chain[] = {piece(&deep), piece(&third), piece(&issuing)};
    cr_expect_eq(verify(chain, 3, NULL), IMP_X509_UNTRUSTED);
}

/* A key that signs revocation lists issues no certificate. */
Test(x509_path, a_signer_of_lists_issues_nothing)
{
    struct holder signer, device_4;
    issue(&signer, "CN=Vendor Issuing CA", IMP_X509_CRL, 0, &issuing);
    issue(&device_4, "CN=device-4", 0, 0, &signer);
    const struct imp_piece chain[] = {piece(&device_4), piece(&signer), piece(&issuing)};
    cr_expect_eq(verify(chain, 3, NULL), IMP_X509_UNTRUSTED);
}
