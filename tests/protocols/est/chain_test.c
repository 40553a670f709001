/* SPDX-License-Identifier: GPL-2.0-only */
/* Devices of an issuing authority below the manufacturer's root: EST in both versions of TLS. */
#include <criterion/criterion.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/est/est.h"
#include "tests/support/chains.h"

extern const struct imp_mechanism imp_est;

TestSuite(est_chain, .init = imp_crypto_init);

static struct chains_mechanism est(const char *also)
{
    return (struct chains_mechanism){&imp_est,         EST_SERVER, "est", EST_MSG_CLIENT_FLIGHT,
                                     EST_MSG_FINISHED, also};
}

Test(est_chain, a_server_builds_the_path_from_what_both_have)
{
    const struct chains_mechanism with[] = {est("tls-version=1.2"), est("tls-version=1.3")};
    chains_check(&with[0]);
    chains_check(&with[1]);
}

Test(est_chain, openssl_finds_the_path_too)
{
    const struct chains_mechanism with = est(NULL);
    chains_check_openssl(&with);
}

/* A renewal shows the operator's certificate, which has no authority in between. */
Test(est_chain, a_renewal_is_authenticated_by_the_root_below_which_it_is)
{
    struct memnet *net = memnet_new(&imp_est, 7, SETTINGS("vendor-chain=issuing", "renew=10"));
    memnet_start(net);
    memnet_run_past(net, 30 * IMP_S);
    cr_expect_geq(memnet_count_messages(net, EST_MSG_REENROLL), 1);
    cr_expect_lt(memnet_last_message(net, EST_MSG_CLIENT_FLIGHT)->n, 900);
    enrolled_check(net, EST_SERVER, "est");
    memnet_free(net);
}

/* A certificate that the issuing authority has not signed is nobody's, whoever sends the
 * authority's along. */
Test(est_chain, the_issuing_authority_has_signed_it)
{
    struct memnet *net = memnet_new(&imp_est, 7, SETTINGS("vendor-chain=issuing"));
    const struct imp_env *env = memnet_env(net, EST_DEVICE);
    struct imp_x509 crt = enrolled_cert(net, EST_DEVICE, "idevid");
    crt.der[crt.n - 1] ^= 1;
    env->ops->cell_put((struct imp_env *)env, "idevid", crt.der, crt.n);
    memnet_start(net);
    memnet_run(net, 100 * IMP_S);
    cr_expect_not(memnet_completed(net, EST_DEVICE));
    cr_expect_geq(memnet_count_claims(net, EST_SERVER, IMP_CLAIM_REJECT, "client-certificate"), 1);
    memnet_free(net);
}
