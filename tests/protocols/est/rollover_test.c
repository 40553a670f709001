/* SPDX-License-Identifier: GPL-2.0-only */
/* The authority changes its key (RFC 7030 section 4.1.3): devices with the old root get to the new
 * one by NewWithOld, those with the new one to the old by OldWithNew; nobody by anything else. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/est/est.h"
#include "tests/support/enrolled.h"

extern const struct imp_mechanism imp_est;

TestSuite(est_rollover, .init = imp_crypto_init);

static bool refused(struct memnet *net, int role, const char *why)
{
    return memnet_last(net, role, IMP_CLAIM_REJECT, why, "est") != NULL;
}

static bool same(struct memnet *net, const char *device, const char *server)
{
    struct imp_x509 a = enrolled_cert(net, EST_DEVICE, device);
    struct imp_x509 b = enrolled_cert(net, EST_SERVER, server);
    return a.n == b.n && memcmp(a.der, b.der, a.n) == 0;
}

/* Under the old root, and at 1000 s, after the change, the next certificate. */
static struct memnet *renewed(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_est, 7, settings);
    memnet_start(net);
    memnet_run(net, 100 * IMP_S);
    enrolled_check(net, EST_SERVER, "est");
    memnet_run_past(net, 1500 * IMP_S);
    return net;
}

#define CHANGING "client.renew=1000", "server.ca-rollover=500"

Test(est_rollover, a_device_follows)
{
    static const char *const more[][2] = {
        {"rollover-certificate=old", "tls-version=1.2"},
        {"rollover-certificate=new", "tls-version=1.3"},
        {"certs-only-order=leaf-first", "redirect=none"},
        {"certs-only-order=root-first", "rollover-certificate=new"},
        {"redirect=same-origin", "bootstrap=explicit"},
        {"key-generation=server", "key-encryption=symmetric"},
        {"client-auth=password", "csrattrs-required=true"}};
    for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
        struct memnet *net =
            renewed(SETTINGS(CHANGING, "cacerts-refresh=true", more[i][0], more[i][1]));
        cr_expect(same(net, "anchor", "ca-certificate"), "%zu", i);
        cr_expect_not(same(net, "anchor", "old-ca-certificate"));
        enrolled_check(net, EST_SERVER, "est");
        memnet_event(net, EST_DEVICE, IMP_EVENT_CONTROL, "renew"); /* under the new root */
        memnet_run_past(net, 1600 * IMP_S);
        size_t asked = memnet_count_messages(net, EST_MSG_REENROLL);
        cr_expect(i == 5 ? asked == 0 : asked >= 2);
        cr_expect_eq(memnet_count_claims(net, EST_DEVICE, IMP_CLAIM_REJECT, NULL), 0, "%zu", i);
        enrolled_check(net, EST_SERVER, "est");
        memnet_free(net);
    }
}

/* What is below the new key is nothing to who has the old root alone. */
Test(est_rollover, a_device_that_does_not_ask_gets_stuck)
{
    static const char *const certificates[] = {"rollover-certificate=old",
                                               "rollover-certificate=new"};
    for (size_t i = 0; i < 2; i++) {
        struct memnet *net = renewed(SETTINGS(CHANGING, certificates[i]));
        cr_expect_gt(memnet_count_messages(net, EST_MSG_CERTIFICATE), 1,
                     "authenticated either way");
        cr_expect(refused(net, EST_DEVICE, "refused"));
        cr_expect(same(net, "anchor", "old-ca-certificate"));
        memnet_free(net);
    }
}

/* A device that comes when the key has been changed: the paper has the old fingerprint; who takes
 * what comes takes the newest root, below which the server's certificate is by OldWithNew. */
