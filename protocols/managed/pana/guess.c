/* SPDX-License-Identifier: GPL-2.0-only */
/* guess.c - a weak PSK, tried off line against the method's message 2 in an EAP-Payload. */
#include "pana.h"

bool pana_guess_evidence(void *kept, struct imp_env *env, int channel, const uint8_t *bytes,
                         size_t n)
{
    struct pana_message m;
    size_t packet_n;
    if (channel != PANA_CHANNEL || pana_parse(&m, bytes, n) != 0)
        return false;
    const uint8_t *packet = pana_find(&m, PANA_AVP_EAP, 0, &packet_n);
    return packet && psk_evidence_look(kept, env, packet, packet_n);
}
