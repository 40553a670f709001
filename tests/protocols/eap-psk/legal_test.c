/* SPDX-License-Identifier: GPL-2.0-only */
/* Walks the legality tables of eap-psk: whatever is not listed changes no state and gets no answer.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/eap-psk/psk.h"
#include "tests/support/memnet.h"

TestSuite(eap_psk_legal, .init = imp_crypto_init);

enum { STEP = 200 * 1000 /* ns: shorter than any flight */ };

static bool legal(int role, int state, int message)
{
    for (const struct imp_legal *l = imp_eap_psk.roles[role].legal; l->message >= 0; l++)
        if (l->state == state && l->message == message)
            return true;
    return false;
}

static size_t table_size(const char *const *states)
{
    size_t n = 0;
    while (states[n])
        n++;
    return n;
}

/* EAP-Success and EAPOL-Key 1/4 arrive together: without the latter the peer waits for it. */
static bool drop_key_1(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                       size_t cap)
{
    (void)arg;
    (void)bytes;
    (void)n;
    (void)cap;
    return m->message != IMP_DOT1X_MSG_KEY_1;
}

/* One run, stopped as soon as `role` is in `state`. */
static struct memnet *stop_in(int role, int state)
{
    const char *settings[] = {
        "ext-payload=8", "quiet-period=60",
        state == IMP_DOT1X_AUTHENTICATOR_HELD && role == IMP_DOT1X_AUTHENTICATOR ? "authorize=false"
                                                                                 : NULL,
        NULL};
    const char *refused[] = {"authorize=false", NULL};
    bool held = (role == IMP_DOT1X_PEER && state == IMP_DOT1X_PEER_HELD) || settings[2];
    struct memnet *net = memnet_new(&imp_eap_psk, 3, held ? refused : settings);
    if (role == IMP_DOT1X_PEER && state == IMP_DOT1X_PEER_KEY_1)
        memnet_filter_set(net, drop_key_1, NULL);
    memnet_start(net);
    for (imp_time t = 0; t < 100 * IMP_MS; t += STEP) {
        memnet_run_past(net, t);
        /* HELD is also the state before START. */
        bool early = held && memnet_message_count(net) < 10;
        if (memnet_state(net, role) == state && !early && t > 0)
            return net;
    }
    memnet_free(net);
    return NULL;
}

struct sample {
    uint8_t bytes[2048];
    size_t n;
};

/* A real message of each kind, from complete runs of several variants. */
static void collect(struct sample *samples, int role)
{
    static const char *const variants[][2] = {
        {"ext-payload=8", NULL},        {"first-offer=md5-challenge", NULL},
        {"first-offer=expanded", NULL}, {"first-offer=notification", NULL},
        {"authorize=false", NULL},
    };
    for (size_t v = 0; v < sizeof variants / sizeof *variants; v++) {
        struct memnet *net = memnet_new(&imp_eap_psk, 5, variants[v]);
        memnet_start(net);
        memnet_run(net, 1 * IMP_S);
        memnet_event(net, IMP_DOT1X_PEER, IMP_EVENT_CONTROL, "leave");
        memnet_run_past(net, 2 * IMP_S);
        for (size_t i = 0; i < memnet_message_count(net); i++) {
            const struct memnet_message *m = memnet_message(net, i);
            if (m->to != role || samples[m->message].n)
                continue;
            memcpy(samples[m->message].bytes, m->bytes, m->n);
            samples[m->message].n = m->n;
        }
        memnet_free(net);
    }
}

static void walk(int role)
{
    static struct sample samples[64];
    size_t states = table_size(imp_eap_psk.roles[role].states), tried = 0;
    memset(samples, 0, sizeof samples);
    collect(samples, role);
    for (size_t state = 0; state < states; state++)
        for (int message = 0; imp_eap_psk.messages[message].name; message++) {
            if (!samples[message].n || legal(role, (int)state, message))
                continue;
            struct memnet *net = stop_in(role, (int)state);
            cr_assert(net, "state \"%s\" is never reached", imp_eap_psk.roles[role].states[state]);
            size_t sent = memnet_message_count(net), said = memnet_claim_count(net);
            memnet_inject(net, role, imp_eap_psk.messages[message].channel, NULL,
                          samples[message].bytes, samples[message].n);
            memnet_run_past(net, memnet_run_past(net, 0)); /* what is due now */
            cr_expect_eq(memnet_state(net, role), (int)state, "%s in \"%s\"",
                         imp_eap_psk.messages[message].name, imp_eap_psk.roles[role].states[state]);
            cr_expect_eq(memnet_message_count(net), sent, "%s in \"%s\" is answered",
                         imp_eap_psk.messages[message].name, imp_eap_psk.roles[role].states[state]);
            cr_expect_eq(memnet_claim_count(net), said);
            memnet_free(net);
            tried++;
        }
    cr_expect_gt(tried, 20, "%zu illegal messages tried", tried);
}

Test(eap_psk_legal, peer, .timeout = 60)
{
    walk(IMP_DOT1X_PEER);
}

Test(eap_psk_legal, authenticator, .timeout = 60)
{
    walk(IMP_DOT1X_AUTHENTICATOR);
}

/* Every row names a state and a message that exist. */
Test(eap_psk_legal, tables_are_well_formed)
{
    for (int role = 0; imp_eap_psk.roles[role].name; role++) {
        const struct imp_role *r = &imp_eap_psk.roles[role];
        size_t states = table_size(r->states), messages = 0;
        while (imp_eap_psk.messages[messages].name)
            messages++;
        for (const struct imp_legal *l = r->legal; l->message >= 0; l++) {
            cr_expect_lt((size_t)l->state, states);
            cr_expect_lt((size_t)l->message, messages);
        }
    }
}
