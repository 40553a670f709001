/* SPDX-License-Identifier: GPL-2.0-only */
/* Reconnect Exchange, persistent association, loss of its last message (RFC 9140 section 3.4). */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "noob_net.h"

#define REQUEST(type) (NOOB_MSG_REQUEST + (type))
#define RESPONSE(type) (NOOB_MSG_RESPONSE + (type))

static struct memnet *registered(const char *const *settings)
{
    struct memnet *net = noob_net(settings);
    memnet_run(net, 100 * IMP_S);
    noob_assert_registered(net);
    return net;
}

static void reauthenticate(struct memnet *net, imp_time until)
{
    memnet_event(net, PEER, IMP_EVENT_CONTROL, "reauthenticate");
    memnet_run_past(net, until);
}

Test(noob_reconnect, each_keying_mode)
{
    for (int mode = 1; mode <= 3; mode++) {
        char setting[40];
        snprintf(setting, sizeof setting, "keying-mode=%d", mode);
        struct memnet *net = registered(SETTINGS(setting));
        struct noob_association before = noob_peer_of(net)->association;
        size_t curve = memnet_charged(net, PEER, IMP_OP_X25519);
        reauthenticate(net, 200 * IMP_S);
        noob_assert_registered(net);
        const struct noob_association *a = &noob_peer_of(net)->association;
        cr_assert_eq(noob_sent_count(net, RESPONSE(NOOB_RECONNECT_MAC)), 1);
        cr_assert_eq(noob_sent_count(net, REQUEST(NOOB_INITIAL_PARAMETERS)), 1);
        cr_assert_eq(memnet_charged(net, PEER, IMP_OP_X25519) - curve, mode == 1 ? 0 : 2);
        cr_assert_eq(memcmp(a->kz, before.kz, NOOB_KEY) == 0, mode != 3, "only mode 3 replaces Kz");
        cr_assert_eq(a->suite_prev, mode == 3 ? NOOB_X25519 : 0);
        memnet_free(net);
    }
}

Test(noob_reconnect, keys_are_new_each_time)
{
    for (int mode = 1; mode <= 3; mode++) {
        char setting[40];
        uint8_t first[64];
        snprintf(setting, sizeof setting, "keying-mode=%d", mode);
        struct memnet *net = registered(SETTINGS(setting));
        memcpy(first, memnet_last(net, PEER, IMP_CLAIM_SECRET, "MSK", "eap")->data, 64);
        reauthenticate(net, 200 * IMP_S);
        cr_assert_arr_neq(memnet_last(net, PEER, IMP_CLAIM_SECRET, "MSK", "eap")->data, first, 64);
        memnet_free(net);
    }
}

Test(noob_reconnect, information_is_sent_again_when_asked_for)
{
    struct memnet *net = registered(SETTINGS("reconnect-info=true"));
    reauthenticate(net, 200 * IMP_S);
    noob_assert_registered(net);
    const struct memnet_message *m = noob_last_message(net, RESPONSE(NOOB_RECONNECT_PARAMETERS));
    cr_assert_not_null(memmem(m->bytes, m->n, "\"PeerInfo\":{", 12));
    memnet_free(net);
    net = registered(NULL);
    reauthenticate(net, 200 * IMP_S);
    m = noob_last_message(net, RESPONSE(NOOB_RECONNECT_PARAMETERS));
    cr_assert_null(memmem(m->bytes, m->n, "PeerInfo", 8));
    m = noob_last_message(net, REQUEST(NOOB_RECONNECT_PARAMETERS));
    cr_assert_null(memmem(m->bytes, m->n, "ServerInfo", 10));
    memnet_free(net);
}

Test(noob_reconnect, stored_associations_need_no_user)
{
    struct memnet *net = registered(SETTINGS("association=stored"));
    cr_assert_eq(noob_sent_count(net, NOOB_MSG_OOB_PEER_TO_SERVER), 0);
    cr_assert_eq(noob_sent_count(net, IMP_DOT1X_MSG_FAILURE), 0);
    cr_assert_eq(noob_sent_count(net, RESPONSE(NOOB_RECONNECT_MAC)), 1);
    memnet_free(net);
}

