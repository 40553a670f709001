/* SPDX-License-Identifier: GPL-2.0-only */
/* The SSH transport: data types, two ends that meet, and what must end a connection. */
#include <criterion/criterion.h>

#include "ssh_pair.h"

static struct ssh_end client, server;

static void meet(void)
{
    ssh_end_init(&server, true, "server");
    ssh_end_init(&client, false, "client");
}

/* Carries what there is, `step` octets at a time, until nobody has anything to say. */
static void carry(size_t step)
{
    while (client.out_n || server.out_n) {
        struct ssh_end *from = client.out_n ? &client : &server;
        struct ssh_end *to = client.out_n ? &server : &client;
        static uint8_t moving[sizeof client.out];
        size_t n = from->out_n;
        memcpy(moving, from->out, n);
        from->out_n = 0;
        for (size_t i = 0; i < n; i += step)
            imp_ssh_feed(&to->ssh, moving + i, n - i < step ? n - i : step);
    }
}

/* RFC 4251 section 5, the values that are not negative. */
Test(ssh_wire, mpint)
{
    static const struct {
        uint8_t value[9], n, wire[13], wire_n;
    } cases[] = {
        {{0}, 1, {0, 0, 0, 0}, 4},
        {{0}, 0, {0, 0, 0, 0}, 4},
        {{0x09, 0xa3, 0x78, 0xf9, 0xb2, 0xe3, 0x32, 0xa7},
         8,
         {0, 0, 0, 8, 0x09, 0xa3, 0x78, 0xf9, 0xb2, 0xe3, 0x32, 0xa7},
         12},
        {{0x80}, 1, {0, 0, 0, 2, 0x00, 0x80}, 6},
        {{0, 0, 0x80}, 3, {0, 0, 0, 2, 0x00, 0x80}, 6},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t out[16];
        struct imp_ssh_writer w = {.p = out, .cap = sizeof out};
        imp_ssh_put_mpint(&w, cases[i].value, cases[i].n);
        cr_assert_eq(w.n, cases[i].wire_n);
        cr_expect_arr_eq(out, cases[i].wire, w.n);
    }
}

Test(ssh_wire, name_lists)
{
    struct imp_ssh_string list = {(const uint8_t *)"zlib,none", 9};
    cr_expect(imp_ssh_list_has(list, "zlib"));
    cr_expect(imp_ssh_list_has(list, "none"));
    cr_expect(!imp_ssh_list_has(list, "zli"));
    cr_expect(!imp_ssh_list_has(list, "zlib,none"));
    cr_expect(!imp_ssh_list_has((struct imp_ssh_string){NULL, 0}, ""));
}

Test(ssh_wire, a_string_that_is_too_long_is_bad)
{
    static const uint8_t p[] = {0, 0, 0, 5, 'a', 'b'};
    struct imp_ssh_reader r = {.p = p, .n = sizeof p};
    cr_expect_eq(imp_ssh_get_string(&r).n, 0);
    cr_expect(r.bad);
}

Test(ssh_transport, two_ends_meet_however_the_stream_is_cut)
{
    static const size_t steps[] = {1, 3, 100, 65536};
    for (size_t i = 0; i < 4; i++) {
        static const uint8_t hello[] = {IMP_SSH_SERVICE_REQUEST, 1, 2, 3};
        meet();
        carry(steps[i]);
        cr_assert(client.opened && server.opened);
        cr_expect_arr_eq(client.ssh.session_id, server.ssh.session_id, IMP_SSH_HASH);
        cr_expect_arr_eq(client.ssh.out.key, server.ssh.in.key, IMP_SSH_KEY);
        cr_expect_arr_eq(client.ssh.in.key, server.ssh.out.key, IMP_SSH_KEY);
        cr_expect_arr_neq(client.ssh.in.key, client.ssh.out.key, IMP_SSH_KEY);
        cr_expect(client.ssh.strict && server.ssh.strict);
        imp_ssh_message(&client.ssh, hello, sizeof hello);
        carry(steps[i]);
        cr_expect_eq(server.got_n, sizeof hello);
        cr_expect_arr_eq(server.got, hello, sizeof hello);
    }
}

