/* SPDX-License-Identifier: GPL-2.0-only */
/* Devices of an issuing authority below the manufacturer's root: EST over CoAPS. */
#include <criterion/criterion.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/est-coaps/estc.h"
#include "tests/support/chains.h"

extern const struct imp_mechanism imp_est_coaps;

TestSuite(estc_chain, .init = imp_crypto_init);

static const struct chains_mechanism est_coaps = {&imp_est_coaps,         EST_SERVER,        "est",
                                                  ESTC_MSG_CLIENT_FLIGHT, ESTC_MSG_FINISHED, NULL};

Test(estc_chain, a_server_builds_the_path_from_what_both_have)
{
    chains_check(&est_coaps);
}

Test(estc_chain, openssl_finds_the_path_too)
{
    chains_check_openssl(&est_coaps);
}

/* After one session with the whole chain another one with the operator's certificate alone. */
Test(estc_chain, a_renewal_shows_one_certificate)
{
    struct memnet *net =
        memnet_new(&imp_est_coaps, 7, SETTINGS("vendor-chain=issuing", "renew=10"));
    memnet_start(net);
    memnet_run_past(net, 30 * IMP_S);
    cr_expect_geq(memnet_count_messages(net, ESTC_MSG_SREN), 1);
    cr_expect_lt(memnet_last_message(net, ESTC_MSG_CLIENT_FLIGHT)->n, 900);
    enrolled_check(net, EST_SERVER, "est");
    memnet_free(net);
}
