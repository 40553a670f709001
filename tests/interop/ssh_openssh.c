/* SPDX-License-Identifier: GPL-2.0-only */
/* Our SSH transport against OpenSSH over loopback: our client end against sshd as far as its answer
 * to a user's authentication, our server end against ssh, which keeps our key at first contact,
 * takes it again, and refuses another one. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "house.h"
#include "tests/protocols/ssh/ssh_pair.h"

enum { SERVER_PORT = 2222, CLIENT_PORT = 2223, NOBODY = 65534 };

static struct ssh_end end;

static void flush(int fd)
{
    size_t done = 0;
    while (done < end.out_n) {
        ssize_t n = write(fd, end.out + done, end.out_n - done);
        if (n <= 0)
            break;
        done += (size_t)n;
    }
    end.out_n = 0;
}

/* Carries until `enough` or the other end closes; at most five seconds of silence. */
static void carry(int fd, bool (*enough)(void), void (*answer)(void))
{
    uint8_t p[2048];
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    flush(fd);
    while (!end.over && !enough() && poll(&wait, 1, 5000) > 0) {
        ssize_t n = read(fd, p, sizeof p);
        if (n <= 0)
            return;
        imp_ssh_feed(&end.ssh, p, (size_t)n);
        if (answer)
            answer();
        flush(fd);
    }
}

static struct sockaddr_in loopback(uint16_t port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static void pause_briefly(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
}

/* ---- our client against sshd
 * ---------------------------------------------------------------------------- */
static void command(const char *format, const char *dir)
{
    char line[4200];
    snprintf(line, sizeof line, format, dir, dir, dir);
    if (system(line) != 0)
        printf("failed: %s\n", line);
}

/* sshd and what it links to go where user 65534 may read them, which a home of root is not. */
static void copy_sshd(const char *dir, const char *sshd)
{
    char line[4200];
    snprintf(line, sizeof line,
             "cp '%.2000s' '%.200s/sshd' && "
             "for l in \"$LD_LIBRARY_PATH\"/libwrap.so.*; do if [ -f \"$l\" ]; then "
             "cp -L \"$l\" '%.200s'; fi; done",
             sshd, dir, dir);
    if (system(line) != 0)
        printf("failed: %s\n", line);
}

static int start_sshd(const char *dir)
{
    char conf[300], sshd[300], libraries[300];
    interop_write(dir, "sshd_config",
                  "Port %d\nListenAddress 127.0.0.1\nHostKey %s/host\nPidFile none\n"
                  "UsePAM no\nStrictModes no\n",
                  SERVER_PORT, dir);
    snprintf(conf, sizeof conf, "%.200s/sshd_config", dir);
    snprintf(sshd, sizeof sshd, "%.200s/sshd", dir); /* sshd wants its whole path */
    snprintf(libraries, sizeof libraries, "LD_LIBRARY_PATH=%.200s", dir);
    command("ssh-keygen -q -t ed25519 -N '' -f %s/host && chmod 755 %s && chown 65534 %s/host",
            dir);
    const char *const run[] = {"setpriv",
                               "--reuid=65534",
                               "--clear-groups",
                               "env",
                               libraries,
                               sshd,
                               "-D",
                               "-e",
                               "-f",
                               conf,
                               NULL};
    char path[4200];
    char *dirs = strdup(getenv("PATH")), *rest = dirs, *d;
    while ((d = strsep(&rest, ":"))) {
        snprintf(path, sizeof path, "%.4000s/sshd", d);
        if (access(path, X_OK) == 0) {
            copy_sshd(dir, path);
            break;
        }
    }
    free(dirs);
    return interop_spawn(dir, "sshd.log", run);
}

static int connect_to(uint16_t port)
{
    struct sockaddr_in at = loopback(port);
    for (int i = 0; i < 60; i++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(fd, (struct sockaddr *)&at, sizeof at) == 0)
            return fd;
        close(fd);
        pause_briefly();
    }
    return -1;
}

static bool got_number(unsigned number)
{
    return end.got_n > 0 && end.got[0] == number;
}

static bool accepted(void)
{
    return got_number(IMP_SSH_SERVICE_ACCEPT);
}

static bool failed(void)
{
    return got_number(IMP_SSH_USERAUTH_FAILURE);
}

static bool opened(void)
{
    return end.opened;
}

static void request(unsigned number, const char *const *texts)
{
    uint8_t p[256];
    struct imp_ssh_writer w = {.p = p, .cap = sizeof p};
    imp_ssh_put_byte(&w, (uint8_t)number);
    for (; *texts; texts++)
        imp_ssh_put_text(&w, *texts);
    imp_ssh_message(&end.ssh, p, w.n);
}

