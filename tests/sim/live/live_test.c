/* SPDX-License-Identifier: GPL-2.0-only */
/* Parties over real sockets on loopback: what they are told, where they send, what they keep. */
#include "sim/live/live.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char said[8192];

static void note(void *arg, const struct imp_env *env, const char *sentence)
{
    (void)arg;
    (void)env;
    size_t n = strlen(said);
    snprintf(said + n, sizeof said - n, "%s\n", sentence);
}

static struct imp_live *of(const char *mechanism)
{
    const struct imp_mechanism *m = imp_mechanism_find(mechanism);
    cr_assert(m, "no %s", mechanism);
    said[0] = 0;
    return imp_live_new(m, &(struct imp_live_watch){.said = note});
}

typedef int setter(struct imp_live *l, const char *text, char *error, size_t cap);

static void good(setter *f, struct imp_live *l, const char *text)
{
    char error[512] = "";
    cr_assert_eq(f(l, text, error, sizeof error), 0, "%s: %s", text, error);
}

static void refused(setter *f, struct imp_live *l, const char *text, const char *because)
{
    char error[512] = "";
    cr_expect_eq(f(l, text, error, sizeof error), -1, "%s", text);
    cr_expect(strstr(error, because), "%s: %s", text, error);
}

static void start(struct imp_live *l)
{
    char error[512] = "";
    cr_assert_eq(imp_live_start(l, error, sizeof error), 0, "%s", error);
}

static bool run(struct imp_live *l, bool agrees)
{
    return imp_live_run(
        l, &(struct imp_live_limits){.limit = 30 * IMP_S, .input = -1, .agrees = agrees});
}

/* ---- everything in one process
 * ------------------------------------------------------------------------ */
static void complete_in_memory(const char *mechanism, const char *setting)
{
    struct imp_live *l = of(mechanism);
    for (const struct imp_role *r = imp_mechanism_find(mechanism)->roles; r->name; r++)
        good(imp_live_role, l, r->name);
    if (setting)
        good(imp_live_set, l, setting);
    imp_live_provision(l, 1);
    start(l);
    cr_expect(run(l, true), "%s: %s", mechanism, said);
    imp_live_free(l);
}

Test(live, roles_of_one_process_meet_in_memory)
{
    complete_in_memory("eap-psk", NULL);                    /* frames and datagrams */
    complete_in_memory("dtls-rpk", NULL);                   /* out of band */
    complete_in_memory("ssh-tofu", NULL);                   /* streams */
    complete_in_memory("pana-lowpan", "eap-server=radius"); /* addresses in messages */
}

/* ---- two processes
 * ------------------------------------------------------------------------------------- */
static int client(const char *mechanism, const char *role, const char *channel, uint16_t port,
                  uint64_t seed)
{
    struct imp_live *l = of(mechanism);
    char where[80];
    good(imp_live_role, l, role);
    imp_live_provision(l, seed);
    snprintf(where, sizeof where, "%s=127.0.0.1:%u", channel, port);
    good(imp_live_connect, l, where);
    start(l);
    bool done = imp_live_run(l, &(struct imp_live_limits){.limit = 10 * IMP_S, .input = -1});
    imp_live_free(l);
    return done ? 0 : 1;
}