Test(noob_reconnect, power_loss_at_either_end)
{
    struct memnet *net = registered(NULL);
    struct noob_association before = noob_peer_of(net)->association;
    memnet_event(net, SERVER, IMP_EVENT_START, NULL);
    memnet_event(net, PEER, IMP_EVENT_START, NULL);
    memnet_run_past(net, 200 * IMP_S);
    noob_assert_registered(net);
    cr_assert_str_eq(noob_peer_of(net)->association.peer_id, before.peer_id);
    cr_assert_eq(noob_sent_count(net, RESPONSE(NOOB_RECONNECT_MAC)), 1);
    memnet_free(net);
}

Test(noob_reconnect, a_new_nai_is_taken_over)
{
    /* Stored with the default NAI; the server now assigns another one. */
    struct memnet *net = registered(SETTINGS("association=stored", "new-nai=x@other.example"));
    cr_assert_str_eq(noob_peer_of(net)->association.nai, "x@other.example");
    memnet_free(net);
}

/* The server has suite 1 stored, but the peer now prefers suite 2: mode 3, whatever the option. */
Test(noob_reconnect, a_new_suite_needs_mode_3)
{
    struct memnet *net = registered(SETTINGS("suite=x25519-first", "keying-mode=1"));
    noob_assert_registered(net);
    ((struct imp_value *)memnet_env(net, PEER)->options)[NOOB_OPT_SUITE].i = 1; /* p256-first */
    reauthenticate(net, 200 * IMP_S);
    noob_assert_registered(net);
    const struct noob_association *a = &noob_peer_of(net)->association;
    cr_assert_eq(a->suite, NOOB_P256);
    cr_assert_eq(a->suite_prev, NOOB_X25519);
    const struct memnet_message *m = noob_last_message(net, REQUEST(NOOB_RECONNECT_KEYS));
    cr_assert_not_null(memmem(m->bytes, m->n, "\"KeyingMode\":3,", 15));

    reauthenticate(net, 300 * IMP_S); /* MACs2 confirms the upgrade: the old key goes */
    noob_assert_registered(net);
    cr_assert_eq(noob_peer_of(net)->association.suite_prev, 0);
    memnet_free(net);
}

/* Section 3.4.2, rule 2: the last response of the upgrade is lost, again and again. */
Test(noob_reconnect, a_lost_upgrade_is_rolled_back)
{
    struct memnet *net = registered(SETTINGS("association=stored", "keying-mode=2"));
    struct noob_association old = noob_peer_of(net)->association, at_server;
    struct noob_rule rules[] = {{.message = RESPONSE(NOOB_RECONNECT_MAC), .count = 6, .lose = true},
                                {.message = -1}};
    noob_rules(net, rules);
    ((struct imp_value *)memnet_env(net, PEER)->options)[NOOB_OPT_SUITE].i = 1; /* p256-first */
    reauthenticate(net, memnet_run(net, 0) + 20 * IMP_S);
    const struct noob_association *a = &noob_peer_of(net)->association;
    cr_assert_eq(a->suite, NOOB_P256, "the peer has upgraded");
    cr_assert_arr_eq(a->kz_prev, old.kz, NOOB_KEY);
    cr_assert(noob_server_registered(net, a->peer_id, &at_server));
    cr_assert_eq(at_server.suite, NOOB_X25519, "the server has not");
    memnet_run_past(net, 600 * IMP_S);
    reauthenticate(net, 900 * IMP_S);
    noob_assert_registered(net);
    cr_assert_arr_neq(a->kz, old.kz, NOOB_KEY);
    cr_assert_geq(rules[0].applied, 6);
    memnet_free(net);
}

