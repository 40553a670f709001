/* SPDX-License-Identifier: GPL-2.0-only */
/* Our EAP-PSK peer and authenticator (RADIUS client) against hostapd as RADIUS and EAP-PSK server,
 * up to the 4-way handshake with the PMK that came through hostapd's MS-MPPE keys. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "house.h"
#include "protocols/crypto/crypto.h"
#include "protocols/managed/eap-psk/psk.h"

static const uint8_t psk[16] = {0x0f, 0x1e, 0x2d, 0x3c, 0x4b, 0x5a, 0x69, 0x78,
                                0x87, 0x96, 0xa5, 0xb4, 0xc3, 0xd2, 0xe1, 0xf0};

static int start_hostapd(const char *dir, const char *methods)
{
    char conf[4096];
    interop_write(dir, "users", "\"device@example.org\" %s 0f1e2d3c4b5a69788796a5b4c3d2e1f0\n",
                  methods);
    interop_write(dir, "clients", "127.0.0.1/32 testing123\n");
    interop_write(dir, "hostapd.conf",
                  "driver=none\ninterface=lo\neap_server=1\neap_user_file=%s/users\n"
                  "server_id=server@example.org\nradius_server_clients=%s/clients\n"
                  "radius_server_auth_port=1812\n",
                  dir, dir);
    snprintf(conf, sizeof conf, "%.2000s/hostapd.conf", dir);
    const char *argv[] = {"hostapd", "-ddK", conf, NULL};
    int pid = interop_spawn(dir, "hostapd.log", argv);
    for (int i = 0; i < 60 && !interop_log_has(dir, "hostapd.log", "AP-ENABLED"); i++)
        nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    return pid;
}

static bool run(const uint8_t key[16], imp_time limit)
{
    struct imp_live_limits limits = {.limit = limit, .input = -1};
    struct witness *w = witness_new();
    struct imp_live_watch watch = witness_watch(w);
    struct imp_live *l = imp_live_new(&imp_eap_psk, &watch);
    struct psk_keys keys;
    uint8_t msk[64] = {0}, pmk[64] = {1};
    psk_key_setup(NULL, &keys, key);
    interop_do(imp_live_role, l, "peer");
    interop_do(imp_live_role, l, "authenticator");
    imp_live_cell_put(l, IMP_DOT1X_PEER, PSK_CELL_ID, "device@example.org", 18);
    imp_live_cell_put(l, IMP_DOT1X_PEER, PSK_CELL_KEYS, &keys, sizeof keys);
    imp_live_cell_put(l, IMP_DOT1X_AUTHENTICATOR, IMP_RADIUS_SECRET_CELL, "testing123", 10);
    interop_do(imp_live_connect, l, "backend=127.0.0.1:1812");
    interop_start(l);
    bool done = imp_live_run(l, &limits);
    witness_claims(w, IMP_DOT1X_PEER, IMP_CLAIM_SECRET, "eap", "MSK", msk);
    witness_claims(w, IMP_DOT1X_AUTHENTICATOR, IMP_CLAIM_SECRET, "link", "PMK", pmk);
    imp_live_free(l);
    witness_free(w);
    return done && memcmp(msk, pmk, 32) == 0;
}

int main(void)
{
    static const uint8_t wrong[16] = {0xff};
    char dir[] = "/tmp/imprint-interop-XXXXXX", command[4200];
    if (!interop_program("hostapd") || !interop_namespace())
        return INTEROP_SKIP;
    imp_crypto_init();
    if (!mkdtemp(dir))
        return 1;
    int pid = start_hostapd(dir, "PSK");
    bool right = run(psk, 15 * IMP_S), other = run(wrong, 4 * IMP_S);
    interop_kill(pid);
    bool seen = interop_log_has(dir, "hostapd.log", "CTRL-EVENT-EAP-SUCCESS");
    pid = start_hostapd(dir, "MD5,PSK"); /* MD5-Challenge first: our peer must Nak */
    bool negotiated = run(psk, 15 * IMP_S);
    interop_kill(pid);
    printf("right key: %s; wrong key: %s; after Nak: %s; hostapd %s success\n",
           right ? "complete" : "incomplete", other ? "complete" : "incomplete",
           negotiated ? "complete" : "incomplete", seen ? "reports" : "does not report");
    bool good = right && !other && negotiated && seen;
    if (!good)
        interop_log_print(dir, "hostapd.log");
    snprintf(command, sizeof command, "rm -r '%s'", dir);
    return system(command) == 0 && good ? 0 : 1;
}
