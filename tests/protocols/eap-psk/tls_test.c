/* SPDX-License-Identifier: GPL-2.0-only */
/* RADIUS over TLS between authenticator and server: radius-transport=tls. */
#include <criterion/criterion.h>
#include <string.h>

#include "lone_party.h"
#include "protocols/eap/dot1x_tls.h"
#include "protocols/managed/eap-psk/psk.h"
#include "tests/support/memnet.h"

enum { PEER, AUTHENTICATOR, SERVER };
#define LIMIT (1200 * IMP_S)
#define TLS SETTINGS("radius-transport=tls")

TestSuite(eap_psk_tls, .init = imp_crypto_init);

static struct memnet *started(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_eap_psk, 7, settings);
    memnet_start(net);
    return net;
}

static bool contains(const uint8_t *p, size_t n, const char *text)
{
    size_t size = strlen(text);
    for (size_t i = 0; i + size <= n; i++)
        if (memcmp(p + i, text, size) == 0)
            return true;
    return false;
}

Test(eap_psk_tls, completes_over_one_connection_and_no_datagram)
{
    struct memnet *net = started(TLS);
    memnet_run(net, LIMIT);
    cr_assert(memnet_complete(net));
    cr_assert_eq(memnet_count_messages(net, IMP_DOT1X_MSG_TLS_CLIENT_HELLO), 1);
    cr_assert_eq(memnet_count_messages(net, IMP_DOT1X_MSG_TLS_FINISHED), 1);
    cr_assert_eq(memnet_count_messages(net, IMP_DOT1X_MSG_ACCESS_REQUEST), 3);
    cr_assert_eq(memnet_count_messages(net, IMP_DOT1X_MSG_ACCESS_ACCEPT), 1);
    for (size_t i = 0; i < memnet_message_count(net); i++) {
        const struct memnet_message *m = memnet_message(net, i);
        cr_assert_neq(m->channel, IMP_DOT1X_BACKEND);
        if (m->channel == IMP_DOT1X_BACKEND_TLS)
            cr_assert_not(contains(m->bytes, m->n, "example.org") &&
                          m->message != IMP_DOT1X_MSG_TLS_CLIENT_KEY);
    }
    memnet_free(net);
}

Test(eap_psk_tls, the_shared_secret_is_the_fixed_one_and_no_other_is_provisioned)
{
    uint8_t cell[128];
    struct memnet *net = started(TLS);
    cr_assert_eq(memnet_cell(net, SERVER, IMP_RADIUS_SECRET_CELL, cell, sizeof cell), -1);
    cr_assert_eq(memnet_cell(net, AUTHENTICATOR, IMP_DOT1X_TLS_KEY_CELL, cell, sizeof cell), 16);
    memnet_free(net);
    net = started(NULL);
    cr_assert_eq(memnet_cell(net, SERVER, IMP_RADIUS_SECRET_CELL, cell, sizeof cell), 16);
    cr_assert_eq(memnet_cell(net, AUTHENTICATOR, IMP_DOT1X_TLS_KEY_CELL, cell, sizeof cell), -1);
    memnet_free(net);
}

Test(eap_psk_tls, an_access_point_with_another_key_is_refused_and_tries_again)
{
    static const uint8_t other[16] = {1};
    struct memnet *net = memnet_new(&imp_eap_psk, 7, TLS);
    struct imp_env *nas = (struct imp_env *)memnet_env(net, AUTHENTICATOR);
    nas->ops->cell_put(nas, IMP_DOT1X_TLS_KEY_CELL, other, sizeof other);
    memnet_start(net);
    memnet_run(net, 100 * IMP_S);
    cr_assert_not(memnet_completed(net, PEER));
    cr_assert(memnet_last(net, SERVER, IMP_CLAIM_REJECT, "TLS handshake failed", "radius"));
    cr_assert_eq(memnet_count_messages(net, IMP_DOT1X_MSG_ACCESS_REQUEST), 0);
    cr_assert_eq(memnet_count_messages(net, IMP_DOT1X_MSG_TLS_CLIENT_HELLO), 4, "every 30 s");
    memnet_free(net);
}

