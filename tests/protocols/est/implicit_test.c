/* SPDX-License-Identifier: GPL-2.0-only */
/* Servers that a public authority has certified for their names (RFC 7030 section 3.6.2), and
 * devices that prove nothing. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/est/est.h"
#include "tests/support/enrolled.h"

extern const struct imp_mechanism imp_est;

TestSuite(est_implicit, .init = imp_crypto_init);

static struct memnet *run_with(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_est, 7, settings);
    memnet_start(net);
    memnet_run(net, 100 * IMP_S);
    return net;
}

static bool refused(struct memnet *net, int role, const char *why)
{
    return memnet_last(net, role, IMP_CLAIM_REJECT, why, "est") != NULL;
}

/* ---- by a name ---------------------------------------------------------------------------------
 */
Test(est_implicit, one_session_for_the_anchor_and_the_certificate)
{
    static const char *const versions[] = {"tls-version=1.2", "tls-version=1.3"};
    for (size_t i = 0; i < 2; i++) {
        struct memnet *net = run_with(SETTINGS("bootstrap=implicit", versions[i]));
        enrolled_check(net, EST_SERVER, "est");
        cr_expect_eq(memnet_count_messages(net, EST_MSG_CLIENT_HELLO), 1);
        struct imp_x509 anchor = enrolled_cert(net, EST_DEVICE, "anchor");
        struct imp_x509 ca = enrolled_cert(net, EST_SERVER, "ca-certificate");
        cr_assert_eq(anchor.n, ca.n);
        cr_expect_arr_eq(anchor.der, ca.der, ca.n);
        cr_expect_eq(memnet_count_claims(net, EST_DEVICE, IMP_CLAIM_ALARM, NULL), 0);
        memnet_free(net);
    }
}

Test(est_implicit, every_variant_enrols)
{
    static const char *const variants[][2] = {
        {"client-auth=password", "http-auth=digest"},
        {"key-generation=server", "key-encryption=symmetric"},
        {"redirect=other-origin", "other-server=operator"},
        {"vendor-chain=issuing", "approval=20"},
        {"cacerts-refresh=true", "csrattrs-required=true"},
    };
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++) {
        struct memnet *net =
            run_with(SETTINGS("bootstrap=implicit", variants[i][0], variants[i][1]));
        cr_expect(memnet_complete(net), "%s", variants[i][0]);
        memnet_free(net);
    }
}

/* Below the operator's own authority it is nobody's whom the device knows. */
Test(est_implicit, a_server_of_no_public_authority)
{
    struct memnet *net = run_with(SETTINGS("client.bootstrap=implicit", "server.bootstrap=human"));
    cr_expect_not(memnet_completed(net, EST_DEVICE));
    cr_expect_eq(memnet_cell(net, EST_DEVICE, "anchor", NULL, 0), -1);
    cr_expect_eq(memnet_count_messages(net, EST_MSG_GET_CACERTS), 0, "nothing was asked");
    memnet_free(net);
}

/* The server's certificate becomes one for that name. */
static void rename_server(struct memnet *net, const char *name)
{
    struct imp_env *env = (struct imp_env *)memnet_env(net, EST_SERVER);
    struct imp_authority ca;
    struct est_key own;
    struct imp_x509 crt;
    est_public_found(env, &ca);
    cr_assert(est_key_load(env, "key", &own));
    const struct imp_x509_spec spec = {.subject = "CN=A server",
                                       .pub = own.pub,
                                       .purposes = IMP_X509_SERVER,
                                       .dns = name,
                                       .not_after = IMP_S * 1000};
    cr_assert_eq(imp_x509_issue(env, &crt, &spec, &ca.crt, ca.secret), 0);
    env->ops->cell_put(env, EST_CELL_PUBLIC, crt.der, crt.n);
}

