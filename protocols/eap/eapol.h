/* SPDX-License-Identifier: GPL-2.0-only */
/* eapol.h - EAPOL PDUs, IEEE 802.1X-2010 section 11.3. The bytes are an Ethernet payload under
 * EtherType 0x888e. */
#ifndef IMPRINT_EAPOL_H
#define IMPRINT_EAPOL_H

#include <stddef.h>
#include <stdint.h>

#define IMP_EAPOL_ETHERTYPE 0x888e
#define IMP_EAPOL_HEADER 4 /* octets: version, type, length */

enum { IMP_EAPOL_EAP = 0, IMP_EAPOL_START = 1, IMP_EAPOL_LOGOFF = 2, IMP_EAPOL_KEY = 3 };

struct imp_eapol {
    uint8_t version, type;
    const uint8_t *body; /* borrowed */
    size_t body_n;
};

/* Any version is taken (section 11.4); octets after the body are padding. Returns 0 or -1. */
int imp_eapol_parse(struct imp_eapol *out, const uint8_t *p, size_t n);
/* Writes the header and the body (NULL: it is already in place). Returns the size, 0: no room. */
size_t imp_eapol_write(uint8_t *out, size_t cap, uint8_t version, uint8_t type, const void *body,
                       size_t body_n);

#endif
