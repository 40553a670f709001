/* SPDX-License-Identifier: GPL-2.0-only */
/* EAP-PSK messages, parsed and opened under a fixed TEK. */
#include <stdlib.h>

#include "protocols/eap/eap_packet.h"
#include "protocols/managed/eap-psk/psk.h"

/* The identity reaches to the end of the packet, but for one NUL that may close it. */
static int id_is_whole(const struct psk_message *m, const uint8_t *end)
{
    const uint8_t *after = m->id + m->id_n;
    return after == end || (after + 1 == end && *after == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct imp_eap_packet e;
    struct psk_message m;
    struct psk_channel c;
    uint8_t text[PSK_TEXT_MAX];
    const uint8_t tek[PSK_SIZE] = {0};
    if (imp_eap_parse(&e, data, n) != 0 || e.type != PSK_TYPE)
        return 0;
    int label = psk_label(data, e.n);
    if (label < PSK_MSG_1 || label > PSK_MSG_EXT)
        abort();
    if (psk_parse(&m, data, e.n) != 0)
        return 0;
    if ((m.id && !id_is_whole(&m, data + e.n)) || (m.sealed && m.sealed + m.sealed_n != data + e.n))
        abort();
    if (m.sealed && psk_open_channel(NULL, &c, text, data, &m, tek) == 0 && c.ext_n > PSK_EXT_MAX)
        abort();
    return 0;
}