/* Whether both a server here and a client in a child complete. */
static bool meet(const char *mechanism, const char *server, const char *role, const char *channel,
                 uint64_t seed)
{
    struct imp_live *l = of(mechanism);
    char where[80];
    int status = -1;
    good(imp_live_role, l, server);
    imp_live_provision(l, 1);
    snprintf(where, sizeof where, "%s=127.0.0.1:0", channel);
    good(imp_live_listen, l, where);
    start(l);
    uint16_t port = imp_live_port(l, channel);
    cr_assert_neq(port, 0);
    pid_t child = fork();
    if (child == 0)
        _exit(client(mechanism, role, channel, port, seed));
    bool done = imp_live_run(
        l, &(struct imp_live_limits){.limit = 10 * IMP_S, .linger = 2 * IMP_S, .input = -1});
    waitpid(child, &status, 0);
    imp_live_free(l);
    return done && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

Test(live, a_stream_joins_two_processes)
{
    cr_expect(meet("ssh-tofu", "server", "client", "ssh", 1), "%s", said);
}

/* ---- the user's lines
 * ---------------------------------------------------------------------------------- */
Test(live, the_user_brings_what_was_shown_elsewhere)
{
    struct imp_live *device = of("tls-psk"), *server;
    int lines[2];
    cr_assert_eq(pipe(lines), 0);
    good(imp_live_role, device, "device");
    imp_live_provision(device, 1);
    good(imp_live_connect, device, "coaps=127.0.0.1:9");
    start(device);
    char *shown = strstr(said, "oob label ");
    cr_assert(shown, "%s", said);
    char line[1024];
    snprintf(line, sizeof line, "%s", shown);
    cr_assert_gt(write(lines[1], line, strlen(line)), 0);
    cr_assert_gt(write(lines[1], "nonsense\n", 9), 0);
    close(lines[1]);
    server = of("tls-psk");
    good(imp_live_role, server, "server");
    imp_live_provision(server, 1);
    good(imp_live_listen, server, "coaps=[::1]:0");
    start(server);
    imp_live_run(server, &(struct imp_live_limits){.limit = IMP_S / 5, .input = lines[0]});
    cr_expect(strstr(said, "this line says nothing here"), "%s", said);
    uint16_t port = imp_live_port(server, "coaps");
    cr_expect_neq(port, 0);
    imp_live_free(device);
    imp_live_free(server);
    close(lines[0]);
}

/* ---- what is kept
 * -------------------------------------------------------------------------------------- */
Test(live, cells_outlive_the_process_and_stay_when_provisioned_again)
{
    char folder[] = "/tmp/imprint-live-XXXXXX", path[100], command[120], text[64] = "";
    cr_assert(mkdtemp(folder));
    for (int i = 0; i < 2; i++) {
        struct imp_live *l = of("ssh-tofu");
        good(imp_live_role, l, "client");
        good(imp_live_folder, l, folder);
        if (i == 0)
            good(imp_live_cell, l, "client.a/b=text:kept as it is");
        imp_live_provision(l, (uint64_t)i);
        imp_live_free(l);
    }
    snprintf(path, sizeof path, "%s/client/a%%2Fb", folder);
    FILE *f = fopen(path, "r");
    cr_assert(f, "%s", path);
    cr_expect(fgets(text, sizeof text, f));
    fclose(f);
    cr_expect_str_eq(text, "kept as it is");
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    cr_expect_eq(system(command), 0);
}

/* ---- bad input
 * ----------------------------------------------------------------------------------------- */
Test(live, bad_settings_are_refused_with_a_sentence)
{
    struct imp_live *l = of("dtls-rpk");
    refused(imp_live_role, l, "serve", "did you mean \"server\"?");
    good(imp_live_role, l, "device");
    refused(imp_live_set, l, "anchor", "OPTION=VALUE");
    refused(imp_live_set, l, "no-such=1", "no option \"no-such\"");
    refused(imp_live_set, l, "device!no-such", "no flaw \"no-such\"");
    refused(imp_live_cell, l, "device.key=12", "text:WORDS or hex:OCTETS");
    refused(imp_live_cell, l, "device.key=hex:1", "text:WORDS or hex:OCTETS");
    refused(imp_live_listen, l, "coaps", "CHANNEL=ADDRESS:PORT");
    refused(imp_live_listen, l, "coap=127.0.0.1:1", "no channel \"coap\"");
    refused(imp_live_listen, l, "coaps=127.0.0.1", "ADDRESS:PORT");
    refused(imp_live_listen, l, "coaps=127.0.0.1:99999", "ADDRESS:PORT");
    refused(imp_live_connect, l, "coaps=[::1:5684", "ADDRESS:PORT");
    imp_live_free(l);
}

Test(live, an_option_without_what_it_needs_is_refused)
{
    struct imp_live *l = of("lwm2m-bootstrap");
    char error[512] = "";
    cr_expect_eq(imp_live_check(l, error, sizeof error), 0);
    good(imp_live_set, l, "client.pack=true");
    cr_expect_eq(imp_live_check(l, error, sizeof error), 0);
    good(imp_live_set, l, "version=1.1");
    cr_expect_eq(imp_live_check(l, error, sizeof error), -1);
    cr_expect_str_eq(error, "client.pack needs version=1.2");
    imp_live_free(l);
}

Test(live, a_role_that_nobody_needs_is_refused)
{
    struct imp_live *l = of("pana");
    char error[512] = "";
    good(imp_live_role, l, "aaa-server");
    cr_expect_eq(imp_live_check(l, error, sizeof error), -1);
    cr_expect(strstr(error, "role aaa-server: its option eap-server"), "%s", error);
    good(imp_live_set, l, "eap-server=radius");
    cr_expect_eq(imp_live_check(l, error, sizeof error), 0, "%s", error);
    imp_live_free(l);
}

static void cannot_start(const char *mechanism, const char *role, const char *where,
                         const char *because)
{
    char error[512] = "";
    struct imp_live *l = of(mechanism);
    good(imp_live_role, l, role);
    if (where)
        good(imp_live_listen, l, where);
    cr_expect_eq(imp_live_start(l, error, sizeof error), -1);
    cr_expect(strstr(error, because), "%s", error);
    imp_live_free(l);
}

Test(live, what_cannot_be_carried_is_said_before_anything_runs)
{
    cannot_start("eap-psk", "peer", NULL, "carries frames: peer and authenticator must both run");
    cannot_start("dtls-rpk", "device", "device-label=127.0.0.1:0", "out of band");
    cannot_start("dtls-rpk", "server", "coaps=192.0.2.1:0", "Cannot assign requested address");
}
