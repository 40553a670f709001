/* SPDX-License-Identifier: GPL-2.0-only */
/* Both roles of bluetooth-pairing fed with arbitrary PDUs, out-of-band messages and time.
 *
 * The input is a sequence of records: kind, length, bytes. Bit 0 of the kind says the role, bits 1
 * to 4 the channel, bit 5 that time passes instead; the first octet's two highest bits choose the
 * settings, and a last octet 'B' or 'L' BR/EDR with or without Secure Connections, 'X' a link key,
 * 'Y' an LTK from BR/EDR.
 */
#include "protocols/adhoc/bluetooth-pairing/pairing.h"
#include "tests/support/memnet.h"

/* Out-of-band channels lead to one role only. */
static bool leads_to(int channel, int role)
{
    bool air = channel <= BT_CONTROL || channel >= BT_INQUIRY;
    return channel <= BT_BR_SMP && (air || imp_bluetooth_pairing.channels[channel].b == role);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const char *const comparison[] = {NULL};
    static const char *const passkey[] = {"initiator.io=keyboard-only", "responder.io=display-only",
                                          "initiator!accept-reflected-key", NULL};
    static const char *const oob[] = {"oob=true", "await-oob=true", "names-method=false", NULL};
    static const char *const legacy[] = {"secure-connections=no", "io=keyboard-display", NULL};
    static const char *const br_edr[] = {"transport=br-edr", "initiator.io=keyboard-only",
                                         "re-pairing=silent", NULL};
    static const char *const br_legacy[] = {"transport=br-edr", "responder.secure-connections=no",
                                            "key-least=1", NULL};
    static const char *const cross[] = {"cross-transport=h7", "other-bond=unauthenticated",
                                        "re-pairing=no-weaker", NULL};
    static const char *const br_cross[] = {"transport=br-edr", "cross-transport=h7",
                                           "distributes=identity-and-signing",
                                           "responder.io=no-input-no-output", NULL};
    const char *const *const settings[] = {comparison, passkey, oob, legacy};
    uint8_t last = n ? data[n - 1] : 0;
    struct memnet *net = memnet_new(&imp_bluetooth_pairing, 7,
                                    last == 'B'   ? br_edr
                                    : last == 'L' ? br_legacy
                                    : last == 'X' ? cross
                                    : last == 'Y' ? br_cross
                                                  : settings[n ? data[0] >> 6 : 0]);
    imp_time now = 0;
    memnet_start(net);
    for (size_t i = 0; i + 2 <= n;) {
        int role = data[i] & 1, channel = data[i] >> 1 & 15;
        bool wait = data[i] & 32;
        size_t size = data[i + 1];
        i += 2;
        if (size > n - i)
            size = n - i;
        if (wait)
            memnet_run_past(net, now += (imp_time)size * IMP_MS);
        else if (leads_to(channel, role))
            memnet_inject(net, role, channel, NULL, data + i, size);
        i += size;
    }
    memnet_run_past(net, now + IMP_S);
    memnet_free(net);
    return 0;
}
