/* SPDX-License-Identifier: GPL-2.0-only */
/* What happens within a session of pana and at its end: duplicates, pings, re-authentication,
 * termination by either end. */
#include "story.h"

TestSuite(pana_session, .init = imp_crypto_init);

Test(pana_session, a_duplicate_is_answered_alike_and_counts_once)
{
    struct memnet *net = run_with(NULL, 20 * IMP_S);
    const struct memnet_message *request = memnet_last_message(net, PANA_MSG_PAR_C);
    size_t answers = memnet_count_messages(net, PANA_MSG_PAN_C),
           commits = memnet_count_claims(net, PANA_PAC, IMP_CLAIM_COMMIT, NULL);
    memnet_inject(net, PANA_PAC, PANA_CHANNEL, NULL, request->bytes, request->n);
    memnet_run_past(net, 21 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PAN_C), answers + 1);
    cr_expect_eq(memnet_count_claims(net, PANA_PAC, IMP_CLAIM_COMMIT, NULL), commits);
    memnet_free(net);
}

Test(pana_session, revocation_terminates_the_session)
{
    struct memnet *net = run_with(NULL, 20 * IMP_S);
    memnet_event(net, PANA_PAA, IMP_EVENT_CONTROL, "revoke device-1@example.org");
    memnet_run_past(net, 2 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PTR), 1);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PTA), 1);
    cr_expect_eq(memnet_state(net, PANA_PAC), PANA_PAC_HELD);
    memnet_run_past(net, 100 * IMP_S);
    cr_expect_neq(memnet_state(net, PANA_PAC), PANA_PAC_OPEN, "the account is closed");
    memnet_free(net);
}

Test(pana_session, a_termination_that_nobody_signed_ends_nothing)
{
    struct memnet *net = run_with(NULL, 20 * IMP_S);
    const struct memnet_message *last = memnet_last_message(net, PANA_MSG_PAR_C);
    struct pana_message m;
    struct pana_writer w;
    uint8_t forged[PANA_MTU];
    cr_assert_eq(pana_parse(&m, last->bytes, last->n), 0);
    pana_begin(&w, forged, PANA_R, PANA_TERMINATION, m.session, m.sequence + 1);
    pana_put_u32(&w, PANA_AVP_CAUSE, PANA_CAUSE_ADMINISTRATIVE);
    memnet_inject(net, PANA_PAC, PANA_CHANNEL, NULL, forged, pana_end(&w));
    memnet_run_past(net, 21 * IMP_S);
    cr_expect_eq(memnet_state(net, PANA_PAC), PANA_PAC_OPEN);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PTA), 0);
    memnet_free(net);
}

Test(pana_session, the_lifetime_ends_in_a_new_authentication)
{
    struct memnet *net = run_with(SETTINGS("session-lifetime=50"), 20 * IMP_S);
    memnet_run_past(net, 80 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PAR_C), 2);
    cr_expect_eq(memnet_state(net, PANA_PAC), PANA_PAC_OPEN);
    memnet_free(net);
}

/* ---- the client leaves
 * ------------------------------------------------------------------------------ */
Test(pana_session, a_client_that_leaves_says_why_and_both_forget_the_session)
{
    struct memnet *net = run_with(SETTINGS("network-key=true"), 20 * IMP_S);
    uint8_t key[PANA_NETWORK_KEY];
    struct pana_message m;
    uint32_t cause;
    memnet_event(net, PANA_PAC, IMP_EVENT_CONTROL, "leave");
    memnet_run_past(net, 30 * IMP_S);
    const struct memnet_message *last = memnet_last_message(net, PANA_MSG_PTR);
    cr_assert_not_null(last);
    cr_expect_eq(last->n, 16u + 12 + 24, "header, Termination-Cause, AUTH");
    cr_assert_eq(pana_parse(&m, last->bytes, last->n), 0);
    cr_expect(pana_find_u32(&m, PANA_AVP_CAUSE, 0, &cause) && cause == PANA_CAUSE_LOGOUT);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PTR), 1);
    cr_expect_eq(memnet_last_message(net, PANA_MSG_PTA)->n, 16u + 24, "header, AUTH");
    cr_expect_eq(memnet_state(net, PANA_PAC), PANA_PAC_OFF);
    cr_expect_eq(memnet_state(net, PANA_PAA), PANA_PAA_IDLE);
    cr_expect_lt(memnet_cell(net, PANA_PAC, PANA_CELL_NETWORK_KEY, key, sizeof key), 0);
    memnet_free(net);
}

