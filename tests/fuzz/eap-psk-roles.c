/* SPDX-License-Identifier: GPL-2.0-only */
/* The three roles of eap-psk fed with arbitrary frames, packets and timers.
 *
 * The input is a sequence of records: role (2 bits) and kind, length (2 octets), bytes. */
#include "protocols/managed/eap-psk/psk.h"
#include "tests/protocols/eap-psk/lone_party.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct lone_party parties[3];
    static const struct imp_addr station = {.n = 6, .bytes = {6}};
    static const struct imp_addr nas = {.n = 18, .bytes = {7}};
    imp_time now = 0;
    for (int r = 0; r < 3; r++) {
        if (!parties[r].env.ctx)
            lone_party(&parties[r], &imp_eap_psk, r);
        parties[r].cell_size = r == 0 ? 32 : 16;
        parties[r].env.flaws = n && data[0] & 0x80 ? ~(uint64_t)0 : 0;
        lone_start(&parties[r]);
    }
    for (size_t i = 0; i + 3 <= n;) {
        struct lone_party *p = &parties[(data[i] & 3) % 3];
        bool backend = data[i] & 4, timer = data[i] & 8;
        size_t size = (size_t)data[i + 1] << 8 | data[i + 2];
        i += 3;
        if (size > n - i)
            size = n - i;
        now += IMP_S;
        if (timer)
            lone_event(p, &(struct imp_event){.kind = IMP_EVENT_TIMER, .id = 0}, now);
        else
            lone_receive(p, backend && p->env.role ? IMP_DOT1X_BACKEND : IMP_DOT1X_ACCESS,
                         backend ? &nas : &station, data + i, size, now);
        i += size;
    }
    return 0;
}
