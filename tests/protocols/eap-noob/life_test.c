/* SPDX-License-Identifier: GPL-2.0-only */
/* Loss of messages, sleep, age and number of out-of-band messages, user reset. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "noob_net.h"

#define REQUEST(type) (NOOB_MSG_REQUEST + (type))
#define RESPONSE(type) (NOOB_MSG_RESPONSE + (type))

/* Each message of a run is lost once, in turn: EAP repeats its requests, and the run completes. */
static void lose_each(const char *const *settings, const int *messages)
{
    for (; *messages >= 0; messages++) {
        struct noob_rule rules[] = {{.message = *messages, .count = 1, .lose = true},
                                    {.message = -1}};
        struct memnet *net = noob_net(settings);
        noob_rules(net, rules);
        memnet_run(net, 400 * IMP_S);
        cr_assert_eq(rules[0].applied, 1, "%s", imp_eap_noob.messages[*messages].name);
        noob_assert_registered(net);
        memnet_free(net);
    }
}

Test(noob_life, each_message_lost_peer_to_server)
{
    static const int messages[] = {IMP_DOT1X_MSG_START,
                                   IMP_DOT1X_MSG_REQUEST_IDENTITY,
                                   IMP_DOT1X_MSG_RESPONSE_IDENTITY,
                                   REQUEST(1),
                                   RESPONSE(1),
                                   REQUEST(2),
                                   RESPONSE(2),
                                   REQUEST(3),
                                   RESPONSE(3),
                                   REQUEST(6),
                                   RESPONSE(6),
                                   IMP_DOT1X_MSG_FAILURE,
                                   IMP_DOT1X_MSG_SUCCESS,
                                   IMP_DOT1X_MSG_KEY_1,
                                   IMP_DOT1X_MSG_KEY_2,
                                   IMP_DOT1X_MSG_KEY_3,
                                   IMP_DOT1X_MSG_KEY_4,
                                   -1};
    lose_each(NULL, messages);
}

Test(noob_life, each_message_lost_server_to_peer)
{
    static const int messages[] = {REQUEST(5), RESPONSE(5), REQUEST(6), RESPONSE(6), -1};
    lose_each(SETTINGS("direction=server-to-peer"), messages);
}

Test(noob_life, each_message_lost_reconnect)
{
    static const int messages[] = {REQUEST(7), RESPONSE(7), REQUEST(8), RESPONSE(8),
                                   REQUEST(9), RESPONSE(9), -1};
    for (int mode = 1; mode <= 3; mode++) {
        char setting[40];
        snprintf(setting, sizeof setting, "keying-mode=%d", mode);
        lose_each(SETTINGS("association=stored", setting), messages);
    }
}

Test(noob_life, each_message_lost_waiting)
{
    for (int m = REQUEST(4); m <= RESPONSE(4); m += NOOB_TYPES) {
        struct noob_rule rules[] = {{.message = m, .count = 1, .lose = true}, {.message = -1}};
        struct memnet *net = noob_net(NULL);
        memnet_user(net, 30 * IMP_S, true);
        noob_rules(net, rules);
        memnet_run(net, 400 * IMP_S);
        cr_assert_eq(rules[0].applied, 1);
        noob_assert_registered(net);
        memnet_free(net);
    }
}

/* The response never arrives: the peer is registered, the server is not, and only the user can mend
 * it (section 6.9). */
Test(noob_life, final_response_lost_for_good)
{
    struct noob_rule rules[] = {{.message = RESPONSE(6), .count = 1000, .lose = true},
                                {.message = -1}};
    struct memnet *net = noob_net(NULL);
    noob_rules(net, rules);
    memnet_run(net, 100 * IMP_S);
    cr_assert_not(memnet_complete(net));
    cr_assert_eq(noob_peer_of(net)->state, NOOB_RECONNECTING);
    cr_assert(noob_claimed(net, PEER, IMP_CLAIM_ALARM, "2002-state-mismatch"));
    rules[0].count = 0;
    memnet_event(net, PEER, IMP_EVENT_RESET, NULL);
    memnet_run(net, 300 * IMP_S);
    noob_assert_registered(net);
    memnet_free(net);
}

