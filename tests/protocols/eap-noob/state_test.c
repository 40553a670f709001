/* SPDX-License-Identifier: GPL-2.0-only */
/* Tables: which exchange the server chooses (table 14), which request the peer takes when, the
 * declared legality, the database. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "noob_net.h"
#include "protocols/eap/noob_server.h"
#include "protocols/codec/text.h"

#define REQUEST(type) (NOOB_MSG_REQUEST + (type))
#define RESPONSE(type) (NOOB_MSG_RESPONSE + (type))

Test(noob_state, table_14)
{
    for (int server = NOOB_UNREGISTERED; server <= NOOB_REGISTERED; server++)
        for (int peer = NOOB_UNREGISTERED; peer <= NOOB_RECONNECTING; peer++) {
            bool s_persistent = server >= NOOB_RECONNECTING, p_persistent = peer == 3;
            enum noob_exchange want = s_persistent != p_persistent ? NOOB_X_MISMATCH
                                      : s_persistent               ? NOOB_X_RECONNECT
                                      : server == 0 || peer == 0   ? NOOB_X_INITIAL
                                      : server == 1 && peer == 1   ? NOOB_X_WAITING
                                                                   : NOOB_X_COMPLETION;
            cr_assert_eq(noob_choose_exchange((enum noob_state)server, (enum noob_state)peer), want,
                         "server %d, peer %d", server, peer);
        }
}

/* One well-formed request of each type, for a peer with PeerId "p". */
static const char *const requests[NOOB_TYPES] = {
    "{\"Type\":0,\"ErrorCode\":5001}",
    "{\"Type\":1}",
    "{\"Type\":2,\"Vers\":[1],\"PeerId\":\"p\",\"Cryptosuites\":[1],\"Dirs\":1,\"ServerInfo\":{}}",
    "{\"Type\":3,\"PeerId\":\"p\",\"PKs\":{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":"
    "\"hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo\"},"
    "\"Ns\":\"PYO7NVd9Af3BxEri1MI6hL8Ck49YxwCjSRPqlC1SPbw\"}",
    "{\"Type\":4,\"PeerId\":\"p\"}",
    "{\"Type\":5,\"PeerId\":\"p\"}",
    "{\"Type\":6,\"PeerId\":\"p\",\"NoobId\":\"U0OHwYGCS4nEkzk2TPIE6g\",\"MACs\":"
    "\"dXWb_EYliQMAA80c7rtzsbU3AwHeuHnm7uyHTwK0h1s\"}",
    "{\"Type\":7,\"Vers\":[1],\"PeerId\":\"p\",\"Cryptosuites\":[1]}",
    "{\"Type\":8,\"PeerId\":\"p\",\"KeyingMode\":1,"
    "\"Ns2\":\"PYO7NVd9Af3BxEri1MI6hL8Ck49YxwCjSRPqlC1SPbw\"}",
    "{\"Type\":9,\"PeerId\":\"p\",\"MACs2\":\"dXWb_EYliQMAA80c7rtzsbU3AwHeuHnm7uyHTwK0h1s\"}",
};

/* May `next` follow `last` in a peer of that state? By figures 2 to 8. */
static bool follows(int state, int last, int next)
{
    switch (next) {
    case 1:
        return last == NOOB_TYPES;
    case 2:
        return last == 1 && state <= 2;
    case 3:
        return last == 2 && state == 0;
    case 4:
        return last == 1 && state == 1;
    case 5:
        return last == 1 && state == 2;
    case 6:
        return (last == 1 && state == 1) || (last == 5 && state == 2);
    case 7:
        return last == 1 && state == 3;
    case 8:
    case 9:
        return last == next - 1 && state == 3;
    default:
        return true; /* error notifications */
    }
}

