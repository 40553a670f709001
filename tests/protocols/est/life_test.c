/* SPDX-License-Identifier: GPL-2.0-only */
/* The life of a device's certificate (IEEE 802.1AR): renewed after two thirds of it, and asked for
 * anew, by the manufacturer's, when it is over. */
#include <criterion/criterion.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/est/est.h"
#include "tests/support/enrolled.h"

extern const struct imp_mechanism imp_est;

TestSuite(est_life, .init = imp_crypto_init);

static struct memnet *lived(const char *const *settings, imp_time until)
{
    struct memnet *net = memnet_new(&imp_est, 7, settings);
    memnet_start(net);
    memnet_run_past(net, until);
    enrolled_check(net, EST_SERVER, "est");
    return net;
}

Test(est_life, a_certificate_is_renewed_after_a_part_of_its_life)
{
    static const char *const parts[] = {"renew-part=67", "renew-part=50", "renew-part=0"};
    static const int seconds[] = {603, 450, 0};
    for (int i = 0; i < 3; i++) {
        struct memnet *net = lived(SETTINGS("certificate-lifetime=900", parts[i]), 800 * IMP_S);
        imp_time begun = enrolled_first(net, EST_MSG_ENROLL),
                 at = enrolled_first(net, EST_MSG_REENROLL);
        if (seconds[i] == 0) {
            cr_expect_eq(at, IMP_NEVER, "nothing was asked for");
        } else {
            cr_assert_neq(at, IMP_NEVER);
            cr_expect_geq(at - begun, (seconds[i] - 2) * IMP_S, "%s", parts[i]);
            cr_expect_leq(at - begun, (seconds[i] + 5) * IMP_S, "%s", parts[i]);
        }
        cr_expect_eq(memnet_count_messages(net, EST_MSG_ENROLL), 1);
        memnet_free(net);
    }
}

Test(est_life, what_comes_first_counts)
{
    struct memnet *net =
        lived(SETTINGS("certificate-lifetime=900", "renew-part=67", "renew=100"), 200 * IMP_S);
    cr_expect_lt(enrolled_first(net, EST_MSG_REENROLL) - enrolled_first(net, EST_MSG_ENROLL),
                 110 * IMP_S);
    memnet_free(net);
}

/* After a power cycle too: it is the certificate that tells. */
Test(est_life, a_device_that_was_off_renews_in_time)
{
    struct memnet *net = lived(SETTINGS("certificate-lifetime=900", "renew-part=67"), 500 * IMP_S);
    memnet_event(net, EST_DEVICE, IMP_EVENT_START, NULL);
    memnet_run_past(net, 700 * IMP_S);
    imp_time at = enrolled_first(net, EST_MSG_REENROLL) - enrolled_first(net, EST_MSG_ENROLL);
    cr_expect(at > 600 * IMP_S && at < 610 * IMP_S);
    memnet_free(net);
}

Test(est_life, one_that_is_over_is_asked_for_anew_by_the_manufacturers)
{
    for (int over = 0; over < 2; over++) {
        struct memnet *net = lived(
            SETTINGS(over ? "certificate-lifetime=50" : "certificate-lifetime=900", "renew=100"),
            190 * IMP_S);
        cr_expect_eq(memnet_count_messages(net, EST_MSG_ENROLL), over ? 2 : 1);
        cr_expect_eq(memnet_count_messages(net, EST_MSG_REENROLL), !over);
        cr_expect_eq(memnet_count_claims(net, EST_SERVER, IMP_CLAIM_REJECT, NULL), 0);
        memnet_free(net);
    }
}
