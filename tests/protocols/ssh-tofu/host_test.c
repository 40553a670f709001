/* SPDX-License-Identifier: GPL-2.0-only */
/* SSH's server and clients that are not ours: the question without a signature (RFC 4252 section
 * 7), a command that wants a reply, requests and numbers that are unknown. In clear, so that a
 * client's packets can be written down. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/leap_of_faith/ssh-tofu/tofu.h"
#include "tests/support/memnet.h"

extern const struct imp_mechanism imp_ssh_tofu;

TestSuite(ssh_tofu_host, .init = imp_crypto_init);

static struct memnet *net;
static struct tofu_keys keys;
static struct tofu_end end;
static struct tofu_pair user;
static size_t done;

static void count(struct tofu_end *e)
{
    (void)e;
    done++;
}

static void meet(int role, enum tofu_state state, const char *setting)
{
    net = memnet_new(&imp_ssh_tofu, 7, SETTINGS(setting));
    struct imp_env *env = (struct imp_env *)memnet_env(net, role);
    memset(&end, 0, sizeof end);
    keys.own.secret[0] = 1;
    user.secret[0] = 2;
    imp_ed25519_public(NULL, keys.own.public, keys.own.secret);
    imp_ed25519_public(NULL, user.public, user.secret);
    end.keys = &keys;
    end.done = count;
    done = 0;
    tofu_end_begin(&end, env, &(struct imp_addr){.n = 1});
    end.state = state;
    end.ssh.state = IMP_SSH_OPEN;
}

static void serve(enum tofu_state state, const char *setting)
{
    meet(TOFU_SERVER, state, setting);
}

/* A packet in clear comes: 4 + 1 + payload + padding. */
static void hear(const struct imp_ssh_writer *w)
{
    uint8_t packet[512] = {0};
    size_t padding = 4 + (8 - (4 + 1 + w->n + 4) % 8) % 8, body = 1 + w->n + padding;
    packet[2] = (uint8_t)(body >> 8);
    packet[3] = (uint8_t)body;
    packet[4] = (uint8_t)padding;
    memcpy(packet + 5, w->p, w->n);
    imp_ssh_feed(&end.ssh, packet, 4 + body);
}

#define WRITER(w)                                                                                  \
    uint8_t octets[384];                                                                           \
    struct imp_ssh_writer w = {.p = octets, .cap = sizeof octets}

static void hear_number(uint8_t number)
{
    WRITER(w);
    imp_ssh_put_byte(&w, number);
    imp_ssh_put_u32(&w, 0);
    hear(&w);
}

static void hear_request(const char *type, bool want_reply, const char *command)
{
    WRITER(w);
    imp_ssh_put_byte(&w, TOFU_CHANNEL_REQUEST);
    imp_ssh_put_u32(&w, 0);
    imp_ssh_put_text(&w, type);
    imp_ssh_put_byte(&w, want_reply);
    imp_ssh_put_text(&w, command);
    hear(&w);
}

static void ask(void)
{
    WRITER(w);
    tofu_auth_request(&w, user.public, false);
    hear(&w);
}

static void sign(void)
{
    WRITER(w);
    uint8_t text[256], signature[64], blob[IMP_SSH_SIGNATURE];
    struct imp_ssh_writer b = {.p = blob, .cap = sizeof blob};
    size_t n = tofu_signed(text, end.ssh.session_id, user.public);
    imp_ed25519_sign(end.env, signature, user.secret, text, n);
    imp_ssh_put_text(&b, "ssh-ed25519");
    imp_ssh_put_string(&b, signature, sizeof signature);
    tofu_auth_request(&w, user.public, true);
    imp_ssh_put_string(&w, blob, sizeof blob);
    hear(&w);
}

static size_t said(int message)
{
    return memnet_count_messages(net, message);
}

static size_t rejects(const char *why)
{
    return memnet_count_claims(net, end.env->role, IMP_CLAIM_REJECT, why);
}

/* The payload of the last message of that kind, which begins with 5 octets. */
static const uint8_t *payload(int message)
{
    return memnet_last_message(net, message)->bytes + 5;
}

static uint32_t u32_at(int message, size_t at)
{
    struct imp_ssh_reader r = {.p = payload(message) + at, .n = 4};
    return imp_ssh_get_u32(&r);
}

