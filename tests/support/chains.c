/* SPDX-License-Identifier: GPL-2.0-only */
#include "chains.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static struct memnet *run(const struct chains_mechanism *m, const char *const *settings)
{
    struct memnet *net = memnet_new(m->mechanism, 7, settings);
    memnet_start(net);
    memnet_run(net, 100 * IMP_S);
    return net;
}

static struct memnet *run_with(const struct chains_mechanism *m, bool leaf, bool known)
{
    const char *settings[] = {"vendor-chain=issuing", leaf ? "send-chain=leaf" : "send-chain=full",
                              known ? "vendor-intermediates=true" : "vendor-intermediates=false",
                              m->also, NULL};
    return run(m, settings);
}

/* Octets of the device's flight, in however many messages. */
static size_t flight(const struct memnet *net, const struct chains_mechanism *m)
{
    size_t n = 0;
    for (size_t i = 0; i < memnet_message_count(net); i++) {
        const struct memnet_message *sent = memnet_message(net, i);
        bool counts = sent->message == m->flight || sent->message == m->finished;
        n += sent->from == 0 && counts ? sent->n : 0;
    }
    return n;
}

static void check(const struct chains_mechanism *m, bool leaf, bool known, size_t alone)
{
    struct memnet *net = run_with(m, leaf, known);
    if (leaf && !known) {
        cr_expect_not(memnet_completed(net, 0));
        cr_expect_geq(memnet_count_claims(net, m->server, IMP_CLAIM_REJECT, NULL), 1);
        cr_expect_eq(memnet_cell(net, 0, "certificate", NULL, 0), -1);
    } else {
        enrolled_check(net, m->server, m->layer);
        size_t more = leaf ? 0 : enrolled_cert(net, 0, "manufacturer-issuing").n, n;
        n = flight(net, m);
        cr_expect_geq(n, alone + more, "%d %d: %zu of %zu", leaf, known, n, alone + more);
        cr_expect_leq(n, alone + more + 80, "%d %d: %zu: names and heads", leaf, known, n);
    }
    memnet_free(net);
}

void chains_check(const struct chains_mechanism *m)
{
    const char *settings[] = {m->also, NULL};
    struct memnet *net = run(m, settings);
    size_t alone = flight(net, m);
    memnet_free(net);
    for (int leaf = 0; leaf < 2; leaf++)
        for (int known = 0; known < 2; known++)
            check(m, leaf, known, alone);
}

/* ---- OpenSSL -----------------------------------------------------------------------------------
 */
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

void chains_check_openssl(const struct chains_mechanism *m)
{
    static const char verify[] = "cd %s && openssl verify -x509_strict -no_check_time "
                                 "-CAfile root.pem %s idevid.pem >log 2>&1";
    char dir[] = "/tmp/imprint-chains-XXXXXX", line[256];
    if (system("openssl version >/dev/null 2>&1") != 0)
        cr_skip_test("openssl is not installed");
    cr_assert_not_null(mkdtemp(dir));
    struct memnet *net = run_with(m, false, true);
    save(dir, "root", enrolled_cert(net, m->server, "manufacturer"));
    save(dir, "issuing", enrolled_cert(net, m->server, "manufacturer-issuing"));
    save(dir, "idevid", enrolled_cert(net, 0, "idevid"));
    snprintf(line, sizeof line, verify, dir, "-untrusted issuing.pem");
    cr_expect_eq(system(line), 0);
    snprintf(line, sizeof line, verify, dir, "");
    cr_expect_neq(system(line), 0);
    snprintf(line, sizeof line, "rm -r %s", dir);
    cr_expect_eq(system(line), 0);
    memnet_free(net);
}
