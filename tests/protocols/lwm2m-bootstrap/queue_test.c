/* SPDX-License-Identifier: GPL-2.0-only */
/* Queue mode: the client sleeps between its messages, and the server keeps what it is to ask. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/lwm2m-bootstrap/lwm2m.h"
#include "tests/support/memnet.h"

#define LIMIT (900 * IMP_S)
#define QUEUE "queue-mode=true", "lifetime=1000"
extern const struct imp_mechanism imp_lwm2m_bootstrap;

TestSuite(lwm2m_queue, .init = imp_crypto_init);

static struct memnet *registered(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_lwm2m_bootstrap, 7, settings);
    memnet_start(net);
    memnet_run(net, LIMIT);
    cr_assert(memnet_complete(net));
    return net;
}

static void say(struct memnet *net, const char *word, imp_time at)
{
    memnet_run_past(net, at);
    memnet_event(net, LWM_MANAGEMENT, IMP_EVENT_CONTROL, word);
}

static bool says(const struct memnet_message *m, const char *text)
{
    return memmem(m->bytes, m->n, text, strlen(text));
}

/* ---- the queue alone */
Test(lwm2m_queue, words_wait_in_their_order_and_for_who_listens)
{
    struct lwm_queue q;
    struct lwm_waiting w;
    char name[2] = "0";
    lwm_queue_begin(&q, true, 0);
    cr_expect_eq(lwm_queue_put(&q, false, "a", 1, 0), 0, "it listens");
    cr_expect_eq(lwm_queue_put(&q, true, "a", 1, 0), 1, "it is being asked something");
    cr_expect_eq(lwm_queue_put(&q, false, "b", 1, 0), 1, "not before the other");
    cr_expect_not(lwm_queue_take(&q, &w, LWM_AWAKE), "it sleeps");
    lwm_queue_heard(&q, LWM_AWAKE);
    cr_expect(lwm_queue_take(&q, &w, LWM_AWAKE) && w.n == 1 && w.word[0] == 'a');
    cr_expect(lwm_queue_take(&q, &w, LWM_AWAKE) && w.word[0] == 'b');
    cr_expect_not(lwm_queue_take(&q, &w, LWM_AWAKE));
    for (; name[0] < '0' + LWM_WAITING_MAX; name[0]++)
        cr_expect_eq(lwm_queue_put(&q, false, name, 1, IMP_NEVER), 1);
    cr_expect_eq(lwm_queue_put(&q, false, name, 1, IMP_NEVER), -1, "full");
    lwm_queue_begin(&q, true, 0);
    cr_expect_eq(q.n, 0, "of an earlier registration");
    cr_expect_eq(lwm_queue_put(&q, true, "a word that is longer than any known", 36, 0), -1);
    lwm_queue_begin(&q, false, 0);
    cr_expect_eq(lwm_queue_put(&q, true, "a", 1, IMP_NEVER), 0, "no queue mode");
}

/* ---- both ends */
Test(lwm2m_queue, the_client_says_so_as_its_version_does)
{
    static const char *const versions[] = {"version=1.2", "version=1.1", "version=1.0"};
    static const char *const more[] = {"mode=client-initiated", "mode=factory"};
    for (int i = 0; i < 6; i++) {
        struct memnet *net =
            registered(SETTINGS(QUEUE, versions[i / 2], more[i % 2], "server-security=nosec"));
        const struct memnet_message *m = memnet_last_message(net, LWM_MSG_REGISTER);
        struct imp_coap_message c;
        struct lwm_registration r;
        cr_assert_eq(imp_coap_decode(&c, m->bytes, m->n), 0);
        cr_assert_eq(lwm_register_read(&r, &c, LWM_1_2), IMP_COAP_CREATED);
        cr_expect(r.queue, "%s", versions[i / 2]);
        cr_expect_str_eq(r.binding, i < 4 ? "U" : "UQ");
        cr_expect_eq(says(m, "\1Q"), i < 4);
        memnet_free(net);
    }
    struct memnet *net = registered(SETTINGS("server-security=nosec"));
    cr_expect_not(says(memnet_last_message(net, LWM_MSG_REGISTER), "\1Q"));
    memnet_free(net);
}

