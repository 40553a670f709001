/* SPDX-License-Identifier: GPL-2.0-only */
/* Every method over every lower layer that lets choose: CoAP-EAP and PANA over memnet. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/eap/choice.h"
#include "tests/support/memnet.h"

TestSuite(choice, .init = imp_crypto_init, .timeout = 100);

extern const struct imp_mechanism imp_coap_eap, imp_pana;
static const struct layer {
    const struct imp_mechanism *m;
    const char *name; /* of its claims */
} layers[] = {{&imp_coap_eap, "oscore"}, {&imp_pana, "pana"}};
enum { LAYERS = 2, DEVICE = 0, AGENT = 1 };

static struct memnet *begun(const struct layer *l, const char *const *settings)
{
    struct memnet *net = memnet_new(l->m, 7, settings);
    memnet_start(net);
    return net;
}

static bool same(const struct imp_claim *a, const struct imp_claim *b)
{
    return a && b && a->data_n == b->data_n && memcmp(a->data, b->data, a->data_n) == 0 &&
           a->sid_n == b->sid_n && a->sid_n > 0 && memcmp(a->sid, b->sid, a->sid_n) == 0;
}

/* Both layers agree, and both ends have the method's MSK. */
static void expect_agreement(const struct memnet *net, const struct layer *l)
{
    const char *const names[] = {"eap", l->name};
    cr_assert(memnet_complete(net), "%s", l->m->name);
    for (int role = 0; role < 2; role++)
        for (int i = 0; i < 2; i++)
            cr_expect(same(memnet_last(net, role, IMP_CLAIM_COMMIT, NULL, names[i]),
                           memnet_last(net, !role, IMP_CLAIM_RUNNING, NULL, names[i])),
                      "%s, layer %s, role %d", l->m->name, names[i], role);
    cr_expect(same(memnet_last(net, DEVICE, IMP_CLAIM_SECRET, "MSK", "eap"),
                   memnet_last(net, AGENT, IMP_CLAIM_SECRET, "MSK", "eap")));
}

static const char *method_of(const struct memnet *net)
{
    static char text[4];
    const struct imp_claim *c = memnet_last(net, DEVICE, IMP_CLAIM_NEGOTIATED, "method", "eap");
    cr_assert(c && c->data_n < sizeof text);
    memcpy(text, c->data, c->data_n);
    text[c->data_n] = 0;
    return text;
}

static size_t count(const struct memnet *net, const char *message)
{
    return memnet_count_messages(net, imp_eap_message(memnet_env(net, DEVICE), message));
}

static void expect_run(const struct layer *l, const char *const *settings, const char *type)
{
    struct memnet *net = begun(l, settings);
    memnet_run(net, 200 * IMP_S);
    expect_agreement(net, l);
    cr_expect_str_eq(method_of(net), type, "%s", l->m->name);
    memnet_free(net);
}

Test(choice, each_method_runs_over_each_layer)
{
    for (int i = 0; i < LAYERS; i++) {
        expect_run(&layers[i], SETTINGS("eap-method=eap-psk"), "47");
        expect_run(&layers[i], SETTINGS("eap-method=eap-tls"), "13");
        expect_run(&layers[i], SETTINGS("eap-method=eap-tls", "tls-version=1.2"), "13");
        expect_run(&layers[i], SETTINGS("eap-method=eap-noob"), "56");
        expect_run(&layers[i], SETTINGS("eap-method=eap-ttls"), "21");
        expect_run(&layers[i], SETTINGS("eap-method=eap-ttls", "ttls-inner=mschapv2"), "21");
    }
}

/* Messages of a method that has fragments, in ones of a size that the link likes. */
Test(choice, tls_in_small_fragments)
{
    for (int i = 0; i < LAYERS; i++)
        expect_run(&layers[i], SETTINGS("eap-method=eap-tls", "fragment-size=60"), "13");
}

