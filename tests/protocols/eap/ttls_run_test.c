/* SPDX-License-Identifier: GPL-2.0-only */
/* EAP-TTLS over PANA, in memory: each inner protocol with each version of TLS, and the ends against
 * partners that say in the tunnel what they should not. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "ttls_talk.h"

TestSuite(ttls_run, .init = imp_crypto_init, .timeout = 100);

/* ---- whole runs */
static struct memnet *run(const char *const *settings, const char *password)
{
    struct memnet *net = memnet_new(&imp_pana, 7, settings);
    struct imp_env *env = (struct imp_env *)memnet_env(net, PAC);
    if (password)
        env->ops->cell_put(env, TTLS_CELL_PASSWORD, password, strlen(password));
    memnet_start(net);
    memnet_run(net, 60 * IMP_S);
    return net;
}

static const char *const inner[] = {"ttls-inner=pap", "ttls-inner=chap", "ttls-inner=mschapv2",
                                    "ttls-inner=eap-md5"};
static const char *const versions[] = {"tls-version=1.2", "tls-version=1.3"};
enum { INNER = 4, VERSIONS = 2 };

Test(ttls_run, each_inner_protocol_with_each_version)
{
    for (int i = 0; i < INNER * VERSIONS; i++) {
        struct memnet *net = run(TTLS(inner[i / VERSIONS], versions[i % VERSIONS]), NULL);
        cr_assert(memnet_complete(net), "%s %s", inner[i / VERSIONS], versions[i % VERSIONS]);
        cr_expect(memnet_agree(net, PAC, PAA, "eap"));
        cr_expect(memnet_same(memnet_last(net, PAC, IMP_CLAIM_SECRET, "password", "eap"),
                              memnet_last(net, PAA, IMP_CLAIM_SECRET, "password", "eap")));
        memnet_free(net);
    }
}

Test(ttls_run, a_wrong_password_is_refused)
{
    for (int i = 0; i < INNER * VERSIONS; i++) {
        struct memnet *net = run(TTLS(inner[i / VERSIONS], versions[i % VERSIONS]), "wrong");
        cr_expect_not(memnet_complete(net), "%s", inner[i / VERSIONS]);
        cr_expect_null(memnet_last(net, PAA, IMP_CLAIM_COMMIT, NULL, "eap"));
        cr_expect_null(memnet_last(net, PAC, IMP_CLAIM_COMMIT, NULL, "eap"));
        cr_expect_not_null(memnet_last(net, PAA, IMP_CLAIM_REJECT, "password", "eap"));
        memnet_free(net);
    }
}

/* MS-CHAP-V2 alone has the server show that it knows the password. */
Test(ttls_run, a_server_that_takes_any_password)
{
    for (int i = 0; i < INNER; i++) {
        struct memnet *net = run(TTLS(inner[i], "paa!any-password"), "wrong");
        cr_expect_eq(memnet_complete(net), i != TTLS_MSCHAPV2, "%s", inner[i]);
        memnet_free(net);
    }
}

Test(ttls_run, a_closed_account)
{
    struct memnet *net = memnet_new(&imp_pana, 7, TTLS());
    memnet_start(net);
    memnet_event(net, PAA, IMP_EVENT_CONTROL, "revoke device-1@example.org");
    memnet_run(net, 60 * IMP_S);
    cr_expect_not(memnet_complete(net));
    memnet_free(net);
}

Test(ttls_run, small_fragments_and_no_piggybacking)
{
    static const char *const ways[] = {"fragment-size=60", "ttls-piggyback=false",
                                       "ttls-mandatory=false", "length-always=true"};
    for (int i = 0; i < 4 * VERSIONS; i++) {
        struct memnet *net = run(TTLS(ways[i / VERSIONS], versions[i % VERSIONS]), NULL);
        cr_expect(memnet_complete(net), "%s", ways[i / VERSIONS]);
        memnet_free(net);
    }
}

static bool on_the_wire(const struct memnet *net, const char *text)
{
    size_t n = strlen(text);
    for (size_t i = 0; i < memnet_message_count(net); i++) {
        const struct memnet_message *m = memnet_message(net, i);
        for (size_t k = 0; k + n <= m->n; k++)
            if (memcmp(m->bytes + k, text, n) == 0)
                return true;
    }
    return false;
}

