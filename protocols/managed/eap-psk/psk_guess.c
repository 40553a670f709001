/* SPDX-License-Identifier: GPL-2.0-only */
/* psk_guess.c - a weak PSK, tried off line against message 2 (RFC 4764, section 8.7). */
#include "../../eap/eapol.h"
#include "psk.h"

static bool evidence(void *kept, struct imp_env *env, int channel, const uint8_t *bytes, size_t n)
{
    struct imp_eapol l;
    return channel == IMP_DOT1X_ACCESS && imp_eapol_parse(&l, bytes, n) == 0 &&
           l.type == IMP_EAPOL_EAP && psk_evidence_look(kept, env, l.body, l.body_n);
}

const struct imp_guess psk_guesses[] = {
    {.name = "PSK",
     .summary = "Shared by device and server; off line against MAC_P of message 2.",
     .role = IMP_DOT1X_PEER,
     .cell = PSK_CELL_KEYS,
     .bits = psk_guess_bits,
     .candidate = psk_guess_candidate,
     .evidence_size = sizeof(struct psk_evidence),
     .evidence = evidence,
     .right = psk_evidence_right},
    IMP_RADIUS_GUESS_ROW(IMP_DOT1X_SERVER),
    {.name = NULL},
};
