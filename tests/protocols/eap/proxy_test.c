/* SPDX-License-Identifier: GPL-2.0-only */
/* RADIUS proxies: what each writes, sees and refuses; whole runs of mechanisms through a chain. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/eap/dot1x.h"
#include "protocols/eap/dot1x_proxy.h"
#include "tests/support/memnet.h"

TestSuite(proxy, .init = imp_crypto_init, .timeout = 100);

extern const struct imp_mechanism imp_eap_psk, imp_eap_noob, imp_eap_tls;

/* ---- a chain by itself
 * --------------------------------------------------------------------------------- */
static uint8_t drawn;
static void draw(struct imp_env *env, const char *purpose, void *out, size_t n)
{
    (void)env;
    (void)purpose;
    for (size_t i = 0; i < n; i++)
        ((uint8_t *)out)[i] = ++drawn;
}
static void charge(struct imp_env *env, enum imp_op op, size_t n)
{
    (void)env;
    (void)op;
    (void)n;
}
static const struct imp_env_ops ops = {.random = draw, .charge = charge};

static const uint8_t eap[] = {2, 7, 0, 6, 1, 'a'}, msk[64] = {1, 2, 3};

struct chained {
    struct imp_env env;
    struct dot1x_chain chain;
    struct dot1x_path path;
    uint8_t first[IMP_RADIUS_PACKET], home[IMP_RADIUS_PACKET], reply[IMP_RADIUS_PACKET];
    struct imp_radius request, arrived, answer;
};

/* A request of an access point, through `hops` proxies. */
static void ask(struct chained *t, unsigned hops)
{
    struct imp_radius_writer w;
    uint8_t authenticator[16] = {42};
    *t = (struct chained){.env = {.ops = &ops}, .chain.hops = hops};
    for (unsigned k = 0; k <= hops; k++)
        t->chain.secrets[k] = (struct dot1x_secret){.p = {(uint8_t)(k + 1)}, .n = 16};
    imp_radius_begin(&w, t->first, sizeof t->first, IMP_RADIUS_REQUEST, 9, authenticator);
    imp_radius_put_text(&w, IMP_RADIUS_USER_NAME, "device-1@Example.ORG");
    imp_radius_put_eap(&w, eap, sizeof eap);
    size_t n = imp_radius_end_request(&w, &t->env, t->chain.secrets[0].p, 16);
    cr_assert_eq(imp_radius_parse(&t->request, t->first, n), 0);
    n = dot1x_chain_forward(&t->chain, &t->env, t->home, &t->path, &t->request);
    cr_assert_gt(n, 0u);
    cr_assert_eq(imp_radius_parse(&t->arrived, t->home, n), 0);
}

static const uint8_t others[] = {0, 0, 0, 9, 16, 3, 7}; /* of another vendor, type 16 too */

/* The home server's Access-Accept, as it leaves. */
static size_t accept(struct chained *t)
{
    struct imp_radius_writer w;
    const struct dot1x_secret *secret = &t->chain.secrets[t->chain.hops];
    size_t at = 0, n;
    const uint8_t *p;
    imp_radius_begin(&w, t->reply, sizeof t->reply, IMP_RADIUS_ACCEPT, t->arrived.id,
                     t->arrived.authenticator);
    while ((p = imp_radius_next(&t->arrived, &at, IMP_RADIUS_PROXY_STATE, &n)))
        imp_radius_put(&w, IMP_RADIUS_PROXY_STATE, p, n);
    imp_radius_put_eap(&w, (const uint8_t[]){3, 7, 0, 4}, 4);
    imp_radius_put(&w, IMP_RADIUS_VENDOR, others, sizeof others);
    imp_radius_put_mppe(&w, &t->env, IMP_MPPE_RECV_KEY, msk, 32, secret->p, secret->n,
                        t->arrived.authenticator, (const uint8_t[]){0x80, 1});
    imp_radius_put_mppe(&w, &t->env, IMP_MPPE_SEND_KEY, msk + 32, 32, secret->p, secret->n,
                        t->arrived.authenticator, (const uint8_t[]){0x80, 2});
    return imp_radius_end_response(&w, &t->env, secret->p, secret->n);
}

static size_t count(const struct imp_radius *r, uint8_t type)
{
    size_t at = 0, n, k = 0;
    while (imp_radius_next(r, &at, type, &n))
        k++;
    return k;
}

