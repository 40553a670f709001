/* SPDX-License-Identifier: GPL-2.0-only */
/* What strangers try, what is altered on the way, and what each flaw changes. */
#include "duck_net.h"

static const struct {
    unsigned code;
    const char *path;
    unsigned refusal;
    const char *flaw;
} orders[] = {
    {IMP_COAP_POST, "imprint", IMP_COAP_CONFLICT, "!accepts-second-imprint"},
    {IMP_COAP_POST, "imprint", IMP_COAP_CONFLICT, "!ignores-competing-mother"},
    {IMP_COAP_PUT, "key", IMP_COAP_UNAUTHORIZED, "!no-proof-check"},
    {IMP_COAP_PUT, "config", IMP_COAP_UNAUTHORIZED, "!accepts-config-in-clear"},
    {IMP_COAP_DELETE, "key", IMP_COAP_UNAUTHORIZED, "!accepts-death-in-clear"},
};
enum { ORDERS = sizeof orders / sizeof *orders };

/* A key with a wrong name and a wrong proof. */
static size_t key_content(uint8_t *out)
{
    struct duck_content c = {.has = DUCK_HAS(DUCK_F_KEY) | DUCK_HAS(DUCK_F_KEY_ID) |
                                    DUCK_HAS(DUCK_F_PROOF),
                             .key = "stranger's key"};
    return duck_content_write(NULL, out, &c);
}

static size_t order_content(uint8_t *out, size_t order)
{
    if (orders[order].code == IMP_COAP_POST)
        return duck_request_content(out, 0x66);
    if (strcmp(orders[order].path, "config") == 0)
        return duck_offer_content(out, 1); /* any map will do: it is not read by a sound duckling */
    return orders[order].code == IMP_COAP_PUT ? key_content(out) : 0;
}

static unsigned give(struct memnet *net, size_t order, const struct imp_addr *from)
{
    uint8_t content[DUCK_CONTENT_MAX];
    size_t n = order_content(content, order);
    return duck_ask(net, DUCK_DUCKLING, from, orders[order].code, orders[order].path, content, n);
}

/* The answer to a stranger is recorded although memnet knows nobody at that address. */
Test(attack, an_operational_duckling_obeys_nobody_in_clear)
{
    const struct imp_addr *const from[] = {&duck_stranger, NULL};
    struct memnet *net = duck_net_complete(NULL);
    struct duck_bond before, after;
    duck_bond_of(net, &before);
    for (size_t f = 0; f < 2; f++)
        for (size_t i = 0; i < ORDERS; i++) {
            cr_expect_eq(give(net, i, from[f]), orders[i].refusal, "%s", orders[i].path);
            cr_expect_eq(memnet_state(net, 0), DUCKLING_CONFIGURED);
            cr_assert(duck_bond_of(net, &after));
            cr_expect_arr_eq(&before, &after, sizeof before);
        }
    cr_expect_not_null(memnet_last(net, 0, IMP_CLAIM_REJECT, "already-imprinted", NULL));
    cr_expect_not_null(memnet_last(net, 0, IMP_CLAIM_REJECT, "order-in-clear", NULL));
    memnet_free(net);
}

Test(attack, each_flaw_of_the_duckling_lets_one_order_through)
{
    for (size_t flawed = 0; flawed < ORDERS; flawed++)
        for (size_t i = 0; i < ORDERS; i++) {
            struct memnet *net = duck_net_complete(SETTINGS(orders[flawed].flaw));
            bool same = orders[i].code == orders[flawed].code &&
                        strcmp(orders[i].path, orders[flawed].path) == 0;
            unsigned answer = give(net, i, &duck_stranger);
            if (same)
                cr_expect_eq(imp_coap_class(answer), 2, "%s", orders[flawed].flaw);
            else
                cr_expect_eq(answer, orders[i].refusal, "%s, %s", orders[flawed].flaw,
                             orders[i].path);
            memnet_free(net);
        }
}

Test(attack, an_egg_takes_no_orders)
{
    struct memnet *net = duck_net(1, NULL);
    memnet_run(net, IMP_S / 2);
    for (size_t i = 0; i < ORDERS; i++)
        cr_expect_eq(give(net, i, &duck_stranger), IMP_COAP_FORBIDDEN, "%s", orders[i].path);
    cr_expect_eq(memnet_state(net, 0), DUCKLING_SEARCHING);
    memnet_run(net, 600 * IMP_S);
    cr_expect(memnet_complete(net), "they did not disturb it");
    memnet_free(net);
}