/* All three messages of an Initial Exchange's end lost: both start anew from state 0. */
Test(noob_life, initial_exchange_broken_off)
{
    struct noob_rule rules[] = {{.message = RESPONSE(3), .count = 6, .lose = true},
                                {.message = -1}};
    struct memnet *net = noob_net(NULL);
    noob_rules(net, rules);
    memnet_run(net, 400 * IMP_S);
    cr_assert_eq(rules[0].applied, 6);
    noob_assert_registered(net);
    cr_assert_geq(noob_sent_count(net, REQUEST(2)), 2, "a second Initial Exchange");
    memnet_free(net);
}

Test(noob_life, sleep_time_is_kept)
{
    static const struct {
        const char *server, *peer;
        imp_time sleep;
    } cases[] = {{"sleep-time=20", "sleep-time-default=7", 20 * IMP_S},
                 {"sleep-time=-1", "sleep-time-default=7", 7 * IMP_S},
                 {"sleep-time=0", "sleep-time-default=7", 0}};
    for (size_t i = 0; i < 3; i++) {
        struct memnet *net = noob_net(SETTINGS(cases[i].server, cases[i].peer));
        memnet_user(net, 100 * IMP_S, true);
        memnet_run(net, cases[i].sleep + IMP_S);
        imp_time failure = 0, start = 0;
        for (size_t k = 0; k < memnet_message_count(net); k++) {
            const struct memnet_message *m = memnet_message(net, k);
            if (m->message == IMP_DOT1X_MSG_FAILURE && !failure)
                failure = m->at;
            if (m->message == IMP_DOT1X_MSG_START && failure && !start)
                start = m->at;
        }
        cr_assert_gt(failure, 0);
        cr_assert_geq(start - failure, cases[i].sleep);
        cr_assert_lt(start - failure, cases[i].sleep + IMP_S);
        memnet_free(net);
    }
}

Test(noob_life, the_user_may_end_the_sleep)
{
    struct memnet *net = noob_net(SETTINGS("sleep-time=3600"));
    memnet_run(net, 100 * IMP_S);
    cr_assert_not(memnet_complete(net));
    memnet_event(net, PEER, IMP_EVENT_CONTROL, "probe");
    imp_time end = memnet_run(net, 200 * IMP_S);
    noob_assert_registered(net);
    cr_assert_lt(end, 101 * IMP_S);
    memnet_free(net);
}

/* NoobInterval: a new message every half NoobTimeout; any of the remembered ones is accepted. */
Test(noob_life, noob_is_renewed)
{
    struct memnet *net = noob_net(SETTINGS("noob-timeout=60"));
    memnet_oob_blocked(net, true);
    memnet_run(net, 100 * IMP_S);
    cr_assert_eq(noob_sent_count(net, NOOB_MSG_OOB_PEER_TO_SERVER), 4, "at 0, 30, 60 and 90 s");
    cr_assert_leq(noob_peer_of(net)->e.sent_n, 3, "those older than 60 s are forgotten");
    memnet_oob_blocked(net, false);
    memnet_run(net, 200 * IMP_S);
    noob_assert_registered(net);
    memnet_free(net);
    net = noob_net(SETTINGS("noob-interval=10", "direction=server-to-peer"));
    memnet_oob_blocked(net, true);
    memnet_run(net, 31 * IMP_S);
    cr_assert_eq(noob_sent_count(net, NOOB_MSG_OOB_SERVER_TO_PEER), 4,
                 "the server renews in Waiting Exchanges");
    memnet_free(net);
}

/* A Noob that the sender has forgotten: 2003, and the receiver waits again. */
Test(noob_life, noob_too_old_peer_to_server)
{
    struct memnet *net = noob_net(SETTINGS("noob-timeout=8", "noob-interval=86400"));
    memnet_user(net, 12 * IMP_S, true);
    memnet_run(net, 25 * IMP_S);
    cr_assert(noob_claimed(net, PEER, IMP_CLAIM_REJECT, "2003-unrecognized-noobid"));
    cr_assert_not(memnet_complete(net));
    cr_assert_eq(noob_peer_of(net)->state, NOOB_WAITING);
    cr_assert_eq(noob_record_of(net)->state, NOOB_WAITING, "OOB Reject");
    memnet_free(net);
}