/* The user carries one message, in the direction that was agreed. */
Test(choice, noob_takes_one_act_in_either_direction)
{
    static const char *const directions[] = {"direction=peer-to-server",
                                             "direction=server-to-peer"};
    static const char *const messages[] = {NOOB_OOB_TO_SERVER_MESSAGE, NOOB_OOB_TO_PEER_MESSAGE};
    for (int i = 0; i < LAYERS * 2; i++) {
        const struct layer *l = &layers[i / 2];
        struct memnet *net = begun(l, SETTINGS("eap-method=eap-noob", directions[i % 2]));
        memnet_run(net, 200 * IMP_S);
        expect_agreement(net, l);
        cr_expect_eq(count(net, messages[i % 2]), 1u, "%s", l->m->name);
        cr_expect_eq(count(net, messages[!(i % 2)]), 0u, "%s", l->m->name);
        memnet_free(net);
    }
}

Test(choice, noob_waits_for_its_user)
{
    for (int i = 0; i < LAYERS; i++) {
        struct memnet *net = begun(&layers[i], SETTINGS("eap-method=eap-noob"));
        memnet_oob_blocked(net, true);
        memnet_run(net, 100 * IMP_S);
        cr_expect_not(memnet_complete(net));
        cr_expect_null(memnet_last(net, DEVICE, IMP_CLAIM_COMMIT, NULL, NULL));
        cr_expect_eq(memnet_count_claims(net, DEVICE, IMP_CLAIM_REJECT, NULL), 0u,
                     "the end of an Initial or Waiting Exchange refuses nobody");
        memnet_free(net);
    }
}

Test(choice, noob_reconnects_without_its_user)
{
    for (int i = 0; i < LAYERS; i++) {
        struct memnet *net =
            begun(&layers[i], SETTINGS("eap-method=eap-noob", "association=stored"));
        memnet_run(net, 100 * IMP_S);
        expect_agreement(net, &layers[i]);
        cr_expect_eq(count(net, NOOB_OOB_TO_SERVER_MESSAGE), 0u);
        memnet_event(net, DEVICE, IMP_EVENT_CONTROL, "reauthenticate");
        memnet_run_past(net, 120 * IMP_S);
        cr_expect_eq(memnet_count_claims(net, AGENT, IMP_CLAIM_COMPLETE, NULL), 2u, "%s",
                     layers[i].m->name);
        memnet_free(net);
    }
}

/* Section 3.4.3: after a reset the user is needed again. */
Test(choice, noob_needs_its_user_again_after_a_reset_of_both)
{
    for (int i = 0; i < LAYERS; i++) {
        struct memnet *net = begun(&layers[i], SETTINGS("eap-method=eap-noob"));
        memnet_run(net, 100 * IMP_S);
        expect_agreement(net, &layers[i]);
        memnet_event(net, AGENT, IMP_EVENT_RESET, "");
        memnet_event(net, DEVICE, IMP_EVENT_RESET, "");
        memnet_run_past(net, 300 * IMP_S);
        cr_expect_eq(count(net, NOOB_OOB_TO_SERVER_MESSAGE), 2u, "%s", layers[i].m->name);
        cr_expect_eq(memnet_count_claims(net, AGENT, IMP_CLAIM_COMPLETE, NULL), 2u, "%s",
                     layers[i].m->name);
        memnet_free(net);
    }
}

Test(choice, ends_without_a_common_method_do_not_meet)
{
    for (int i = 0; i < LAYERS; i++) {
        const char *device = i == 0 ? "peer.eap-method=eap-tls" : "pac.eap-method=eap-tls";
        struct memnet *net = begun(&layers[i], SETTINGS(device));
        memnet_run(net, 60 * IMP_S);
        cr_expect_not(memnet_complete(net));
        cr_expect_not_null(
            memnet_last(net, AGENT, IMP_CLAIM_REJECT, "method refused by Nak", NULL));
        memnet_free(net);
    }
}

static void break_off(const struct layer *l, const char *method, imp_time at)
{
    struct memnet *net = begun(l, SETTINGS(method));
    memnet_run(net, at);
    memnet_event(net, DEVICE, IMP_EVENT_RESET, "");
    memnet_run(net, 300 * IMP_S);
    expect_agreement(net, l);
    memnet_free(net);
}

/* What a method holds beyond its context is freed with the party, also in the middle of a run. */
Test(choice, a_conversation_may_break_off)
{
    for (int i = 0; i < LAYERS; i++)
        for (imp_time at = 2 * IMP_MS; at < 16 * IMP_MS; at += 3 * IMP_MS) {
            break_off(&layers[i], "eap-method=eap-tls", at);
            break_off(&layers[i], "eap-method=eap-ttls", at);
        }
}
