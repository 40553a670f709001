/* SPDX-License-Identifier: GPL-2.0-only */
/* Both roles of wpa2-psk and its dictionary fed with arbitrary frames, out-of-band messages and
 * timers.
 *
 * The input is a sequence of records: kind, length, bytes. */
#include <string.h>

#include "protocols/adhoc/wpa2-psk/wpa.h"
#include "tests/support/memnet.h"

extern const struct imp_mechanism imp_wpa2_psk;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const char *const sound[] = {"passphrase-entropy=5", "pmkid=true", "group-rekey=5",
                                        NULL};
    static const char *const flawed[] = {"supplicant!no-key-mic", "authenticator!no-station-mic",
                                         NULL};
    struct memnet *net = memnet_new(&imp_wpa2_psk, 7, n && data[0] & 0x80 ? flawed : sound);
    uint8_t evidence[2048] = {0};
    imp_time now = 0;
    if (wpa_guesses[0].evidence_size > sizeof evidence)
        __builtin_trap();
    memnet_start(net);
    for (size_t i = 0; i + 2 <= n;) {
        int role = data[i] & 1, channel = (data[i] >> 1) % 3;
        bool wait = data[i] & 8;
        size_t size = data[i + 1];
        i += 2;
        if (size > n - i)
            size = n - i;
        if (wait)
            memnet_run_past(net, now += (imp_time)size * IMP_S / 8);
        else if (channel == WPA_LINK || role == imp_wpa2_psk.channels[channel].b)
            memnet_inject(net, role, channel, NULL, data + i, size);
        wpa_guesses[0].evidence(evidence, (struct imp_env *)memnet_env(net, WPA_STATION), channel,
                                data + i, size);
        i += size;
    }
    memnet_run_past(net, now + IMP_S);
    memnet_free(net);
    return 0;
}
