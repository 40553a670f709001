/* SPDX-License-Identifier: GPL-2.0-only */
/* guess.c - a weak PSK, tried off line against the method's message 2 in a CoAP payload; a weak
 * password of EAP-TTLS, on line. */
#include "coap_eap.h"

static bool evidence(void *kept, struct imp_env *env, int channel, const uint8_t *bytes, size_t n)
{
    struct imp_coap_message m;
    return channel == CEAP_COAP && imp_coap_decode(&m, bytes, n) == 0 && m.payload_n > 0 &&
           psk_evidence_look(kept, env, m.payload, m.payload_n);
}

const struct imp_guess ceap_guesses[] = {
    {.name = "PSK",
     .summary = "Shared by device and controller; off line against MAC_P of EAP-PSK's message 2.",
     .role = CEAP_PEER,
     .cell = PSK_CELL_KEYS,
     .bits = psk_guess_bits,
     .candidate = psk_guess_candidate,
     .evidence_size = sizeof(struct psk_evidence),
     .evidence = evidence,
     .right = psk_evidence_right},
    TTLS_GUESS_ROW(CEAP_PEER),
    IMP_RADIUS_GUESS_ROW(CEAP_AAA),
    {.name = NULL},
};