Test(pana_session, a_lost_message_of_leaving_is_sent_again)
{
    int labels[] = {PANA_MSG_PTR, PANA_MSG_PTA};
    for (int i = 0; i < 2; i++) {
        struct memnet *net = run_with(NULL, 20 * IMP_S);
        memnet_filter_set(net, memnet_lose_first, &labels[i]);
        memnet_event(net, PANA_PAC, IMP_EVENT_CONTROL, "leave");
        memnet_run_past(net, 30 * IMP_S);
        cr_expect_eq(labels[i], -1, "nothing was lost");
        cr_expect_eq(memnet_state(net, PANA_PAC), PANA_PAC_OFF);
        cr_expect_eq(memnet_state(net, PANA_PAA), PANA_PAA_IDLE);
        memnet_free(net);
    }
}

Test(pana_session, leaving_needs_auth_and_ends_without_an_answer)
{
    int label = PANA_MSG_PTR;
    struct memnet *net = run_with(NULL, 20 * IMP_S);
    memnet_filter_set(net, memnet_spoil_last, &label);
    memnet_event(net, PANA_PAC, IMP_EVENT_CONTROL, "leave");
    memnet_run_past(net, 400 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PTA), 0);
    cr_expect_eq(memnet_state(net, PANA_PAA), PANA_PAA_OPEN);
    cr_expect_eq(memnet_state(net, PANA_PAC), PANA_PAC_OFF, "after eleven requests");
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PTR), 1u + PANA_MRC);
    memnet_free(net);
}

/* ---- re-authentication
 * ------------------------------------------------------------------------------ */

/* The session of 100 s is authenticated again 40 s before its end. */
static struct memnet *renewing(const char *side)
{
    struct memnet *net = memnet_new(&imp_pana, 7, SETTINGS("session-lifetime=100", side));
    memnet_start(net);
    memnet_run(net, 20 * IMP_S);
    return net;
}

/* Still the first session, under another key. */
static void expect_renewed(struct memnet *net, const struct pana_message *first,
                           const uint8_t key[16])
{
    struct pana_message m;
    const struct memnet_message *last = memnet_last_message(net, PANA_MSG_PAR_C);
    const struct imp_claim *c = memnet_last(net, PANA_PAC, IMP_CLAIM_SECRET, "PANA_AUTH_KEY", NULL);
    cr_assert_eq(pana_parse(&m, last->bytes, last->n), 0);
    cr_expect_eq(m.session, first->session);
    cr_expect_gt(m.sequence, first->sequence);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PCI), 1);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PAR_S), 1);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PAN_C), 2);
    cr_expect_eq(memnet_state(net, PANA_PAC), PANA_PAC_OPEN);
    cr_expect_eq(memnet_state(net, PANA_PAA), PANA_PAA_OPEN);
    cr_expect(memcmp(c->data, key, 16) != 0, "the same key");
    expect_agreement(net);
}