Test(ttls_run, the_name_is_inside_the_tunnel)
{
    struct memnet *net = run(TTLS(), NULL);
    cr_expect(memnet_complete(net) && !on_the_wire(net, "device-1"));
    cr_expect(on_the_wire(net, "anonymous@example.org"));
    memnet_free(net);
    net = run(TTLS("ttls-identity=nai"), NULL);
    cr_expect(memnet_complete(net) && on_the_wire(net, "device-1@example.org"));
    memnet_free(net);
}

static bool has_cell(const struct memnet *net, const char *name)
{
    return memnet_cell(net, PAC, name, NULL, 0) >= 0;
}

Test(ttls_run, a_certificate_beside_the_password)
{
    struct memnet *net = run(TTLS("ttls-certificate=true"), NULL);
    const struct imp_claim *c = memnet_last(net, PAA, IMP_CLAIM_COMMIT, NULL, "eap");
    cr_assert(memnet_complete(net) && memnet_agree(net, PAC, PAA, "eap"));
    cr_expect(c->peer_n > 3 && memcmp(c->peer, "CN=", 3) == 0, "section 12.2: of the certificate");
    cr_expect(has_cell(net, ETLS_CELL_KEY));
    memnet_free(net);
    net = run(TTLS("paa.ttls-certificate=true"), NULL);
    cr_expect_not(memnet_complete(net));
    cr_expect_not(has_cell(net, ETLS_CELL_KEY));
    memnet_free(net);
}

/* ---- an end alone, against one that speaks in the tunnel as the test likes */
/* A server and the test's peer, as far as the tunnel. */
static struct talk *server_in_tunnel(void)
{
    struct talk *t = talk_new(TTLS("tls-version=1.2"));
    struct imp_eap_io io = io_for(t->server, t->packet, IMP_EAP_REQUEST);
    cr_assert_eq(ttls_server_begin(&t->s, NULL, &io), IMP_EAP_SERVER_REQUEST);
    cr_assert(etls_open(&t->other, t->peer, &etls_eap_ttls, false, 0));
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(to_server(t), IMP_EAP_SERVER_REQUEST);
        hear(t, true);
    }
    cr_assert_eq(imp_tls_state(t->other.tls), IMP_DTLS_OPEN);
    return t;
}

Test(ttls_run, the_server_takes_a_password_without_padding)
{
    struct talk *t = server_in_tunnel();
    struct ttls_writer w = {0};
    put_password(t, &w, "device-1@example.org");
    cr_expect_eq(tell_server(t, &w), IMP_EAP_SERVER_SUCCESS);
    talk_free(t);
}

Test(ttls_run, the_server_refuses_a_stranger)
{
    struct talk *t = server_in_tunnel();
    struct ttls_writer w = {0};
    put_password(t, &w, "device-9@example.org");
    cr_expect_eq(tell_server(t, &w), IMP_EAP_SERVER_FAILURE);
    talk_free(t);
}

Test(ttls_run, the_server_refuses_what_it_does_not_understand)
{
    struct talk *t = server_in_tunnel();
    struct ttls_writer w = {.mandatory = true};
    put_password(t, &w, "device-1@example.org");
    ttls_put(&w, 4711, "x", 1);
    cr_expect_eq(tell_server(t, &w), IMP_EAP_SERVER_FAILURE, "section 10.1");
    talk_free(t);
}

Test(ttls_run, the_server_refuses_a_peer_with_nothing_to_say)
{
    struct talk *t = server_in_tunnel();
    t->other.out.n = t->other.out.at = 0;
    cr_expect_eq(to_server(t), IMP_EAP_SERVER_FAILURE, "section 7.6");
    talk_free(t);
}

/* Sections 11.2.2 and 11.2.4: the challenge is the tunnel's, or another's answer could be used. */
Test(ttls_run, the_server_refuses_a_challenge_of_the_peers_choice)
{
    for (int wrong = 0; wrong < 4; wrong++) {
        struct talk *t = server_in_tunnel();
        struct ttls_writer w = {.mandatory = true};
        struct ttls_challenge c;
        uint8_t password[TTLS_PASSWORD], answer[1 + TTLS_MD5];
        cr_assert(ttls_challenge(&t->other, &c));
        c.challenge[3] ^= wrong == 1;
        c.ident ^= wrong == 2;
        t->peer->ops->cell_get(t->peer, TTLS_CELL_PASSWORD, password, sizeof password);
        answer[0] = c.ident;
        ttls_chap(t->peer, answer + 1, c.ident, password, sizeof password, c.challenge, 16);
        c.challenge[5] ^= wrong == 3; /* beside the right answer */
        ttls_put(&w, TTLS_USER_NAME, "device-1@example.org", 20);
        ttls_put(&w, TTLS_CHAP_CHALLENGE, c.challenge, 16);
        ttls_put(&w, TTLS_CHAP_PASSWORD, answer, sizeof answer);
        cr_expect_eq(tell_server(t, &w), wrong ? IMP_EAP_SERVER_FAILURE : IMP_EAP_SERVER_SUCCESS);
        talk_free(t);
    }
}