/* ---- authentication ----------------------------------------------------------------------------
 */
Test(ssh_tofu_host, a_question_is_answered_and_keeps_nothing)
{
    WRITER(w);
    uint8_t blob[IMP_SSH_HOST_KEY];
    serve(TOFU_AUTH, NULL);
    ask();
    cr_assert_eq(said(TOFU_MSG_AUTH_PK_OK), 1);
    imp_ssh_host_key_blob(blob, user.public);
    imp_ssh_put_byte(&w, 60);
    imp_ssh_put_text(&w, "ssh-ed25519");
    imp_ssh_put_string(&w, blob, sizeof blob);
    cr_expect_arr_eq(payload(TOFU_MSG_AUTH_PK_OK), octets, w.n);
    cr_expect_eq(end.state, TOFU_AUTH);
    cr_expect_eq(memnet_count_claims(net, TOFU_SERVER, IMP_CLAIM_COMMIT, NULL), 0);
    user.secret[0] = 3; /* who asked is not the one who is believed */
    imp_ed25519_public(NULL, user.public, user.secret);
    sign();
    cr_expect_eq(said(TOFU_MSG_AUTH_SUCCESS), 1);
    cr_expect_eq(rejects(NULL), 0);
    memnet_free(net);
}

/* A device believes its first user: a question alone must not make one. */
Test(ssh_tofu_host, who_only_asks_is_nobodys_first_user)
{
    meet(TOFU_DEVICE, TOFU_AUTH, "device-is=server");
    ask();
    cr_expect_eq(said(TOFU_MSG_AUTH_PK_OK), 1);
    cr_expect_eq(memnet_cell(net, TOFU_DEVICE, "authorized-key", NULL, 0), -1);
    sign();
    cr_expect_eq(said(TOFU_MSG_AUTH_SUCCESS), 1);
    cr_expect_gt(memnet_cell(net, TOFU_DEVICE, "authorized-key", NULL, 0), 0);
    memnet_free(net);
}

Test(ssh_tofu_host, a_question_of_a_key_that_is_not_authorized_fails)
{
    serve(TOFU_AUTH, "authorized-keys=installed");
    ask();
    cr_expect_eq(said(TOFU_MSG_AUTH_PK_OK), 0);
    cr_expect_eq(said(TOFU_MSG_AUTH_FAILURE), 1);
    cr_expect_eq(rejects("key-not-authorized"), 1);
    memnet_free(net);
}

Test(ssh_tofu_host, who_asks_for_methods_is_told)
{
    WRITER(w);
    serve(TOFU_AUTH, NULL);
    imp_ssh_put_byte(&w, IMP_SSH_USERAUTH_REQUEST);
    imp_ssh_put_text(&w, "device");
    imp_ssh_put_text(&w, "ssh-connection");
    imp_ssh_put_text(&w, "none");
    hear(&w);
    cr_expect_eq(said(TOFU_MSG_AUTH_FAILURE), 1);
    cr_expect_eq(rejects(NULL), 0);
    w.n--;
    hear(&w); /* no text */
    cr_expect_eq(rejects("bad-authentication"), 1);
    cr_expect_eq(said(TOFU_MSG_AUTH_FAILURE), 2);
    memnet_free(net);
}

/* ---- the command -------------------------------------------------------------------------------
 */
Test(ssh_tofu_host, who_wants_a_reply_is_told_how_the_command_ends)
{
    serve(TOFU_COMMAND, NULL);
    hear_request("exec", true, "provision");
    static const int order[] = {TOFU_MSG_CHANNEL_SUCCESS, TOFU_MSG_CHANNEL_DATA,
                                TOFU_MSG_CHANNEL_EOF, TOFU_MSG_EXIT_STATUS, TOFU_MSG_CHANNEL_CLOSE};
    size_t all = memnet_message_count(net);
    for (size_t i = 0; i < 5; i++)
        cr_expect_eq(memnet_message(net, all - 5 + i)->message, order[i]);
    hear_number(TOFU_CHANNEL_EOF);
    hear_number(TOFU_CHANNEL_WINDOW_ADJUST);
    cr_expect_eq(done, 0);
    hear_number(TOFU_CHANNEL_CLOSE);
    cr_expect_eq(done, 1);
    hear_number(IMP_SSH_DISCONNECT); /* a farewell */
    cr_expect_eq(rejects(NULL), 0);
    memnet_free(net);
}

