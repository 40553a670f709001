/* SPDX-License-Identifier: GPL-2.0-only */
/* An AAA server behind the authenticators of PANA, also behind a relay, and CoAP-EAP, over memnet:
 * each method, proxies, TLS, refusals, losses, and what is checked of the server's replies. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/eap/aaa.h"
#include "tests/support/memnet.h"

TestSuite(aaa, .init = imp_crypto_init, .timeout = 100);

extern const struct imp_mechanism imp_coap_eap, imp_pana, imp_pana_lowpan, imp_zigbee_ip;
static const struct layer {
    const struct imp_mechanism *m;
    const char *name; /* of its claims */
    const char *key;  /* what comes of the MSK */
    int agent;
    const char *patience; /* with which its device outlasts a silent server */
    const char *const *methods;
} layers[] = {{&imp_coap_eap, "oscore", "OSCORE Master Secret", 1, "peer-timeout=3600",
               SETTINGS("eap-method=eap-psk", "eap-method=eap-tls", "eap-method=eap-noob",
                        "eap-method=eap-ttls")},
              {&imp_pana, "pana", "PANA_AUTH_KEY", 1, "pac-timeout=3600",
               SETTINGS("eap-method=eap-psk", "eap-method=eap-tls", "eap-method=eap-noob",
                        "eap-method=eap-ttls")},
              {&imp_pana_lowpan, "pana", "PANA_AUTH_KEY", 2, "pac-timeout=3600",
               SETTINGS("eap-method=eap-psk", "eap-method=eap-tls", "eap-method=eap-noob",
                        "eap-method=eap-ttls")},
              {&imp_zigbee_ip, "pana", "PANA_AUTH_KEY", 2, "pac-timeout=3600",
               SETTINGS("eap-method=eap-tls", "tls-suite=psk-ccm-8", "eap-method=eap-ttls")}};
enum { LAYERS = 4, DEVICE = 0 };
#define SERVER(l) ((l)->agent + 1)
#define WITH_RADIUS(...) SETTINGS("eap-server=radius" __VA_OPT__(, ) __VA_ARGS__)

static struct memnet *begun(const struct layer *l, const char *const *settings)
{
    struct memnet *net = memnet_new(l->m, 7, settings);
    memnet_start(net);
    return net;
}

static size_t count(const struct memnet *net, const char *message)
{
    return memnet_count_messages(net, imp_eap_message(memnet_env(net, DEVICE), message));
}

/* EAP between device and server, RADIUS between agent and server, the lower layer between device
 * and agent: each pair agrees. */
static void expect_agreement(const struct memnet *net, const struct layer *l)
{
    cr_assert(memnet_complete(net), "%s", l->m->name);
    cr_expect(memnet_agree(net, DEVICE, SERVER(l), "eap"), "%s", l->m->name);
    cr_expect(memnet_agree(net, DEVICE, l->agent, l->name), "%s", l->m->name);
    cr_expect(memnet_same(memnet_last(net, l->agent, IMP_CLAIM_COMMIT, NULL, "radius"),
                          memnet_last(net, SERVER(l), IMP_CLAIM_RUNNING, NULL, "radius")));
    cr_expect(memnet_same(memnet_last(net, DEVICE, IMP_CLAIM_SECRET, l->key, NULL),
                          memnet_last(net, l->agent, IMP_CLAIM_SECRET, l->key, NULL)));
    cr_expect_null(memnet_last(net, l->agent, IMP_CLAIM_COMMIT, NULL, "eap"));
}

static void expect_run(const struct layer *l, const char *const *settings)
{
    struct memnet *net = begun(l, settings);
    memnet_run(net, 300 * IMP_S);
    expect_agreement(net, l);
    memnet_free(net);
}

Test(aaa, each_method_runs_over_each_layer)
{
    for (const struct layer *l = layers; l < layers + LAYERS; l++)
        for (size_t k = 0; l->methods[k]; k++) {
            expect_run(l, WITH_RADIUS(l->methods[k]));
            if (strstr(l->methods[k], "noob"))
                expect_run(l, WITH_RADIUS(l->methods[k], "direction=server-to-peer"));
        }
}

Test(aaa, each_method_runs_through_two_proxies)
{
    for (const struct layer *l = layers; l < layers + LAYERS; l++) {
        for (size_t k = 0; l->methods[k]; k++)
            expect_run(l, WITH_RADIUS(l->methods[k], "proxy-hops=2"));
        expect_run(l, WITH_RADIUS("radius-transport=tls"));
    }
}

/* The default is as if there were no such role. */
Test(aaa, without_the_option_nobody_is_there)
{
    for (int i = 0; i < LAYERS; i++) {
        struct memnet *net = begun(&layers[i], NULL);
        memnet_run(net, 60 * IMP_S);
        cr_expect(memnet_complete(net));
        cr_expect_not(memnet_completed(net, SERVER(&layers[i])));
        cr_expect_eq(count(net, "Access-Request"), 0u);
        cr_expect_not_null(memnet_last(net, layers[i].agent, IMP_CLAIM_COMMIT, NULL, "eap"));
        memnet_free(net);
    }
}