/* Sizes of RFC 4253 section 6: 4, 1, payload, padding of 4 and more to a multiple of 8. */
Test(ssh_transport, packets_of_the_exchange_have_the_sizes_of_the_formats)
{
    meet();
    cr_expect_eq(client.out_n % 8, 1, "17 octets of identification, then a packet");
    carry(65536);
    static const unsigned order[] = {0, IMP_SSH_KEXINIT, IMP_SSH_KEX_ECDH_INIT, IMP_SSH_NEWKEYS};
    cr_assert_eq(client.count, 4);
    for (int i = 0; i < 4; i++)
        cr_expect_eq(client.numbers[i], order[i]);
}

Test(ssh_transport, a_refused_host_key_is_reason_9)
{
    meet();
    client.accepts = false;
    carry(65536);
    cr_expect(client.asked && client.over && !client.opened);
    cr_expect_eq(client.reason, IMP_SSH_BY_HOST_KEY);
    cr_expect(server.over && server.by_peer && server.reason == IMP_SSH_BY_HOST_KEY);
}

/* What the server sends meanwhile, NEWKEYS, is kept. */
Test(ssh_transport, a_host_key_may_be_asked_about)
{
    for (int good = 0; good < 2; good++) {
        meet();
        client.asks = true;
        carry(65536);
        cr_assert_eq(client.ssh.state, IMP_SSH_ASKING);
        cr_expect(!client.opened && !client.over && !server.opened);
        imp_ssh_answer(&client.ssh, good);
        carry(65536);
        cr_expect_eq(client.opened && server.opened, good);
        cr_expect_eq(client.over && client.reason == IMP_SSH_BY_HOST_KEY, !good);
    }
}

Test(ssh_transport, who_floods_while_somebody_is_asked_is_left)
{
    static const uint8_t many[2 * sizeof client.ssh.buffer];
    meet();
    client.asks = true;
    carry(65536);
    imp_ssh_feed(&client.ssh, many, sizeof many);
    cr_expect(client.over && client.reason == IMP_SSH_BY_PROTOCOL_ERROR);
    imp_ssh_answer(&client.ssh, true);
    cr_expect(!client.opened);
}

static void replace(uint8_t *p, size_t n, const char *old, const char *new)
{
    for (size_t i = 0; i + strlen(old) <= n; i++)
        if (memcmp(p + i, old, strlen(old)) == 0)
            memcpy(p + i, new, strlen(old));
}

Test(ssh_transport, without_a_common_algorithm_no_keys_are_exchanged)
{
    static const char *const of[][2] = {{"curve25519-sha256", "curve00000-sha256"},
                                        {"ssh-ed25519", "ssh-ed00000"},
                                        {"chacha20-poly1305", "chacha20-poly0000"}};
    for (size_t i = 0; i < 3; i++) {
        meet();
        replace(client.out, client.out_n, of[i][0], of[i][1]);
        imp_ssh_feed(&server.ssh, client.out, client.out_n);
        cr_expect(server.over && !server.by_peer, "%s", of[i][0]);
        cr_expect_eq(server.reason, IMP_SSH_BY_KEX_FAILED);
    }
}

/* One bit of the signature: the key that it should prove is not even shown. */
Test(ssh_transport, a_key_without_its_proof_is_never_looked_at)
{
    meet();
    imp_ssh_feed(&server.ssh, client.out, client.out_n);
    imp_ssh_feed(&client.ssh, server.out, server.out_n);
    server.out_n = 0;
    imp_ssh_feed(&server.ssh, client.out + client.out_n - 48, 48); /* KEX_ECDH_INIT */
    client.out_n = 0;
    cr_assert_gt(server.out_n, 200);
    server.out[4 + 1 + 1 + 4 + 51 + 4 + 32 + 4 + 4 + 11 + 4] ^= 1;
    imp_ssh_feed(&client.ssh, server.out, server.out_n);
    cr_expect(client.over && !client.asked);
    cr_expect_eq(client.reason, IMP_SSH_BY_KEX_FAILED);
}

