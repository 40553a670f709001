/* SPDX-License-Identifier: GPL-2.0-only */
/* How long a pledge is put off, whom the operator does not want, and what a device's past does. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/brski-constrained/cbrski.h"
#include "tests/support/enrolled.h"

extern const struct imp_mechanism imp_brski_constrained;

TestSuite(cbrski_options, .init = imp_crypto_init);

static struct memnet *run_until(const char *const *settings, imp_time until)
{
    struct memnet *net = memnet_new(&imp_brski_constrained, 7, settings);
    memnet_start(net);
    memnet_run(net, until);
    return net;
}

static size_t count(const struct memnet *net, int message)
{
    return memnet_count_messages(net, message);
}

static bool rejects(const struct memnet *net, int role, const char *why)
{
    return memnet_last(net, role, IMP_CLAIM_REJECT, why, "brski") != NULL;
}

/* ---- 5.03 --------------------------------------------------------------------------------------
 */
Test(cbrski_options, a_registrar_cannot_put_it_off_for_long)
{
    static const char *const most[] = {"retry-after-max=60", "retry-after-max=20",
                                       "retry-after-max=86400"};
    static const size_t told[] = {4, 10, 1}; /* within 190 s */
    for (size_t i = 0; i < 3; i++) {
        struct memnet *net =
            run_until(SETTINGS("approval=1000", "retry-after=86400", most[i]), 190 * IMP_S);
        cr_expect_eq(count(net, CBRSKI_MSG_LATER), told[i], "%s: %zu", most[i],
                     count(net, CBRSKI_MSG_LATER));
        cr_expect_eq(count(net, CBRSKI_MSG_SERVER_FLIGHT), 1);
        memnet_free(net);
    }
}

Test(cbrski_options, in_the_end_it_gives_up)
{
    struct memnet *net = run_until(SETTINGS("approval=200", "retry-state=30"), 15 * IMP_S);
    cr_expect_not(rejects(net, BRSKI_PLEDGE, "refused"));
    memnet_run(net, 80 * IMP_S);
    cr_expect(rejects(net, BRSKI_PLEDGE, "refused"));
    memnet_run(net, 400 * IMP_S);
    enrolled_check(net, BRSKI_REGISTRAR, "brski");
    memnet_free(net);
}

/* ---- whom the operator takes -------------------------------------------------------------------
 */
Test(cbrski_options, a_device_that_is_not_wanted)
{
    static const char *const words[] = {"decline device-1", "decline device-2", "decline "};
    for (size_t i = 0; i < 3; i++) {
        struct memnet *net = memnet_new(&imp_brski_constrained, 7, NULL);
        memnet_event(net, BRSKI_REGISTRAR, IMP_EVENT_CONTROL, words[i]);
        memnet_start(net);
        memnet_run(net, 20 * IMP_S);
        cr_expect_eq(memnet_completed(net, BRSKI_PLEDGE), i > 0, "%s", words[i]);
        cr_expect_eq(rejects(net, BRSKI_REGISTRAR, "declined"), i == 0);
        cr_expect_eq(rejects(net, BRSKI_PLEDGE, "refused"), i == 0);
        cr_expect_eq(count(net, CBRSKI_MSG_MASA_REQUEST) > 0, i > 0, "nobody is asked for it");
        memnet_free(net);
    }
}

/* Declined after its voucher: no certificate (RFC 8995 section 5.6). */
Test(cbrski_options, a_device_that_is_not_wanted_any_more)
{
    struct memnet *net = memnet_new(&imp_brski_constrained, 7, NULL);
    memnet_start(net);
    for (imp_time at = 0; at < 10 * IMP_S && count(net, CBRSKI_MSG_VOUCHER) == 0; at += IMP_MS)
        memnet_run(net, at);
    memnet_event(net, BRSKI_REGISTRAR, IMP_EVENT_CONTROL, "decline device-1");
    memnet_run(net, 10 * IMP_S);
    cr_expect_not(memnet_completed(net, BRSKI_PLEDGE));
    cr_expect_eq(count(net, CBRSKI_MSG_CERTIFICATE), 0);
    cr_expect(rejects(net, BRSKI_REGISTRAR, "declined"));
    memnet_free(net);
}

/* RFC 8995 section 5.8.3: two other domains had the device, one perhaps without a nonce. */
Test(cbrski_options, a_device_with_a_past)
{
    static const struct {
        const char *history, *audit;
        bool enrols, alarm;
    } kinds[] = {
        {"history=none", "audit=strict", true, false},
        {"history=nonced", "audit=alarm", true, true},
        {"history=nonced", "audit=strict", false, true},
        {"history=nonced", "audit=nonced", true, true},
        {"history=nonceless", "audit=nonced", false, true},
        {"history=nonceless", "audit=skip", true, false},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct memnet *net = run_until(SETTINGS(kinds[i].history, kinds[i].audit), 20 * IMP_S);
        cr_expect_eq(memnet_completed(net, BRSKI_PLEDGE), kinds[i].enrols, "%zu", i);
        cr_expect_eq(
            memnet_count_claims(net, BRSKI_REGISTRAR, IMP_CLAIM_ALARM, "another-domain-in-log") > 0,
            kinds[i].alarm, "%zu", i);
        cr_expect_eq(rejects(net, BRSKI_REGISTRAR, "audit"), !kinds[i].enrols, "%zu", i);
        memnet_free(net);
    }
}
