/* SPDX-License-Identifier: GPL-2.0-only */
/* Whole bootstrapping runs of EAP-NOOB over 802.1X and RADIUS. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "noob_net.h"

#define REQUEST(type) (NOOB_MSG_REQUEST + (type))
#define RESPONSE(type) (NOOB_MSG_RESPONSE + (type))

static struct memnet *complete(const char *const *settings)
{
    struct memnet *net = noob_net(settings);
    memnet_run(net, 300 * IMP_S);
    noob_assert_registered(net);
    return net;
}

Test(noob_exchange, peer_to_server)
{
    struct memnet *net = noob_net(NULL);
    memnet_user(net, 12 * IMP_S, true);
    memnet_run(net, 300 * IMP_S);
    noob_assert_registered(net);
    /* Initial at 0 s, Waiting at 5 s and 10 s, Completion at 15 s. */
    cr_assert_eq(noob_sent_count(net, REQUEST(NOOB_HANDSHAKE)), 4);
    cr_assert_eq(noob_sent_count(net, REQUEST(NOOB_INITIAL_PARAMETERS)), 1);
    cr_assert_eq(noob_sent_count(net, REQUEST(NOOB_INITIAL_KEYS)), 1);
    cr_assert_eq(noob_sent_count(net, REQUEST(NOOB_WAIT)), 2);
    cr_assert_eq(noob_sent_count(net, REQUEST(NOOB_COMPLETION_NOOBID)), 0);
    cr_assert_eq(noob_sent_count(net, REQUEST(NOOB_COMPLETION_MAC)), 1);
    cr_assert_eq(noob_sent_count(net, NOOB_MSG_OOB_PEER_TO_SERVER), 1);
    cr_assert_eq(noob_sent_count(net, IMP_DOT1X_MSG_FAILURE), 3);
    cr_assert_eq(noob_sent_count(net, IMP_DOT1X_MSG_SUCCESS), 1);
    memnet_free(net);
}

Test(noob_exchange, server_to_peer)
{
    struct memnet *net = noob_net(SETTINGS("direction=server-to-peer"));
    memnet_user(net, 7 * IMP_S, true);
    imp_time end = memnet_run(net, 300 * IMP_S);
    noob_assert_registered(net);
    cr_assert_lt(end, 8 * IMP_S, "the peer does not sleep once it has the message");
    cr_assert_eq(noob_sent_count(net, REQUEST(NOOB_COMPLETION_NOOBID)), 1);
    cr_assert_eq(noob_sent_count(net, NOOB_MSG_OOB_SERVER_TO_PEER), 1);
    cr_assert_eq(noob_sent_count(net, NOOB_MSG_OOB_PEER_TO_SERVER), 0);
    memnet_free(net);
}

/* Both messages arrive at the same time: the server-to-peer one counts. */
Test(noob_exchange, both_directions)
{
    struct memnet *net = complete(SETTINGS("direction=both"));
    cr_assert_eq(noob_sent_count(net, NOOB_MSG_OOB_SERVER_TO_PEER), 1);
    cr_assert_eq(noob_sent_count(net, NOOB_MSG_OOB_PEER_TO_SERVER), 1);
    cr_assert_eq(noob_sent_count(net, REQUEST(NOOB_COMPLETION_NOOBID)), 1);
    memnet_free(net);
}

Test(noob_exchange, one_of_both_directions_is_enough)
{
    for (int lost = NOOB_MSG_OOB_PEER_TO_SERVER; lost <= NOOB_MSG_OOB_SERVER_TO_PEER; lost++) {
        struct noob_rule rules[] = {{.message = lost, .count = 1, .lose = true}, {.message = -1}};
        struct memnet *net = noob_net(SETTINGS("direction=both"));
        noob_rules(net, rules);
        memnet_run(net, 300 * IMP_S);
        noob_assert_registered(net);
        cr_assert_eq(noob_sent_count(net, REQUEST(NOOB_COMPLETION_NOOBID)),
                     lost == NOOB_MSG_OOB_PEER_TO_SERVER);
        memnet_free(net);
    }
}

