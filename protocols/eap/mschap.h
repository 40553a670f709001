/* SPDX-License-Identifier: GPL-2.0-only */
/* mschap.h - the answers of MS-CHAP-V2, RFC 2759 section 8. Passwords are ASCII. */
#ifndef IMPRINT_EAP_MSCHAP_H
#define IMPRINT_EAP_MSCHAP_H

#include "../contract/party.h"

enum { /* octets */
       MSCHAP_CHALLENGE = 16,
       MSCHAP_RESPONSE = 24,
       MSCHAP_SUCCESS = 42, /* "S=" and 40 digits */
       MSCHAP_PASSWORD_MAX = 128,
};

struct mschap {                          /* what both ends compute from; pointers borrow */
    const uint8_t *authenticator, *peer; /* challenges */
    const char *user;                    /* without a domain before it */
    const uint8_t *password;
    size_t password_n;
};
/* GenerateNTResponse, section 8.1. */
void mschap_response(struct imp_env *env, uint8_t out[MSCHAP_RESPONSE], const struct mschap *m);
/* GenerateAuthenticatorResponse, section 8.7. */
void mschap_success(struct imp_env *env, char out[MSCHAP_SUCCESS], const struct mschap *m,
                    const uint8_t response[MSCHAP_RESPONSE]);

#endif