Test(est_rollover, a_device_that_comes_afterwards)
{
    static const char *const ways[] = {"bootstrap=human", "bootstrap=fingerprint", "bootstrap=tofu",
                                       "bootstrap=explicit"};
    static const char *const certificates[] = {"rollover-certificate=old",
                                               "rollover-certificate=new"};
    for (size_t i = 0; i < 8; i++) {
        struct memnet *net = memnet_new(
            &imp_est, 7,
            SETTINGS("ca-rollover=1", ways[i / 2], certificates[i % 2], "cacerts-refresh=true"));
        memnet_delay(net, 600 * IMP_MS);
        memnet_start(net);
        memnet_run(net, 100 * IMP_S);
        enrolled_check(net, EST_SERVER, "est");
        cr_expect(same(net, "anchor", "ca-certificate"), "%s", ways[i / 2]);
        cr_expect_eq(memnet_cell(net, EST_SERVER, "old-ca-certificate", NULL, 0) > 0, true);
        memnet_free(net);
    }
}

static struct imp_x509 made(struct imp_env *env, const char *name, const uint8_t pub[EST_PUB],
                            const struct imp_x509 *by, const uint8_t secret[32], unsigned purposes)
{
    struct imp_x509 crt;
    const struct imp_x509_spec spec = {
        .subject = name, .pub = pub, .purposes = purposes, .not_after = IMP_S * 1000000};
    cr_assert_eq(imp_x509_issue(env, &crt, &spec, by, secret), 0);
    return crt;
}

/* A false NewWithOld, or OldWithNew, in place of the operator's. */
static void forge(struct memnet *net, const char *cell)
{
    struct imp_env *env = (struct imp_env *)memnet_env(net, EST_SERVER);
    struct est_key key, next, old;
    cr_assert(est_key_load(env, "next-ca-key", &next) && est_key_load(env, "ca-key", &old));
    imp_p256_keypair(env, "forger", key.pub, key.secret);
    struct imp_x509 root = made(env, "CN=" EST_AUTHORITY, key.pub, NULL, key.secret, IMP_X509_CA);
    struct imp_x509 link =
        made(env, "CN=" EST_AUTHORITY, strcmp(cell, "new-with-old") == 0 ? next.pub : old.pub,
             &root, key.secret, IMP_X509_CA);
    env->ops->cell_put(env, cell, link.der, link.n);
}

Test(est_rollover, a_false_link_leads_nowhere)
{
    struct memnet *net = memnet_new(&imp_est, 7, SETTINGS(CHANGING, "cacerts-refresh=true"));
    forge(net, "new-with-old");
    memnet_start(net);
    memnet_run(net, 100 * IMP_S);
    memnet_run_past(net, 1500 * IMP_S);
    cr_expect(refused(net, EST_DEVICE, "unlinked-root"));
    cr_expect(same(net, "anchor", "old-ca-certificate"));
    cr_expect_eq(memnet_count_messages(net, EST_MSG_REENROLL), 0);
    memnet_free(net);
    net = memnet_new(&imp_est, 7, SETTINGS("ca-rollover=1", "bootstrap=tofu"));
    forge(net, "old-with-new");
    memnet_delay(net, 600 * IMP_MS);
    memnet_start(net);
    memnet_run(net, 100 * IMP_S);
    cr_expect_not(memnet_completed(net, EST_DEVICE));
    cr_expect(refused(net, EST_DEVICE, "handshake-failed"), "the server is below no anchor");
    memnet_free(net);
}

