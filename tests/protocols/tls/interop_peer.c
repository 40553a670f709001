/* SPDX-License-Identifier: GPL-2.0-only */
/* Our DTLS session on a real UDP socket and the real clock, for runs against other programs:
 *
 *     interop-peer client|server psk|ecdhe-psk|rpk PORT SEED [PEER-SPKI-FILE]
 *
 * The client sends a line and expects it back; the server sends one datagram back and ends when it
 * is closed. For rpk the peer's key must be the DER file's. Exit status 0: all of it happened. */
#include "protocols/tls/dtls.h"
#include "tests/support/test_env.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const char line[] = "ping over DTLS\n";

struct peer {
    struct test_env t;
    struct imp_dtls *dtls;
    int socket;
    struct sockaddr_in to;
    bool server, known; /* known: `to` is set */
    bool echoed;
    uint8_t secret[32], spki[91];
};

static imp_time clock_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * IMP_S + t.tv_nsec;
}

static void send_out(void *arg, const uint8_t *datagram, size_t n)
{
    struct peer *p = arg;
    /* A lost datagram, or a port that is not open yet, is the timers' business. */
    if (sendto(p->socket, datagram, n, 0, (struct sockaddr *)&p->to, sizeof p->to) < 0)
        perror("sendto");
}

static bool verify(void *arg, const uint8_t *spki, size_t n)
{
    const struct peer *p = arg;
    return n == sizeof p->spki && memcmp(spki, p->spki, n) == 0;
}

static int lookup(void *arg, uint8_t key[32], const char *identity)
{
    (void)arg;
    memset(key, 0x5a, 16);
    return strcmp(identity, "device") == 0 ? 16 : -1;
}

static int open_socket(struct peer *p, uint16_t port)
{
    struct sockaddr_in here = {.sin_family = AF_INET,
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                               .sin_port = htons(p->server ? port : 0)};
    p->socket = socket(AF_INET, SOCK_DGRAM, 0);
    p->to = here;
    p->to.sin_port = htons(port);
    p->known = !p->server;
    return p->socket < 0 ? -1 : bind(p->socket, (struct sockaddr *)&here, sizeof here);
}

static void open_session(struct peer *p, bool rpk, bool ecdhe)
{
    static const uint8_t psk[16] = {0x5a, 0x5a, 0x5a, 0x5a, 0x5a, 0x5a, 0x5a, 0x5a,
                                    0x5a, 0x5a, 0x5a, 0x5a, 0x5a, 0x5a, 0x5a, 0x5a};
    const struct imp_dtls_config config = {.auth = rpk ? IMP_DTLS_RPK : IMP_DTLS_PSK,
                                           .server = p->server,
                                           .cookie = true,
                                           .secret = p->secret,
                                           .psk_identity = "device",
                                           .psk = psk,
                                           .psk_n = sizeof psk,
                                           .psk_ecdhe = ecdhe,
                                           .verify = verify,
                                           .psk_lookup = lookup,
                                           .send = send_out,
                                           .arg = p,
                                           .peer = {.n = 2, .bytes = "ip"}};
    p->dtls = imp_dtls_new(&p->t.env, &config, clock_now());
}

/* Waits for a datagram or the deadline. */
static void step(struct peer *p, imp_time until)
{
    uint8_t datagram[2048];
    imp_time now = clock_now(), deadline = imp_dtls_deadline(p->dtls);
    imp_time wait = (deadline < until ? deadline : until) - now;
    struct pollfd f = {.fd = p->socket, .events = POLLIN};
    if (poll(&f, 1, wait < 0 ? 0 : (int)(wait / IMP_MS) + 1) > 0) {
        socklen_t size = sizeof p->to;
        ssize_t n =
            recvfrom(p->socket, datagram, sizeof datagram, 0, (struct sockaddr *)&p->to, &size);
        if (n > 0)
            imp_dtls_feed(p->dtls, datagram, (size_t)n, clock_now());
    }
    imp_dtls_expire(p->dtls, clock_now());
}

static int converse(struct peer *p)
{
    uint8_t got[256];
    imp_time until = clock_now() + 20 * IMP_S; /* against hanging */
    bool asked = false;
    imp_dtls_start(p->dtls, clock_now());
    while (clock_now() < until && imp_dtls_state(p->dtls) != IMP_DTLS_FAILED) {
        step(p, until);
        bool open = imp_dtls_state(p->dtls) == IMP_DTLS_OPEN;
        if (open && !p->server && !asked) {
            asked = true;
            imp_dtls_write(p->dtls, (const uint8_t *)line, sizeof line - 1, clock_now());
        }
        size_t n = imp_dtls_read(p->dtls, got, sizeof got, clock_now());
        if (n > 0 && p->server && imp_dtls_write(p->dtls, got, n, clock_now()) == 0)
            p->echoed = true;
        if (n > 0 && !p->server) {
            imp_dtls_close(p->dtls, clock_now());
            return n == sizeof line - 1 && memcmp(got, line, n) == 0 ? 0 : 1;
        }
        if (imp_dtls_state(p->dtls) == IMP_DTLS_CLOSED)
            return p->echoed ? 0 : 1;
    }
    return 1;
}

static bool read_spki(struct peer *p, const char *path)
{
    FILE *f = fopen(path, "rb");
    bool good = f && fread(p->spki, 1, sizeof p->spki, f) == sizeof p->spki;
    if (f)
        fclose(f);
    return good;
}

int main(int argc, char **argv)
{
    static struct peer p;
    if (argc < 5)
        return 2;
    bool rpk = strcmp(argv[2], "rpk") == 0;
    uint8_t pub[64];
    p.server = strcmp(argv[1], "server") == 0;
    test_env_init(&p.t, strtoull(argv[4], NULL, 10), argv[1]);
    imp_p256_keypair(&p.t.env, "key", pub, p.secret);
    if (rpk && (argc < 6 || !read_spki(&p, argv[5])))
        return 2;
    if (open_socket(&p, (uint16_t)atoi(argv[3])) != 0)
        return 2;
    open_session(&p, rpk, strcmp(argv[2], "ecdhe-psk") == 0);
    int status = p.dtls ? converse(&p) : 2;
    if (status)
        fprintf(stderr, "%s %s: state %d, %s\n", argv[1], argv[2],
                p.dtls ? (int)imp_dtls_state(p.dtls) : -1, p.dtls ? imp_dtls_why(p.dtls) : "");
    imp_dtls_free(p.dtls);
    close(p.socket);
    return status;
}
