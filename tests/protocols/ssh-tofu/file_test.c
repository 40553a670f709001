/* SPDX-License-Identifier: GPL-2.0-only */
/* A client whose known hosts are OpenSSH's file: what it reads there, what it writes. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "protocols/codec/text.h"
#include "protocols/crypto/crypto.h"
#include "protocols/leap_of_faith/ssh-tofu/tofu.h"
#include "tests/support/memnet.h"

extern const struct imp_mechanism imp_ssh_tofu;

#define SECRET "0101010101010101010101010101010101010101010101010101010101010101"
#define OTHER "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIODxtrFuGHpvVv7q/+X5cSdbTzT+PJLytQa5FmaOKVYI"
#define ECDSA                                                                                      \
    "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBDvss2nM"             \
    "uAr/hKF/aSAN5oRicsQagI1izN9+IE+lc8xHsgnEOJgvGSVvAf9wCyDhoVAN4fXBgiS5gVuEUKbbexQ="

static char right[128]; /* the server's line behind its name */
static char file[20000];

static void of_key(char out[128], const uint8_t public[32])
{
    uint8_t blob[IMP_SSH_HOST_KEY];
    char base64[80];
    imp_ssh_host_key_blob(blob, public);
    imp_base64_encode(base64, sizeof base64, blob, sizeof blob);
    snprintf(out, 128, "ssh-ed25519 %s", base64);
}

static void prepare(void)
{
    uint8_t secret[32], public[32];
    imp_crypto_init();
    imp_hex_decode(secret, sizeof secret, SECRET, 64);
    imp_ed25519_public(NULL, public, secret);
    of_key(right, public);
}

TestSuite(ssh_tofu_file, .init = prepare);

/* `text` %1: the server's key. */
static struct memnet *with(const char *text, const char *a, const char *b, const char *c)
{
    static char first[9000];
    size_t n = (size_t)snprintf(first, sizeof first, "known-hosts-file=");
    for (; *text; text++) {
        if (*text == '%')
            n += (size_t)snprintf(first + n, sizeof first - n, "%s", right);
        else
            first[n++] = *text;
    }
    first[n] = 0;
    const char *const settings[] = {"known-hosts=file", "host-key=" SECRET, first, a, b, c, NULL};
    struct memnet *net = memnet_new(&imp_ssh_tofu, 7, settings);
    memnet_start(net);
    memnet_run_past(net, 50 * IMP_S);
    return net;
}

static const char *of(struct memnet *net, int role)
{
    int n = memnet_cell(net, role, "known_hosts", file, sizeof file - 1);
    file[n > 0 ? n : 0] = 0;
    return n < 0 ? "none" : file;
}

static bool refuses(const struct memnet *net, enum imp_claim_kind kind, const char *why)
{
    return memnet_last(net, TOFU_DEVICE, kind, why, "ssh") && !memnet_completed(net, TOFU_DEVICE);
}

Test(ssh_tofu_file, the_first_key_becomes_a_line)
{
    char expected[256];
    struct memnet *net = with("", NULL, NULL, NULL);
    cr_assert(memnet_complete(net));
    snprintf(expected, sizeof expected, "server %s\n", right);
    cr_expect_str_eq(of(net, TOFU_DEVICE), expected);
    cr_expect_eq(memnet_cell(net, TOFU_DEVICE, "known-host", NULL, 0), -1);
    cr_expect_gt(memnet_count_messages(net, TOFU_MSG_ECDH_REPLY), 2, "once for many visits");
    memnet_free(net);
}

Test(ssh_tofu_file, a_host_goes_by_the_name_that_was_set)
{
    char expected[512];
    struct memnet *net =
        with("server " OTHER " another\n*.lan " ECDSA, "host-name=[::1]:2200", NULL, NULL);
    cr_assert(memnet_complete(net));
    snprintf(expected, sizeof expected,
             "server " OTHER " another\n*.lan " ECDSA "\n[::1]:2200 %s\n", right);
    cr_expect_str_eq(of(net, TOFU_DEVICE), expected);
    memnet_free(net);
}