/* It sleeps 93 s after its last message; what is said then waits for its Update at 700 s. */
Test(lwm2m_queue, what_is_said_to_a_sleeper_waits_for_its_update)
{
    static const char *const securities[] = {"server-security=psk", "server-security=nosec",
                                             "server-security=oscore"};
    for (int i = 0; i < 3; i++) {
        struct memnet *net = registered(SETTINGS(QUEUE, securities[i]));
        memnet_run_past(net, 90 * IMP_S);
        cr_expect_eq(memnet_state(net, LWM_CLIENT), LWM_REGISTERED);
        memnet_run_past(net, 110 * IMP_S);
        cr_expect_eq(memnet_state(net, LWM_CLIENT), LWM_ASLEEP, "%s", securities[i]);
        say(net, "read", 200 * IMP_S);
        say(net, "update", 300 * IMP_S);
        memnet_run_past(net, 650 * IMP_S);
        cr_expect_eq(memnet_count_messages(net, LWM_MSG_S_READ), 0);
        memnet_run_past(net, 720 * IMP_S);
        cr_expect_eq(memnet_count_messages(net, LWM_MSG_S_READ), 1, "%s", securities[i]);
        cr_expect_eq(memnet_count_messages(net, LWM_MSG_UPDATE_TRIGGER), 1);
        cr_expect_eq(memnet_count_messages(net, LWM_MSG_UPDATE), 2, "in time, and as ordered");
        cr_expect_lt(memnet_last_message(net, LWM_MSG_S_READ)->at,
                     memnet_last_message(net, LWM_MSG_UPDATE_TRIGGER)->at);
        cr_expect_eq(memnet_count_claims(net, LWM_MANAGEMENT, IMP_CLAIM_REJECT, NULL), 0);
        memnet_run_past(net, 820 * IMP_S);
        cr_expect_eq(memnet_state(net, LWM_CLIENT), LWM_ASLEEP, "again");
        memnet_free(net);
    }
}

Test(lwm2m_queue, who_is_awake_is_asked_at_once)
{
    struct memnet *net = registered(SETTINGS(QUEUE));
    say(net, "read", 50 * IMP_S);
    memnet_run_past(net, 51 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_S_READ), 1);
    memnet_run_past(net, 140 * IMP_S);
    cr_expect_eq(memnet_state(net, LWM_CLIENT), LWM_REGISTERED, "its answer keeps it awake");
    memnet_run_past(net, 150 * IMP_S);
    cr_expect_eq(memnet_state(net, LWM_CLIENT), LWM_ASLEEP);
    memnet_free(net);
}

/* The server takes it to be there for 93 s: one that sleeps earlier is asked in vain. */
Test(lwm2m_queue, a_short_sleeper_is_missed)
{
    struct memnet *net = registered(SETTINGS(QUEUE, "awake-time=10"));
    say(net, "read", 50 * IMP_S);
    memnet_run_past(net, 200 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_S_READ), 5, "and four repetitions");
    cr_expect(memnet_last(net, LWM_MANAGEMENT, IMP_CLAIM_REJECT, "client-refused", NULL));
    say(net, "read", 300 * IMP_S);
    memnet_run_past(net, 720 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_S_READ), 6, "with the Update");
    cr_expect_eq(memnet_count_claims(net, LWM_MANAGEMENT, IMP_CLAIM_REJECT, NULL), 1);
    memnet_free(net);
}

/* Without queue mode nothing waits, and nobody sleeps. */
Test(lwm2m_queue, others_are_asked_at_any_time)
{
    struct memnet *net = registered(SETTINGS("lifetime=1000"));
    say(net, "read", 400 * IMP_S);
    memnet_run_past(net, 401 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_S_READ), 1);
    cr_expect_eq(memnet_state(net, LWM_CLIENT), LWM_REGISTERED);
    memnet_free(net);
}

Test(lwm2m_queue, a_factory_account_is_still_sent_away)
{
    struct memnet *net = registered(SETTINGS(QUEUE, "mode=server-initiated"));
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_TRIGGER), 1);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_REGISTERED), 2);
    memnet_free(net);
}

Test(lwm2m_queue, each_of_two_servers_has_its_own)
{
    struct memnet *net = registered(SETTINGS(QUEUE, "servers=two"));
    memnet_run_past(net, 200 * IMP_S);
    memnet_event(net, LWM_SECOND, IMP_EVENT_CONTROL, "read");
    memnet_run_past(net, 650 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_S_READ), 0);
    memnet_run_past(net, 720 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_S_READ), 1);
    cr_expect_eq(memnet_last_message(net, LWM_MSG_S_READ)->from, LWM_SECOND);
    memnet_free(net);
}
