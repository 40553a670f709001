/* SPDX-License-Identifier: GPL-2.0-only */
/* How long a pledge is put off, what must be asked before a certificate, whom the operator does not
 * want, and what a device's past does. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/brski/brski.h"
#include "tests/support/enrolled.h"

extern const struct imp_mechanism imp_brski;

TestSuite(brski_options, .init = imp_crypto_init);

static struct memnet *run_until(const char *const *settings, imp_time until)
{
    struct memnet *net = memnet_new(&imp_brski, 7, settings);
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

/* ---- 202 ---------------------------------------------------------------------------------------
 */
static const struct brski_offer *offer_of(const struct memnet *net)
{
    return ((const struct brski_pledge *)memnet_env(net, BRSKI_PLEDGE)->ctx)->a->by;
}

Test(brski_options, a_registrar_cannot_put_it_off_for_long)
{
    static const char *const most[] = {"retry-after-max=60", "retry-after-max=20",
                                       "retry-after-max=86400"};
    static const size_t asked[] = {4, 10, 1}; /* within 190 s */
    for (size_t i = 0; i < 3; i++) {
        struct memnet *net =
            run_until(SETTINGS("approval=1000", "retry-after=86400", most[i]), 190 * IMP_S);
        cr_expect_eq(count(net, BRSKI_MSG_REQUEST_VOUCHER), asked[i], "%s: %zu", most[i],
                     count(net, BRSKI_MSG_REQUEST_VOUCHER));
        cr_expect_eq(count(net, BRSKI_MSG_CLIENT_HELLO), 1);
        memnet_free(net);
    }
}

/* It must neither sign nor draw anew (RFC 8995 section 5.6). */
Test(brski_options, what_is_repeated_is_the_same)
{
    static uint8_t request[BRSKI_PRIOR];
    struct memnet *net = run_until(SETTINGS("approval=45"), 15 * IMP_S);
    const struct brski_offer *o = offer_of(net);
    size_t n = o->request_n;
    cr_assert_gt(n, 0);
    memcpy(request, o->request, n);
    memnet_run(net, 42 * IMP_S);
    cr_expect_geq(count(net, BRSKI_MSG_REQUEST_VOUCHER), 4);
    cr_expect_eq(o->request_n, n);
    cr_expect_arr_eq(o->request, request, n);
    memnet_run(net, 100 * IMP_S);
    enrolled_check(net, BRSKI_REGISTRAR, "brski");
    memnet_free(net);
}

/* After that the attempt has failed, and the next one has another nonce. */
Test(brski_options, in_the_end_it_gives_up)
{
    uint8_t nonce[BRSKI_NONCE];
    struct memnet *net = run_until(SETTINGS("approval=200", "retry-state=30"), 15 * IMP_S);
    memcpy(nonce, offer_of(net)->nonce, sizeof nonce);
    cr_expect_not(rejects(net, BRSKI_PLEDGE, "refused"));
    memnet_run(net, 80 * IMP_S);
    cr_expect(rejects(net, BRSKI_PLEDGE, "refused"));
    cr_expect_neq(memcmp(nonce, offer_of(net)->nonce, sizeof nonce), 0);
    memnet_run(net, 400 * IMP_S);
    enrolled_check(net, BRSKI_REGISTRAR, "brski");
    memnet_free(net);
}

/* ---- CSR attributes ----------------------------------------------------------------------------
 */
Test(brski_options, who_asks_nothing_gets_nothing)
{
    static const struct {
        const char *csrattrs, *required;
        bool enrols;
    } kinds[] = {{"csrattrs=true", "csrattrs-required=true", true},
                 {"csrattrs=false", "csrattrs-required=false", true},
                 {"csrattrs=false", "csrattrs-required=true", false}};
    for (size_t i = 0; i < 3; i++) {
        struct memnet *net = run_until(SETTINGS(kinds[i].csrattrs, kinds[i].required), 20 * IMP_S);
        cr_expect_eq(memnet_completed(net, BRSKI_PLEDGE), kinds[i].enrols, "%zu", i);
        cr_expect_eq(count(net, BRSKI_MSG_GET_CSRATTRS), i == 0 ? 1 : 0);
        cr_expect_eq(rejects(net, BRSKI_REGISTRAR, "no-csrattrs"), !kinds[i].enrols);
        cr_expect_eq(rejects(net, BRSKI_REGISTRAR, "not-enrolled"), !kinds[i].enrols, "it is told");
        memnet_free(net);
    }
}

