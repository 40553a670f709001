/* SPDX-License-Identifier: GPL-2.0-only */
/* EAP-TTLS: a conversation that goes on where an earlier one ended (RFC 5281 section 7.5). */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "ttls_talk.h"

TestSuite(ttls_resume, .init = imp_crypto_init, .timeout = 100);

#define RESUMING(...) TTLS("resumption=true" __VA_OPT__(, ) __VA_ARGS__)
static const char *const versions[] = {"tls-version=1.2", "tls-version=1.3"};
static const char *const inner[] = {"ttls-inner=pap", "ttls-inner=chap", "ttls-inner=mschapv2",
                                    "ttls-inner=eap-md5"};
enum { VERSIONS = 2, INNER = 4 };

static imp_time clock_of(const struct memnet *net)
{
    return memnet_message(net, memnet_message_count(net) - 1)->at;
}

static size_t commits(const struct memnet *net, int role)
{
    size_t n = 0;
    for (size_t i = 0; i < memnet_claim_count(net); i++) {
        const struct memnet_claim *c = memnet_claim(net, i);
        n += c->role == role && c->claim.kind == IMP_CLAIM_COMMIT && c->claim.layer &&
             strcmp(c->claim.layer, "eap") == 0;
    }
    return n;
}

static struct memnet *first(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_pana, 7, settings);
    memnet_start(net);
    memnet_run(net, 60 * IMP_S);
    cr_assert(memnet_complete(net));
    return net;
}

/* A power cut at the device, and the conversation that follows: whether it had no signature. */
static bool goes_on(struct memnet *net, imp_time pause)
{
    size_t signatures = memnet_charged(net, PAA, IMP_OP_P256_SIGN);
    memnet_run_past(net, clock_of(net) + pause);
    memnet_event(net, PAC, IMP_EVENT_START, NULL);
    memnet_run_past(net, clock_of(net) + pause + 5 * IMP_S);
    return memnet_charged(net, PAA, IMP_OP_P256_SIGN) == signatures;
}

Test(ttls_resume, a_second_conversation_says_no_password)
{
    for (int i = 0; i < INNER * VERSIONS; i++) {
        const char *how = inner[i / VERSIONS];
        struct memnet *net = first(RESUMING(how, versions[i % VERSIONS]));
        cr_expect(goes_on(net, IMP_S), "%s %s", how, versions[i % VERSIONS]);
        cr_expect_eq(commits(net, PAC), 2, "%s %s", how, versions[i % VERSIONS]);
        cr_expect_eq(commits(net, PAA), 2);
        cr_expect(memnet_agree(net, PAC, PAA, "eap"));
        cr_expect(memnet_agree(net, PAC, PAA, "pana"));
        const struct imp_claim *c = memnet_last(net, PAA, IMP_CLAIM_COMMIT, NULL, "eap");
        cr_expect(c->peer_n == 20 && memcmp(c->peer, "device-1@example.org", 20) == 0);
        memnet_free(net);
    }
}

Test(ttls_resume, and_a_third)
{
    for (int v = 0; v < VERSIONS; v++) {
        struct memnet *net = first(RESUMING(versions[v]));
        cr_expect(goes_on(net, IMP_S));
        cr_expect(goes_on(net, IMP_S), "%s", versions[v]);
        cr_expect_eq(commits(net, PAA), 3);
        memnet_free(net);
    }
}

Test(ttls_resume, only_where_both_ends_do)
{
    static const char *const ends[] = {"pac.resumption=false", "paa.resumption=false"};
    for (int i = 0; i < 2 * VERSIONS; i++) {
        struct memnet *net = first(RESUMING(ends[i / VERSIONS], versions[i % VERSIONS]));
        cr_expect_not(goes_on(net, IMP_S), "%s", ends[i / VERSIONS]);
        cr_expect_eq(commits(net, PAA), 2);
        memnet_free(net);
    }
}

Test(ttls_resume, a_ticket_that_is_over)
{
    for (int v = 0; v < VERSIONS; v++) {
        struct memnet *net = first(RESUMING("ticket-lifetime=10", versions[v]));
        cr_expect_not(goes_on(net, 30 * IMP_S));
        cr_expect_eq(commits(net, PAA), 2);
        memnet_free(net);
    }
}

/* Section 7.5: a resumed session has the authorizations of the first, and the account is closed. */
Test(ttls_resume, a_closed_account)
{
    for (int v = 0; v < VERSIONS; v++) {
        struct memnet *net = first(RESUMING(versions[v]));
        memnet_event(net, PAA, IMP_EVENT_CONTROL, "revoke device-1@example.org");
        cr_expect_not(goes_on(net, IMP_S), "%s", versions[v]);
        cr_expect_eq(commits(net, PAA), 1);
        memnet_free(net);
    }
}

