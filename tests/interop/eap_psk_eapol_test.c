/* SPDX-License-Identifier: GPL-2.0-only */
/* Our RADIUS and EAP-PSK server against eapol_test (wpa_supplicant's EAP-PSK peer and RADIUS
 * client), with the right key and with a wrong one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "house.h"
#include "protocols/crypto/crypto.h"
#include "protocols/managed/eap-psk/psk.h"

static const uint8_t psk[16] = {0x0f, 0x1e, 0x2d, 0x3c, 0x4b, 0x5a, 0x69, 0x78,
                                0x87, 0x96, 0xa5, 0xb4, 0xc3, 0xd2, 0xe1, 0xf0};

static struct imp_live *server(struct witness *w, const char *setting)
{
    struct imp_live_watch watch = witness_watch(w);
    struct imp_live *l = imp_live_new(&imp_eap_psk, &watch);
    struct psk_keys keys;
    interop_do(imp_live_role, l, "server");
    interop_do(imp_live_set, l, setting);
    psk_key_setup(NULL, &keys, psk);
    imp_live_cell_put(l, IMP_DOT1X_SERVER, PSK_CELL_PREFIX "device@example.org", &keys,
                      sizeof keys);
    imp_live_cell_put(l, IMP_DOT1X_SERVER, IMP_RADIUS_SECRET_CELL, "testing123", 10);
    interop_do(imp_live_listen, l, "backend=127.0.0.1:1812");
    interop_start(l);
    return l;
}

/* Runs eapol_test with a password in hexadecimal; returns its exit status. */
static int run(struct imp_live *l, const char *dir, const char *password)
{
    char conf[4096];
    interop_write(dir, "peer.conf",
                  "network={\n key_mgmt=IEEE8021X\n eap=PSK\n identity=\"device@example.org\"\n"
                  " password=%s\n}\n",
                  password);
    snprintf(conf, sizeof conf, "%.2000s/peer.conf", dir);
    const char *argv[] = {"eapol_test", "-c",        conf,     "-s",  "testing123",
                          "-a",         "127.0.0.1", "-p1812", "-t6", NULL};
    int pid = interop_spawn(dir, "log", argv);
    imp_live_run(
        l, &(struct imp_live_limits){.limit = 8 * IMP_S, .linger = 500 * IMP_MS, .input = -1});
    return interop_wait(pid, 10);
}

static bool accepted(const char *dir, const char *setting)
{
    struct witness *w = witness_new();
    struct imp_live *l = server(w, setting);
    int status = run(l, dir, "0f1e2d3c4b5a69788796a5b4c3d2e1f0");
    bool keys = interop_log_has(dir, "log", "MPPE keys OK: 1  mismatch: 0");
    bool good = status == 0 && keys &&
                witness_claims(w, IMP_DOT1X_SERVER, IMP_CLAIM_COMMIT, "eap", NULL, NULL) == 1;
    printf("right key, %s: %s, MPPE keys %s\n", setting, good ? "accepted" : "not accepted",
           keys ? "equal" : "differ");
    if (!good)
        interop_log_print(dir, "log");
    imp_live_free(l);
    witness_free(w);
    return good;
}

static bool refused(const char *dir)
{
    struct witness *w = witness_new();
    struct imp_live *l = server(w, "first-offer=method");
    int status = run(l, dir, "ffffffffffffffffffffffffffffffff");
    size_t commits = witness_claims(w, IMP_DOT1X_SERVER, IMP_CLAIM_COMMIT, "eap", NULL, NULL);
    printf("wrong key: eapol_test %d, %zu commits\n", status, commits);
    imp_live_free(l);
    witness_free(w);
    return status != 0 && commits == 0;
}

int main(void)
{
    /* The other offers make eapol_test answer with Nak, Expanded Nak and Notification. */
    static const char *const settings[] = {"first-offer=method", "first-offer=md5-challenge",
                                           "first-offer=expanded", "first-offer=notification"};
    char dir[] = "/tmp/imprint-interop-XXXXXX", command[4200];
    bool good = true;
    if (!interop_program("eapol_test") || !interop_namespace())
        return INTEROP_SKIP;
    imp_crypto_init();
    if (!mkdtemp(dir))
        return 1;
    for (int i = 0; i < 4; i++)
        good = accepted(dir, settings[i]) && good;
    good = refused(dir) && good;
    snprintf(command, sizeof command, "rm -r '%s'", dir);
    return system(command) == 0 && good ? 0 : 1;
}
