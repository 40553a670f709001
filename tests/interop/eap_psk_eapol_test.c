/* SPDX-License-Identifier: GPL-2.0-only */
/* Our RADIUS and EAP-PSK server against eapol_test (wpa_supplicant's EAP-PSK peer and RADIUS
 * client), with the right key and with a wrong one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "posix_carrier.h"
#include "protocols/crypto/crypto.h"
#include "protocols/managed/eap-psk/psk.h"

static const uint8_t psk[16] = {0x0f, 0x1e, 0x2d, 0x3c, 0x4b, 0x5a, 0x69, 0x78,
                                0x87, 0x96, 0xa5, 0xb4, 0xc3, 0xd2, 0xe1, 0xf0};

static struct posix_carrier *server(void)
{
    struct posix_carrier *c = posix_carrier_new(&imp_eap_psk, 1);
    struct imp_env *env = posix_carrier_party(c, IMP_DOT1X_SERVER);
    struct psk_keys keys;
    psk_key_setup(NULL, &keys, psk);
    env->ops->cell_put(env, PSK_CELL_PREFIX "device@example.org", &keys, sizeof keys);
    env->ops->cell_put(env, IMP_DOT1X_SECRET_CELL, "testing123", 10);
    if (posix_carrier_udp(c, IMP_DOT1X_SERVER, IMP_DOT1X_BACKEND, 1812, 0) != 0)
        abort();
    posix_carrier_start(c);
    return c;
}

/* Runs eapol_test with a password in hexadecimal; returns its exit status. */
static int run(struct posix_carrier *c, const char *dir, const char *log, const char *password)
{
    char conf[4096];
    interop_write(dir, "peer.conf",
                  "network={\n key_mgmt=IEEE8021X\n eap=PSK\n identity=\"device@example.org\"\n"
                  " password=%s\n}\n",
                  password);
    snprintf(conf, sizeof conf, "%.2000s/peer.conf", dir);
    const char *argv[] = {"eapol_test", "-c",        conf,     "-s",   "testing123",
                          "-a",         "127.0.0.1", "-p1812", "-t12", NULL};
    int pid = interop_spawn(dir, log, argv);
    posix_carrier_run(c, 15 * IMP_S, 1 * IMP_S);
    return interop_wait(pid, 15);
}

int main(void)
{
    char dir[] = "/tmp/imprint-interop-XXXXXX";
    if (!interop_program("eapol_test") || !interop_namespace())
        return INTEROP_SKIP;
    imp_crypto_init();
    if (!mkdtemp(dir))
        return 1;
    struct posix_carrier *c = server();
    int status = run(c, dir, "right.log", "0f1e2d3c4b5a69788796a5b4c3d2e1f0");
    bool keys = interop_log_has(dir, "right.log", "MPPE keys OK: 1  mismatch: 0");
    bool commit =
        posix_carrier_claims(c, IMP_DOT1X_SERVER, IMP_CLAIM_COMMIT, "eap", NULL, NULL) == 1;
    bool good = status == 0 && keys && commit;
    printf("right key: eapol_test %d, keys %s, commit %d\n", status, keys ? "equal" : "differ",
           commit);
    if (!good)
        interop_log_print(dir, "right.log");
    posix_carrier_free(c);

    c = server();
    status = run(c, dir, "wrong.log", "ffffffffffffffffffffffffffffffff");
    commit = posix_carrier_claims(c, IMP_DOT1X_SERVER, IMP_CLAIM_COMMIT, "eap", NULL, NULL) > 0;
    printf("wrong key: eapol_test %d, commit %d\n", status, commit);
    posix_carrier_free(c);
    good = good && status != 0 && !commit;
    char command[4200];
    snprintf(command, sizeof command, "rm -r '%s'", dir);
    return system(command) == 0 && good ? 0 : 1;
}