Test(ttls_resume, a_reset_forgets_the_ticket)
{
    struct memnet *net = first(RESUMING());
    cr_expect_gt(memnet_cell(net, PAC, ETLS_CELL_SESSION, NULL, 0), 0);
    memnet_event(net, PAC, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, clock_of(net) + 5 * IMP_S);
    cr_expect_eq(commits(net, PAA), 2);
    cr_expect_eq(memnet_charged(net, PAA, IMP_OP_P256_SIGN), 2, "a full handshake again");
    memnet_free(net);
}

Test(ttls_resume, a_certificate_beside_the_password_is_looked_at_again)
{
    for (int v = 0; v < VERSIONS; v++) {
        struct memnet *net = first(RESUMING("ttls-certificate=true", versions[v]));
        cr_expect(goes_on(net, IMP_S));
        cr_expect_eq(commits(net, PAA), 2);
        struct imp_env *env = (struct imp_env *)memnet_env(net, PAA);
        env->ops->cell_erase(env, ETLS_CELL_MAKER);
        goes_on(net, IMP_S);
        cr_expect_eq(commits(net, PAA), 2, "%s: its authority is trusted no more", versions[v]);
        memnet_free(net);
    }
}

Test(ttls_resume, fragments_and_no_piggybacking)
{
    static const char *const ways[] = {"fragment-size=60", "ttls-piggyback=false"};
    for (int i = 0; i < 2 * VERSIONS; i++) {
        struct memnet *net = first(RESUMING(ways[i / VERSIONS], versions[i % VERSIONS]));
        goes_on(net, IMP_S);
        cr_expect_eq(commits(net, PAA), 2, "%s", ways[i / VERSIONS]);
        cr_expect_null(memnet_last(net, PAA, IMP_CLAIM_REJECT, NULL, "eap"));
        memnet_free(net);
    }
}

/* ---- a ticket without a password */
/* The test's peer begins with the ticket that it has, and goes as far as its own Finished. */
static void connect(struct talk *t)
{
    struct imp_eap_io io = io_for(t->server, t->packet, IMP_EAP_REQUEST);
    etls_close(&t->s.end);
    memset(&t->s, 0, sizeof t->s);
    cr_assert_eq(ttls_server_begin(&t->s, NULL, &io), IMP_EAP_SERVER_REQUEST);
    cr_assert(etls_open(&t->other, t->peer, &etls_eap_ttls, false, 0));
    cr_assert_eq(to_server(t), IMP_EAP_SERVER_REQUEST);
    hear(t, true);
}

/* A peer that knows no password, gets a ticket and comes back with it. */
static struct talk *refused_before(const char *setting)
{
    struct talk *t = talk_new(RESUMING("tls-version=1.2", setting));
    struct ttls_writer w = {0};
    etls_ticket_key(t->server);
    connect(t);
    cr_assert_eq(to_server(t), IMP_EAP_SERVER_REQUEST);
    hear(t, true);
    ttls_put(&w, TTLS_USER_NAME, "device-1@example.org", 20);
    ttls_put(&w, TTLS_USER_PASSWORD, "wrong", 5);
    cr_assert_eq(tell_server(t, &w), IMP_EAP_SERVER_FAILURE);
    etls_keep_session(&t->other);
    cr_assert_gt(memnet_cell(t->net, PAC, ETLS_CELL_SESSION, NULL, 0), 0, "it has a ticket");
    connect(t);
    return t;
}

Test(ttls_resume, a_ticket_of_a_wrong_password_resumes_nothing)
{
    struct talk *t = refused_before("nonce-size=16");
    cr_expect_not(etls_resumed(&t->other));
    cr_expect_eq(to_server(t), IMP_EAP_SERVER_REQUEST, "the server's Finished");
    cr_expect_eq(t->s.state, TTLS_SERVER_AWAIT_AVPS);
    talk_free(t);
}

Test(ttls_resume, but_where_the_check_is_left_out)
{
    struct talk *t = refused_before("paa!any-ticket");
    cr_expect(etls_resumed(&t->other));
    cr_expect_eq(to_server(t), IMP_EAP_SERVER_SUCCESS);
    talk_free(t);
}

/* A refused peer is not let in by the ticket of the conversation before, which was good. */
Test(ttls_resume, what_is_said_beside_resumption_must_be_understood)
{
    struct talk *t = talk_new(RESUMING("tls-version=1.2"));
    for (int wrong = 0; wrong < 2; wrong++) {
        struct ttls_writer good = {0}, beside = {.mandatory = wrong};
        etls_ticket_key(t->server);
        connect(t);
        cr_assert_eq(to_server(t), IMP_EAP_SERVER_REQUEST);
        hear(t, true);
        put_password(t, &good, "device-1@example.org");
        cr_assert_eq(tell_server(t, &good), IMP_EAP_SERVER_SUCCESS);
        etls_keep_session(&t->other);
        connect(t);
        cr_assert(etls_resumed(&t->other));
        ttls_put(&beside, 4711, "x", 1);
        cr_assert_eq(imp_tls_write(t->other.tls, beside.bytes, beside.n, 0), 0);
        cr_expect_eq(to_server(t), wrong ? IMP_EAP_SERVER_FAILURE : IMP_EAP_SERVER_SUCCESS);
    }
    talk_free(t);
}