Test(noob_life, noob_too_old_server_to_peer)
{
    struct memnet *net =
        noob_net(SETTINGS("noob-timeout=8", "noob-interval=86400", "direction=server-to-peer"));
    memnet_user(net, 12 * IMP_S, true);
    memnet_run(net, 25 * IMP_S);
    cr_assert(noob_claimed(net, SERVER, IMP_CLAIM_REJECT, "2003-unrecognized-noobid"));
    cr_assert(noob_claimed(net, PEER, IMP_CLAIM_ALARM, "2003-unrecognized-noobid"));
    cr_assert_eq(noob_peer_of(net)->state, NOOB_WAITING, "OOB Reject");
    cr_assert_eq(noob_record_of(net)->state, NOOB_WAITING);
    memnet_free(net);
}

/* OobRetries invalid messages, then the receiver starts anew (section 3.2.3). */
static void deliver_bad(struct memnet *net, int role)
{
    char text[200];
    snprintf(text, sizeof text, "P=%s&N=AAAAAAAAAAAAAAAAAAAAAA&H=AAAAAAAAAAAAAAAAAAAAAA",
             noob_peer_of(net)->e.peer_id);
    noob_deliver(net, role, text);
    memnet_run_past(net, memnet_run_past(net, 0) + IMP_MS);
}

Test(noob_life, too_many_invalid_messages_at_the_server)
{
    struct memnet *net = noob_net(SETTINGS("sleep-time=100"));
    memnet_oob_blocked(net, true);
    memnet_run(net, 2 * IMP_S);
    for (int i = 0; i < 4; i++)
        deliver_bad(net, SERVER);
    cr_assert(noob_claimed(net, SERVER, IMP_CLAIM_ALARM, "oob-hoob-mismatch"));
    cr_assert_eq(noob_record_of(net)->state, NOOB_WAITING, "four are tolerated");
    deliver_bad(net, SERVER);
    cr_assert_null(noob_record_of(net), "after the fifth the server knows the peer no more");
    memnet_oob_blocked(net, false);
    memnet_run(net, 300 * IMP_S); /* peer state 1, server state 0: Initial Exchange */
    noob_assert_registered(net);
    cr_assert_eq(noob_sent_count(net, REQUEST(2)), 2);
    memnet_free(net);
}

Test(noob_life, too_many_invalid_messages_at_the_peer)
{
    struct memnet *net =
        noob_net(SETTINGS("sleep-time=100", "direction=server-to-peer", "oob-retries=2"));
    memnet_oob_blocked(net, true);
    memnet_run(net, 2 * IMP_S);
    deliver_bad(net, PEER);
    cr_assert_eq(noob_peer_of(net)->state, NOOB_WAITING);
    noob_deliver(net, PEER, "P=somebody&N=AAAAAAAAAAAAAAAAAAAAAA&H=AAAAAAAAAAAAAAAAAAAAAA");
    memnet_oob_blocked(net, false);
    memnet_run(net, 60 * IMP_S);
    noob_assert_registered(net);
    cr_assert(noob_claimed(net, PEER, IMP_CLAIM_ALARM, "oob-peerid-unrecognized"));
    cr_assert_eq(noob_sent_count(net, REQUEST(2)), 2, "a new Initial Exchange, at once");
    memnet_free(net);
}

Test(noob_life, messages_that_nobody_expects_change_nothing)
{
    struct memnet *net = noob_net(NULL);
    memnet_run(net, 100 * IMP_S);
    noob_assert_registered(net);
    noob_deliver(net, SERVER, "P=nobody&N=AAAAAAAAAAAAAAAAAAAAAA&H=AAAAAAAAAAAAAAAAAAAAAA");
    noob_deliver(net, SERVER, "rubbish");
    noob_deliver(net, PEER, "P=nobody&N=AAAAAAAAAAAAAAAAAAAAAA&H=AAAAAAAAAAAAAAAAAAAAAA");
    memnet_run_past(net, 110 * IMP_S);
    noob_assert_registered(net);
    cr_assert(noob_claimed(net, SERVER, IMP_CLAIM_ALARM, "oob-peerid-unrecognized"));
    cr_assert(noob_claimed(net, SERVER, IMP_CLAIM_ALARM, "oob-message-malformed"));
    cr_assert(noob_claimed(net, PEER, IMP_CLAIM_ALARM, "oob-message-not-expected"));
    memnet_free(net);
}

