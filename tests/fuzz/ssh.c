/* SPDX-License-Identifier: GPL-2.0-only */
/* Both ends of the SSH transport fed with arbitrary octets, before and after key exchange. The
 * first octet says which end, whether the exchange has been, and whether the client asks of the
 * host key, and what it hears when all has come. */
#include "tests/protocols/ssh/ssh_pair.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct ssh_end ends[2];
    if (n < 1)
        return 0;
    ssh_end_init(&ends[0], false, "client");
    ssh_end_init(&ends[1], true, "server");
    ends[0].asks = data[0] & 4;
    if (data[0] & 2)
        for (int i = 0; i < 4; i++)
            for (int e = 0; e < 2; e++) {
                static uint8_t moving[sizeof ends[0].out];
                size_t size = ends[e].out_n;
                memcpy(moving, ends[e].out, size);
                ends[e].out_n = 0;
                imp_ssh_feed(&ends[!e].ssh, moving, size);
            }
    imp_ssh_feed(&ends[data[0] & 1].ssh, data + 1, n - 1);
    imp_ssh_answer(&ends[0].ssh, data[0] & 8);
    return 0;
}