Test(ssh_tofu_file, names_are_hashed_as_set)
{
    struct memnet *net = with("", "hash-known-hosts=true", NULL, NULL);
    cr_assert(memnet_complete(net));
    const char *line = of(net, TOFU_DEVICE);
    cr_expect_eq(strncmp(line, "|1|", 3), 0);
    cr_expect_null(strstr(line, "server"));
    cr_expect_str_eq(strchr(line, '\n'), "\n", "one line for all visits");
    cr_expect_eq(memnet_count_claims(net, TOFU_DEVICE, IMP_CLAIM_ALARM, NULL), 0);
    memnet_free(net);
}

Test(ssh_tofu_file, a_line_that_was_there_is_no_leap)
{
    static const char *const files[] = {"server %\n", "a,server,b % its comment",
                                        "serv?r,!serves %\n", "server " OTHER "\nserver %\n"};
    for (size_t i = 0; i < 4; i++) {
        struct memnet *net = with(files[i], "host-key-policy=strict", NULL, NULL);
        cr_expect(memnet_complete(net), "%s", files[i]);
        cr_expect_str_eq(of(net, TOFU_DEVICE), "none", "nothing to write");
        memnet_free(net);
    }
    struct memnet *net = with("servers %\n", "host-key-policy=strict", NULL, NULL);
    cr_expect(refuses(net, IMP_CLAIM_REJECT, "host-key-unknown"));
    memnet_free(net);
}

/* OpenSSH 9.2 alarms at a key of another type, too. */
Test(ssh_tofu_file, another_key_of_that_name_raises_the_alarm)
{
    static const char *const files[] = {"server " OTHER "\n", "* " ECDSA "\n"};
    for (size_t i = 0; i < 2; i++) {
        struct memnet *net = with(files[i], NULL, NULL, NULL);
        cr_expect(refuses(net, IMP_CLAIM_ALARM, "host-key-changed"), "%s", files[i]);
        cr_expect_str_eq(of(net, TOFU_DEVICE), "none");
        memnet_free(net);
    }
    struct memnet *net = with("@cert-authority * " OTHER "\n", NULL, NULL, NULL);
    cr_expect(memnet_complete(net), "an authority's key is no host's");
    memnet_free(net);
}

Test(ssh_tofu_file, a_revoked_key_is_refused_whatever_else_is_written)
{
    static const char *const files[] = {"@revoked * %\n", "server %\n@revoked server %\n",
                                        "@revoked server %\nserver %\n"};
    for (size_t i = 0; i < 3; i++) {
        struct memnet *net = with(files[i], NULL, NULL, NULL);
        cr_expect(refuses(net, IMP_CLAIM_REJECT, "host-key-revoked"), "%s", files[i]);
        memnet_free(net);
    }
    struct memnet *net =
        with("@revoked elsewhere %\n@revoked server " OTHER "\n", NULL, NULL, NULL);
    cr_expect(memnet_complete(net), "another host's, another key");
    memnet_free(net);
}

Test(ssh_tofu_file, the_operator_strikes_off_and_forgets)
{
    struct memnet *net = with("# mine\n", NULL, NULL, NULL);
    memnet_event(net, TOFU_DEVICE, IMP_EVENT_CONTROL, "revoke");
    memnet_run_past(net, 100 * IMP_S);
    cr_expect(memnet_last(net, TOFU_DEVICE, IMP_CLAIM_REJECT, "host-key-revoked", "ssh"));
    char expected[256];
    snprintf(expected, sizeof expected, "# mine\n@revoked server %s\n", right);
    cr_expect_str_eq(of(net, TOFU_DEVICE), expected);
    memnet_event(net, TOFU_DEVICE, IMP_EVENT_CONTROL, "forget");
    memnet_run_past(net, 150 * IMP_S);
    cr_expect_str_eq(of(net, TOFU_DEVICE), expected, "what is revoked stays");
    memnet_free(net);

    net = with("# mine\nother " OTHER "\nserver,backup %\n", NULL, NULL, NULL);
    memnet_event(net, TOFU_SERVER, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, 100 * IMP_S);
    cr_expect(memnet_last(net, TOFU_DEVICE, IMP_CLAIM_ALARM, "host-key-changed", "ssh"));
    memnet_event(net, TOFU_DEVICE, IMP_EVENT_CONTROL, "forget");
    memnet_run_past(net, 200 * IMP_S);
    of(net, TOFU_DEVICE);
    cr_expect_eq(strncmp(file, "# mine\nother " OTHER "\nserver ssh-ed25519 ", 60), 0);
    cr_expect_null(strstr(file, right), "a second leap, to the new key");
    memnet_free(net);
}

