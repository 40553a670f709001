/* SPDX-License-Identifier: GPL-2.0-only */
/* Messages of authentication and of the channel, as they stand decrypted. The first octet says
 * which end of which role, and in which state; then come payloads, each after its size. */
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/leap_of_faith/ssh-tofu/tofu.h"
#include "tests/support/memnet.h"

extern const struct imp_mechanism imp_ssh_tofu;

enum { BLOCK = 8, PACKET = 512 };

static void nothing(struct tofu_end *e)
{
    (void)e;
}

/* In clear: 4 + 1 + payload + padding of 4 and more. */
static void hear(struct tofu_end *end, const uint8_t *payload, size_t n)
{
    uint8_t packet[PACKET] = {0};
    size_t padding = 4 + (BLOCK - (4 + 1 + n + 4) % BLOCK) % BLOCK, body = 1 + n + padding;
    packet[2] = (uint8_t)(body >> 8);
    packet[3] = (uint8_t)body;
    packet[4] = (uint8_t)padding;
    memcpy(packet + 5, payload, n);
    imp_ssh_feed(&end->ssh, packet, 4 + body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct tofu_keys keys = {.own = {.secret = {1}}};
    static struct tofu_end end;
    if (n < 2)
        return 0;
    imp_crypto_init();
    imp_ed25519_public(NULL, keys.own.public, keys.own.secret);
    const char *device_is = data[0] & 1 ? "device-is=server" : "device-is=client";
    struct memnet *net = memnet_new(&imp_ssh_tofu, 7, SETTINGS(device_is));
    memset(&end, 0, sizeof end);
    end.keys = &keys;
    end.done = nothing;
    tofu_end_begin(&end, (struct imp_env *)memnet_env(net, data[0] >> 1 & 1),
                   &(struct imp_addr){.n = 1});
    end.ssh.state = IMP_SSH_OPEN;
    end.state = (enum tofu_state)(TOFU_SERVICE + (data[0] >> 2) % (TOFU_STATUS - TOFU_KEYS));
    for (size_t i = 1; i < n;) {
        size_t size = data[i++];
        if (size == 0 || size > n - i)
            break;
        hear(&end, data + i, size);
        i += size;
    }
    memnet_free(net);
    return 0;
}