Test(ssh_tofu_host, who_wants_none_closes_for_itself)
{
    serve(TOFU_COMMAND, NULL);
    hear_request("exec", false, "provision");
    cr_expect_eq(said(TOFU_MSG_CHANNEL_DATA), 1);
    cr_expect_eq(said(TOFU_MSG_CHANNEL_SUCCESS) + said(TOFU_MSG_EXIT_STATUS), 0);
    memnet_free(net);
}

Test(ssh_tofu_host, other_requests_and_commands_fail)
{
    serve(TOFU_COMMAND, NULL);
    hear_request("env", false, "LANG");
    cr_expect_eq(said(TOFU_MSG_CHANNEL_FAILURE), 0, "nobody wants to hear of it");
    hear_request("pty-req", true, "xterm");
    hear_request("exec", true, "reboot");
    cr_expect_eq(said(TOFU_MSG_CHANNEL_FAILURE), 2);
    cr_expect_eq(said(TOFU_MSG_CHANNEL_DATA), 0);
    hear_request("exec", true, "provision");
    cr_expect_eq(said(TOFU_MSG_CHANNEL_DATA), 1);
    memnet_free(net);
}

static void ask_for_methods(void)
{
    WRITER(w);
    imp_ssh_put_byte(&w, IMP_SSH_USERAUTH_REQUEST);
    imp_ssh_put_text(&w, "device");
    imp_ssh_put_text(&w, "ssh-connection");
    imp_ssh_put_text(&w, "none");
    hear(&w);
}

/* RFC 4252 section 4: so many may fail, the next ends the connection. */
Test(ssh_tofu_host, who_fails_too_often_is_sent_away)
{
    serve(TOFU_AUTH, "authorized-keys=installed");
    for (int i = 0; i < 20; i++)
        i % 2 ? ask() : sign();
    cr_assert_eq(said(TOFU_MSG_AUTH_FAILURE), 20);
    cr_assert_eq(said(TOFU_MSG_DISCONNECT), 0);
    sign();
    cr_expect_eq(said(TOFU_MSG_AUTH_FAILURE), 20);
    cr_assert_eq(said(TOFU_MSG_DISCONNECT), 1);
    cr_expect_eq(u32_at(TOFU_MSG_DISCONNECT, 1), IMP_SSH_BY_AUTHENTICATION);
    cr_expect_eq(rejects("too-many-attempts"), 1);
    cr_expect_eq(end.ssh.state, IMP_SSH_OVER);
    memnet_free(net);
}

Test(ssh_tofu_host, the_first_question_of_methods_is_no_attempt)
{
    serve(TOFU_AUTH, "auth-tries=1");
    ask_for_methods();
    ask_for_methods(); /* this one is */
    cr_expect_eq(said(TOFU_MSG_AUTH_FAILURE), 2);
    cr_expect_eq(said(TOFU_MSG_DISCONNECT), 0);
    ask_for_methods();
    cr_expect_eq(said(TOFU_MSG_DISCONNECT), 1);
    memnet_free(net);
}

Test(ssh_tofu_host, there_need_be_no_limit)
{
    serve(TOFU_AUTH, "auth-tries=0");
    for (int i = 0; i < 100; i++)
        ask_for_methods();
    cr_expect_eq(said(TOFU_MSG_AUTH_FAILURE), 100);
    sign();
    cr_expect_eq(said(TOFU_MSG_AUTH_SUCCESS), 1);
    sign(); /* RFC 4252 section 5.1: once in, that is nothing */
    cr_expect_eq(said(TOFU_MSG_AUTH_SUCCESS), 1);
    cr_expect_eq(rejects(NULL), 0);
    memnet_free(net);
}

Test(ssh_tofu_host, a_client_whose_key_is_not_taken_has_no_other)
{
    meet(TOFU_DEVICE, TOFU_AUTH, NULL);
    hear_number(IMP_SSH_USERAUTH_FAILURE);
    cr_expect_eq(rejects("refused"), 1);
    cr_expect_eq(u32_at(TOFU_MSG_DISCONNECT, 1), IMP_SSH_BY_AUTHENTICATION);
    memnet_free(net);
}