/* Whoever has the old root, and gets this set, goes on to the new one, or does not. */
Test(est_rollover, what_leads_to_a_new_root)
{
    struct memnet *net = memnet_new(&imp_est, 7, NULL);
    struct imp_env *env = (struct imp_env *)memnet_env(net, EST_SERVER);
    const char *const name = "CN=" EST_AUTHORITY, *const other_name = "CN=another";
    struct est_key old_key, new_key, forger;
    imp_p256_keypair(env, "old", old_key.pub, old_key.secret);
    imp_p256_keypair(env, "new", new_key.pub, new_key.secret);
    imp_p256_keypair(env, "forger", forger.pub, forger.secret);
    struct imp_x509 old = enrolled_cert(net, EST_SERVER, "ca-certificate"), newer;
    const struct imp_x509_spec spec = {.subject = name,
                                       .pub = new_key.pub,
                                       .purposes = IMP_X509_CA,
                                       .not_after = IMP_S * 2000000000};
    cr_assert_eq(imp_x509_issue(env, &newer, &spec, NULL, new_key.secret), 0);
    old = made(env, name, old_key.pub, NULL, old_key.secret, IMP_X509_CA);
    const struct imp_x509 false_old = made(env, name, forger.pub, NULL, forger.secret, IMP_X509_CA);
    const struct {
        const char *what;
        bool leads;
        struct imp_x509 link;
    } cases[] = {
        {"NewWithOld", true, made(env, name, new_key.pub, &old, old_key.secret, IMP_X509_CA)},
        {"by another key under the name of the old one", false,
         made(env, name, new_key.pub, &false_old, forger.secret, IMP_X509_CA)},
        {"said to be the old key's, which has not signed it", false,
         made(env, name, new_key.pub, &old, forger.secret, IMP_X509_CA)},
        {"of another key", false, made(env, name, forger.pub, &old, old_key.secret, IMP_X509_CA)},
        {"of another name", false,
         made(env, other_name, new_key.pub, &old, old_key.secret, IMP_X509_CA)},
        {"no authority's", false,
         made(env, name, new_key.pub, &old, old_key.secret, IMP_X509_CLIENT)},
        {"nothing new", false, old},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int order = 0; order < 2; order++) {
            struct imp_cms_certs certs = {.count = 2};
            certs.crt[order] = newer;
            certs.crt[!order] = cases[i].link;
            const struct imp_x509 *root = est_next_root(env, &certs, &old);
            cr_expect_eq(root == &certs.crt[order], cases[i].leads, "%s", cases[i].what);
            cr_expect(root == NULL || cases[i].leads, "%s", cases[i].what);
        }
    struct imp_cms_certs certs = {.count = 1, .crt = {old}};
    cr_expect_eq(est_next_root(env, &certs, &old), &certs.crt[0], "as it was");
    certs.crt[0] = newer;
    cr_expect_null(est_next_root(env, &certs, &old), "nothing leads there");
    certs.count = 0;
    cr_expect_null(est_next_root(env, &certs, &old));
    memnet_free(net);
}

static void save(const char *dir, const char *name, struct imp_x509 crt)
{
    char path[64], line[256];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "wb");
    cr_assert_not_null(f);
    fwrite(crt.der, 1, crt.n, f);
    fclose(f);
    snprintf(line, sizeof line, "openssl x509 -inform DER -in %s -out %s.pem", path, path);
    cr_assert_eq(system(line), 0);
}

/* Validity at 2026-01-01T00:30:00Z, after the change. */
static int verify(const char *dir, const char *root, const char *link, const char *leaf)
{
    char line[256];
    snprintf(line, sizeof line,
             "cd %s && openssl verify -x509_strict -attime 1767227400 -CAfile %s.pem "
             "-untrusted %s.pem %s.pem >log 2>&1",
             dir, root, link, leaf);
    return system(line);
}

/* OpenSSL goes both ways, and no way but by the links. */
Test(est_rollover, openssl_follows_too)
{
    char dir[] = "/tmp/imprint-rollover-XXXXXX", line[64];
    if (system("openssl version >/dev/null 2>&1") != 0)
        cr_skip_test("openssl is not installed");
    cr_assert_not_null(mkdtemp(dir));
    struct memnet *net = renewed(SETTINGS(CHANGING, "cacerts-refresh=true"));
    static const char *const cells[] = {"ca-certificate", "old-ca-certificate", "old-with-new",
                                        "new-with-old", "certificate"};
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
        save(dir, cells[i], enrolled_cert(net, EST_SERVER, cells[i]));
    save(dir, "own", enrolled_cert(net, EST_DEVICE, "certificate"));
    cr_expect_eq(verify(dir, "ca-certificate", "old-with-new", "certificate"), 0);
    cr_expect_eq(verify(dir, "old-ca-certificate", "new-with-old", "own"), 0);
    cr_expect_eq(verify(dir, "ca-certificate", "new-with-old", "own"), 0);
    cr_expect_neq(verify(dir, "ca-certificate", "new-with-old", "certificate"), 0);
    cr_expect_neq(verify(dir, "old-ca-certificate", "old-with-new", "own"), 0);
    snprintf(line, sizeof line, "rm -r %s", dir);
    cr_expect_eq(system(line), 0);
    memnet_free(net);
}