/* Hands one request to a peer put into a state; returns the error that it tells, 0 for none. */
static int answer(struct imp_env *env, int state, int last, int next)
{
    static struct noob_peer p;
    struct noob_message m;
    uint8_t in[600] = {1, 1, 0, 0, NOOB_EAP_TYPE}, out[IMP_EAP_MTU] = {2, 1, 0, 0, NOOB_EAP_TYPE};
    size_t n = strlen(requests[next]);
    struct imp_eap_io io = {.env = env, .in = in, .in_n = n + 5, .out = out, .cap = sizeof out};

    memset(&p, 0, sizeof p);
    p.state = (enum noob_state)state;
    p.last = (enum noob_type)last;
    p.e.suite = p.r.suite = p.association.suite = NOOB_X25519;
    p.r.keying_mode = 1;
    strcpy(p.e.peer_id, "p");
    strcpy(p.association.peer_id, "p");
    strcpy(p.e.nai, "a@b.c");
    memcpy(in + 5, requests[next], n);
    noob_peer_process(&p, &io);
    cr_assert_eq(noob_parse(&m, true, out + 5, io.out_n - 5), NOOB_OK, "%.*s", (int)io.out_n - 5,
                 out + 5);
    cr_assert(m.type == NOOB_ERROR || (int)m.type == next);
    return m.type == NOOB_ERROR ? m.error_code : 0;
}

Test(noob_state, the_peer_takes_each_request_in_its_place_only)
{
    struct memnet *net = memnet_new(&imp_eap_noob, 1, NULL);
    struct imp_env *env = (struct imp_env *)memnet_env(net, PEER);
    unsigned legal = 0;
    for (int state = 0; state <= 3; state++)
        for (int last = 1; last <= NOOB_TYPES; last++)
            for (int next = 1; next < NOOB_TYPES; next++) {
                int error = answer(env, state, last, next);
                bool may = follows(state, last, next);
                legal += may;
                cr_assert_eq(error != NOOB_E_TYPE, may, "state %d, %d after %d: %d", state, next,
                             last, error);
            }
    cr_assert_eq(legal, 4 + 3 + 1 + 1 + 1 + 2 + 1 + 2);
    memnet_free(net);
}

/* The server takes only the type that it has asked for. */
Test(noob_state, the_server_takes_the_answer_to_its_request_only)
{
    for (int type = 1; type <= 3; type++)
        for (int wrong = 1; wrong < NOOB_TYPES; wrong++) {
            char find[16], replace[16];
            if (wrong == type)
                continue;
            snprintf(find, sizeof find, "\"Type\":%d", type);
            snprintf(replace, sizeof replace, "\"Type\":%d", wrong);
            struct noob_rule rules[] = {
                {.message = RESPONSE(type), .count = 1, .find = find, .replace = replace},
                {.message = -1}};
            struct memnet *net = noob_net(NULL);
            noob_rules(net, rules);
            memnet_run(net, 2 * IMP_S);
            cr_assert_eq(rules[0].applied, 1);
            cr_assert(noob_claimed(net, SERVER, IMP_CLAIM_REJECT, "1004-unexpected-type"));
            memnet_free(net);
        }
}

/* ---- the declaration
 * ------------------------------------------------------------------------------- */
static bool declared(const struct imp_role *role, int state, int message)
{
    for (const struct imp_legal *l = role->legal; l->message >= 0; l++)
        if (l->state == state && l->message == message)
            return true;
    return false;
}

/* Every message that a run delivers is declared legal in the state in which it arrives. */
struct walk {
    struct memnet *net;
    unsigned seen;
};

static bool walk_filter(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                        size_t cap)
{
    struct walk *w = arg;
    (void)bytes;
    (void)n;
    (void)cap;
    if (m->channel == IMP_DOT1X_ACCESS) {
        bool anywhere = false;
        const struct imp_role *role = &imp_eap_noob.roles[m->to];
        for (int s = 0; role->states[s]; s++)
            anywhere = anywhere || declared(role, s, m->message);
        cr_assert(anywhere, "%s", imp_eap_noob.messages[m->message].name);
        w->seen++;
    }
    return true;
}

Test(noob_state, every_delivered_message_is_declared)
{
    struct walk w = {noob_net(SETTINGS("direction=both")), 0};
    memnet_filter_set(w.net, walk_filter, &w);
    memnet_run(w.net, 100 * IMP_S);
    noob_assert_registered(w.net);
    memnet_event(w.net, PEER, IMP_EVENT_CONTROL, "reauthenticate");
    memnet_run_past(w.net, 200 * IMP_S);
    cr_assert_gt(w.seen, 40);
    memnet_free(w.net);
}