/* ---- channels ----------------------------------------------------------------------------------
 */
static void open_channel(const char *type, uint32_t number)
{
    WRITER(w);
    imp_ssh_put_byte(&w, TOFU_CHANNEL_OPEN);
    imp_ssh_put_text(&w, type);
    imp_ssh_put_u32(&w, number);
    imp_ssh_put_u32(&w, 4096);
    imp_ssh_put_u32(&w, 1024);
    hear(&w);
}

/* RFC 4254 section 5.1: the failure names the channel by the number of who wanted it. */
Test(ssh_tofu_host, a_channel_of_an_unknown_type_is_refused)
{
    serve(TOFU_CHANNEL, NULL);
    open_channel("direct-tcpip", 7);
    cr_assert_eq(said(TOFU_MSG_CHANNEL_OPEN_FAILURE), 1);
    cr_expect_eq(u32_at(TOFU_MSG_CHANNEL_OPEN_FAILURE, 1), 7);
    cr_expect_eq(u32_at(TOFU_MSG_CHANNEL_OPEN_FAILURE, 5), TOFU_OPEN_UNKNOWN_TYPE);
    open_channel("session", 8);
    cr_expect_eq(said(TOFU_MSG_CHANNEL_CONFIRM), 1, "and the connection goes on");
    cr_expect_eq(rejects(NULL), 0);
    memnet_free(net);
}

Test(ssh_tofu_host, there_is_one_session_at_a_time)
{
    serve(TOFU_CHANNEL, NULL);
    open_channel("session", 0);
    open_channel("session", 1);
    cr_assert_eq(said(TOFU_MSG_CHANNEL_CONFIRM), 1);
    cr_assert_eq(said(TOFU_MSG_CHANNEL_OPEN_FAILURE), 1);
    cr_expect_eq(u32_at(TOFU_MSG_CHANNEL_OPEN_FAILURE, 1), 1);
    cr_expect_eq(u32_at(TOFU_MSG_CHANNEL_OPEN_FAILURE, 5), TOFU_OPEN_SHORTAGE);
    hear_request("exec", true, "provision");
    open_channel("session", 1);
    cr_expect_eq(said(TOFU_MSG_CHANNEL_OPEN_FAILURE), 2);
    cr_expect_eq(rejects(NULL), 0);
    memnet_free(net);
}

/* Section 6.1. */
Test(ssh_tofu_host, a_client_opens_nothing_to_its_server)
{
    meet(TOFU_DEVICE, TOFU_COMMAND, NULL);
    open_channel("session", 3);
    cr_assert_eq(said(TOFU_MSG_CHANNEL_OPEN_FAILURE), 1);
    cr_expect_eq(u32_at(TOFU_MSG_CHANNEL_OPEN_FAILURE, 5), TOFU_OPEN_PROHIBITED);
    open_channel("x11", 3);
    cr_expect_eq(u32_at(TOFU_MSG_CHANNEL_OPEN_FAILURE, 5), TOFU_OPEN_UNKNOWN_TYPE);
    cr_expect_eq(rejects(NULL), 0);
    cr_expect_eq(end.state, TOFU_COMMAND);
    memnet_free(net);
}

Test(ssh_tofu_host, a_channel_that_is_cut_off_is_malformed)
{
    WRITER(w);
    serve(TOFU_CHANNEL, NULL);
    imp_ssh_put_byte(&w, TOFU_CHANNEL_OPEN);
    imp_ssh_put_text(&w, "session");
    imp_ssh_put_u32(&w, 0);
    hear(&w);
    cr_expect_eq(rejects("out-of-order"), 1);
    cr_expect_eq(u32_at(TOFU_MSG_DISCONNECT, 1), IMP_SSH_BY_PROTOCOL_ERROR);
    memnet_free(net);
}