Test(est_implicit, a_server_of_another_name)
{
    static const char *const names[] = {EST_HOST, EST_NAME_OTHER, "est.example.org"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct memnet *net = memnet_new(&imp_est, 7, SETTINGS("bootstrap=implicit"));
        rename_server(net, names[i]);
        memnet_start(net);
        memnet_run(net, 100 * IMP_S);
        bool fits = i == 0;
        cr_expect_eq(memnet_completed(net, EST_DEVICE), fits, "%s", names[i]);
        cr_expect_eq(memnet_cell(net, EST_DEVICE, "anchor", NULL, 0) > 0, fits, "%s", names[i]);
        memnet_free(net);
    }
}

/* What the factory gave stays, what the operator gave goes. */
Test(est_implicit, after_a_reset_it_finds_its_server_again)
{
    struct memnet *net = run_with(SETTINGS("bootstrap=implicit"));
    memnet_event(net, EST_DEVICE, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, 200 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, EST_MSG_CLIENT_HELLO), 2);
    enrolled_check(net, EST_SERVER, "est");
    memnet_free(net);
}

static void save(const char *dir, const char *name, struct imp_x509 crt)
{
    char path[64], line[160];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "wb");
    cr_assert_not_null(f);
    fwrite(crt.der, 1, crt.n, f);
    fclose(f);
    snprintf(line, sizeof line, "openssl x509 -inform DER -in %s -out %s.pem", path, path);
    cr_assert_eq(system(line), 0);
}

Test(est_implicit, openssl_takes_the_name_too)
{
    static const char verify[] = "cd %s && openssl verify -x509_strict -no_check_time -purpose "
                                 "sslserver -verify_hostname %s -CAfile ca.pem server.pem >log "
                                 "2>&1";
    char dir[] = "/tmp/imprint-implicit-XXXXXX", line[256];
    if (system("openssl version >/dev/null 2>&1") != 0)
        cr_skip_test("openssl is not installed");
    cr_assert_not_null(mkdtemp(dir));
    struct memnet *net = run_with(SETTINGS("bootstrap=implicit"));
    save(dir, "ca", enrolled_cert(net, EST_DEVICE, EST_CELL_IMPLICIT));
    save(dir, "server", enrolled_cert(net, EST_SERVER, EST_CELL_PUBLIC));
    snprintf(line, sizeof line, verify, dir, EST_HOST);
    cr_expect_eq(system(line), 0);
    snprintf(line, sizeof line, verify, dir, EST_NAME_OTHER);
    cr_expect_neq(system(line), 0);
    snprintf(line, sizeof line, "rm -r %s", dir);
    cr_expect_eq(system(line), 0);
    memnet_free(net);
}

/* ---- by its word -------------------------------------------------------------------------------
 */
Test(est_implicit, who_proves_nothing)
{
    static const char *const keys[] = {"key-generation=device", "key-generation=server"};
    static const char *const takes[] = {"anonymous=false", "anonymous=true"};
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < 2; i++) {
            struct memnet *net =
                run_with(SETTINGS("bootstrap=explicit", "client-auth=none", keys[k], takes[i]));
            cr_expect_eq(memnet_completed(net, EST_DEVICE), i == 1, "%s %s", keys[k], takes[i]);
            cr_expect_eq(refused(net, EST_SERVER, "who-are-you"), i == 0);
            if (i == 1)
                enrolled_check(net, EST_SERVER, "est");
            memnet_free(net);
        }
}

/* It is admitted under that name, or not, and has its certificate to renew. */
Test(est_implicit, a_word_is_looked_up_as_a_name)
{
    struct memnet *net = run_with(
        SETTINGS("bootstrap=explicit", "client-auth=none", "anonymous=true", "admitted=device-7"));
    cr_expect(refused(net, EST_SERVER, "not-admitted"));
    memnet_free(net);
    net = memnet_new(
        &imp_est, 7,
        SETTINGS("bootstrap=explicit", "client-auth=none", "anonymous=true", "renew=10"));
    memnet_start(net);
    memnet_run_past(net, 30 * IMP_S);
    cr_expect_geq(memnet_count_messages(net, EST_MSG_REENROLL), 1);
    enrolled_check(net, EST_SERVER, "est");
    memnet_free(net);
}