Test(noob_state, tables_are_whole)
{
    const struct imp_mechanism *m = &imp_eap_noob;
    cr_assert_str_eq(m->messages[REQUEST(0)].name, "EAP-NOOB type 0 request (error notification)");
    cr_assert_str_eq(m->messages[RESPONSE(9)].name,
                     "EAP-NOOB type 9 response (Reconnect Exchange, MAC)");
    cr_assert_eq(m->messages[NOOB_MSG_OOB_SERVER_TO_PEER].channel, NOOB_CH_SERVER_TO_PEER);
    cr_assert_null(m->messages[NOOB_MSG_OOB_SERVER_TO_PEER + 1].name);
    for (size_t i = 0; i < imp_option_count(m); i++) {
        struct imp_value v;
        char error[200];
        cr_assert_not_null(m->options[i].name);
        cr_assert_eq(
            imp_option_parse(&v, &m->options[i], m->options[i].preset, error, sizeof error), 0,
            "%s: %s", m->options[i].name, error);
        cr_assert_neq(m->options[i].roles, 0);
    }
    cr_assert_eq(imp_option_find(m, "association"), NOOB_OPT_ASSOCIATION);
    cr_assert_eq(imp_flaw_find(m, "server-no-macp2-check"), NOOB_FLAW_SERVER_RECONNECT);
    for (size_t i = 0; i < imp_flaw_count(m); i++) {
        cr_assert_not_null(m->flaws[i].broken_by);
        cr_assert_not_null(m->flaws[i].goal);
    }
}

/* ---- the database
 * -------------------------------------------------------------------------------------- */
static void make_id(char id[NOOB_PEER_ID_LEN + 1], unsigned i)
{
    uint8_t bytes[NOOB_NOOB] = {(uint8_t)(i >> 8), (uint8_t)i};
    imp_base64url_encode(id, NOOB_PEER_ID_LEN + 1, bytes, sizeof bytes);
}

Test(noob_state, ephemeral_associations_give_way_oldest_first)
{
    static struct noob_server db;
    char id[NOOB_PEER_ID_LEN + 1];
    for (unsigned i = 0; i < NOOB_RECORDS + 3; i++) {
        make_id(id, i);
        noob_db_new(&db, id)->state = NOOB_WAITING;
    }
    for (unsigned i = 0; i < NOOB_RECORDS + 3; i++) {
        make_id(id, i);
        cr_assert_eq(noob_db_find(&db, id) != NULL, i >= 3, "%u", i);
    }
    make_id(id, NOOB_RECORDS + 2);
    cr_assert_eq(noob_db_latest_waiting(&db), noob_db_find(&db, id));
    noob_db_drop(&db, noob_db_find(&db, id));
    cr_assert_null(noob_db_find(&db, id));
}

Test(noob_state, persistent_associations_are_found_and_reset)
{
    struct memnet *net = memnet_new(&imp_eap_noob, 1, NULL);
    struct imp_env *env = (struct imp_env *)memnet_env(net, SERVER);
    static struct noob_server db;
    struct noob_association a = {.nai = "n@a.b", .verp = 1, .suite = 1}, b;
    const unsigned count = 3 * NOOB_INDEX_CHUNK + 1;
    noob_db_open(&db, env);
    for (int twice = 0; twice < 2; twice++)
        for (unsigned i = 0; i < count; i++) {
            make_id(a.peer_id, i);
            a.kz[0] = (uint8_t)i;
            noob_db_save(&db, env, &a);
        }
    cr_assert_eq(db.registered, count);
    noob_db_open(&db, env);
    cr_assert_eq(db.registered, count, "the index survives");
    make_id(a.peer_id, 50);
    cr_assert(noob_db_load(env, &b, a.peer_id));
    cr_assert_eq(b.kz[0], 50);
    noob_db_erase(env, a.peer_id);
    cr_assert_not(noob_db_load(env, &b, a.peer_id));
    noob_db_clear(&db, env);
    for (unsigned i = 0; i < count; i++) {
        make_id(a.peer_id, i);
        cr_assert_not(noob_db_load(env, &b, a.peer_id));
    }
    noob_db_open(&db, env);
    cr_assert_eq(db.registered, 0);
    memnet_free(net);
}