static bool client_against_sshd(const char *dir)
{
    static const char *const service[] = {"ssh-userauth", NULL};
    static const char *const user[] = {"nobody", "ssh-connection", "none", NULL};
    int pid = start_sshd(dir), fd = connect_to(SERVER_PORT);
    if (fd < 0) {
        interop_log_print(dir, "sshd.log");
        interop_kill(pid);
        return false;
    }
    ssh_end_init(&end, false, "client");
    carry(fd, opened, NULL);
    request(IMP_SSH_SERVICE_REQUEST, service);
    carry(fd, accepted, NULL);
    bool ok = end.opened && end.ssh.strict && accepted();
    request(IMP_SSH_USERAUTH_REQUEST, user);
    carry(fd, failed, NULL);
    imp_ssh__kex_begin(&end.ssh); /* and keys once more */
    end.got_n = 0;
    flush(fd);
    bool denied = ok;
    carry(fd, failed, NULL);
    if (!ok || end.over)
        interop_log_print(dir, "sshd.log");
    close(fd);
    interop_kill(pid);
    return denied && !end.over && end.ssh.state == IMP_SSH_OPEN;
}

/* ---- ssh against our server
 * ---------------------------------------------------------------------------- */
/* Says yes to the service and no to the user. */
static void serve(void)
{
    static const char *const service[] = {"ssh-userauth", NULL};
    static const char *const methods[] = {"publickey", NULL};
    uint8_t p[64];
    struct imp_ssh_writer w = {.p = p, .cap = sizeof p};
    if (got_number(IMP_SSH_SERVICE_REQUEST)) {
        request(IMP_SSH_SERVICE_ACCEPT, service);
    } else if (got_number(IMP_SSH_USERAUTH_REQUEST)) {
        imp_ssh_put_byte(&w, IMP_SSH_USERAUTH_FAILURE);
        imp_ssh_put_text(&w, methods[0]);
        imp_ssh_put_byte(&w, 0);
        imp_ssh_message(&end.ssh, p, w.n);
    }
    end.got_n = 0;
}

static bool never(void)
{
    return false;
}

static bool ssh_says(const char *dir, int listener, const char *log, uint8_t host, const char *text)
{
    char known[300];
    snprintf(known, sizeof known, "UserKnownHostsFile=%.200s/known_hosts", dir);
    const char *argv[] = {"ssh",
                          "-v",
                          "-F",
                          "none",
                          "-p",
                          "2223",
                          "-o",
                          "BatchMode=yes",
                          "-o",
                          "StrictHostKeyChecking=accept-new",
                          "-o",
                          known,
                          "-o",
                          "GlobalKnownHostsFile=none",
                          "-o",
                          "IdentityFile=none",
                          "-o",
                          "IdentitiesOnly=yes",
                          "nobody@127.0.0.1",
                          "true",
                          NULL};
    int pid = interop_spawn(dir, log, argv), fd = accept(listener, NULL, NULL);
    if (fd < 0)
        return false;
    ssh_end_init(&end, true, "server");
    end.ssh.host_secret[0] = host;
    carry(fd, never, serve);
    close(fd);
    interop_wait(pid, 10);
    bool said = interop_log_has(dir, log, text);
    if (!said)
        interop_log_print(dir, log);
    return said;
}

static bool ssh_against_server(const char *dir)
{
    struct sockaddr_in at = loopback(CLIENT_PORT);
    int listener = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listener, (struct sockaddr *)&at, sizeof at) != 0 || listen(listener, 1) != 0)
        return false;
    bool ok = ssh_says(dir, listener, "ssh1.log", 7, "Permanently added") &&
              ssh_says(dir, listener, "ssh2.log", 7, "is known and matches") &&
              ssh_says(dir, listener, "ssh3.log", 8, "IDENTIFICATION HAS CHANGED");
    ok = ok && interop_log_has(dir, "ssh1.log", "Permission denied (publickey)");
    close(listener);
    return ok;
}

int main(void)
{
    char dir[] = "/tmp/imprint-interop-XXXXXX";
    if (!interop_program("ssh") || !interop_program("sshd") || !interop_program("ssh-keygen") ||
        !interop_program("setpriv") || !interop_namespace())
        return INTEROP_SKIP;
    if (!mkdtemp(dir))
        return 1;
    imp_crypto_init();
    bool client = client_against_sshd(dir), server = ssh_against_server(dir);
    printf("our client against sshd: %s\nssh against our server: %s\n",
           client ? "passed" : "failed", server ? "passed" : "failed");
    command("rm -rf %s", dir);
    return client && server ? 0 : 1;
}