/* ---- competing mothers
 * ----------------------------------------------------------------------------- */
/* A second mother answers the search under way. */
static void second_mother(struct memnet *net)
{
    const struct memnet_message *search = memnet_last_message(net, DUCK_MSG_DISCOVER);
    struct imp_coap_message asked, m;
    static const char links[] = "</imprint>;rt=\"duck.mother\";ep=\"6666666666666666\"";
    uint8_t datagram[128];
    cr_assert_eq(imp_coap_decode(&asked, search->bytes, search->n), 0);
    m = (struct imp_coap_message){.type = IMP_COAP_NON,
                                  .code = IMP_COAP_CONTENT,
                                  .mid = 1,
                                  .token_n = asked.token_n,
                                  .payload = (const uint8_t *)links,
                                  .payload_n = sizeof links - 1};
    memcpy(m.token, asked.token, asked.token_n);
    int n = imp_coap_encode(datagram, sizeof datagram, &m);
    memnet_inject(net, DUCK_DUCKLING, DUCK_COAP, &duck_stranger, datagram, (size_t)n);
}

Test(attack, of_two_mothers_none_is_chosen)
{
    struct memnet *net = duck_net(1, NULL);
    memnet_run(net, 9 * IMP_S); /* the second search is under way, the mother has answered */
    cr_assert_eq(memnet_count_messages(net, DUCK_MSG_LINKS), 1);
    second_mother(net);
    memnet_run(net, 11 * IMP_S);
    cr_expect_not_null(memnet_last(net, 0, IMP_CLAIM_ALARM, "competing-mothers", NULL));
    cr_expect_eq(memnet_count_messages(net, DUCK_MSG_OFFER), 0);
    memnet_run(net, 600 * IMP_S);
    cr_expect(memnet_complete(net), "when the other one is silent it is imprinted");
    memnet_free(net);
}

Test(attack, a_flawed_duckling_follows_the_first_of_two)
{
    struct memnet *net = duck_net(1, SETTINGS("!ignores-competing-mother"));
    memnet_run(net, 6 * IMP_S);
    second_mother(net);
    memnet_run(net, 11 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, DUCK_MSG_OFFER), 1);
    cr_expect_eq(memnet_last_message(net, DUCK_MSG_OFFER)->to, -1, "to the stranger");
    memnet_free(net);
}

Test(attack, only_the_chosen_mother_may_request)
{
    uint8_t content[DUCK_CONTENT_MAX];
    struct memnet *net = duck_net(1, SETTINGS("confirm=true"));
    memnet_run(net, 10 * IMP_S + 10 * IMP_MS);
    cr_assert_eq(memnet_state(net, 0), DUCKLING_OFFERED);
    size_t n = duck_request_content(content, 0x66);
    cr_expect_eq(duck_ask(net, 0, &duck_stranger, IMP_COAP_POST, "imprint", content, n),
                 IMP_COAP_CONFLICT);
    cr_expect_eq(duck_ask(net, 0, NULL, IMP_COAP_POST, "imprint", content, n), IMP_COAP_CONFLICT,
                 "her address does not make her the mother that answered");
    cr_expect_eq(memnet_state(net, 0), DUCKLING_OFFERED);
    memnet_run(net, 600 * IMP_S);
    cr_expect(memnet_complete(net));
    memnet_free(net);
}

/* ---- altered messages
 * -------------------------------------------------------------------------------- */
struct alteration {
    int message;
    size_t from_end; /* which octet, counted from the last one */
};

static bool alter(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n, size_t cap)
{
    const struct alteration *a = arg;
    (void)cap;
    if (m->message == a->message)
        bytes[*n - 1 - a->from_end] ^= 1;
    return true;
}

static struct memnet *altered(int message, size_t from_end, const char *const *settings)
{
    static struct alteration a;
    struct memnet *net = memnet_new(&imp_duckling, 1, settings);
    a = (struct alteration){message, from_end};
    memnet_filter_set(net, alter, &a);
    memnet_start(net);
    memnet_run(net, 12 * IMP_S);
    return net;
}