Test(ssh_transport, an_altered_packet_ends_the_connection)
{
    static const uint8_t hello[] = {IMP_SSH_SERVICE_REQUEST, 1, 2, 3};
    meet();
    carry(65536);
    imp_ssh_message(&client.ssh, hello, sizeof hello);
    client.out[client.out_n - 1] ^= 1;
    imp_ssh_feed(&server.ssh, client.out, client.out_n);
    cr_expect(server.over && server.got_n == 0);
    cr_expect_eq(server.reason, IMP_SSH_BY_MAC_ERROR);
}

/* The prefix truncation of 2023 (CVE-2023-48795) begins with an injected IGNORE. */
Test(ssh_transport, strict_key_exchange_takes_nothing_before_kexinit)
{
    static const uint8_t ignore[] = {0, 0, 0, 12, 6, IMP_SSH_IGNORE, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    meet();
    imp_ssh_feed(&client.ssh, server.out, 17); /* the identification */
    imp_ssh_feed(&client.ssh, ignore, sizeof ignore);
    imp_ssh_feed(&client.ssh, server.out + 17, server.out_n - 17);
    cr_expect(client.over && !client.opened);
}

Test(ssh_transport, other_versions_and_endless_lines_are_refused)
{
    static const char *const lines[] = {"SSH-1.5-old\r\n", "GET / HTTP/1.1\r\n"};
    for (int i = 0; i < 2; i++) {
        meet();
        imp_ssh_feed(&server.ssh, (const uint8_t *)lines[i], strlen(lines[i]));
        cr_expect(server.over, "%s", lines[i]);
    }
    meet();
    static uint8_t many[600];
    memset(many, 'a', sizeof many);
    imp_ssh_feed(&client.ssh, many, sizeof many);
    cr_expect(client.over);
}

Test(ssh_transport, keys_are_exchanged_again_and_the_session_stays)
{
    uint8_t session[IMP_SSH_HASH], key[IMP_SSH_KEY];
    meet();
    carry(65536);
    memcpy(session, client.ssh.session_id, sizeof session);
    memcpy(key, client.ssh.out.key, sizeof key);
    imp_ssh__kex_begin(&client.ssh);
    carry(65536);
    cr_expect_eq(client.ssh.state, IMP_SSH_OPEN);
    cr_expect_eq(server.ssh.state, IMP_SSH_OPEN);
    cr_expect_arr_eq(client.ssh.session_id, session, sizeof session);
    cr_expect_arr_neq(client.ssh.out.key, key, sizeof key);
    cr_expect(!client.over && !server.over);
}

/* RFC 4253 section 11.4, between the transport's numbers and those of key exchange; the connection
 * goes on, in the midst of another key exchange too. */
Test(ssh_transport, a_number_that_is_unknown_is_not_implemented)
{
    static const uint8_t odd[] = {9, 0}, hello[] = {IMP_SSH_SERVICE_REQUEST, 1, 2, 3};
    meet();
    carry(65536);
    imp_ssh__kex_begin(&client.ssh);
    imp_ssh_message(&server.ssh, odd, sizeof odd); /* on its way already */
    carry(65536);
    cr_expect(!client.over && !server.over);
    cr_expect_eq(client.numbers[client.count - 3], IMP_SSH_UNIMPLEMENTED);
    imp_ssh_message(&client.ssh, hello, sizeof hello);
    carry(65536);
    cr_expect_arr_eq(server.got, hello, sizeof hello);
}

static unsigned exchanges(const struct ssh_end *e)
{
    unsigned n = 0;
    for (unsigned i = 0; i < e->count; i++)
        n += e->numbers[i] == IMP_SSH_KEXINIT;
    return n;
}

/* RFC 4253 section 9: after so many octets either end asks. */
Test(ssh_transport, keys_wear_out_by_octets)
{
    static const uint8_t hello[100] = {IMP_SSH_SERVICE_REQUEST};
    for (int asks = 0; asks < 3; asks++) { /* neither, the client, the server */
        uint8_t key[IMP_SSH_KEY];
        meet();
        client.ssh.rekey_after = asks == 1 ? 350 : 0;
        server.ssh.rekey_after = asks == 2 ? 350 : 0;
        carry(65536);
        memcpy(key, client.ssh.out.key, sizeof key);
        for (int i = 0; i < 2; i++) { /* of 124 octets each, without tag 108 */
            imp_ssh_message(&client.ssh, hello, sizeof hello);
            carry(65536);
        }
        cr_expect_eq(exchanges(&client), 1);
        for (int i = 0; i < 2; i++) {
            imp_ssh_message(&client.ssh, hello, sizeof hello);
            carry(65536);
        }
        cr_expect_eq(exchanges(&client), asks ? 2 : 1, "%d", asks);
        cr_expect_eq(exchanges(&server), asks ? 2 : 1);
        cr_expect_eq(memcmp(client.ssh.out.key, key, sizeof key) != 0, asks != 0);
        cr_expect_eq(client.ssh.state, IMP_SSH_OPEN);
        cr_expect(!client.over && !server.over);
    }
}

/* ... and after so long, which its carrier knows. */
Test(ssh_transport, keys_wear_out_by_time)
{
    meet();
    imp_ssh_rekey(&client.ssh);
    carry(65536);
    cr_assert_eq(exchanges(&client), 1, "they are being exchanged already");
    cr_expect_eq(client.ssh.exchanges, 1);
    imp_ssh_rekey(&server.ssh);
    imp_ssh_rekey(&server.ssh);
    imp_ssh_rekey(&client.ssh);
    carry(65536);
    cr_expect_eq(exchanges(&client), 2);
    cr_expect_eq(exchanges(&server), 2);
    cr_expect_eq(client.ssh.exchanges, 2);
    cr_expect_eq(server.ssh.exchanges, 2);
    imp_ssh_disconnect(&client.ssh, IMP_SSH_BY_APPLICATION, "farewell");
    imp_ssh_rekey(&client.ssh);
    cr_expect_eq(exchanges(&client), 2);
}

/* Section 7.1: after KEXINIT nothing but the exchange is sent; what waits comes after it, in
 * order. */
Test(ssh_transport, messages_wait_for_the_keys)
{
    static const uint8_t first[] = {IMP_SSH_SERVICE_REQUEST, 1}, last[] = {80, 2};
    meet();
    carry(65536);
    imp_ssh__kex_begin(&client.ssh);
    imp_ssh_message(&client.ssh, first, sizeof first);
    imp_ssh_message(&client.ssh, last, sizeof last);
    cr_expect_eq(client.numbers[client.count - 1], IMP_SSH_KEXINIT);
    carry(65536);
    static const unsigned order[] = {IMP_SSH_KEXINIT, IMP_SSH_KEX_ECDH_INIT, IMP_SSH_NEWKEYS,
                                     IMP_SSH_SERVICE_REQUEST, 80};
    cr_assert_eq(client.count, 4 + 5);
    for (int i = 0; i < 5; i++)
        cr_expect_eq(client.numbers[4 + i], order[i]);
    cr_expect_arr_eq(server.got, last, sizeof last);
    cr_expect_eq(client.ssh.held_n, 0);
}

Test(ssh_transport, what_waits_has_a_bound)
{
    static const uint8_t many[IMP_SSH_HELD_MAX - 2] = {80};
    meet();
    carry(65536);
    imp_ssh__kex_begin(&client.ssh);
    imp_ssh_message(&client.ssh, many, sizeof many);
    cr_expect(!client.over);
    imp_ssh_message(&client.ssh, many, 1);
    cr_expect(client.over);
}