Test(ssh_tofu_file, a_reset_brings_the_first_file_back)
{
    struct memnet *net = with("# of the factory\n", NULL, NULL, NULL);
    cr_assert_neq(strcmp(of(net, TOFU_DEVICE), "# of the factory\n"), 0);
    memnet_event(net, TOFU_DEVICE, IMP_EVENT_CONTROL, "revoke");
    memnet_run_past(net, 70 * IMP_S);
    cr_assert_not_null(strstr(of(net, TOFU_DEVICE), "@revoked"));
    memnet_event(net, TOFU_DEVICE, IMP_EVENT_RESET, NULL);
    char expected[256];
    memnet_run_past(net, 100 * IMP_S);
    snprintf(expected, sizeof expected, "# of the factory\nserver %s\n", right);
    cr_expect_str_eq(of(net, TOFU_DEVICE), expected);
    memnet_free(net);
}

Test(ssh_tofu_file, an_administrator_has_his_devices_in_one_file)
{
    char expected[256];
    struct memnet *net = with("", "device-is=server", NULL, NULL);
    cr_assert(memnet_complete(net));
    snprintf(expected, sizeof expected, "device-1 %s\n", right);
    cr_expect_str_eq(of(net, TOFU_SERVER), expected);
    memnet_event(net, TOFU_SERVER, IMP_EVENT_CONTROL, "forget device-1");
    memnet_run_past(net, 51 * IMP_S);
    cr_expect_str_eq(of(net, TOFU_SERVER), "");
    memnet_free(net);
}

Test(ssh_tofu_file, a_human_lets_a_line_be_written)
{
    const char *const settings[] = {"known-hosts=file", "host-key-policy=ask", NULL};
    struct memnet *net = memnet_new(&imp_ssh_tofu, 7, settings);
    memnet_user(net, 10 * IMP_S, true);
    memnet_start(net);
    memnet_run(net, 100 * IMP_S);
    cr_expect(memnet_complete(net));
    cr_expect_eq(strncmp(of(net, TOFU_DEVICE), "server ssh-ed25519 ", 19), 0);
    memnet_free(net);
}

Test(ssh_tofu_file, a_flawed_client_writes_another_line_instead)
{
    struct memnet *net =
        with("# mine\nserver " OTHER "\n", "client!accepts-changed-key", NULL, NULL);
    char expected[256];
    cr_expect(memnet_complete(net));
    snprintf(expected, sizeof expected, "# mine\nserver %s\n", right);
    cr_expect_str_eq(of(net, TOFU_DEVICE), expected);
    memnet_free(net);
}

/* ---- announced keys ----------------------------------------------------------------------------
 */
static size_t lines(const char *text)
{
    size_t n = 0;
    for (; *text; text++)
        n += *text == '\n';
    return n;
}

Test(ssh_tofu_file, the_file_follows_the_servers_keys)
{
    struct memnet *net =
        with("# mine\n", "host-key-rotation=30", "refresh=10", "update-host-keys=true");
    cr_expect_eq(lines(of(net, TOFU_DEVICE)), 3);
    cr_expect_not_null(strstr(file, right));
    memnet_run_past(net, 85 * IMP_S);
    cr_expect_eq(lines(of(net, TOFU_DEVICE)), 2);
    cr_expect_null(strstr(file, right), "the former is gone");
    memnet_run_past(net, 300 * IMP_S);
    cr_expect_eq(memnet_count_claims(net, TOFU_DEVICE, IMP_CLAIM_ALARM, NULL), 0);
    memnet_free(net);
}

