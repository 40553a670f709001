/* SPDX-License-Identifier: GPL-2.0-only */
/* Redirections of a registrar that is not yet trusted (RFC 8995 section 5.6). */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/brski/brski.h"
#include "tests/support/enrolled.h"
#include "tests/support/test_env.h"

extern const struct imp_mechanism imp_brski;

TestSuite(brski_redirect, .init = imp_crypto_init);

/* ---- Location ----------------------------------------------------------------------------------
 */
static const struct {
    const char *text;
    int status;
    unsigned port; /* 0: the same web origin */
    const char *path;
} locations[] = {
    {"/brski/requestvoucher", 0, 0, "/brski/requestvoucher"},
    {"https://registrar.example/x", 0, 0, "/x"},
    {"HTTPS://Registrar.Example:8443", 0, 0, "/"},
    {"https://[fe80::1]:4443/x?y", 0, 4443, "/x?y"},
    {"https://[2001:db8::1]", 0, 443, "/"},
    {"", -1, 0, NULL},
    {"x", -1, 0, NULL},
    {"//elsewhere.example/x", -1, 0, NULL},
    {"http://[fe80::1]/x", -1, 0, NULL},
    {"https://", -1, 0, NULL},
    {"https://elsewhere.example/x", -1, 0, NULL},
    {"https://registrar.example.evil/x", -1, 0, NULL},
    {"https://192.0.2.1/x", -1, 0, NULL},
    {"https://[192.0.2.1]/x", -1, 0, NULL},
    {"https://[fe80::1/x", -1, 0, NULL},
    {"https://[fe80::1]x", -1, 0, NULL},
    {"https://[fe80::1]:/x", -1, 0, NULL},
    {"https://[fe80::1]:0/x", -1, 0, NULL},
    {"https://[fe80::1]:65536/x", -1, 0, NULL},
    {"https://[fe80::1%25eth0]/x", -1, 0, NULL},
    {"https://user@[fe80::1]/x", -1, 0, NULL},
    {"/x#y", -1, 0, NULL},
    {"/x y", -1, 0, NULL},
    {"/x\r\nHost: y", -1, 0, NULL},
};

static int read_location(struct brski_location *to, const char *text, size_t n)
{
    const struct imp_http m = {
        .fields = {{.name = "Location", .name_n = 8, .value = text, .value_n = n}},
        .field_count = 1};
    return brski_location_read(to, &m, BRSKI_HOST);
}

Test(brski_redirect, where_a_pledge_can_go)
{
    for (size_t i = 0; i < sizeof locations / sizeof *locations; i++) {
        struct brski_location to;
        const char *text = locations[i].text;
        cr_expect_eq(read_location(&to, text, strlen(text)), locations[i].status, "%s", text);
        if (locations[i].status != 0)
            continue;
        cr_expect_str_eq(to.path, locations[i].path);
        cr_expect_eq(to.at.n, locations[i].port ? 18 : 0, "%s", text);
        cr_expect_eq(to.at.bytes[16] << 8 | to.at.bytes[17], locations[i].port, "%s", text);
    }
}

Test(brski_redirect, a_path_that_does_not_fit)
{
    struct brski_location to;
    char text[2 * IMP_HTTP_PATH];
    memset(text, '/', sizeof text);
    text[1] = 'x';
    cr_expect_eq(read_location(&to, text, IMP_HTTP_PATH - 1), 0);
    cr_expect_eq(read_location(&to, text, IMP_HTTP_PATH), -1);
}

/* ---- a pledge alone ----------------------------------------------------------------------------
 */
static struct test_env env;
static struct imp_value options[BRSKI_OPT_COUNT];
static struct brski_pledge pledge;
static unsigned opens;

static void set(struct imp_env *e, unsigned id, imp_time at)
{
    (void)e, (void)id, (void)at;
}

static void open_to(struct imp_env *e, int channel, const struct imp_addr *to)
{
    (void)e, (void)channel;
    opens++;
    cr_expect(imp_addr_equal(to, &pledge.a->target));
}

static bool sent_to(const char *location)
{
    char text[256];
    struct imp_http m;
    int n = snprintf(text, sizeof text,
                     "HTTP/1.1 307 Temporary Redirect\r\nLocation: %s\r\n"
                     "Content-Length: 0\r\n\r\n",
                     location);
    cr_assert_eq(imp_http_response_read(&m, (uint8_t *)text, (size_t)n), n);
    return brski_redirected(&pledge, &m);
}