/* Section 9.2.1. */
Test(ttls_run, the_server_refuses_another_version)
{
    struct talk *t = talk_new(TTLS());
    uint8_t in[] = {IMP_EAP_RESPONSE, 1, 0, 6, TTLS_TYPE, 1};
    struct imp_eap_io io = io_for(t->server, t->packet, IMP_EAP_REQUEST);
    cr_assert_eq(ttls_server_begin(&t->s, NULL, &io), IMP_EAP_SERVER_REQUEST);
    io.in = in;
    io.in_n = sizeof in;
    cr_expect_eq(ttls_server_process(&t->s, NULL, &io), IMP_EAP_SERVER_FAILURE);
    talk_free(t);
}

static enum imp_eap_peer_verdict to_peer(struct talk *t, const uint8_t *in, size_t n)
{
    struct imp_eap_io io = io_for(t->peer, t->packet, IMP_EAP_RESPONSE);
    io.in = in;
    io.in_n = n;
    enum imp_eap_peer_verdict v = ttls_peer_process(&t->p, &io);
    t->n = io.out_n;
    return v;
}

static enum imp_eap_peer_verdict start_peer(struct talk *t, uint8_t flags, const char *hints,
                                            size_t n)
{
    uint8_t in[64] = {IMP_EAP_REQUEST, 1, 0, 0, TTLS_TYPE, flags};
    memcpy(in + 6, hints, n);
    ttls_peer_start(&t->p, t->peer, 0);
    ttls_peer_begin(&t->p, t->peer, 0);
    return to_peer(t, in, 6 + n);
}

/* Section 9.2: hints; section 9.2.1: whatever is offered, we have version 0. */
Test(ttls_run, what_may_stand_in_a_start)
{
    struct talk *t = talk_new(TTLS());
    cr_expect_eq(start_peer(t, ETLS_FLAG_START | 1, "", 0), IMP_EAP_PEER_CONTINUE);
    cr_expect_eq(t->packet[5] & TTLS_VERSION_MASK, 0);
    cr_expect_eq(start_peer(t, ETLS_FLAG_START, "\0\0\x12\x67\0\0\0\x9x\0\0\0", 12),
                 IMP_EAP_PEER_CONTINUE);
    cr_expect_eq(start_peer(t, ETLS_FLAG_START, "\0\0\x12\x67\x40\0\0\x9x\0\0\0", 12),
                 IMP_EAP_PEER_FAILED);
    cr_expect_eq(start_peer(t, 0, "", 0), IMP_EAP_PEER_IGNORE);
    talk_free(t);
}

/* A peer and the test's server, as far as the peer's first words in the tunnel. */
static struct talk *peer_in_tunnel(const char *protocol, struct ttls_message *m,
                                   uint8_t avps[TTLS_AVPS])
{
    struct talk *t = talk_new(TTLS("tls-version=1.3", protocol));
    uint8_t in[IMP_EAP_MTU];
    cr_assert_eq(start_peer(t, ETLS_FLAG_START, "", 0), IMP_EAP_PEER_CONTINUE);
    cr_assert(etls_open(&t->other, t->server, &etls_eap_ttls, true, 0));
    hear(t, false);
    struct imp_eap_io flight = said(t, in, false);
    to_peer(t, in, flight.out_n);
    hear(t, false);
    cr_assert_eq(imp_tls_state(t->other.tls), IMP_DTLS_OPEN);
    size_t n = imp_tls_read(t->other.tls, avps, TTLS_AVPS);
    cr_assert(n > 0 && ttls_read(m, avps, n) == 0);
    return t;
}