Test(eap_psk_tls, default_key_opens_only_with_the_flaw)
{
    for (int flawed = 0; flawed < 2; flawed++) {
        struct memnet *net =
            memnet_new(&imp_eap_psk, 7,
                       flawed ? SETTINGS("radius-transport=tls", "server!tls-default-key") : TLS);
        struct imp_env *nas = (struct imp_env *)memnet_env(net, AUTHENTICATOR);
        nas->ops->cell_erase(nas, IMP_DOT1X_TLS_IDENTITY_CELL);
        memnet_start(net);
        memnet_run(net, 100 * IMP_S);
        cr_assert_eq(memnet_completed(net, PEER), flawed != 0);
        memnet_free(net);
    }
}

Test(eap_psk_tls, ends_that_differ_do_not_meet)
{
    static const char *const one[] = {"authenticator.radius-transport=tls",
                                      "server.radius-transport=tls"};
    for (int i = 0; i < 2; i++) {
        struct memnet *net = started(SETTINGS(one[i]));
        memnet_run(net, 200 * IMP_S);
        cr_assert_not(memnet_completed(net, PEER));
        cr_assert_eq(memnet_count_messages(net, IMP_DOT1X_MSG_ACCESS_CHALLENGE), 0);
        memnet_free(net);
    }
}

/* The first Access-Challenge arrives with a bit changed: TLS ends, and a new connection carries the
 * request again. */
static bool spoil_once(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                       size_t cap)
{
    bool *done = arg;
    (void)cap;
    if (m->message == IMP_DOT1X_MSG_ACCESS_CHALLENGE && !*done) {
        *done = true;
        bytes[*n - 1] ^= 1;
    }
    return true;
}

Test(eap_psk_tls, a_lost_connection_is_opened_again_and_requests_go_over_the_new_one)
{
    bool done = false;
    struct memnet *net = memnet_new(&imp_eap_psk, 7, TLS);
    memnet_filter_set(net, spoil_once, &done);
    memnet_start(net);
    imp_time end = memnet_run(net, LIMIT);
    cr_assert(memnet_complete(net));
    cr_assert_gt(end, 30 * IMP_S);
    cr_assert(memnet_last(net, AUTHENTICATOR, IMP_CLAIM_REJECT, "TLS session failed", "radius"));
    cr_assert_eq(memnet_count_messages(net, IMP_DOT1X_MSG_TLS_CLIENT_HELLO), 2);
    memnet_free(net);
}

Test(eap_psk_tls, a_server_that_starts_anew_is_found_again)
{
    struct memnet *net = started(TLS);
    memnet_run(net, 10 * IMP_MS);
    cr_assert_eq(memnet_count_messages(net, IMP_DOT1X_MSG_TLS_FINISHED), 1);
    cr_assert_not(memnet_complete(net));
    memnet_event(net, SERVER, IMP_EVENT_RESET, NULL);
    memnet_run(net, LIMIT);
    cr_assert(memnet_complete(net));
    cr_assert_eq(memnet_count_messages(net, IMP_DOT1X_MSG_TLS_CLIENT_HELLO), 2);
    memnet_free(net);
}

static bool drop_replies(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                         size_t cap)
{
    (void)arg;
    (void)bytes;
    (void)n;
    (void)cap;
    return m->message != IMP_DOT1X_MSG_ACCESS_CHALLENGE;
}

Test(eap_psk_tls, a_connection_on_which_nothing_comes_is_given_up)
{
    struct memnet *net = memnet_new(&imp_eap_psk, 7, TLS);
    memnet_filter_set(net, drop_replies, NULL);
    memnet_start(net);
    memnet_run(net, 92 * IMP_S);
    cr_assert_eq(memnet_count_messages(net, IMP_DOT1X_MSG_TLS_CLIENT_HELLO), 1);
    memnet_run(net, 130 * IMP_S);
    cr_assert_eq(memnet_count_messages(net, IMP_DOT1X_MSG_TLS_CLIENT_HELLO), 2, "93 s and 30 s");
    memnet_free(net);
}

/* ---- the server alone, before a client of ours
 * ---------------------------------------------------
 */
static size_t closes;

