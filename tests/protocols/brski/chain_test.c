/* SPDX-License-Identifier: GPL-2.0-only */
/* Devices of an issuing authority below the manufacturer's root: TLS with the registrar, the signed
 * requests that reach the MASA, and the issuer that vouchers name. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/brski/brski.h"
#include "tests/support/chains.h"

extern const struct imp_mechanism imp_brski;

TestSuite(brski_chain, .init = imp_crypto_init);

static const struct chains_mechanism brski = {
    &imp_brski, BRSKI_REGISTRAR, "brski", BRSKI_MSG_CLIENT_FLIGHT, -1, NULL};

Test(brski_chain, a_registrar_builds_the_path_from_what_both_have)
{
    chains_check(&brski);
}

Test(brski_chain, openssl_finds_the_path_too)
{
    chains_check_openssl(&brski);
}

static struct memnet *run_with(const char *sends)
{
    struct memnet *net = memnet_new(
        &imp_brski, 7, SETTINGS("vendor-chain=issuing", "vendor-intermediates=true", sends));
    memnet_start(net);
    memnet_run(net, 200 * IMP_S);
    cr_assert(memnet_complete(net));
    return net;
}

/* What the registrar has asked the MASA, opened. */
static const struct brski_voucher *asked(struct memnet *net)
{
    static struct brski_voucher v;
    static struct imp_cms_signed cms;
    const struct brski_registrar *r = memnet_env(net, BRSKI_REGISTRAR)->ctx;
    const struct brski_session *s = &r->session[0];
    cr_assert_eq(brski_open(NULL, &v, &cms, s->request, s->request_n, true), 0);
    return &v;
}

static void save(const char *dir, const char *name, const void *p, size_t n)
{
    char path[64];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "wb");
    cr_assert_not_null(f);
    fwrite(p, 1, n, f);
    fclose(f);
}

/* The pledge's request brings the path to the root, or it does not: as OpenSSL sees it. */
static int verify(struct memnet *net)
{
    char dir[] = "/tmp/imprint-chain-XXXXXX", command[400];
    const struct brski_voucher *v = asked(net);
    struct imp_x509 root = enrolled_cert(net, BRSKI_REGISTRAR, "manufacturer");
    cr_assert_not_null(mkdtemp(dir));
    save(dir, "request", v->prior, v->prior_n);
    save(dir, "root", root.der, root.n);
    snprintf(command, sizeof command,
             "cd %s && openssl x509 -inform der -in root -out root.pem && openssl cms -verify "
             "-inform der -in request -CAfile root.pem -purpose any -no_check_time -out json 2>log",
             dir);
    int status = system(command);
    snprintf(command, sizeof command, "rm -r %s", dir);
    cr_assert_eq(system(command), 0);
    return status;
}

Test(brski_chain, a_request_brings_what_tls_brings)
{
    if (system("openssl version >/dev/null 2>&1") != 0)
        cr_skip_test("openssl is not installed");
    struct memnet *full = run_with("send-chain=full"), *leaf = run_with("send-chain=leaf");
    cr_expect_eq(verify(full), 0);
    cr_expect_neq(verify(leaf), 0);
    memnet_free(full);
    memnet_free(leaf);
}

/* RFC 8366 section 5.3: idevid-issuer is the key identifier of who has issued the IDevID. */
Test(brski_chain, vouchers_name_the_issuing_authority)
{
    struct memnet *net = run_with("send-chain=full");
    struct imp_x509 issuing = enrolled_cert(net, BRSKI_PLEDGE, "manufacturer-issuing");
    struct imp_x509_info info;
    static struct brski_voucher v;
    static struct imp_cms_signed cms;
    static uint8_t voucher[BRSKI_CMS];
    int n = memnet_cell(net, BRSKI_REGISTRAR, "voucher-device-1", voucher, sizeof voucher);
    cr_assert_eq(imp_x509_read(&info, issuing.der, issuing.n), 0);
    cr_assert_eq(brski_open(NULL, &v, &cms, voucher, (size_t)n, false), 0);
    cr_assert_eq(v.issuer_n, info.subject_key_n);
    cr_expect_arr_eq(v.issuer, info.subject_key, v.issuer_n);
    memnet_free(net);
}

/* The MASA finds no device of its own below another authority of the same manufacturer's. */
Test(brski_chain, the_masa_knows_its_issuing_authority)
{
    struct memnet *net = memnet_new(&imp_brski, 7, SETTINGS("vendor-chain=issuing"));
    const struct imp_env *masa = memnet_env(net, BRSKI_AUTHORITY);
    masa->ops->cell_erase((struct imp_env *)masa, "manufacturer-issuing");
    memnet_start(net);
    memnet_run(net, 100 * IMP_S);
    cr_expect_not(memnet_completed(net, BRSKI_PLEDGE));
    cr_expect_geq(memnet_count_messages(net, BRSKI_MSG_MASA_REFUSAL), 1);
    memnet_free(net);
}
