/* SPDX-License-Identifier: GPL-2.0-only */
/* The EAP peer and server state machines back to back, with a toy method of two rounds. */
#include <criterion/criterion.h>
#include <string.h>

#include "claiming_env.h"
#include "protocols/eap/eap_packet.h"
#include "protocols/eap/eap_peer.h"
#include "protocols/eap/eap_server.h"

enum { TOY = 200, ROUNDS = 2 };

struct toy {
    int rounds, begun, ended, succeeded;
};

static void toy_begin(void *peer, struct imp_env *env, imp_time now)
{
    (void)env;
    (void)now;
    ((struct toy *)peer)->rounds = 0;
    ((struct toy *)peer)->begun++;
}

static size_t toy_identity(void *peer, struct imp_env *env, char *out, size_t cap)
{
    (void)peer;
    (void)env;
    (void)cap;
    strcpy(out, "toy@example.org");
    return strlen(out);
}

/* Type data: one octet counting rounds; 0xff makes the peer ignore it. */
static enum imp_eap_peer_verdict toy_process(void *peer, struct imp_eap_io *io)
{
    struct toy *t = peer;
    if (io->in_n != 6 || io->in[5] == 0xff)
        return IMP_EAP_PEER_IGNORE;
    t->rounds++;
    io->out[5] = io->in[5];
    imp_eap_length(io, 6);
    return t->rounds == ROUNDS ? IMP_EAP_PEER_DONE : IMP_EAP_PEER_CONTINUE;
}

static imp_time toy_end(void *peer, struct imp_env *env, bool success, imp_time now)
{
    (void)env;
    ((struct toy *)peer)->ended++;
    ((struct toy *)peer)->succeeded += success;
    return success ? IMP_NEVER : now + 5 * IMP_S;
}

static enum imp_eap_server_verdict toy_request(struct toy *t, struct imp_eap_io *io)
{
    io->out[5] = (uint8_t)t->rounds;
    imp_eap_length(io, 6);
    return IMP_EAP_SERVER_REQUEST;
}

static enum imp_eap_server_verdict toy_server_begin(void *session, void *shared,
                                                    struct imp_eap_io *io)
{
    ((struct toy *)shared)->begun++;
    if (strcmp(io->identity, "toy@example.org") != 0)
        return IMP_EAP_SERVER_FAILURE;
    return toy_request(session, io);
}

static enum imp_eap_server_verdict toy_server_process(void *session, void *shared,
                                                      struct imp_eap_io *io)
{
    struct toy *t = session;
    (void)shared;
    if (io->in_n != 6 || io->in[5] != t->rounds)
        return IMP_EAP_SERVER_DISCARD;
    return ++t->rounds == ROUNDS ? IMP_EAP_SERVER_SUCCESS : toy_request(t, io);
}

static void toy_server_end(void *session, void *shared, struct imp_env *env, bool success,
                           imp_time now)
{
    (void)session;
    (void)env;
    (void)now;
    ((struct toy *)shared)->ended++;
    ((struct toy *)shared)->succeeded += success;
}

static const struct imp_eap_method toy = {
    .type = TOY,
    .name = "toy",
    .peer_begin = toy_begin,
    .peer_identity = toy_identity,
    .peer_process = toy_process,
    .peer_end = toy_end,
    .server_begin = toy_server_begin,
    .server_process = toy_server_process,
    .server_end = toy_server_end,
};

struct pair {
    struct imp_env *env;
    struct toy peer_ctx, session, shared;
    struct imp_eap_peer peer;
    struct imp_eap_server server;
    uint8_t packet[IMP_EAP_MTU]; /* from the server */
    size_t n;
};

static void begin(struct pair *p, enum imp_eap_offer offer)
{
    *p = (struct pair){.env = claiming_env()};
    imp_eap_peer_init(&p->peer, &toy, &p->peer_ctx);
    imp_eap_server_init(&p->server, &toy, &p->session, &p->shared, offer);
    imp_eap_peer_begin(&p->peer, p->env, 0);
    p->n = imp_eap_server_identity_request(&p->server, 41, p->packet, sizeof p->packet);
}

static enum imp_eap_peer_out to_peer(struct pair *p)
{
    return imp_eap_peer_receive(&p->peer, p->env, p->packet, p->n, 0);
}