static void note_close(struct imp_env *env, int channel, const struct imp_addr *to)
{
    (void)env;
    (void)to;
    cr_assert_eq(channel, IMP_DOT1X_BACKEND_TLS);
    closes++;
}

struct nas {
    struct lone_party server, self; /* self: an environment to draw from */
    struct imp_env_ops ops;
    struct imp_tls *tls;
};

static const struct imp_addr stream = {.n = 26, .bytes = {9}};

/* Octet by octet: the server must not mind. */
static void to_server(void *arg, const uint8_t *bytes, size_t n)
{
    struct nas *s = arg;
    for (size_t i = 0; i < n; i++)
        lone_receive(&s->server, IMP_DOT1X_BACKEND_TLS, &stream, bytes + i, 1, 0);
}

static void open_nas(struct nas *s)
{
    static const uint8_t key[16] = {0};
    closes = 0;
    lone_party(&s->server, &imp_eap_psk, SERVER);
    lone_party(&s->self, &imp_eap_psk, AUTHENTICATOR);
    s->server.options[IMP_DOT1X_OPT_RADIUS_TRANSPORT].i = IMP_DOT1X_TLS;
    s->ops = *s->server.env.ops;
    s->ops.close = note_close;
    s->server.env.ops = &s->ops;
    lone_start(&s->server);
    lone_event(&s->server,
               &(struct imp_event){
                   .kind = IMP_EVENT_OPENED, .channel = IMP_DOT1X_BACKEND_TLS, .from = stream},
               0);
    s->tls = imp_tls_new(
        &s->self.env,
        &(struct imp_tls_config){
            .psk_identity = "ap", .psk = key, .psk_n = sizeof key, .send = to_server, .arg = s},
        0);
    imp_tls_start(s->tls, 0);
    for (int i = 0; i < 2; i++) /* the two flights of the server */
        imp_tls_feed(s->tls, s->server.bytes, s->server.n, 0);
    cr_assert_eq(imp_tls_state(s->tls), IMP_DTLS_OPEN, "%s", imp_tls_why(s->tls));
}

static void close_nas(struct nas *s)
{
    imp_tls_free(s->tls);
    imp_eap_psk.roles[SERVER].fini(s->server.env.ctx, &s->server.env);
    free(s->server.env.ctx);
    free(s->self.env.ctx);
}

static size_t request(uint8_t *out, size_t cap, uint8_t id)
{
    static const uint8_t eap[] = {2, 1, 0, 8, 1, 'd', 'e', 'v'};
    const uint8_t authenticator[16] = {id};
    struct imp_radius_writer w;
    imp_radius_begin(&w, out, cap, IMP_RADIUS_REQUEST, id, authenticator);
    imp_radius_put_eap(&w, eap, sizeof eap);
    return imp_radius_end_request(&w, NULL, "radsec", 6);
}

Test(eap_psk_tls, packets_are_cut_by_their_length_whatever_the_records)
{
    static struct nas s;
    uint8_t two[512];
    open_nas(&s);
    size_t n = request(two, sizeof two, 1), before = s.server.sends;
    n += request(two + n, sizeof two - n, 2);
    imp_tls_write(s.tls, two, n - 30, 0); /* one packet and a part of the next */
    cr_assert_eq(s.server.sends, before + 1);
    cr_assert_eq(s.server.message, IMP_DOT1X_MSG_ACCESS_CHALLENGE);
    imp_tls_write(s.tls, two + n - 30, 30, 0);
    cr_assert_eq(s.server.sends, before + 2);
    cr_assert_eq(closes, 0);
    close_nas(&s);
}

Test(eap_psk_tls, what_is_no_radius_packet_ends_the_connection)
{
    static const uint8_t wrong[][4] = {{1, 1, 0, 19}, {1, 1, 16, 1}, {'G', 'E', 'T', ' '}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        static struct nas s;
        open_nas(&s);
        imp_tls_write(s.tls, wrong[i], sizeof wrong[i], 0);
        cr_assert_eq(closes, 1);
        cr_assert_geq(s.server.claims[IMP_CLAIM_REJECT], 1);
        close_nas(&s);
    }
}
