/* SPDX-License-Identifier: GPL-2.0-only */
/* RADIUS packets: attributes, EAP-Message, checks and keys of whatever arrives. */
#include <stdlib.h>

#include "protocols/eap/radius.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct imp_radius r;
    uint8_t eap[1020], key[64];
    const uint8_t ra[16] = {0};
    size_t at = 0, size, total = IMP_RADIUS_HEADER;
    const uint8_t *v;
    if (imp_radius_parse(&r, data, n) != 0)
        return 0;
    while ((v = imp_radius_next(&r, &at, 0, &size)) != NULL) {
        if (v < data || v + size > data + r.n)
            abort();
        total += size + 2;
    }
    if (total != r.n)
        abort();
    if (imp_radius_eap(&r, eap, sizeof eap) > (int)sizeof eap)
        abort();
    imp_radius_message_ok(&r, NULL, "secret", 6, r.authenticator);
    imp_radius_response_ok(&r, NULL, "secret", 6, ra);
    if (imp_radius_mppe(&r, NULL, IMP_MPPE_RECV_KEY, key, sizeof key, "secret", 6, ra) >
        (int)sizeof key)
        abort();
    return 0;
}
