/* SPDX-License-Identifier: GPL-2.0-only */
/* Both roles of zwave-s2 fed with arbitrary frames, out-of-band messages and time.
 *
 * The input is a sequence of records: kind, length, bytes. Bit 0 of the kind says the role, bits 1
 * and 2 the channel, bit 3 that time passes instead, bit 4 that the owner says "exclude" instead;
 * the first octet's three highest bits choose the settings. */
#include "protocols/adhoc/zwave-s2/zw.h"
#include "tests/support/memnet.h"

extern const struct imp_mechanism imp_zwave_s2;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const char *const pin[] = {NULL};
    static const char *const s0[] = {"security=s0", "s0-policy=accept", NULL};
    static const char *const flawed[] = {"controller!accept-unmasked-key",
                                         "node!accept-class-not-requested", NULL};
    static const char *const smart[] = {"inclusion=smart-start", NULL};
    static const char *const far[] = {"inclusion=smart-start", "explore-frames=true", NULL};
    static const char *const again[] = {"keys=all", "grant=all", "dsk=qr", "resynchronisation=true",
                                        NULL};
    static const char *const other[] = {"keys=unauthenticated", "grant=unauthenticated",
                                        "key-pair=by-class", "resynchronisation=true", NULL};
    static const char *const client[] = {"client-side-authentication=true", "keys=all", "grant=all",
                                         NULL};
    const char *const *const settings[] = {pin, smart, client, again, s0, far, flawed, other};
    struct memnet *net = memnet_new(&imp_zwave_s2, 7, settings[n ? data[0] >> 5 : 0]);
    imp_time now = 0;
    memnet_start(net);
    for (size_t i = 0; i + 2 <= n;) {
        int role = data[i] & 1, channel = (data[i] >> 1) & 3;
        bool wait = data[i] & 8;
        size_t size = data[i + 1];
        i += 2;
        if (size > n - i)
            size = n - i;
        if (wait)
            memnet_run_past(net, now += (imp_time)size * IMP_MS);
        else if (data[i - 2] & 16)
            memnet_event(net, role, IMP_EVENT_CONTROL, "exclude");
        else if (channel == ZW_RADIO ||
                 (channel == ZW_CHANNEL_CSA ? role == ZW_NODE : role == ZW_CONTROLLER))
            memnet_inject(net, role, channel, NULL, data + i, size);
        i += size;
    }
    memnet_run_past(net, now + IMP_S);
    memnet_free(net);
    return 0;
}