/* As above, but now the server goes back to offering the old suite only. */
Test(noob_reconnect, a_rolled_back_peer_accepts_the_old_suite)
{
    struct memnet *net = registered(SETTINGS("association=stored", "keying-mode=1"));
    struct noob_association old = noob_peer_of(net)->association;
    struct noob_rule rules[] = {{.message = RESPONSE(NOOB_RECONNECT_MAC), .count = 6, .lose = true},
                                {.message = -1}};
    noob_rules(net, rules);
    ((struct imp_value *)memnet_env(net, PEER)->options)[NOOB_OPT_SUITE].i = 1; /* p256-first */
    reauthenticate(net, memnet_run(net, 0) + 4 * IMP_S);
    cr_assert_eq(noob_peer_of(net)->association.suite, NOOB_P256);
    ((struct imp_value *)memnet_env(net, SERVER)->options)[NOOB_OPT_SUITE].i = 2; /* x25519 */
    memnet_run_past(net, 600 * IMP_S);
    reauthenticate(net, 900 * IMP_S);
    noob_assert_registered(net);
    const struct noob_association *a = &noob_peer_of(net)->association;
    cr_assert_eq(a->suite, NOOB_X25519);
    cr_assert_eq(a->suite_prev, 0);
    cr_assert_arr_eq(a->kz, old.kz, NOOB_KEY, "mode 1 keeps Kz: the old one is back");
    memnet_free(net);
}

/* The server lost its database: only the user can help (table 14). */
Test(noob_reconnect, a_server_that_knows_nothing_refuses)
{
    struct memnet *net = noob_net(SETTINGS("peer.association=stored"));
    memnet_run(net, 100 * IMP_S);
    cr_assert_not(memnet_complete(net));
    cr_assert(noob_claimed(net, SERVER, IMP_CLAIM_REJECT, "2002-state-mismatch"));
    cr_assert(noob_claimed(net, PEER, IMP_CLAIM_ALARM, "2002-state-mismatch"));
    cr_assert_eq(noob_peer_of(net)->state, NOOB_RECONNECTING,
                 "kept: in-band messages delete nothing");
    memnet_event(net, PEER, IMP_EVENT_RESET, NULL);
    memnet_run(net, 200 * IMP_S);
    noob_assert_registered(net);
    memnet_free(net);
}

Test(noob_reconnect, another_kz_is_found_out_by_either_end)
{
    struct memnet *net = registered(SETTINGS("association=stored"));
    uint8_t cell[NOOB_CELL_MAX];
    struct noob_association a = noob_peer_of(net)->association;
    char name[64];
    a.kz[0] ^= 1;
    snprintf(name, sizeof name, "peer/%s", a.peer_id);
    struct imp_env *server = (struct imp_env *)memnet_env(net, SERVER);
    server->ops->cell_put(server, name, cell, noob_association_write(cell, &a));
    size_t commits = noob_sent_count(net, RESPONSE(NOOB_RECONNECT_MAC));
    reauthenticate(net, 60 * IMP_S);
    cr_assert(noob_claimed(net, PEER, IMP_CLAIM_REJECT, "4001-hmac-failure"));
    cr_assert_eq(noob_sent_count(net, RESPONSE(NOOB_RECONNECT_MAC)), commits);
    cr_assert_eq(noob_peer_of(net)->state, NOOB_RECONNECTING);
    memnet_free(net);
}

Test(noob_reconnect, association_cells_survive_a_round_trip)
{
    struct noob_association a = {.peer_id = "p", .nai = "n@a.b", .verp = 1, .suite = 2}, b;
    uint8_t cell[NOOB_CELL_MAX];
    memset(a.kz, 7, sizeof a.kz);
    for (int prev = 0; prev <= 1; prev++) {
        a.suite_prev = prev;
        if (prev)
            memset(a.kz_prev, 9, sizeof a.kz_prev);
        size_t n = noob_association_write(cell, &a);
        cr_assert_eq(noob_association_read(&b, cell, n), 0);
        cr_assert_eq(memcmp(&a, &b, sizeof a), 0);
        for (size_t k = 0; k < n; k++)
            cr_assert_eq(noob_association_read(&b, cell, k), -1, "cut after %zu", k);
        cr_assert_eq(noob_association_read(&b, cell, n + 1), -1);
    }
}

Test(noob_reconnect, suites_of_the_registry_are_equally_strong)
{
    cr_assert_not(noob_suite_weaker(NOOB_X25519, NOOB_P256));
    cr_assert_not(noob_suite_weaker(NOOB_P256, NOOB_X25519));
    cr_assert(noob_suite_weaker(0, NOOB_X25519), "reserved");
    cr_assert(noob_suite_weaker(99, NOOB_P256), "unknown");
}