/* ---- whom the operator takes -------------------------------------------------------------------
 */
Test(brski_options, a_device_that_is_not_wanted)
{
    static const char *const words[] = {"decline device-1", "decline device-2", "decline "};
    for (size_t i = 0; i < 3; i++) {
        struct memnet *net = memnet_new(&imp_brski, 7, NULL);
        memnet_event(net, BRSKI_REGISTRAR, IMP_EVENT_CONTROL, words[i]);
        memnet_start(net);
        memnet_run(net, 20 * IMP_S);
        cr_expect_eq(memnet_completed(net, BRSKI_PLEDGE), i > 0, "%s", words[i]);
        cr_expect_eq(rejects(net, BRSKI_REGISTRAR, "declined"), i == 0);
        cr_expect_eq(rejects(net, BRSKI_PLEDGE, "refused"), i == 0);
        cr_expect_eq(count(net, BRSKI_MSG_MASA_REQUEST) > 0, i > 0, "nobody is asked for it");
        memnet_free(net);
    }
}

/* RFC 8995 section 5.8.3: two other domains had the device, one perhaps without a nonce. */
Test(brski_options, a_device_with_a_past)
{
    static const struct {
        const char *history, *audit;
        bool enrols, alarm;
    } kinds[] = {
        {"history=none", "audit=strict", true, false},
        {"history=none", "audit=nonced", true, false},
        {"history=nonced", "audit=alarm", true, true},
        {"history=nonced", "audit=strict", false, true},
        {"history=nonced", "audit=nonced", true, true},
        {"history=nonceless", "audit=alarm", true, true},
        {"history=nonceless", "audit=nonced", false, true},
        {"history=nonceless", "audit=skip", true, false},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        static struct brski_log log;
        struct memnet *net = run_until(SETTINGS(kinds[i].history, kinds[i].audit), 20 * IMP_S);
        cr_expect_eq(memnet_completed(net, BRSKI_PLEDGE), kinds[i].enrols, "%zu", i);
        cr_expect_eq(
            memnet_count_claims(net, BRSKI_REGISTRAR, IMP_CLAIM_ALARM, "another-domain-in-log") > 0,
            kinds[i].alarm, "%zu", i);
        cr_expect_eq(rejects(net, BRSKI_REGISTRAR, "audit"), !kinds[i].enrols, "%zu", i);
        cr_assert_gt(memnet_cell(net, BRSKI_AUTHORITY, "log-device-1", &log, sizeof log), 0);
        cr_expect_geq(log.count, i < 2 ? 1 : 3);
        cr_expect_eq(memnet_cell(net, BRSKI_REGISTRAR, "refused-device-1", NULL, 0) >= 0,
                     !kinds[i].enrols, "it holds in sessions to come");
        if (i >= 2)
            cr_expect_neq(memcmp(log.event[0].domain, log.event[1].domain, 20), 0);
        memnet_free(net);
    }
}

/* ---- what the voucher pins ---------------------------------------------------------------------
 */
Test(brski_options, what_is_pinned)
{
    static const char *const pins[] = {"pin=ca", "pin=registrar"};
    static const char *const cells[] = {"ca-certificate", "certificate"};
    for (size_t i = 0; i < 2; i++) {
        struct memnet *net = run_until(SETTINGS(pins[i]), 60 * IMP_S);
        struct imp_x509 pinned = enrolled_cert(net, BRSKI_PLEDGE, "pinned-domain-cert");
        struct imp_x509 meant = enrolled_cert(net, BRSKI_REGISTRAR, cells[i]);
        cr_expect_eq(pinned.n, meant.n);
        cr_expect_arr_eq(pinned.der, meant.der, meant.n);
        memnet_free(net);
    }
}
