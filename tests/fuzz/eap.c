/* SPDX-License-Identifier: GPL-2.0-only */
/* EAP packets: what is read stays inside the packet, and a Nak can be made of any request. */
#include <stdlib.h>

#include "protocols/eap/eap_packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct imp_eap_packet e, nak;
    uint8_t out[64];
    static const struct imp_eap_type psk = {.type = 47};
    if (imp_eap_parse(&e, data, n) != 0)
        return 0;
    if (e.n > n || (e.data_n && (e.data < data || e.data + e.data_n > data + e.n)))
        abort();
    imp_eap_nak_wants(&e, &psk);
    if (e.code == IMP_EAP_REQUEST) {
        size_t size = imp_eap_write_nak(out, sizeof out, &e, &psk);
        if (size == 0 || imp_eap_parse(&nak, out, size) != 0 || !imp_eap_nak_wants(&nak, &psk))
            abort();
    }
    return 0;
}