Test(noob_exchange, suites_are_negotiated)
{
    static const struct {
        const char *peer, *server;
        int suite; /* 0: none in common */
    } cases[] = {{"x25519-first", "x25519-first", 1},
                 {"p256-first", "x25519-first", 2},
                 {"x25519", "p256-first", 1},
                 {"p256", "p256", 2},
                 {"p256", "x25519", 0},
                 {"x25519", "p256", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char peer[40], server[40];
        snprintf(peer, sizeof peer, "peer.suite=%s", cases[i].peer);
        snprintf(server, sizeof server, "server.suite=%s", cases[i].server);
        struct memnet *net = noob_net(SETTINGS(peer, server));
        memnet_run(net, 100 * IMP_S);
        if (cases[i].suite) {
            noob_assert_registered(net);
            cr_assert_eq(noob_peer_of(net)->association.suite, cases[i].suite);
        } else {
            cr_assert_not(memnet_complete(net));
            cr_assert(noob_claimed(net, PEER, IMP_CLAIM_REJECT, "3002-no-cryptosuite"));
            cr_assert(noob_claimed(net, SERVER, IMP_CLAIM_ALARM, "3002-no-cryptosuite"));
        }
        memnet_free(net);
    }
}

Test(noob_exchange, directions_are_negotiated)
{
    struct memnet *net = complete(SETTINGS("server.direction=both"));
    cr_assert_eq(noob_sent_count(net, NOOB_MSG_OOB_SERVER_TO_PEER), 0, "the peer selects one");
    memnet_free(net);
    net = noob_net(SETTINGS("server.direction=server-to-peer"));
    memnet_run(net, 100 * IMP_S);
    cr_assert_not(memnet_complete(net));
    cr_assert(noob_claimed(net, PEER, IMP_CLAIM_REJECT, "3003-no-direction"));
    cr_assert_eq(noob_peer_of(net)->state, NOOB_UNREGISTERED);
    memnet_free(net);
}

/* The other reading of SuppPrivInfo works when both ends have it, and fails with 4001 when not. */
Test(noob_exchange, both_ends_must_read_the_rfc_alike)
{
    struct memnet *net = complete(SETTINGS("supp-priv-info=plain"));
    memnet_free(net);
    net = noob_net(SETTINGS("peer.supp-priv-info=plain"));
    memnet_run(net, 60 * IMP_S);
    cr_assert_not(memnet_complete(net));
    cr_assert(noob_claimed(net, PEER, IMP_CLAIM_REJECT, "4001-hmac-failure"));
    cr_assert(noob_claimed(net, SERVER, IMP_CLAIM_ALARM, "4001-hmac-failure"));
    cr_assert_eq(noob_peer_of(net)->state, NOOB_WAITING, "unchanged by the failed exchange");
    cr_assert_eq(noob_record_of(net)->state, NOOB_OOB_RECEIVED);
    memnet_free(net);
}

Test(noob_exchange, the_message_is_a_url_with_the_servers_prefix)
{
    struct memnet *net = complete(NULL);
    const struct memnet_message *m = noob_last_message(net, NOOB_MSG_OOB_PEER_TO_SERVER);
    static const char prefix[] = "https://aaa.example.com/eapnoob?P=";
    cr_assert_arr_eq(m->bytes, prefix, sizeof prefix - 1);
    memnet_free(net);
    net = complete(SETTINGS("server-info={}"));
    m = noob_last_message(net, NOOB_MSG_OOB_PEER_TO_SERVER);
    cr_assert_arr_eq(m->bytes, "P=", 2, "without ServerURL only the query");
    memnet_free(net);
}

Test(noob_exchange, the_server_assigns_a_nai)
{
    struct memnet *net = complete(SETTINGS("new-nai=thing@home.example.net"));
    cr_assert_str_eq(noob_peer_of(net)->association.nai, "thing@home.example.net");
    const struct memnet_message *id = noob_last_message(net, IMP_DOT1X_MSG_RESPONSE_IDENTITY);
    cr_assert_arr_eq(id->bytes + id->n - 22, "thing@home.example.net", 22,
                     "used from the next conversation on");
    memnet_free(net);
    net = complete(SETTINGS("nai=own@factory.example"));
    cr_assert_str_eq(noob_peer_of(net)->association.nai, "own@factory.example");
    memnet_free(net);
}

Test(noob_exchange, an_invalid_nai_is_refused)
{
    struct memnet *net = noob_net(SETTINGS("nai=no body@example"));
    memnet_run(net, 60 * IMP_S);
    cr_assert_not(memnet_complete(net));
    cr_assert(noob_claimed(net, SERVER, IMP_CLAIM_REJECT, "1001-invalid-nai"));
    cr_assert(noob_claimed(net, PEER, IMP_CLAIM_ALARM, "1001-invalid-nai"));
    memnet_free(net);
}

Test(noob_exchange, claims_say_who_is_who)
{
    struct memnet *net = complete(NULL);
    const char *id = noob_peer_of(net)->association.peer_id;
    const struct imp_claim *own = memnet_last(net, PEER, IMP_CLAIM_IDENTITY, NULL, "eap");
    const struct imp_claim *seen = memnet_last(net, SERVER, IMP_CLAIM_COMMIT, NULL, "eap");
    const struct imp_claim *server = memnet_last(net, SERVER, IMP_CLAIM_IDENTITY, NULL, "eap");
    const struct imp_claim *kz = memnet_last(net, PEER, IMP_CLAIM_SECRET, "Kz", "eap");
    cr_assert_eq(own->self_n, strlen(id));
    cr_assert_arr_eq(own->self, id, own->self_n);
    cr_assert_eq(seen->peer_n, own->self_n);
    cr_assert_arr_eq(seen->peer, id, seen->peer_n);
    cr_assert_eq(memnet_last(net, PEER, IMP_CLAIM_COMMIT, NULL, "eap")->peer_n, 0,
                 "the Server-Id is the null string");
    cr_assert_eq(server->self_n, 7);
    cr_assert_arr_eq(server->self, "Example", 7);
    cr_assert_eq(seen->sid[0], NOOB_EAP_TYPE);
    cr_assert_eq(seen->sid_n, 33);
    cr_assert_arr_eq(kz->data, noob_peer_of(net)->association.kz, NOOB_KEY);
    memnet_free(net);
}

/* Every packet fits the smallest EAP MTU even with the largest ServerInfo, PeerInfo and NewNAI. */
Test(noob_exchange, the_largest_messages_fit)
{
    char server[600], peer[600], nai[300];
    int n = snprintf(server, sizeof server, "server-info={\"Type\":\"%0480d\"}", 0);
    cr_assert_leq(n, 512);
    snprintf(peer, sizeof peer, "peer-info={\"Type\":\"%0480d\"}", 0);
    snprintf(nai, sizeof nai, "new-nai=%0200d@example.org", 0);
    struct memnet *net = complete(SETTINGS(server, peer, nai, "suite=p256", "reconnect-info=true"));
    memnet_event(net, PEER, IMP_EVENT_CONTROL, "reauthenticate");
    memnet_run_past(net, 400 * IMP_S);
    noob_assert_registered(net);
    cr_assert_eq(noob_sent_count(net, RESPONSE(NOOB_RECONNECT_MAC)), 1);
    for (size_t i = 0; i < memnet_message_count(net); i++)
        if (memnet_message(net, i)->channel == IMP_DOT1X_ACCESS)
            cr_assert_leq(memnet_message(net, i)->n, 4 + IMP_EAP_MTU);
    memnet_free(net);
}

Test(noob_exchange, work_is_charged)
{
    struct memnet *net = complete(NULL);
    cr_assert_eq(memnet_charged(net, PEER, IMP_OP_X25519), 2, "key pair and shared secret");
    cr_assert_eq(memnet_charged(net, SERVER, IMP_OP_X25519), 2);
    cr_assert_gt(memnet_charged(net, PEER, IMP_OP_SHA256), 1000);
    cr_assert_gt(memnet_charged(net, PEER, IMP_OP_CODEC), 500);
    cr_assert_gt(memnet_charged(net, PEER, IMP_OP_RANDOM), 63);
    cr_assert_eq(memnet_charged(net, AUTHENTICATOR, IMP_OP_X25519), 0);
    memnet_free(net);
}

Test(noob_exchange, same_seed_same_octets)
{
    struct memnet *a = complete(NULL), *b = complete(NULL);
    cr_assert_eq(memnet_message_count(a), memnet_message_count(b));
    for (size_t i = 0; i < memnet_message_count(a); i++) {
        const struct memnet_message *x = memnet_message(a, i), *y = memnet_message(b, i);
        cr_assert_eq(x->n, y->n);
        cr_assert_arr_eq(x->bytes, y->bytes, x->n);
    }
    memnet_free(a);
    memnet_free(b);
}

Test(noob_exchange, over_radius_over_tls)
{
    struct memnet *net = complete(SETTINGS("radius-transport=tls"));
    cr_assert_eq(memnet_count_messages(net, IMP_DOT1X_MSG_TLS_CLIENT_HELLO), 1);
    for (size_t i = 0; i < memnet_message_count(net); i++)
        cr_assert_neq(memnet_message(net, i)->channel, IMP_DOT1X_BACKEND);
    memnet_free(net);
}
