/* SPDX-License-Identifier: GPL-2.0-only */
/* AUTH of messages within a session: forged ones with the right session and sequence number are
 * refused at both ends, taken by who does not check, and what is taken is claimed once. */
#include "story.h"

TestSuite(pana_forged, .init = imp_crypto_init);

enum { LATER = 30 }; /* s: the session has long been open */

/* A message that is all right but for its AUTH, which it has or has not. */
struct forgery {
    int to;
    unsigned flags, type;
    bool eap, wrong_auth;
};

static size_t forge(uint8_t out[PANA_MTU], const struct memnet *net, const struct forgery *f)
{
    static const uint8_t identity[] = {1, 7, 0, 5, 1}; /* EAP-Request/Identity */
    static const uint8_t auth[16] = {0};
    const struct memnet_message *result = memnet_last_message(net, PANA_MSG_PAR_C);
    struct pana_message m;
    struct pana_writer w;
    cr_assert_eq(pana_parse(&m, result->bytes, result->n), 0);
    pana_begin(&w, out, f->flags, f->type, m.session, m.sequence + 1);
    if (f->type == PANA_TERMINATION)
        pana_put_u32(&w, PANA_AVP_CAUSE, PANA_CAUSE_LOGOUT);
    if (f->eap) {
        pana_put_octets(&w, PANA_AVP_NONCE, auth, sizeof auth);
        pana_put_octets(&w, PANA_AVP_EAP, identity, sizeof identity);
    }
    if (f->wrong_auth)
        pana_put_octets(&w, PANA_AVP_AUTH, auth, sizeof auth);
    return pana_end(&w);
}

/* Whether the end to which it goes answers or changes its state. */
static bool taken(const char *flaw, const struct forgery *f)
{
    uint8_t bytes[PANA_MTU];
    struct memnet *net = run_with(SETTINGS(flaw), 20 * IMP_S);
    memnet_run_past(net, LATER * IMP_S);
    size_t n = forge(bytes, net, f), sent = memnet_message_count(net);
    int state = memnet_state(net, f->to);
    bool changed = false;
    memnet_inject(net, f->to, PANA_CHANNEL, NULL, bytes, n);
    memnet_run_past(net, (LATER + 1) * IMP_S);
    for (size_t i = sent; i < memnet_message_count(net); i++)
        changed |= memnet_message(net, i)->from == f->to;
    changed |= memnet_state(net, f->to) != state;
    memnet_free(net);
    return changed;
}

static void expect_refused(const struct forgery *f, size_t count, const char *flaw)
{
    for (size_t i = 0; i < count; i++)
        for (int wrong = 0; wrong < 2; wrong++) {
            struct forgery one = f[i];
            one.wrong_auth = wrong;
            cr_expect_not(taken("nonce-size=16", &one), "%zu, AUTH %d", i, wrong);
            cr_expect(taken(flaw, &one), "%zu, AUTH %d, %s", i, wrong, flaw);
        }
}

Test(pana_forged, the_client_takes_no_request_without_auth)
{
    static const struct forgery f[] = {
        {.to = PANA_PAC, .flags = PANA_R | PANA_P, .type = PANA_NOTIFICATION},
        {.to = PANA_PAC, .flags = PANA_R, .type = PANA_TERMINATION},
        {.to = PANA_PAC, .flags = PANA_R, .type = PANA_AUTH_EXCHANGE, .eap = true},
    };
    expect_refused(f, 3, "pac!any-agent-message");
}

Test(pana_forged, the_agent_takes_no_request_without_auth)
{
    static const struct forgery f[] = {
        {.to = PANA_PAA, .flags = PANA_R | PANA_P, .type = PANA_NOTIFICATION},
        {.to = PANA_PAA, .flags = PANA_R | PANA_A, .type = PANA_NOTIFICATION},
        {.to = PANA_PAA, .flags = PANA_R, .type = PANA_TERMINATION},
    };
    expect_refused(f, 3, "paa!any-client-message");
}

