/* SPDX-License-Identifier: GPL-2.0-only */
/* The legality tables, walked. */
#include "duck_net.h"

static int states_of(const struct imp_role *role)
{
    int n = 0;
    while (role->states[n])
        n++;
    return n;
}

Test(legal, tables_speak_of_states_and_messages_that_exist)
{
    for (int r = 0; imp_duckling.roles[r].name; r++) {
        const struct imp_role *role = &imp_duckling.roles[r];
        for (const struct imp_legal *l = role->legal; l->message >= 0; l++) {
            cr_expect(l->state >= 0 && l->state < states_of(role));
            cr_expect_leq(l->message, DUCK_MSG_PRESS);
            for (const struct imp_legal *k = role->legal; k < l; k++)
                cr_expect(k->state != l->state || k->message != l->message, "a row twice");
        }
    }
}

Test(legal, orders_in_clear_stand_in_no_table)
{
    static const int never[] = {DUCK_MSG_CLEAR_CONFIG, DUCK_MSG_CLEAR_DEATH, DUCK_MSG_CLEAR_DONE};
    for (size_t i = 0; i < 3; i++)
        for (int s = 0; s < 16; s++) {
            cr_expect_not(duck_is_legal(duckling_legal, s, never[i]));
            cr_expect_not(duck_is_legal(mother_legal, s, never[i]));
        }
}

/* A net whose duckling has just come into `state`. */
static struct memnet *in_state(int state)
{
    struct memnet *net = duck_net(1, SETTINGS("discovery-interval=7", "confirm=true"));
    for (imp_time t = 0; t < 100 * IMP_S; t += IMP_MS / 4) {
        if (memnet_state(net, 0) == state && (state != DUCKLING_EGG || t > IMP_S))
            return net;
        memnet_run_past(net, t);
    }
    cr_assert_fail("state %d was not met", state);
    return NULL;
}

/* In every state every request in clear: a legal one is read (and found to be wrong in content),
 * any other takes the error path and changes nothing. */
Test(legal, duckling_walked_with_every_request)
{
    static const struct {
        int message;
        unsigned code;
        const char *path;
    } requests[] = {
        {DUCK_MSG_REQUEST, IMP_COAP_POST, "imprint"},
        {DUCK_MSG_KEY, IMP_COAP_PUT, "key"},
        {DUCK_MSG_CLEAR_CONFIG, IMP_COAP_PUT, "config"},
        {DUCK_MSG_CLEAR_DEATH, IMP_COAP_DELETE, "key"},
    };
    uint8_t content[DUCK_CONTENT_MAX];
    size_t n = duck_offer_content(content, 3), legal_met = 0;
    for (int state = DUCKLING_EGG; state <= DUCKLING_CONFIGURED; state++)
        for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
            struct memnet *net = in_state(state);
            bool legal = duck_is_legal(duckling_legal, state, requests[i].message);
            unsigned code = duck_ask(net, 0, NULL, requests[i].code, requests[i].path, content, n);
            legal_met += legal;
            if (legal)
                cr_expect_eq(code, IMP_COAP_BAD_REQUEST);
            else
                cr_expect(code == IMP_COAP_FORBIDDEN || code == IMP_COAP_CONFLICT ||
                              code == IMP_COAP_UNAUTHORIZED,
                          "state %d, %s: %u", state, requests[i].path, code);
            cr_expect_eq(memnet_state(net, 0), state);
            memnet_free(net);
        }
    cr_expect_eq(legal_met, 2);
}

Test(legal, unknown_resources_are_not_found)
{
    struct memnet *net = duck_net_complete(NULL);
    cr_expect_eq(duck_ask(net, 0, NULL, IMP_COAP_GET, "key", NULL, 0), IMP_COAP_NOT_FOUND);
    cr_expect_eq(duck_ask(net, 0, NULL, IMP_COAP_PUT, "imprint", NULL, 0), IMP_COAP_NOT_FOUND);
    cr_expect_eq(duck_ask(net, 1, NULL, IMP_COAP_GET, "imprint", NULL, 0), IMP_COAP_NOT_FOUND);
    memnet_free(net);
}

/* An offer with the window open, in every state of the mother in which one may come. */
Test(legal, mother_walked_with_offers)
{
    uint8_t content[DUCK_CONTENT_MAX];
    size_t n = duck_offer_content(content, 0x24);
    unsigned met = 0;
    for (int state = MOTHER_IDLE; state <= MOTHER_CONFIGURING; state++) {
        struct memnet *net = duck_net(1, SETTINGS("!window-never-closes", "confirm=true"));
        for (imp_time t = 0; t < 30 * IMP_S && memnet_state(net, 1) != state; t += IMP_MS / 4)
            memnet_run_past(net, t);
        cr_assert_eq(memnet_state(net, 1), state);
        unsigned code = duck_ask(net, 1, NULL, IMP_COAP_POST, "imprint", content, n);
        bool legal = duck_is_legal(mother_legal, state, DUCK_MSG_OFFER);
        cr_expect_eq(code, legal ? IMP_COAP_CHANGED : IMP_COAP_CONFLICT, "state %d: %u", state,
                     code);
        met += legal;
        memnet_free(net);
    }
    cr_expect(met > 0 && met <= MOTHER_CONFIGURING);
}