static enum imp_eap_server_out to_server(struct pair *p)
{
    return imp_eap_server_receive(&p->server, p->env, p->peer.response, p->peer.response_n,
                                  p->packet, sizeof p->packet, &p->n, 0);
}

/* Runs on until one side stops answering; returns what the peer said last. */
static enum imp_eap_peer_out converse(struct pair *p)
{
    for (;;) {
        enum imp_eap_peer_out out = to_peer(p);
        if (out != IMP_EAP_PEER_RESPONSE || to_server(p) == IMP_EAP_SERVER_NOTHING)
            return out;
    }
}

Test(eap_machine, a_conversation_succeeds)
{
    struct pair p;
    begin(&p, IMP_EAP_OFFER_METHOD);
    cr_expect_eq(converse(&p), IMP_EAP_PEER_SUCCESS);
    cr_expect_eq(p.peer_ctx.succeeded, 1);
    cr_expect_eq(p.shared.succeeded, 1);
    cr_expect_eq(p.peer.next, IMP_NEVER);
}

Test(eap_machine, every_first_offer_leads_to_the_method)
{
    for (int offer = 0; offer < IMP_EAP_OFFER_COUNT; offer++) {
        struct pair p;
        begin(&p, (enum imp_eap_offer)offer);
        cr_expect_eq(converse(&p), IMP_EAP_PEER_SUCCESS, "offer %d", offer);
    }
}

Test(eap_machine, identifiers_change_with_each_request_and_are_echoed)
{
    struct pair p;
    uint8_t last = 0;
    begin(&p, IMP_EAP_OFFER_NOTIFICATION);
    for (int i = 0; to_peer(&p) == IMP_EAP_PEER_RESPONSE; i++) {
        cr_expect(i == 0 || p.packet[1] != last);
        last = p.packet[1];
        cr_expect_eq(p.peer.response[1], last);
        to_server(&p);
    }
    cr_expect_eq(p.packet[0], IMP_EAP_SUCCESS);
    cr_expect_eq(p.packet[1], last, "Success has the identifier of the last response");
}

Test(eap_machine, a_repeated_request_gets_the_same_response_unprocessed)
{
    struct pair p;
    uint8_t first[IMP_EAP_MTU];
    begin(&p, IMP_EAP_OFFER_METHOD);
    to_peer(&p);
    to_server(&p);
    cr_assert_eq(to_peer(&p), IMP_EAP_PEER_RESPONSE);
    memcpy(first, p.peer.response, p.peer.response_n);
    cr_assert_eq(to_peer(&p), IMP_EAP_PEER_RESPONSE);
    cr_expect_arr_eq(first, p.peer.response, p.peer.response_n);
    cr_expect_eq(p.peer_ctx.rounds, 1);
}

Test(eap_machine, a_response_with_another_identifier_is_discarded)
{
    struct pair p;
    begin(&p, IMP_EAP_OFFER_METHOD);
    to_peer(&p);
    to_server(&p);
    to_peer(&p);
    p.peer.response[1]++;
    cr_expect_eq(to_server(&p), IMP_EAP_SERVER_NOTHING);
    p.peer.response[1]--;
    cr_expect_eq(to_server(&p), IMP_EAP_SERVER_SEND);
}

Test(eap_machine, premature_success_and_failure)
{
    struct pair p;
    uint8_t result[4];
    begin(&p, IMP_EAP_OFFER_METHOD);
    imp_eap_write_result(result, sizeof result, IMP_EAP_SUCCESS, 41);
    cr_expect_eq(imp_eap_peer_receive(&p.peer, p.env, result, 4, 0), IMP_EAP_PEER_NOTHING,
                 "before any response");
    to_peer(&p);
    to_server(&p);
    to_peer(&p);
    result[1] = p.packet[1];
    cr_expect_eq(imp_eap_peer_receive(&p.peer, p.env, result, 4, 0), IMP_EAP_PEER_NOTHING,
                 "the method is not done");
    cr_expect_eq(imp_eap_peer_alternate(&p.peer, p.env, true, 0), IMP_EAP_PEER_NOTHING);
    result[0] = IMP_EAP_FAILURE;
    result[1]++;
    cr_expect_eq(imp_eap_peer_receive(&p.peer, p.env, result, 4, 0), IMP_EAP_PEER_NOTHING,
                 "another identifier");
    result[1]--;
    cr_expect_eq(imp_eap_peer_receive(&p.peer, p.env, result, 4, 0), IMP_EAP_PEER_FAILURE);
    cr_expect_eq(p.peer.next, 5 * IMP_S, "the method says when to try again");
}

