/* SPDX-License-Identifier: GPL-2.0-only */
/* Repeated attempts (Core volume 3 part H section 2.3.6): who has failed is made to wait. */
#include <criterion/criterion.h>

#include "protocols/adhoc/bluetooth-pairing/pairing.h"
#include "protocols/crypto/crypto.h"
#include "tests/support/memnet.h"

TestSuite(bluetooth_pairing_repeated, .init = imp_crypto_init);

/* Just Works with a responder that insists on more: refused at once. */
static struct memnet *refusing(const char *transport, const char *waits)
{
    struct memnet *net =
        memnet_new(&imp_bluetooth_pairing, 7,
                   SETTINGS(transport, waits, "responder.mitm=insist", "io=no-input-no-output"));
    memnet_start(net);
    return net;
}

static void ask(struct memnet *net, imp_time at)
{
    static const uint8_t request[] = {SMP_REQUEST, 3, 0, 0x09, 16, 0, 0};
    memnet_run_past(net, at);
    memnet_inject(net, BT_RESPONDER, BT_SMP, NULL, request, sizeof request);
    memnet_run_past(net, at + 10 * IMP_MS);
}

static bool lose(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n, size_t cap)
{
    (void)arg;
    (void)bytes;
    (void)n;
    (void)cap;
    return m->message != BT_MSG_SMP + SMP_REQUEST;
}

/* Whether the request at that time is refused for coming too early. */
static void expect_early(struct memnet *net, imp_time at, bool early)
{
    ask(net, at);
    const struct memnet_message *m = memnet_last_message(net, BT_MSG_SMP + SMP_FAILED);
    cr_assert(m);
    cr_assert_geq(m->at, at);
    cr_expect_eq(m->bytes[1], early ? SMP_REPEATED : SMP_AUTHENTICATION_REQUIREMENTS, "%ld ms",
                 (long)(at / IMP_MS));
}

Test(bluetooth_pairing_repeated, each_failure_doubles_the_time_of_refusal)
{
    struct memnet *net = refusing("transport=le", "responder.repeated-attempts=true");
    memnet_filter_set(net, lose, NULL);
    expect_early(net, 5000 * IMP_MS, false); /* then 1 s */
    expect_early(net, 5900 * IMP_MS, true);
    expect_early(net, 6100 * IMP_MS, false); /* then 2 s: what was refused has not counted */
    expect_early(net, 8000 * IMP_MS, true);
    expect_early(net, 8200 * IMP_MS, false); /* then 4 s */
    expect_early(net, 12100 * IMP_MS, true);
    expect_early(net, 12300 * IMP_MS, false);
    memnet_free(net);
}

Test(bluetooth_pairing_repeated, others_need_not_wait)
{
    static const uint8_t request[] = {SMP_REQUEST, 3, 0, 0x09, 16, 0, 0};
    const struct imp_addr other = {.n = 6, .bytes = {0xc0, 1, 2, 3, 4, 5}};
    struct memnet *net = refusing("transport=le", "responder.repeated-attempts=true");
    memnet_filter_set(net, lose, NULL);
    expect_early(net, 5000 * IMP_MS, false);
    memnet_inject(net, BT_RESPONDER, BT_SMP, &other, request, sizeof request);
    memnet_run_past(net, 5100 * IMP_MS);
    cr_expect_eq(memnet_last_message(net, BT_MSG_SMP + SMP_FAILED)->bytes[1],
                 SMP_AUTHENTICATION_REQUIREMENTS);
    memnet_free(net);
}

Test(bluetooth_pairing_repeated, without_the_option_nobody_is_refused_for_it)
{
    struct memnet *net = refusing("transport=le", "responder.repeated-attempts=false");
    memnet_filter_set(net, lose, NULL);
    expect_early(net, 5000 * IMP_MS, false);
    expect_early(net, 5100 * IMP_MS, false);
    memnet_free(net);
}

Test(bluetooth_pairing_repeated, over_br_edr_with_an_error_of_its_own)
{
    static const uint8_t request[] = {LMP_EXTENDED << 1, 25, 3, 0, 4};
    struct memnet *net = refusing("transport=br-edr", "responder.repeated-attempts=true");
    memnet_run_past(net, 900 * IMP_MS); /* the first attempt has failed */
    cr_assert_eq(memnet_count_messages(net, BT_MSG_LMP + LMP_NOT_ACCEPTED_EXT), 1);
    memnet_inject(net, BT_RESPONDER, BT_LMP, NULL, request, sizeof request);
    memnet_run_past(net, 950 * IMP_MS);
    const struct memnet_message *m = memnet_last_message(net, BT_MSG_LMP + LMP_NOT_ACCEPTED_EXT);
    cr_assert_geq(m->at, 900 * IMP_MS);
    cr_expect_eq(m->bytes[m->n - 1], LMP_REPEATED_ATTEMPTS);
    memnet_free(net);
}

/* An honest initiator waits as long, and a little longer if it was too early. */
static bool says_no(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                    size_t cap)
{
    int *left = arg;
    (void)n;
    (void)cap;
    if (m->message == BT_MSG_NUMBER_OF_RESPONDER && *left > 0) {
        bytes[0] ^= 1;
        --*left;
    }
    return true;
}

Test(bluetooth_pairing_repeated, who_waits_pairs_in_the_end)
{
    int twice = 2;
    struct memnet *net = memnet_new(&imp_bluetooth_pairing, 7, SETTINGS("repeated-attempts=true"));
    memnet_filter_set(net, says_no, &twice);
    memnet_start(net);
    memnet_run(net, 100 * IMP_S);
    cr_expect(memnet_complete(net));
    memnet_free(net);
}