Test(ssh_tofu_file, what_somebody_has_written_stays)
{
    static const char *const files[] = {"server,backup %\n", "serve* %\n",
                                        "server %\n@revoked server " OTHER "\n"};
    for (size_t i = 0; i < 3; i++) {
        struct memnet *net =
            with(files[i], "host-key-rotation=30", "refresh=10", "update-host-keys=true");
        cr_expect_str_eq(of(net, TOFU_DEVICE), "none", "%s", files[i]);
        memnet_run_past(net, 85 * IMP_S);
        cr_expect(memnet_last(net, TOFU_DEVICE, IMP_CLAIM_ALARM, "host-key-changed", "ssh"));
        memnet_free(net);
    }
}

Test(ssh_tofu_file, lines_of_other_types_stay)
{
    struct memnet *net = with("server %\nserver " ECDSA "\n", "host-key-rotation=30", "refresh=10",
                              "update-host-keys=true");
    memnet_run_past(net, 85 * IMP_S);
    cr_expect_not_null(strstr(of(net, TOFU_DEVICE), ECDSA));
    cr_expect_eq(lines(file), 2);
    cr_expect_eq(memnet_count_claims(net, TOFU_DEVICE, IMP_CLAIM_ALARM, NULL), 0);
    memnet_free(net);
}

/* ---- bounds and bad values ---------------------------------------------------------------------
 */
Test(ssh_tofu_file, a_file_that_is_too_long_is_not_cut)
{
    static uint8_t big[20000];
    memset(big, '#', sizeof big);
    struct memnet *net = memnet_new(&imp_ssh_tofu, 7, SETTINGS("known-hosts=file"));
    struct imp_env *env = (struct imp_env *)memnet_env(net, TOFU_DEVICE);
    for (int i = 0; i < 2; i++) { /* too long; nearly */
        env->ops->cell_put(env, "known_hosts", big, i ? 16380 : sizeof big);
        tofu_host_install(env, "", big);
        tofu_forget(env, "");
        cr_expect_eq(memnet_cell(net, TOFU_DEVICE, "known_hosts", NULL, 0),
                     i ? 16380 : (int)sizeof big);
    }
    cr_expect(memnet_last(net, TOFU_DEVICE, IMP_CLAIM_ALARM, "known-hosts-full", "ssh"));
    memnet_free(net);
}

Test(ssh_tofu_file, values_that_cannot_be_are_told)
{
    static const struct {
        const char *option, *value, *why;
    } cases[] = {
        {"known-hosts-file", "server " OTHER "\nserver ssh-ed25519\n", "line 2 is none"},
        {"known-hosts-file", "@revoke server " OTHER, "line 1 is none"},
        {"host-name", "Server", "small letters"},
        {"host-name", "a,b", "small letters"},
        {"host-key", "0102", "64 hexadecimal digits"},
        {"host-key", "x" SECRET, "0 to 64 octets"},
        {"host-key", "x101010101010101010101010101010101010101010101010101010101010101",
         "64 hexadecimal digits"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct imp_value v;
        char error[300];
        int o = imp_option_find(&imp_ssh_tofu, cases[i].option);
        cr_assert_geq(o, 0);
        cr_expect_eq(
            imp_option_parse(&v, &imp_ssh_tofu.options[o], cases[i].value, error, sizeof error), -1,
            "%s", cases[i].value);
        cr_expect_not_null(strstr(error, cases[i].why), "%s", error);
    }
}

/* A text has no number, and yet it is another than the preset. */
Test(ssh_tofu_file, a_file_without_its_use_is_refused)
{
    struct imp_value values[64] = {{0}};
    char error[300];
    for (size_t i = 0; i < imp_option_count(&imp_ssh_tofu); i++)
        cr_assert_eq(imp_option_parse(&values[i], &imp_ssh_tofu.options[i],
                                      imp_ssh_tofu.options[i].preset, error, sizeof error),
                     0);
    cr_expect_eq(imp_option_unmet(&imp_ssh_tofu, TOFU_DEVICE, values), -1);
    imp_option_parse(&values[TOFU_OPT_FILE], &imp_ssh_tofu.options[TOFU_OPT_FILE], "# mine", error,
                     sizeof error);
    cr_expect_eq(imp_option_unmet(&imp_ssh_tofu, TOFU_DEVICE, values), TOFU_OPT_FILE);
    values[TOFU_OPT_KNOWN].i = TOFU_FILE;
    cr_expect_eq(imp_option_unmet(&imp_ssh_tofu, TOFU_DEVICE, values), -1);
}
