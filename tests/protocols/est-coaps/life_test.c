/* SPDX-License-Identifier: GPL-2.0-only */
/* The life of a device's certificate in EST over CoAPS, as tests/protocols/est/life_test.c has it.
 */
#include <criterion/criterion.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/est-coaps/estc.h"
#include "tests/support/enrolled.h"

extern const struct imp_mechanism imp_est_coaps;

TestSuite(est_coaps_life, .init = imp_crypto_init);

/* Whether it was said after a minute and more. */
static bool said_late(const struct memnet *net, int message)
{
    const struct memnet_message *m = memnet_last_message(net, message);
    return m && m->at > 60 * IMP_S;
}

static struct memnet *lived(const char *const *settings, imp_time until)
{
    struct memnet *net = memnet_new(&imp_est_coaps, 7, settings);
    memnet_start(net);
    memnet_run_past(net, until);
    enrolled_check(net, EST_SERVER, "est");
    return net;
}

Test(est_coaps_life, a_certificate_is_renewed_after_a_part_of_its_life)
{
    static const char *const parts[] = {"renew-part=67", "renew-part=50", "renew-part=0"};
    static const int seconds[] = {603, 450, 0};
    for (int i = 0; i < 3; i++) {
        struct memnet *net = lived(SETTINGS("certificate-lifetime=900", parts[i]), 800 * IMP_S);
        imp_time begun = enrolled_first(net, ESTC_MSG_SEN), at = enrolled_first(net, ESTC_MSG_SREN);
        if (seconds[i] == 0) {
            cr_expect_eq(at, IMP_NEVER, "nothing was asked for");
        } else {
            cr_assert_neq(at, IMP_NEVER);
            cr_expect_geq(at - begun, (seconds[i] - 2) * IMP_S, "%s", parts[i]);
            cr_expect_leq(at - begun, (seconds[i] + 5) * IMP_S, "%s", parts[i]);
        }
        memnet_free(net);
    }
}

Test(est_coaps_life, one_that_is_over_is_asked_for_anew_by_the_manufacturers)
{
    for (int over = 0; over < 2; over++) {
        struct memnet *net = lived(
            SETTINGS(over ? "certificate-lifetime=50" : "certificate-lifetime=900", "renew=100"),
            190 * IMP_S);
        cr_expect_eq(said_late(net, ESTC_MSG_SEN), over);
        cr_expect_eq(said_late(net, ESTC_MSG_SREN), !over);
        cr_expect_eq(memnet_count_claims(net, EST_SERVER, IMP_CLAIM_REJECT, NULL), 0);
        memnet_free(net);
    }
}