Test(proxy, each_adds_its_state_and_writes_another_request)
{
    for (unsigned hops = 1; hops <= DOT1X_HOPS; hops++) {
        struct chained t;
        uint8_t packet[64];
        size_t at = 0, n;
        ask(&t, hops);
        cr_expect_eq(count(&t.arrived, IMP_RADIUS_PROXY_STATE), hops);
        for (unsigned k = 1; k <= hops; k++) { /* in the order of the proxies */
            const uint8_t *state = imp_radius_next(&t.arrived, &at, IMP_RADIUS_PROXY_STATE, &n);
            cr_assert(state && n == DOT1X_PROXY_STATE);
            cr_expect_arr_eq(state, t.path.legs[k].state, n);
            cr_expect_neq(
                memcmp(t.path.legs[k].authenticator, t.path.legs[k - 1].authenticator, 16), 0);
        }
        cr_expect_eq(imp_radius_eap(&t.arrived, packet, sizeof packet), (int)sizeof eap);
        cr_expect_arr_eq(packet, eap, sizeof eap);
        const struct dot1x_secret *s = &t.chain.secrets[hops];
        cr_expect(imp_radius_message_ok(&t.arrived, NULL, s->p, s->n, t.arrived.authenticator));
        cr_expect_not(imp_radius_message_ok(&t.arrived, NULL, t.chain.secrets[0].p, 16,
                                            t.arrived.authenticator));
    }
}

Test(proxy, the_answer_comes_back_under_the_access_point_s_secret)
{
    for (unsigned hops = 1; hops <= DOT1X_HOPS; hops++) {
        struct chained t;
        uint8_t key[64];
        ask(&t, hops);
        size_t n = dot1x_chain_return(&t.chain, &t.env, t.reply, accept(&t), &t.path);
        cr_assert_gt(n, 0u);
        cr_assert_eq(imp_radius_parse(&t.answer, t.reply, n), 0);
        const struct dot1x_secret *s = &t.chain.secrets[0];
        const uint8_t *asked = t.request.authenticator;
        cr_expect_eq(t.answer.id, 9);
        cr_expect(imp_radius_response_ok(&t.answer, NULL, s->p, s->n, asked));
        cr_expect(imp_radius_message_ok(&t.answer, NULL, s->p, s->n, asked));
        cr_expect_eq(count(&t.answer, IMP_RADIUS_PROXY_STATE), 0u);
        const uint8_t *vendor = imp_radius_find(&t.answer, IMP_RADIUS_VENDOR, &n);
        cr_expect(n == sizeof others && memcmp(vendor, others, n) == 0, "as it came");
        cr_expect_eq(count(&t.answer, IMP_RADIUS_VENDOR), 3u);
        cr_expect_eq(
            imp_radius_mppe(&t.answer, NULL, IMP_MPPE_RECV_KEY, key, sizeof key, s->p, s->n, asked),
            32);
        cr_expect_arr_eq(key, msk, 32);
        cr_expect_eq(
            imp_radius_mppe(&t.answer, NULL, IMP_MPPE_SEND_KEY, key, sizeof key, s->p, s->n, asked),
            32);
        cr_expect_arr_eq(key, msk + 32, 32);
    }
}

/* RFC 7593 section 3: every proxy on the way sees the keys. */
Test(proxy, each_sees_the_msk)
{
    struct chained t;
    uint8_t out[IMP_RADIUS_PACKET], key[64];
    ask(&t, 3);
    size_t n = accept(&t);
    for (unsigned k = 3; k > 0; k--) {
        struct imp_radius r;
        const struct dot1x_secret *from = &t.chain.secrets[k];
        cr_assert_eq(imp_radius_parse(&r, t.reply, n), 0);
        cr_expect_eq(imp_radius_mppe(&r, NULL, IMP_MPPE_RECV_KEY, key, sizeof key, from->p, from->n,
                                     t.path.legs[k].authenticator),
                     32, "proxy %u", k);
        cr_expect_arr_eq(key, msk, 32);
        n = dot1x_proxy_return(&t.env, out, &t.path.legs[k - 1], &t.path.legs[k], &r, from,
                               &t.chain.secrets[k - 1]);
        cr_assert_gt(n, 0u);
        memcpy(t.reply, out, n);
    }
}