Test(pana_session, a_session_is_authenticated_again_before_its_end)
{
    static const char *const sides[] = {"pac.re-authentication=40", "paa.re-authentication=40"};
    for (int i = 0; i < 2; i++) {
        struct memnet *net = renewing(sides[i]);
        struct pana_message first;
        uint8_t key[16];
        const struct memnet_message *result = memnet_last_message(net, PANA_MSG_PAR_C);
        cr_assert_eq(pana_parse(&first, result->bytes, result->n), 0);
        memcpy(key, memnet_last(net, PANA_PAC, IMP_CLAIM_SECRET, "PANA_AUTH_KEY", NULL)->data, 16);
        memnet_run_past(net, 90 * IMP_S);
        expect_renewed(net, &first, key);
        cr_expect_eq(memnet_count_messages(net, PANA_MSG_PNR_A), i == 0);
        cr_expect_eq(memnet_count_messages(net, PANA_MSG_PNA_A), i == 0);
        memnet_run_past(net, 110 * IMP_S); /* the first lifetime is over */
        cr_expect_eq(memnet_state(net, PANA_PAC), PANA_PAC_OPEN);
        cr_expect_eq(memnet_count_messages(net, PANA_MSG_PCI), 1);
        memnet_free(net);
    }
}

/* Octets by section 4.3: AUTH 24 in each, the nonces in the first two, no algorithms. */
Test(pana_session, messages_of_re_authentication_have_auth)
{
    static const struct {
        int message;
        size_t n;
    } expected[] = {{PANA_MSG_PNR_A, 40}, {PANA_MSG_PNA_A, 40}, {PANA_MSG_PAR, 80},
                    {PANA_MSG_PAN, 100},  {PANA_MSG_PAR, 88},   {PANA_MSG_PAN, 124},
                    {PANA_MSG_PAR, 108},  {PANA_MSG_PAN, 92},   {PANA_MSG_PAR_C, 88},
                    {PANA_MSG_PAN_C, 52}};
    struct memnet *net = renewing("pac.re-authentication=40");
    size_t before = memnet_message_count(net);
    memnet_run_past(net, 70 * IMP_S);
    cr_assert_eq(memnet_message_count(net) - before, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        cr_expect_eq(memnet_message(net, before + i)->message, expected[i].message, "%zu", i);
        cr_expect_eq(memnet_message(net, before + i)->n, expected[i].n, "size of %zu", i);
    }
    memnet_free(net);
}

Test(pana_session, each_message_of_re_authentication_may_be_lost)
{
    static const int labels[] = {PANA_MSG_PNR_A, PANA_MSG_PNA_A, PANA_MSG_PAR,
                                 PANA_MSG_PAN,   PANA_MSG_PAR_C, PANA_MSG_PAN_C};
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        struct memnet *net = renewing("pac.re-authentication=40");
        int label = labels[i];
        memnet_filter_set(net, memnet_lose_first, &label);
        memnet_run_past(net, 70 * IMP_S);
        cr_expect_eq(label, -1, "nothing was lost");
        cr_expect_eq(memnet_count_messages(net, PANA_MSG_PCI), 1, "%d", labels[i]);
        cr_expect_eq(memnet_state(net, PANA_PAC), PANA_PAC_OPEN, "%d", labels[i]);
        expect_agreement(net);
        memnet_free(net);
    }
}

/* Without AUTH under the key that there is, nobody begins and nobody goes on: the session ends with
 * its time, and another one is made. */
Test(pana_session, re_authentication_needs_auth)
{
    static const int labels[] = {PANA_MSG_PNR_A, PANA_MSG_PNA_A, PANA_MSG_PAR, PANA_MSG_PAN};
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        struct memnet *net = renewing("pac.re-authentication=40");
        int label = labels[i];
        memnet_filter_set(net, memnet_spoil_last, &label);
        memnet_run_past(net, 75 * IMP_S);
        cr_expect_eq(memnet_count_messages(net, PANA_MSG_PAR_C), 1, "%d", labels[i]);
        memnet_free(net);
    }
}

/* ---- ping
 * ------------------------------------------------------------------------------------------- */
