/* SPDX-License-Identifier: GPL-2.0-only */
/* mle.h - Mesh Link Establishment (draft-kelsey-intarea-mesh-link-establishment-06): its messages,
 * secured as IEEE 802.15.4 frames are. */
#ifndef IMPRINT_ZIP_MLE_H
#define IMPRINT_ZIP_MLE_H

#include "protocols/contract/party.h"

enum { /* commands, section 7 */
       MLE_LINK_REQUEST = 0,
       MLE_LINK_ACCEPT = 1,
       MLE_LINK_ACCEPT_AND_REQUEST = 2,
       MLE_ADVERTISEMENT = 4,
};
enum { /* TLVs, section 6 */
       MLE_TLV_MODE = 1,
       MLE_TLV_CHALLENGE = 3,
       MLE_TLV_RESPONSE = 4,
       MLE_TLV_LINK_COUNTER = 5,
};
enum { MLE_PORT = 19788 };
enum {
    MLE_SECURED = 0, /* first octet: security as IEEE 802.15.4 */
    MLE_UNSECURED = 255,
    MLE_CONTROL = 0x0d, /* security level 5, ENC-MIC-32; key identifier mode 1 */
    MLE_HEADER = 7,     /* suite, control, frame counter 4, key index */
    MLE_MIC = 4,
    MLE_CHALLENGE = 8, /* octets of ours; 4..8 are taken */
    MLE_CHALLENGE_MIN = 4,
    MLE_EUI64 = 8,
    MLE_MAX = 128,   /* octets of a message; ours have at most 42 */
    MLE_MODE = 0x09, /* router, receiver always on, no sleepy polling */
};

struct mle_message { /* parsed; borrows from the plain text */
    uint8_t command;
    const uint8_t *challenge, *response; /* or NULL */
    size_t challenge_n, response_n;
    bool has_counter;
    uint32_t link_counter;
};
/* Command and TLVs. 0, or -1: no such text. Unknown TLVs are skipped. */
int mle_parse(struct mle_message *out, const uint8_t *p, size_t n);
/* Writes command and the TLVs that are there (mode in requests). Octets. */
size_t mle_write(uint8_t out[MLE_MAX], const struct mle_message *m);

struct mle_security {
    uint8_t key[16];
    uint8_t index;
};
/* Extended address behind an IPv6 address made of it (RFC 4291 appendix A). */
void mle_eui64(uint8_t out[MLE_EUI64], const struct imp_addr *addr);
/* Seals a text for the way from one address to another. Octets of the message. */
size_t mle_seal(struct imp_env *env, uint8_t out[MLE_MAX], const struct mle_security *s,
                uint32_t counter, const struct imp_addr *from, const struct imp_addr *to,
                const uint8_t *text, size_t n);
/* The same without security. */
size_t mle_plain(uint8_t out[MLE_MAX], const uint8_t *text, size_t n);
enum mle_opened {
    MLE_MALFORMED,
    MLE_UNVERIFIED, /* another key, or a wrong MIC: there is no text */
    MLE_PLAIN,      /* the text came without security; no frame counter */
    MLE_VERIFIED
};
/* Opens one into text[0..MLE_MAX). */
enum mle_opened mle_open(struct imp_env *env, uint8_t text[MLE_MAX], size_t *text_n,
                         uint32_t *counter, const struct mle_security *s,
                         const struct imp_addr *from, const struct imp_addr *to, const uint8_t *p,
                         size_t n);

#endif
