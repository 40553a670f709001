/* SPDX-License-Identifier: GPL-2.0-only */
/* smp.h - PDUs of the Security Manager Protocol (Core volume 3 part H section 3) and the choice of
 * the association model (section 2.3.5.1). */
#ifndef IMPRINT_SMP_H
#define IMPRINT_SMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum smp_code {
    SMP_REQUEST = 1,
    SMP_RESPONSE,
    SMP_CONFIRM,
    SMP_RANDOM,
    SMP_FAILED,
    SMP_ENCRYPTION_INFORMATION,
    SMP_CENTRAL_IDENTIFICATION,
    SMP_IDENTITY_INFORMATION,
    SMP_IDENTITY_ADDRESS,
    SMP_SIGNING_INFORMATION,
    SMP_SECURITY_REQUEST,
    SMP_PUBLIC_KEY,
    SMP_DHKEY_CHECK,
    SMP_KEYPRESS,
};
enum { SMP_MAX = 65 }; /* octets of the longest PDU */

enum smp_reason {
    SMP_PASSKEY_ENTRY = 1,
    SMP_OOB_UNAVAILABLE,
    SMP_AUTHENTICATION_REQUIREMENTS,
    SMP_CONFIRM_VALUE,
    SMP_NOT_SUPPORTED,
    SMP_KEY_SIZE,
    SMP_COMMAND,
    SMP_UNSPECIFIED,
    SMP_REPEATED,
    SMP_PARAMETERS,
    SMP_DHKEY,
    SMP_COMPARISON,
    SMP_CROSS_TRANSPORT = 0x0e,
};

enum smp_io { /* IO capability */
              SMP_DISPLAY_ONLY,
              SMP_DISPLAY_YES_NO,
              SMP_KEYBOARD_ONLY,
              SMP_NO_INPUT_NO_OUTPUT,
              SMP_KEYBOARD_DISPLAY,
              SMP_IO_COUNT
};

enum { SMP_BONDING = 0x01, SMP_MITM = 0x04, SMP_SC = 0x08, SMP_KEYPRESSES = 0x10, SMP_CT2 = 0x20 };
enum {
    SMP_ENC_KEY = 0x01,
    SMP_ID_KEY = 0x02,
    SMP_SIGN_KEY = 0x04,
    SMP_LINK_KEY = 0x08
}; /* of key distribution */
enum { SMP_KEY_LEAST = 7, SMP_KEY_MOST = 16 };

struct smp_features { /* of Pairing Request and Pairing Response */
    uint8_t io, oob, auth_req, key_size, initiator_keys, responder_keys;
};

/* Octets of a PDU with its code; 0: no such code. */
size_t smp_size(uint8_t code);
/* True: one whole PDU of a known code. */
bool smp_whole(const uint8_t *p, size_t n);
/* Writes a PDU of one value, most significant octet first in `value`; returns its octets. */
size_t smp_write(uint8_t out[SMP_MAX], enum smp_code code, const uint8_t *value);
/* The value of a PDU of smp_size(code) octets, most significant octet first. */
void smp_value(uint8_t *value, const uint8_t *pdu);
/* Public Key: x and y are turned round each for itself. */
size_t smp_public_key_write(uint8_t out[SMP_MAX], const uint8_t key[64]);
void smp_public_key_read(uint8_t key[64], const uint8_t *pdu);
size_t smp_features_write(uint8_t out[SMP_MAX], enum smp_code code, const struct smp_features *f);
/* False: reserved values in the IO capability, the OOB flag or the key size. */
bool smp_features_read(struct smp_features *f, const uint8_t *pdu);

enum smp_model {
    SMP_JUST_WORKS,
    SMP_NUMERIC_COMPARISON,
    SMP_PASSKEY_INITIATOR_SHOWS, /* and the responder types it */
    SMP_PASSKEY_RESPONDER_SHOWS,
    SMP_PASSKEY_BOTH_TYPE,
    SMP_OUT_OF_BAND,
};
const char *smp_model_name(enum smp_model m);
bool smp_secure_connections(const struct smp_features *initiator,
                            const struct smp_features *responder);
enum smp_model smp_model_of(const struct smp_features *initiator,
                            const struct smp_features *responder);
/* Authenticated: what a model proves when nobody errs. */
bool smp_model_authenticates(enum smp_model m);

#endif