/* What the authenticator asks for and what it gets: EAP-Key-Name, keys, the name. */
Test(aaa, the_session_id_comes_in_eap_key_name)
{
    for (int i = 0; i < LAYERS; i++) {
        struct memnet *net = begun(&layers[i], WITH_RADIUS());
        struct imp_radius r;
        size_t n;
        memnet_run(net, 60 * IMP_S);
        const struct memnet_message *m =
            memnet_last_message(net, imp_eap_message(memnet_env(net, DEVICE), "Access-Accept"));
        cr_assert(m && imp_radius_parse(&r, m->bytes, m->n) == 0);
        const uint8_t *name = imp_radius_find(&r, IMP_RADIUS_EAP_KEY_NAME, &n);
        const struct imp_claim *c = memnet_last(net, DEVICE, IMP_CLAIM_COMMIT, NULL, "eap");
        cr_assert(name && c);
        cr_expect(n == c->sid_n && memcmp(name, c->sid, n) == 0);
        cr_expect_not_null(imp_radius_find(&r, IMP_RADIUS_USER_NAME, &n));
        memnet_free(net);
    }
}

/* Proxies without a route to the realm answer by Access-Reject, and the device gets EAP-Failure. */
Test(aaa, a_realm_without_a_route_is_rejected)
{
    for (int i = 0; i < LAYERS; i++) {
        struct memnet *net =
            begun(&layers[i], WITH_RADIUS("proxy-hops=2", "proxy-realms=other.example"));
        memnet_run(net, 30 * IMP_S);
        cr_expect_not(memnet_complete(net));
        cr_expect_gt(count(net, "Access-Reject"), 0u);
        cr_expect_not_null(
            memnet_last(net, layers[i].agent, IMP_CLAIM_REJECT, "Access-Reject", "radius"));
        cr_expect_null(memnet_last(net, DEVICE, IMP_CLAIM_COMMIT, NULL, layers[i].name));
        memnet_free(net);
    }
}

Test(aaa, each_message_may_be_lost_once)
{
    for (int i = 0; i < LAYERS; i++) {
        uint64_t lost = 0;
        struct memnet *net = memnet_new(layers[i].m, 7, WITH_RADIUS());
        memnet_filter_set(net, memnet_lose_each_once, &lost);
        memnet_start(net);
        memnet_run(net, 300 * IMP_S);
        expect_agreement(net, &layers[i]);
        memnet_free(net);
    }
}

static bool lose_requests(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                          size_t cap)
{
    (void)bytes;
    (void)n;
    (void)cap;
    return m->message != *(const int *)arg;
}

/* Ten transmissions, then the device is refused. */
Test(aaa, a_silent_server_refuses_everybody)
{
    for (int i = 0; i < LAYERS; i++) {
        struct memnet *net = memnet_new(layers[i].m, 7, WITH_RADIUS(layers[i].patience));
        int request = imp_eap_message(memnet_env(net, DEVICE), "Access-Request");
        memnet_filter_set(net, lose_requests, &request);
        memnet_start(net);
        memnet_run(net, 800 * IMP_S);
        cr_expect_not_null(
            memnet_last(net, layers[i].agent, IMP_CLAIM_ALARM, "server is silent", "radius"));
        cr_expect_geq(memnet_count_messages(net, request), 10u, "%s", layers[i].m->name);
        cr_expect_null(memnet_last(net, layers[i].agent, IMP_CLAIM_COMMIT, NULL, NULL));
        memnet_free(net);
    }
}

/* The last octet of each message of a kind is altered. */
static void altered(const struct layer *l, const char *message)
{
    struct memnet *net = memnet_new(l->m, 7, WITH_RADIUS());
    int which = imp_eap_message(memnet_env(net, DEVICE), message);
    memnet_filter_set(net, memnet_spoil_last, &which);
    memnet_start(net);
    memnet_run(net, 40 * IMP_S);
    cr_expect_not(memnet_complete(net), "%s, %s", l->m->name, message);
    cr_expect_gt(memnet_count_messages(net, which), 1u, "it is sent again");
    memnet_free(net);
}

Test(aaa, altered_packets_are_discarded)
{
    for (int i = 0; i < LAYERS; i++) {
        altered(&layers[i], "Access-Request");
        altered(&layers[i], "Access-Challenge");
        altered(&layers[i], "Access-Accept");
    }
}

Test(aaa, the_server_closes_an_account)
{
    for (int i = 0; i < LAYERS; i++) {
        struct memnet *net = begun(&layers[i], WITH_RADIUS());
        bool certificate = strcmp(layers[i].methods[0], "eap-method=eap-tls") == 0;
        memnet_event(net, SERVER(&layers[i]), IMP_EVENT_CONTROL,
                     certificate ? "revoke CN=device-1" : "revoke device-1@example.org");
        memnet_run(net, 30 * IMP_S);
        cr_expect_not(memnet_complete(net), "%s", layers[i].m->name);
        memnet_free(net);
    }
}

/* Session-Timeout of Access-Accept is the session's lifetime, whatever the agent would grant, also
 * when proxies have passed it on; then the device is authenticated again. */
Test(aaa, the_server_says_how_long_a_session_lasts)
{
    static const char *const hops[] = {"proxy-hops=0", "proxy-hops=2"};
    for (int i = 0; i < 2 * LAYERS; i++) {
        struct memnet *net = begun(
            &layers[i / 2], WITH_RADIUS("session-timeout=100", hops[i % 2], "session-lifetime=50"));
        memnet_run_past(net, 90 * IMP_S);
        cr_expect_eq(count(net, "Access-Accept"), 1u, "%s", layers[i / 2].m->name);
        memnet_run_past(net, 150 * IMP_S);
        expect_agreement(net, &layers[i / 2]);
        cr_expect_eq(count(net, "Access-Accept"), 2u, "%s", layers[i / 2].m->name);
        memnet_free(net);
    }
}