Test(proxy, what_does_not_verify_goes_no_further)
{
    struct chained t;
    struct imp_radius r;
    uint8_t out[IMP_RADIUS_PACKET];
    struct dot1x_leg onward;
    ask(&t, 2);
    size_t n = accept(&t);
    for (size_t i = 0; i < n; i++) { /* any octet of the reply */
        t.reply[i] ^= 1;
        cr_expect(imp_radius_parse(&r, t.reply, n) != 0 || r.n != n ||
                      dot1x_proxy_return(&t.env, out, &t.path.legs[1], &t.path.legs[2], &r,
                                         &t.chain.secrets[2], &t.chain.secrets[1]) == 0,
                  "octet %zu", i);
        t.reply[i] ^= 1;
    }
    cr_assert_eq(imp_radius_parse(&r, t.reply, n), 0);
    cr_expect_eq(dot1x_proxy_return(&t.env, out, &t.path.legs[0], &t.path.legs[1], &r,
                                    &t.chain.secrets[2], &t.chain.secrets[1]),
                 0u, "the answer to another request");
    t.first[t.request.n - 1] ^= 1; /* Message-Authenticator */
    cr_expect_eq(dot1x_proxy_forward(&t.env, out, &onward, &t.request, true, &t.chain.secrets[0],
                                     &t.chain.secrets[1]),
                 0u);
}

Test(proxy, realms)
{
    struct chained t;
    ask(&t, 1);
    cr_expect(dot1x_route_known("*", &t.request));
    cr_expect(dot1x_route_known("example.org", &t.request), "without regard to case");
    cr_expect(dot1x_route_known("a.example,example.org", &t.request));
    cr_expect_not(dot1x_route_known("example.com", &t.request));
    cr_expect_not(dot1x_route_known("example.org.evil", &t.request));
    cr_expect_not(dot1x_route_known("ample.org", &t.request));
}

/* ---- whole runs
 * ---------------------------------------------------------------------------------------- */
static imp_time run_time(const struct imp_mechanism *m, const char *const *settings, bool complete)
{
    struct memnet *net = memnet_new(m, 7, settings);
    memnet_start(net);
    imp_time end = memnet_run(net, 200 * IMP_S);
    cr_expect_eq(memnet_complete(net), complete, "%s, %s", m->name, settings[0]);
    memnet_free(net);
    return end;
}

Test(proxy, every_method_goes_through_a_chain)
{
    static const struct imp_mechanism *const mechanisms[] = {&imp_eap_psk, &imp_eap_tls,
                                                             &imp_eap_noob};
    for (int i = 0; i < 3; i++) {
        run_time(mechanisms[i], SETTINGS("proxy-hops=1"), true);
        run_time(mechanisms[i], SETTINGS("proxy-hops=4"), true);
    }
}

/* EAP-PSK has three Access-Requests: three times there and back through each proxy. */
Test(proxy, a_chain_takes_its_time)
{
    imp_time none = run_time(&imp_eap_psk, SETTINGS("proxy-hops=0"), true),
             two = run_time(&imp_eap_psk, SETTINGS("proxy-hops=2", "proxy-delay=50"), true);
    cr_expect_eq(two - none, 3 * 2 * 2 * 50 * IMP_MS);
}

Test(proxy, an_unknown_realm_is_rejected)
{
    run_time(&imp_eap_psk, SETTINGS("proxy-hops=2", "proxy-realms=example.org,example.com"), true);
    struct memnet *net =
        memnet_new(&imp_eap_psk, 7, SETTINGS("proxy-hops=2", "proxy-realms=example.com"));
    memnet_start(net);
    memnet_run(net, 5 * IMP_S);
    cr_expect_not(memnet_complete(net));
    cr_expect_eq(memnet_count_messages(net, IMP_DOT1X_MSG_ACCESS_REJECT), 1u);
    cr_expect_not_null(
        memnet_last(net, IMP_DOT1X_AUTHENTICATOR, IMP_CLAIM_REJECT, "Access-Reject", NULL));
    cr_expect_not_null(
        memnet_last(net, IMP_DOT1X_SERVER, IMP_CLAIM_REJECT, "no route to the realm", NULL));
    memnet_free(net);
}

/* The access point repeats with the same identifier and authenticator; the answer is the same. */
Test(proxy, each_message_may_be_lost_once)
{
    uint64_t lost = 0;
    struct memnet *net = memnet_new(&imp_eap_psk, 7, SETTINGS("proxy-hops=3", "proxy-delay=5"));
    memnet_filter_set(net, memnet_lose_each_once, &lost);
    memnet_start(net);
    memnet_run(net, 300 * IMP_S);
    cr_expect(memnet_complete(net));
    memnet_free(net);
}