Test(attack, a_wrong_proof_is_refused_at_both_ends)
{
    struct memnet *net = altered(DUCK_MSG_KEY, 0, NULL); /* the proof comes last */
    cr_expect_not_null(memnet_last(net, 0, IMP_CLAIM_REJECT, "bad-proof", NULL));
    cr_expect_eq(memnet_state(net, 0), DUCKLING_ACCEPTED);
    memnet_free(net);
    net = altered(DUCK_MSG_KEY, 25, NULL); /* an octet of the key */
    cr_expect_not_null(memnet_last(net, 0, IMP_CLAIM_REJECT, "bad-proof", NULL));
    memnet_free(net);
    net = altered(DUCK_MSG_PROOF, 0, NULL);
    cr_expect_not_null(memnet_last(net, 1, IMP_CLAIM_REJECT, "bad-proof", NULL));
    cr_expect_null(memnet_last(net, 1, IMP_CLAIM_COMMIT, NULL, NULL));
    memnet_free(net);
    net = altered(DUCK_MSG_PROOF, 0, SETTINGS("key-transport=x25519")); /* of the public key */
    cr_expect_not_null(memnet_last(net, 1, IMP_CLAIM_REJECT, "bad-proof", NULL));
    memnet_free(net);
}

Test(attack, flawed_ends_take_wrong_proofs)
{
    struct memnet *net = altered(DUCK_MSG_KEY, 0, SETTINGS("!no-proof-check"));
    cr_expect(memnet_complete(net));
    memnet_free(net);
    net = altered(DUCK_MSG_PROOF, 0, SETTINGS("!takes-any-duckling"));
    cr_expect(memnet_complete(net));
    memnet_free(net);
}

Test(attack, a_changed_key_agreement_fails_in_the_handshake)
{
    struct memnet *net = altered(DUCK_MSG_KEY, 0, SETTINGS("key-transport=x25519"));
    cr_expect_not(memnet_complete(net));
    cr_expect_null(memnet_last(net, 0, IMP_CLAIM_COMMIT, NULL, NULL));
    cr_expect_null(memnet_last(net, 1, IMP_CLAIM_COMMIT, NULL, NULL));
    memnet_free(net);
}

/* ---- the mother's window
 * ----------------------------------------------------------------------------- */
Test(attack, a_closed_window_admits_nobody)
{
    uint8_t content[DUCK_CONTENT_MAX];
    size_t n = duck_offer_content(content, 0x42);
    struct memnet *net = memnet_new(&imp_duckling, 1, NULL);
    memnet_oob_blocked(net, true);
    memnet_start(net);
    memnet_run(net, 100 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, DUCK_MSG_LINKS), 0, "it does not even answer");
    cr_expect_eq(duck_ask(net, DUCK_MOTHER, &duck_stranger, IMP_COAP_POST, "imprint", content, n),
                 IMP_COAP_FORBIDDEN);
    cr_expect_not_null(memnet_last(net, 1, IMP_CLAIM_REJECT, "window-closed", NULL));
    memnet_free(net);
}

Test(attack, one_press_admits_one_duckling)
{
    uint8_t content[DUCK_CONTENT_MAX];
    size_t n = duck_offer_content(content, 0x42);
    struct memnet *net = duck_net_complete(NULL); /* long before the window's thirty seconds */
    cr_expect_eq(duck_ask(net, DUCK_MOTHER, &duck_stranger, IMP_COAP_POST, "imprint", content, n),
                 IMP_COAP_FORBIDDEN);
    memnet_free(net);
}

Test(attack, the_window_closes_by_itself)
{
    struct memnet *net = duck_net(1, SETTINGS("window=2"));
    memnet_run(net, 10 * IMP_S); /* pressed at 1 s, closed at 3 s, searched at 5 s */
    cr_expect_eq(memnet_count_messages(net, DUCK_MSG_LINKS), 0);
    memnet_free(net);
}

Test(attack, flawed_mothers_need_no_window)
{
    static const char *const flaws[] = {"!window-never-closes", "!takes-any-duckling"};
    for (size_t i = 0; i < 2; i++) {
        struct memnet *net = memnet_new(&imp_duckling, 1, SETTINGS(flaws[i]));
        memnet_oob_blocked(net, true);
        memnet_start(net);
        memnet_run(net, 100 * IMP_S);
        cr_expect(memnet_complete(net), "%s", flaws[i]);
        memnet_free(net);
    }
}