Test(eap_machine, a_lenient_peer_believes_a_premature_success_but_not_an_unasked_one)
{
    struct pair p;
    uint8_t result[4];
    begin(&p, IMP_EAP_OFFER_METHOD);
    p.peer.lenient = true;
    imp_eap_write_result(result, sizeof result, IMP_EAP_SUCCESS, 41);
    cr_expect_eq(imp_eap_peer_receive(&p.peer, p.env, result, 4, 0), IMP_EAP_PEER_NOTHING,
                 "before any response");
    to_peer(&p);
    cr_expect_eq(imp_eap_peer_receive(&p.peer, p.env, result, 4, 0), IMP_EAP_PEER_SUCCESS);
    cr_expect_eq(p.peer_ctx.rounds, 0, "the method has not even begun");
}

Test(eap_machine, a_bare_failure_is_not_believed_after_a_protected_success)
{
    struct pair p;
    uint8_t result[4];
    begin(&p, IMP_EAP_OFFER_METHOD);
    for (int i = 0; i < 3; i++) {
        to_peer(&p);
        to_server(&p);
    }
    cr_assert_eq(p.peer.verdict, IMP_EAP_PEER_DONE);
    imp_eap_write_result(result, sizeof result, IMP_EAP_FAILURE, p.peer.response[1]);
    cr_expect_eq(imp_eap_peer_receive(&p.peer, p.env, result, 4, 0), IMP_EAP_PEER_NOTHING);
    cr_expect_eq(imp_eap_peer_alternate(&p.peer, p.env, true, 0), IMP_EAP_PEER_SUCCESS);
}

Test(eap_machine, no_nak_after_the_method_has_answered)
{
    struct pair p;
    const uint8_t md5[] = {1, 99, 0, 7, 4, 1, 0};
    begin(&p, IMP_EAP_OFFER_METHOD);
    cr_expect_eq(imp_eap_peer_receive(&p.peer, p.env, md5, sizeof md5, 0), IMP_EAP_PEER_RESPONSE);
    cr_expect_eq(p.peer.response[4], IMP_EAP_TYPE_NAK);
    cr_expect_eq(p.peer.response[5], TOY);
    to_peer(&p);
    to_server(&p);
    to_peer(&p);
    cr_expect_eq(imp_eap_peer_receive(&p.peer, p.env, md5, sizeof md5, 0), IMP_EAP_PEER_NOTHING);
}

Test(eap_machine, a_nak_for_nothing_we_have_ends_in_failure)
{
    struct pair p;
    const uint8_t nak[] = {2, 42, 0, 6, 3, 13};
    begin(&p, IMP_EAP_OFFER_METHOD);
    to_peer(&p);
    cr_assert_eq(to_server(&p), IMP_EAP_SERVER_SEND);
    cr_expect_eq(imp_eap_server_receive(&p.server, p.env, nak, sizeof nak, p.packet,
                                        sizeof p.packet, &p.n, 0),
                 IMP_EAP_SERVER_REJECT);
    cr_expect_eq(p.packet[0], IMP_EAP_FAILURE);
    cr_expect_eq(p.shared.ended, 1);
}

Test(eap_machine, an_unknown_identity_is_refused_by_the_method)
{
    struct pair p;
    begin(&p, IMP_EAP_OFFER_METHOD);
    p.peer.outer = "@example.org";
    cr_expect_eq(converse(&p), IMP_EAP_PEER_FAILURE);
    cr_expect_eq(p.shared.begun, 1);
}

Test(eap_machine, an_aborted_conversation_ends_once)
{
    struct pair p;
    begin(&p, IMP_EAP_OFFER_METHOD);
    to_peer(&p);
    to_server(&p);
    imp_eap_server_abort(&p.server, p.env, 0);
    imp_eap_server_abort(&p.server, p.env, 0);
    cr_expect_eq(p.shared.ended, 1);
    cr_expect_eq(p.shared.succeeded, 0);
    to_peer(&p);
    cr_expect_eq(to_server(&p), IMP_EAP_SERVER_NOTHING);
}