static void setup(void)
{
    static const struct imp_env_ops ops = {
        .charge = test_env_charge, .random = test_env_random, .timer = set, .open = open_to};
    test_env_init(&env, 11, "device-1");
    env.env.ops = &ops;
    env.env.options = options;
    pledge.env = &env.env;
    pledge.a = &pledge.attempt[0];
    pledge.a->by = &pledge.offer[0];
    pledge.a->state = BRSKI_AWAIT_VOUCHER;
}

Test(brski_redirect, to_one_other_origin_and_no_further, .init = setup)
{
    cr_expect_not(sent_to("https://[fe80::2]:4443/"), "by default nowhere");
    options[BRSKI_OPT_REDIRECTS].i = 1;
    cr_expect(sent_to("https://[fe80::2]:4443/first"));
    cr_expect_eq(opens, 1);
    cr_expect_eq(pledge.a->target.bytes[15], 2);
    cr_expect_str_eq(pledge.a->path, "/first");
    cr_expect_eq(pledge.a->state, BRSKI_IDLE);
    cr_expect_not(sent_to("https://[fe80::3]:4443/second"));
    cr_expect_not(sent_to("https://[fe80::2]:4444/"), "another port is another origin");
    cr_expect_eq(opens, 1);
}

/* ---- in company --------------------------------------------------------------------------------
 */
static struct memnet *run_with(const char *const *settings, bool for_ever)
{
    struct memnet *net = memnet_new(&imp_brski, 7, settings);
    ((struct imp_env *)memnet_env(net, BRSKI_REGISTRAR))->adversary = for_ever;
    memnet_start(net);
    memnet_run(net, 60 * IMP_S);
    return net;
}

static size_t count(const struct memnet *net, int message)
{
    return memnet_count_messages(net, message);
}

Test(brski_redirect, another_path_in_the_same_session)
{
    struct memnet *net = run_with(SETTINGS("redirects=1", "redirect=/brski/requestvoucher"), false);
    enrolled_check(net, BRSKI_REGISTRAR, "brski");
    cr_expect_eq(count(net, BRSKI_MSG_CLIENT_HELLO), 1);
    cr_expect_eq(count(net, BRSKI_MSG_REQUEST_VOUCHER), 2);
    cr_expect_eq(count(net, BRSKI_MSG_REDIRECT), 1);
    memnet_free(net);
}

/* The address at which the pledge is already: no other origin. */
Test(brski_redirect, its_own_address_is_the_same_origin)
{
    struct memnet *net = run_with(
        SETTINGS("redirects=1", "redirect=https://[fd00::2]:4443/brski/requestvoucher"), false);
    enrolled_check(net, BRSKI_REGISTRAR, "brski");
    cr_expect_eq(count(net, BRSKI_MSG_CLIENT_HELLO), 1);
    memnet_free(net);
}

Test(brski_redirect, round_and_round)
{
    struct memnet *net = run_with(SETTINGS("redirects=1", "redirect=/brski/requestvoucher"), true);
    size_t sessions = count(net, BRSKI_MSG_CLIENT_HELLO);
    cr_expect_not(memnet_completed(net, BRSKI_PLEDGE));
    cr_expect_eq(memnet_count_claims(net, BRSKI_PLEDGE, IMP_CLAIM_REJECT, "refused"), sessions);
    cr_expect_eq(count(net, BRSKI_MSG_REDIRECT), 6 * sessions, "it follows 5 in a session");
    memnet_free(net);
}

/* Nobody is there, and nothing is lost but an attempt. */
Test(brski_redirect, into_the_void)
{
    static const char *const follow[] = {"redirects=0", "redirects=1"};
    static const char *const why[] = {"refused", "closed"};
    for (size_t i = 0; i < 2; i++) {
        struct memnet *net =
            run_with(SETTINGS(follow[i], "redirect=https://[fd00::99]:443/"), false);
        enrolled_check(net, BRSKI_REGISTRAR, "brski");
        cr_expect_eq(memnet_count_claims(net, BRSKI_PLEDGE, IMP_CLAIM_REJECT, why[i]), 1);
        cr_expect_eq(count(net, BRSKI_MSG_CLIENT_HELLO), 2, "where it was sent first");
        memnet_free(net);
    }
}

/* ---- the MASA ----------------------------------------------------------------------------------
 */
Test(brski_redirect, a_registrar_follows_the_masa_to_another_path)
{
    struct memnet *net = run_with(SETTINGS("masa-redirect=true"), false);
    enrolled_check(net, BRSKI_REGISTRAR, "brski");
    cr_expect_eq(count(net, BRSKI_MSG_MASA_REDIRECT), 1);
    cr_expect_eq(count(net, BRSKI_MSG_MASA_REQUEST), 2);
    cr_expect_eq(count(net, BRSKI_MSG_MASA_CLIENT_HELLO), 1);
    memnet_free(net);
}