Test(attack, a_declined_offer_goes_no_further)
{
    struct memnet *net = duck_net(1, SETTINGS("confirm=true"));
    memnet_run(net, 9 * IMP_S);
    memnet_user(net, IMP_S, false);
    memnet_run(net, 12 * IMP_S);
    cr_expect_not_null(memnet_last(net, 1, IMP_CLAIM_REJECT, "user-declined", NULL));
    cr_expect_eq(memnet_count_messages(net, DUCK_MSG_REQUEST), 0);
    memnet_run(net, 75 * IMP_S);
    cr_expect_neq(memnet_state(net, 0), DUCKLING_OFFERED, "the duckling waits no longer");
    memnet_free(net);
}

/* ---- an attacker's mother
 * ------------------------------------------------------------------------------- */
/* The mother forgets her keys: to the duckling she is now any other node with her address. */
static void become_stranger(struct memnet *net)
{
    memnet_event(net, DUCK_MOTHER, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, memnet_run_past(net, 0) + IMP_MS);
    memnet_event(net, DUCK_MOTHER, IMP_EVENT_START, NULL);
}

Test(attack, solicitation_of_an_imprinted_duckling_gets_refusals_only)
{
    struct memnet *net = duck_net_complete(SETTINGS("mother.solicit=true"));
    become_stranger(net);
    memnet_run_past(net, 60 * IMP_S);
    cr_expect_geq(memnet_count_messages(net, DUCK_MSG_CLEAR_DEATH), 1);
    cr_expect_geq(memnet_count_messages(net, DUCK_MSG_CLEAR_CONFIG), 1);
    cr_expect_geq(memnet_count_messages(net, DUCK_MSG_REFUSAL), 4);
    cr_expect_eq(memnet_count_messages(net, DUCK_MSG_CLEAR_DONE), 0);
    cr_expect_eq(memnet_count_claims(net, 0, IMP_CLAIM_COMPLETE, NULL), 1);
    memnet_free(net);
}

Test(attack, solicitation_of_a_flawed_duckling_succeeds)
{
    static const struct {
        const char *flaw;
        enum imp_claim_kind kind;
        const char *layer;
    } cases[] = {
        {"!accepts-second-imprint", IMP_CLAIM_COMMIT, "imprint"},
        {"!ignores-competing-mother", IMP_CLAIM_COMMIT, "imprint"},
        {"!no-proof-check", IMP_CLAIM_SECRET, "imprint"},
        {"!accepts-config-in-clear", IMP_CLAIM_COMMIT, "config"},
        {"!accepts-death-in-clear", IMP_CLAIM_COMMIT, "imprint"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct memnet *net = duck_net_complete(
            SETTINGS("mother.solicit=true", cases[i].flaw, "!takes-any-duckling"));
        size_t before = memnet_claim_count(net), found = 0;
        become_stranger(net);
        memnet_run_past(net, 60 * IMP_S);
        for (size_t k = before; k < memnet_claim_count(net); k++) {
            const struct memnet_claim *c = memnet_claim(net, k);
            found += c->role == 0 && c->claim.kind == cases[i].kind &&
                     strcmp(c->claim.layer, cases[i].layer) == 0;
        }
        cr_expect_gt(found, 0, "%s", cases[i].flaw);
        memnet_free(net);
    }
}

Test(attack, noise_changes_nothing)
{
    struct memnet *net = duck_net_complete(NULL);
    uint32_t state = 12345;
    for (int i = 0; i < 2000; i++) {
        uint8_t noise[64];
        state = state * 1664525u + 1013904223u;
        size_t n = state >> 26;
        for (size_t k = 0; k < n; k++)
            noise[k] = (uint8_t)((state = state * 1664525u + 1013904223u) >> 24);
        if (n > 0)
            noise[0] = (uint8_t)(0x40 | (noise[0] & 0x3f)); /* CoAP's version */
        memnet_inject(net, i % 2, i / 2 % 2 ? DUCK_COAP : DUCK_COAPS, i % 3 ? NULL : &duck_stranger,
                      noise, n);
    }
    memnet_run_past(net, 100 * IMP_S);
    cr_expect_eq(memnet_state(net, 0), DUCKLING_CONFIGURED);
    cr_expect_eq(memnet_count_claims(net, 0, IMP_CLAIM_COMPLETE, NULL), 1);
    memnet_event(net, DUCK_MOTHER, IMP_EVENT_CONTROL, "kill");
    memnet_run_past(net, 110 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, DUCK_MSG_DIED), 1, "the channel still serves");
    memnet_free(net);
}