Test(pana_session, pings_are_answered)
{
    struct memnet *net = run_with(SETTINGS("pac.ping-interval=10"), 20 * IMP_S);
    memnet_run_past(net, 36 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PNR_P), 3);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PNA_P), 3);
    cr_expect_eq(memnet_last_message(net, PANA_MSG_PNR_P)->n, 16u + 24, "header, AUTH");
    cr_expect_eq(memnet_state(net, PANA_PAC), PANA_PAC_OPEN);
    memnet_free(net);
}

/* The agent asks, and forgets a client that is gone. */
Test(pana_session, the_agent_pings_too)
{
    struct memnet *net = run_with(SETTINGS("paa.ping-interval=10"), 20 * IMP_S);
    memnet_run_past(net, 36 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PNR_P), 3);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PNA_P), 3);
    cr_expect_eq(memnet_last_message(net, PANA_MSG_PNR_P)->from, PANA_PAA);
    cr_expect_eq(memnet_last_message(net, PANA_MSG_PNA_P)->n, 16u + 24, "header, AUTH");
    cr_expect_eq(memnet_state(net, PANA_PAA), PANA_PAA_OPEN);
    memnet_free(net);
}

Test(pana_session, who_has_been_heard_is_not_pinged)
{
    struct memnet *net =
        run_with(SETTINGS("pac.ping-interval=10", "paa.ping-interval=15"), 20 * IMP_S);
    memnet_run_past(net, 100 * IMP_S);
    for (size_t i = 0; i < memnet_message_count(net); i++)
        cr_expect(memnet_message(net, i)->message != PANA_MSG_PNR_P ||
                  memnet_message(net, i)->from == PANA_PAC);
    cr_expect_gt(memnet_count_messages(net, PANA_MSG_PNA_P), 7);
    memnet_free(net);
}

static bool lose_all(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                     size_t cap)
{
    (void)bytes, (void)n, (void)cap;
    return m->message != *(const int *)arg;
}

Test(pana_session, a_client_that_is_gone_is_forgotten)
{
    int lost[] = {PANA_MSG_PNR_P, PANA_MSG_PNA_P};
    for (int i = 0; i < 2; i++) {
        struct memnet *net = run_with(SETTINGS("paa.ping-interval=10"), 5 * IMP_S);
        memnet_filter_set(net, i ? memnet_spoil_last : lose_all, &lost[i]);
        memnet_run_past(net, 400 * IMP_S);
        cr_expect_eq(memnet_count_messages(net, PANA_MSG_PNR_P), 1u + PANA_MRC);
        cr_expect_not_null(memnet_last(net, PANA_PAA, IMP_CLAIM_ALARM, "client is silent", NULL));
        cr_expect_eq(memnet_state(net, PANA_PAA), PANA_PAA_IDLE);
        memnet_free(net);
    }
}

Test(pana_session, each_message_of_the_agent_s_ping_may_be_lost)
{
    int lost[] = {PANA_MSG_PNR_P, PANA_MSG_PNA_P};
    for (int i = 0; i < 2; i++) {
        struct memnet *net = run_with(SETTINGS("paa.ping-interval=10"), 5 * IMP_S);
        memnet_filter_set(net, memnet_lose_first, &lost[i]);
        memnet_run_past(net, 30 * IMP_S);
        cr_expect_eq(lost[i], -1, "nothing was lost");
        cr_expect_eq(memnet_state(net, PANA_PAA), PANA_PAA_OPEN);
        cr_expect_eq(memnet_state(net, PANA_PAC), PANA_PAC_OPEN);
        memnet_free(net);
    }
}

/* One request is outstanding at a time: what is to end waits for the answer to a ping. */
Test(pana_session, a_ping_under_way_is_answered_before_the_end)
{
    int lost = PANA_MSG_PNR_P;
    struct memnet *net = run_with(SETTINGS("paa.ping-interval=10"), 5 * IMP_S);
    memnet_filter_set(net, memnet_lose_first, &lost);
    memnet_run_past(net, 10500 * IMP_MS); /* the ping is lost, and not yet sent again */
    cr_assert_eq(memnet_count_messages(net, PANA_MSG_PNR_P), 1);
    memnet_event(net, PANA_PAA, IMP_EVENT_CONTROL, "revoke device-1@example.org");
    memnet_run_past(net, 10600 * IMP_MS);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PTR), 0);
    memnet_run_past(net, 15 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PNA_P), 1);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PTA), 1);
    memnet_free(net);
}