static enum imp_eap_peer_verdict tell_peer(struct talk *t, const struct ttls_writer *w)
{
    uint8_t in[IMP_EAP_MTU];
    t->other.out.n = t->other.out.at = 0;
    cr_assert_eq(imp_tls_write(t->other.tls, w->bytes, w->n, 0), 0);
    struct imp_eap_io io = said(t, in, false);
    return to_peer(t, in, io.out_n);
}

/* Section 11.2.5: 26 octets are 32. */
Test(ttls_run, the_peer_pads_its_password)
{
    uint8_t avps[TTLS_AVPS];
    struct ttls_message m;
    struct talk *t = peer_in_tunnel("ttls-inner=pap", &m, avps);
    cr_assert_eq(m.user_password.n, 32u);
    cr_expect_eq(((const uint8_t *)m.user_password.p)[25] == 0, 0);
    cr_expect_eq(((const uint8_t *)m.user_password.p)[26], 0);
    talk_free(t);
}

/* Section 11.2.4: what shows that the server has the password. */
Test(ttls_run, the_peer_ends_without_the_right_authenticator_response)
{
    for (int wrong = 0; wrong < 4; wrong++) {
        uint8_t avps[TTLS_AVPS], password[TTLS_PASSWORD];
        struct ttls_message m;
        struct talk *t = peer_in_tunnel("ttls-inner=mschapv2", &m, avps);
        struct ttls_writer w = {.mandatory = true};
        const uint8_t *answer = m.ms_response.p;
        char success[1 + MSCHAP_SUCCESS] = {(char)answer[0]};
        t->peer->ops->cell_get(t->peer, TTLS_CELL_PASSWORD, password, sizeof password);
        const struct mschap x = {m.ms_challenge.p, answer + 2, "device-1@example.org", password,
                                 sizeof password};
        mschap_success(t->server, success + 1, &x, answer + 26);
        success[20] ^= wrong == 1;
        success[0] ^= wrong == 2;
        ttls_put_microsoft(&w, wrong == 3 ? TTLS_MS_CHAP_ERROR : TTLS_MS_CHAP2_SUCCESS, success,
                           sizeof success);
        cr_expect_eq(tell_peer(t, &w), wrong ? IMP_EAP_PEER_FAILED : IMP_EAP_PEER_DONE, "%d",
                     wrong);
        cr_expect_eq(t->n, wrong ? 0u : 6u, "an empty packet: taken");
        talk_free(t);
    }
}

/* EAP in the tunnel: another method is refused by Nak, a second identity is told, rubbish ends. */
Test(ttls_run, the_peer_answers_inner_eap)
{
    static const uint8_t gtc[] = {IMP_EAP_REQUEST, 1, 0, 5, 6};
    static const uint8_t identity[] = {IMP_EAP_REQUEST, 2, 0, 5, IMP_EAP_TYPE_IDENTITY};
    static const uint8_t rubbish[] = {IMP_EAP_REQUEST, 3, 0, 6, IMP_EAP_TYPE_MD5, 16};
    const struct {
        const uint8_t *packet;
        size_t n;
        enum imp_eap_peer_verdict verdict;
        int type; /* of the answer */
    } cases[] = {{gtc, sizeof gtc, IMP_EAP_PEER_CONTINUE, IMP_EAP_TYPE_NAK},
                 {identity, sizeof identity, IMP_EAP_PEER_CONTINUE, IMP_EAP_TYPE_IDENTITY},
                 {rubbish, sizeof rubbish, IMP_EAP_PEER_FAILED, -1}};
    uint8_t avps[TTLS_AVPS];
    struct ttls_message m;
    struct talk *t = peer_in_tunnel("ttls-inner=eap-md5", &m, avps);
    for (int i = 0; i < 3; i++) {
        struct ttls_writer w = {.mandatory = true};
        struct imp_eap_packet e;
        ttls_put(&w, TTLS_EAP_MESSAGE, cases[i].packet, cases[i].n);
        cr_assert_eq(tell_peer(t, &w), cases[i].verdict, "%d", i);
        if (cases[i].type < 0)
            break;
        hear(t, false);
        size_t n = imp_tls_read(t->other.tls, avps, sizeof avps);
        cr_assert(ttls_read(&m, avps, n) == 0 && m.eap.p);
        cr_assert_eq(imp_eap_parse(&e, m.eap.p, m.eap.n), 0);
        cr_expect_eq(e.type, cases[i].type);
    }
    talk_free(t);
}