/* An answer whose AUTH is wrong: the request goes on, or is over. */
static size_t repeated(const char *interval, const char *flaw)
{
    int spoilt = PANA_MSG_PNA_P;
    struct memnet *net = memnet_new(&imp_pana, 7, SETTINGS(interval, flaw));
    memnet_filter_set(net, memnet_spoil_last, &spoilt);
    memnet_start(net);
    memnet_run_past(net, 14 * IMP_S);
    size_t n = memnet_count_messages(net, PANA_MSG_PNR_P);
    memnet_free(net);
    return n;
}

Test(pana_forged, no_end_takes_an_answer_without_auth)
{
    cr_expect_gt(repeated("pac.ping-interval=10", "nonce-size=16"), 1u);
    cr_expect_eq(repeated("pac.ping-interval=10", "pac!any-agent-message"), 1u);
    cr_expect_gt(repeated("paa.ping-interval=10", "nonce-size=16"), 1u);
    cr_expect_eq(repeated("paa.ping-interval=10", "paa!any-client-message"), 1u);
}

/* In the re-authentication phase EAP counts under AUTH alone. */
static size_t renewed(int spoilt, const char *flaw)
{
    struct memnet *net = memnet_new(
        &imp_pana, 7, SETTINGS("session-lifetime=100", "pac.re-authentication=40", flaw));
    memnet_start(net);
    memnet_run(net, 20 * IMP_S);
    memnet_filter_set(net, memnet_spoil_last, &spoilt);
    memnet_run_past(net, 75 * IMP_S);
    size_t n = memnet_count_messages(net, PANA_MSG_PAR_C);
    memnet_free(net);
    return n;
}

Test(pana_forged, re_authentication_goes_on_with_auth_alone)
{
    cr_expect_eq(renewed(PANA_MSG_PAR, "nonce-size=16"), 1u);
    cr_expect_eq(renewed(PANA_MSG_PAR, "pac!any-agent-message"), 2u);
    cr_expect_eq(renewed(PANA_MSG_PAN, "nonce-size=16"), 1u);
    cr_expect_eq(renewed(PANA_MSG_PAN, "paa!any-client-message"), 2u);
}

/* ---- what is claimed
 * -------------------------------------------------------------------------------- */
Test(pana_forged, both_ends_agree_on_what_was_said)
{
    static const char *const sides[] = {"pac.ping-interval=10", "paa.ping-interval=10"};
    for (int i = 0; i < 2; i++) {
        struct memnet *net = run_with(SETTINGS(sides[i]), 20 * IMP_S);
        memnet_run_past(net, 15 * IMP_S);
        memnet_event(net, PANA_PAC, IMP_EVENT_CONTROL, "leave");
        memnet_run_past(net, 18 * IMP_S);
        cr_expect(memnet_agree(net, PANA_PAC, PANA_PAA, "pana-session"), "%s", sides[i]);
        memnet_free(net);
    }
}

Test(pana_forged, a_repeated_request_is_committed_to_once)
{
    struct memnet *net = run_with(SETTINGS("pac.ping-interval=10"), 20 * IMP_S);
    memnet_run_past(net, 15 * IMP_S);
    const struct memnet_message *ping = memnet_last_message(net, PANA_MSG_PNR_P);
    size_t commits = memnet_count_claims(net, PANA_PAA, IMP_CLAIM_COMMIT, NULL),
           answers = memnet_count_messages(net, PANA_MSG_PNA_P);
    memnet_inject(net, PANA_PAA, PANA_CHANNEL, NULL, ping->bytes, ping->n);
    memnet_run_past(net, 16 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PNA_P), answers + 1);
    cr_expect_eq(memnet_count_claims(net, PANA_PAA, IMP_CLAIM_COMMIT, NULL), commits);
    memnet_free(net);
}