/* ---- the end of the lifetime, said by the agent
 * ---------------------------------------------------------- */
static uint32_t cause_of(const struct memnet_message *ptr)
{
    struct pana_message m;
    uint32_t cause = 0;
    cr_assert_not_null(ptr);
    cr_assert_eq(pana_parse(&m, ptr->bytes, ptr->n), 0);
    cr_assert(pana_find_u32(&m, PANA_AVP_CAUSE, 0, &cause));
    return cause;
}

Test(pana_session, the_agent_says_the_end_of_the_lifetime)
{
    struct memnet *net =
        run_with(SETTINGS("session-lifetime=50", "timeout-notice=true"), 20 * IMP_S);
    memnet_run_past(net, 55 * IMP_S);
    cr_expect_eq(cause_of(memnet_last_message(net, PANA_MSG_PTR)), PANA_CAUSE_TIMEOUT);
    cr_expect_eq(memnet_last_message(net, PANA_MSG_PTR)->from, PANA_PAA);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PTA), 1);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PCI), 2, "the client begins anew at once");
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PAN_C), 2);
    cr_expect_eq(memnet_state(net, PANA_PAC), PANA_PAC_OPEN);
    memnet_free(net);
}

Test(pana_session, a_notice_that_is_lost_is_repeated_or_not_missed)
{
    int lost = PANA_MSG_PTR;
    struct memnet *net =
        run_with(SETTINGS("session-lifetime=50", "timeout-notice=true"), 20 * IMP_S);
    memnet_filter_set(net, memnet_lose_first, &lost);
    memnet_run_past(net, 55 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PTR), 2);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PTA), 1);
    memnet_free(net);
    net = run_with(SETTINGS("session-lifetime=50", "pac.timeout-notice=true"), 20 * IMP_S);
    memnet_run_past(net, 55 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PCI), 1, "it waits");
    memnet_run_past(net, 75 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PTR), 0);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PAN_C), 2, "and begins anew by itself");
    memnet_free(net);
}

Test(pana_session, an_agent_that_has_lost_the_session_is_found_out)
{
    struct memnet *net = run_with(SETTINGS("pac.ping-interval=10"), 20 * IMP_S);
    memnet_event(net, PANA_PAA, IMP_EVENT_START, NULL);
    memnet_run_past(net, 400 * IMP_S);
    cr_expect_not_null(memnet_last(net, PANA_PAC, IMP_CLAIM_ALARM, "agent is silent", NULL));
    cr_expect_eq(memnet_count_claims(net, PANA_PAA, IMP_CLAIM_COMPLETE, NULL), 2u);
    cr_expect_eq(memnet_state(net, PANA_PAC), PANA_PAC_OPEN);
    memnet_free(net);
}

/* Neither end takes a notification whose AUTH is wrong. */
Test(pana_session, pings_need_auth)
{
    int spoilt[] = {PANA_MSG_PNR_P, PANA_MSG_PNA_P};
    for (int i = 0; i < 2; i++) {
        struct memnet *net = memnet_new(&imp_pana, 7, SETTINGS("pac.ping-interval=10"));
        memnet_filter_set(net, memnet_spoil_last, &spoilt[i]);
        memnet_start(net);
        memnet_run_past(net, 400 * IMP_S);
        cr_expect_not_null(memnet_last(net, PANA_PAC, IMP_CLAIM_ALARM, "agent is silent", NULL));
        cr_expect(i == 1 || memnet_count_messages(net, PANA_MSG_PNA_P) == 0);
        memnet_free(net);
    }
}