/* Each end numbers its channels for itself: ours is 0. */
Test(ssh_tofu_host, messages_name_the_channel_as_the_other_end_does)
{
    static const int all[] = {TOFU_MSG_CHANNEL_CONFIRM, TOFU_MSG_CHANNEL_SUCCESS,
                              TOFU_MSG_CHANNEL_DATA,    TOFU_MSG_CHANNEL_EOF,
                              TOFU_MSG_EXIT_STATUS,     TOFU_MSG_CHANNEL_CLOSE};
    serve(TOFU_CHANNEL, NULL);
    open_channel("session", 0x01020304);
    hear_request("exec", true, "provision");
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        cr_assert_eq(said(all[i]), 1);
        cr_expect_eq(u32_at(all[i], 1), 0x01020304, "%zu", i);
    }
    memnet_free(net);
}

Test(ssh_tofu_host, a_client_names_the_channel_as_its_server_does)
{
    WRITER(w);
    meet(TOFU_DEVICE, TOFU_CHANNEL, NULL);
    imp_ssh_put_byte(&w, TOFU_CHANNEL_CONFIRM);
    imp_ssh_put_u32(&w, 0);
    imp_ssh_put_u32(&w, 42);
    imp_ssh_put_u32(&w, 4096);
    imp_ssh_put_u32(&w, 1024);
    hear(&w);
    cr_assert_eq(said(TOFU_MSG_CHANNEL_REQUEST), 1);
    cr_expect_eq(u32_at(TOFU_MSG_CHANNEL_REQUEST, 1), 42);
    memnet_free(net);
}

Test(ssh_tofu_host, a_message_to_no_channel_of_ours_ends_the_connection)
{
    WRITER(w);
    serve(TOFU_COMMAND, NULL);
    imp_ssh_put_byte(&w, TOFU_CHANNEL_REQUEST);
    imp_ssh_put_u32(&w, 1);
    imp_ssh_put_text(&w, "exec");
    imp_ssh_put_byte(&w, 0);
    imp_ssh_put_text(&w, "provision");
    hear(&w);
    cr_expect_eq(said(TOFU_MSG_CHANNEL_DATA), 0);
    cr_expect_eq(rejects("out-of-order"), 1);
    memnet_free(net);
}

/* ---- numbers -----------------------------------------------------------------------------------
 */
/* RFC 4253 section 11.4: answered with their sequence number, and otherwise ignored. */
Test(ssh_tofu_host, numbers_that_are_unknown_are_not_implemented)
{
    static const uint8_t unknown[] = {0, 9, 19, 22, 48, 61, 79, 95, 127, 192, 255};
    serve(TOFU_AUTH, NULL);
    for (size_t i = 0; i < sizeof unknown; i++) {
        hear_number(unknown[i]);
        cr_assert_eq(said(TOFU_MSG_UNIMPLEMENTED), i + 1, "%u", unknown[i]);
        const uint8_t expected[] = {IMP_SSH_UNIMPLEMENTED, 0, 0, 0, (uint8_t)i};
        cr_expect_arr_eq(payload(TOFU_MSG_UNIMPLEMENTED), expected, sizeof expected);
    }
    cr_expect_eq(end.state, TOFU_AUTH);
    sign();
    cr_expect_eq(said(TOFU_MSG_AUTH_SUCCESS), 1);
    cr_expect_eq(rejects(NULL), 0);
    memnet_free(net);
}

Test(ssh_tofu_host, a_known_number_out_of_order_is_no_unknown_one)
{
    serve(TOFU_AUTH, NULL);
    hear_number(TOFU_CHANNEL_CLOSE);
    cr_expect_eq(said(TOFU_MSG_UNIMPLEMENTED), 0);
    cr_expect_eq(rejects("out-of-order"), 1);
    cr_assert_eq(said(TOFU_MSG_DISCONNECT), 1);
    cr_expect_eq(u32_at(TOFU_MSG_DISCONNECT, 1), IMP_SSH_BY_PROTOCOL_ERROR);
    memnet_free(net);
}

Test(ssh_tofu_host, ignore_and_debug_are_ignored)
{
    serve(TOFU_AUTH, NULL);
    size_t before = memnet_message_count(net);
    hear_number(IMP_SSH_IGNORE);
    hear_number(IMP_SSH_DEBUG);
    hear_number(IMP_SSH_UNIMPLEMENTED);
    cr_expect_eq(memnet_message_count(net), before);
    cr_expect_eq(end.state, TOFU_AUTH);
    memnet_free(net);
}

