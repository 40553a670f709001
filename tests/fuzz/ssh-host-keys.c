/* SPDX-License-Identifier: GPL-2.0-only */
/* Announced host keys and their proofs at a client, requests of a proof at a host. The first octet
 * says which end, and whether a proof is awaited. */
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/leap_of_faith/ssh-tofu/tofu.h"
#include "tests/support/memnet.h"

extern const struct imp_mechanism imp_ssh_tofu;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct memnet *net;
    static struct tofu_keys keys;
    static struct tofu_end end;
    if (!net) {
        imp_crypto_init();
        net = memnet_new(&imp_ssh_tofu, 7, SETTINGS("update-host-keys=true"));
        keys.own.secret[0] = 1;
        imp_ed25519_public(NULL, keys.own.public, keys.own.secret);
    }
    if (n < 2)
        return 0;
    memset(&end, 0, sizeof end);
    end.client = data[0] & 1;
    end.env = (struct imp_env *)memnet_env(net, end.client ? TOFU_DEVICE : TOFU_SERVER);
    end.keys = &keys;
    tofu_host_install(end.env, "", keys.own.public);
    if (data[0] & 2) {
        end.offer.n = 1;
        end.offer.fresh[0] = end.offer.awaited = true;
        memcpy(end.offer.keys[0], keys.own.public, 32);
    }
    int m = data[1] == TOFU_REQUEST_SUCCESS   ? TOFU_MSG_REQUEST_SUCCESS
            : data[1] == TOFU_REQUEST_FAILURE ? TOFU_MSG_REQUEST_FAILURE
                                              : TOFU_MSG_HOST_KEYS;
    if (end.client || m == TOFU_MSG_HOST_KEYS)
        tofu_update_message(&end, m, data + 1, n - 1);
    return 0;
}