/* The device's message brought back to the device itself: Dir is in the fingerprint. */
Test(noob_life, a_reflected_message_is_refused)
{
    struct memnet *net = noob_net(SETTINGS("direction=both", "sleep-time=100"));
    memnet_oob_blocked(net, true);
    memnet_run(net, 2 * IMP_S);
    char text[NOOB_OOB_MAX + 1] = "";
    const struct memnet_message *m = noob_last_message(net, NOOB_MSG_OOB_PEER_TO_SERVER);
    memcpy(text, m->bytes, m->n);
    noob_deliver(net, PEER, text);
    memnet_run(net, 3 * IMP_S);
    cr_assert_eq(noob_peer_of(net)->state, NOOB_WAITING);
    cr_assert(noob_claimed(net, PEER, IMP_CLAIM_ALARM, "oob-hoob-mismatch"));
    noob_deliver(net, SERVER, text);
    memnet_run(net, 4 * IMP_S);
    cr_assert_eq(noob_record_of(net)->state, NOOB_OOB_RECEIVED, "where it belongs it is taken");
    memnet_free(net);
}

/* User reset of a registered peer: a new PeerId; the server keeps the old association. */
Test(noob_life, peer_reset)
{
    struct memnet *net = noob_net(NULL);
    struct noob_association old;
    char id[NOOB_PEER_ID_MAX + 1];
    memnet_run(net, 100 * IMP_S);
    noob_assert_registered(net);
    strcpy(id, noob_peer_of(net)->association.peer_id);
    memnet_event(net, PEER, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, memnet_run_past(net, 0) + IMP_MS);
    cr_assert_lt(memnet_cell(net, PEER, NOOB_CELL, NULL, 0), 0, "nothing is left in the device");
    memnet_run_past(net, 200 * IMP_S);
    noob_assert_registered(net);
    cr_assert_str_neq(noob_peer_of(net)->association.peer_id, id);
    cr_assert(noob_server_registered(net, id, &old), "an orphan, until its user removes it");
    memnet_event(net, SERVER, IMP_EVENT_RESET, id);
    memnet_run_past(net, 201 * IMP_S);
    cr_assert_not(noob_server_registered(net, id, &old));
    noob_assert_registered(net);
    memnet_free(net);
}

Test(noob_life, server_reset_needs_the_peers_too)
{
    struct memnet *net = noob_net(NULL);
    struct noob_association none;
    memnet_run(net, 100 * IMP_S);
    memnet_event(net, SERVER, IMP_EVENT_RESET, NULL);
    memnet_event(net, PEER, IMP_EVENT_CONTROL, "reauthenticate");
    memnet_run_past(net, 150 * IMP_S);
    cr_assert_not(noob_server_registered(net, noob_peer_of(net)->association.peer_id, &none));
    cr_assert(noob_claimed(net, PEER, IMP_CLAIM_ALARM, "2002-state-mismatch"));
    memnet_event(net, PEER, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, 250 * IMP_S);
    noob_assert_registered(net);
    memnet_free(net);
}

/* Power loss of a waiting peer: its ephemeral association is gone, the server's is not. */
Test(noob_life, power_loss_while_waiting)
{
    struct memnet *net = noob_net(NULL);
    memnet_oob_blocked(net, true);
    memnet_run(net, 2 * IMP_S);
    memnet_oob_blocked(net, false);
    memnet_event(net, PEER, IMP_EVENT_START, NULL);
    memnet_run(net, 60 * IMP_S);
    noob_assert_registered(net);
    cr_assert_eq(noob_sent_count(net, REQUEST(2)), 2);
    memnet_free(net);
}

Test(noob_life, an_unwanted_peer_is_told_so)
{
    struct memnet *net = noob_net(SETTINGS("waiting-limit=2"));
    memnet_oob_blocked(net, true);
    memnet_run(net, 1000 * IMP_S);
    cr_assert_eq(noob_sent_count(net, REQUEST(4)), 2);
    cr_assert(noob_claimed(net, PEER, IMP_CLAIM_ALARM, "2001-unwanted-peer"));
    cr_assert_eq(noob_sent_count(net, REQUEST(1)), 4, "and then it stays away");
    memnet_run(net, 4000 * IMP_S);
    cr_assert_eq(noob_sent_count(net, REQUEST(1)), 5, "for an hour");
    memnet_free(net);
}