/* ---- a client at other servers -----------------------------------------------------------------
 */
Test(ssh_tofu_host, a_servers_words_before_authentication_are_no_fault)
{
    meet(TOFU_DEVICE, TOFU_AUTH, NULL);
    hear_number(IMP_SSH_USERAUTH_BANNER);
    cr_expect_eq(rejects(NULL) + said(TOFU_MSG_UNIMPLEMENTED), 0);
    memnet_free(net);
}

/* sshd, which sends no data while keys are exchanged. */
Test(ssh_tofu_host, a_command_may_end_before_its_output_comes)
{
    meet(TOFU_DEVICE, TOFU_COMMAND, NULL);
    hear_request("exit-status", false, "");
    cr_expect_eq(end.state, TOFU_COMMAND);
    cr_expect_eq(rejects(NULL) + done, 0);
    memnet_free(net);
}

static void hear_data(uint8_t number, const char *text)
{
    WRITER(w);
    imp_ssh_put_byte(&w, number);
    imp_ssh_put_u32(&w, 0);
    if (number == TOFU_CHANNEL_EXTENDED_DATA)
        imp_ssh_put_u32(&w, 1); /* standard error */
    imp_ssh_put_text(&w, text);
    hear(&w);
}

Test(ssh_tofu_host, what_a_command_complains_of_is_no_configuration)
{
    meet(TOFU_DEVICE, TOFU_COMMAND, NULL);
    hear_data(TOFU_CHANNEL_EXTENDED_DATA, "no such device");
    cr_expect_eq(end.state, TOFU_COMMAND);
    cr_expect_eq(rejects(NULL) + said(TOFU_MSG_UNIMPLEMENTED) + done, 0);
    hear_data(TOFU_CHANNEL_DATA, "0123456789abcdef");
    cr_expect_eq(done, 1);
    memnet_free(net);
}

/* sshd: the rest of the output, its end and the command's come after the configuration, by which
 * the device has closed the channel. */
Test(ssh_tofu_host, what_comes_of_a_closed_channel_is_no_fault)
{
    meet(TOFU_DEVICE, TOFU_COMMAND, NULL);
    hear_data(TOFU_CHANNEL_DATA, "0123456789abcdef");
    cr_assert_eq(done, 1);
    cr_assert_eq(said(TOFU_MSG_CHANNEL_CLOSE), 1);
    size_t before = memnet_message_count(net);
    hear_data(TOFU_CHANNEL_DATA, "and more");
    hear_data(TOFU_CHANNEL_EXTENDED_DATA, "and worse");
    hear_number(TOFU_CHANNEL_EOF);
    hear_request("exit-status", false, "");
    hear_number(TOFU_CHANNEL_CLOSE);
    cr_expect_eq(end.state, TOFU_READY);
    cr_expect_eq(rejects(NULL), 0);
    cr_expect_eq(memnet_message_count(net), before);
    cr_expect_eq(done, 1);
    memnet_free(net);
}

Test(ssh_tofu_host, a_servers_question_after_the_visit_is_answered)
{
    WRITER(w);
    meet(TOFU_DEVICE, TOFU_READY, NULL);
    imp_ssh_put_byte(&w, TOFU_GLOBAL_REQUEST);
    imp_ssh_put_text(&w, "keepalive@openssh.com");
    imp_ssh_put_byte(&w, 1);
    hear(&w);
    cr_expect_eq(said(TOFU_MSG_REQUEST_FAILURE), 1);
    cr_expect_eq(rejects(NULL), 0);
    memnet_free(net);
}

Test(ssh_tofu_host, a_client_whose_channel_or_command_fails_leaves)
{
    for (int command = 0; command < 2; command++) {
        meet(TOFU_DEVICE, command ? TOFU_COMMAND : TOFU_CHANNEL, NULL);
        hear_number(command ? TOFU_CHANNEL_FAILURE : TOFU_CHANNEL_OPEN_FAILURE);
        cr_expect_eq(rejects("refused"), 1);
        cr_expect_eq(u32_at(TOFU_MSG_DISCONNECT, 1), IMP_SSH_BY_APPLICATION);
        cr_expect_eq(end.ssh.state, IMP_SSH_OVER);
        memnet_free(net);
    }
}
