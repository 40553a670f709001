/* SPDX-License-Identifier: GPL-2.0-only */
/* lmp.h - PDUs of the Link Manager Protocol that Secure Simple Pairing, secure authentication and
 * the start of encryption need (Core volume 2 part C sections 4.1, 4.2 and 5.1). The first octet is
 * the transaction ID bit and seven bits of opcode; opcode 127 is followed by another. */
#ifndef IMPRINT_LMP_H
#define IMPRINT_LMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LMP_MAX = 17, LMP_EXTENDED = 127 };

/* id, opcode, second opcode, octets of parameters, name */
#define LMP_PDUS(X)                                                                                \
    X(ACCEPTED, 3, 0, 1, "LMP_accepted")                                                           \
    X(NOT_ACCEPTED, 4, 0, 2, "LMP_not_accepted")                                                   \
    X(DETACH, 7, 0, 1, "LMP_detach")                                                               \
    X(AU_RAND, 11, 0, 16, "LMP_au_rand")                                                           \
    X(SRES, 12, 0, 4, "LMP_sres")                                                                  \
    X(ENCRYPTION_MODE_REQ, 15, 0, 1, "LMP_encryption_mode_req")                                    \
    X(ENCRYPTION_KEY_SIZE_REQ, 16, 0, 1, "LMP_encryption_key_size_req")                            \
    X(START_ENCRYPTION_REQ, 17, 0, 16, "LMP_start_encryption_req")                                 \
    X(SETUP_COMPLETE, 49, 0, 0, "LMP_setup_complete")                                              \
    X(HOST_CONNECTION_REQ, 51, 0, 0, "LMP_host_connection_req")                                    \
    X(ENCAPSULATED_HEADER, 61, 0, 3, "LMP_encapsulated_header")                                    \
    X(ENCAPSULATED_PAYLOAD, 62, 0, 16, "LMP_encapsulated_payload")                                 \
    X(SIMPLE_PAIRING_CONFIRM, 63, 0, 16, "LMP_simple_pairing_confirm")                             \
    X(SIMPLE_PAIRING_NUMBER, 64, 0, 16, "LMP_simple_pairing_number")                               \
    X(DHKEY_CHECK, 65, 0, 16, "LMP_DHkey_check")                                                   \
    X(NOT_ACCEPTED_EXT, 127, 2, 3, "LMP_not_accepted_ext")                                         \
    X(FEATURES_REQ_EXT, 127, 3, 10, "LMP_features_req_ext")                                        \
    X(FEATURES_RES_EXT, 127, 4, 10, "LMP_features_res_ext")                                        \
    X(IO_CAPABILITY_REQ, 127, 25, 3, "LMP_io_capability_req")                                      \
    X(IO_CAPABILITY_RES, 127, 26, 3, "LMP_io_capability_res")                                      \
    X(NUMERIC_COMPARISON_FAILED, 127, 27, 0, "LMP_numeric_comparison_failed")                      \
    X(PASSKEY_FAILED, 127, 28, 0, "LMP_passkey_failed")                                            \
    X(OOB_FAILED, 127, 29, 0, "LMP_oob_failed")                                                    \
    X(KEYPRESS_NOTIFICATION, 127, 30, 1, "LMP_keypress_notification")
#define LMP_ENUM(id, opcode, second, octets, name) LMP_##id,
enum lmp_pdu { LMP_PDUS(LMP_ENUM) LMP_COUNT };
#undef LMP_ENUM

enum lmp_error { /* volume 1 part F */
                 LMP_AUTHENTICATION_FAILURE = 0x05,
                 LMP_KEY_MISSING = 0x06,
                 LMP_REPEATED_ATTEMPTS = 0x17,
                 LMP_PAIRING_NOT_ALLOWED = 0x18,
                 LMP_INVALID_PARAMETERS = 0x1e,
                 LMP_INSUFFICIENT_SECURITY = 0x2f,
};

const char *lmp_name(enum lmp_pdu pdu);
uint8_t lmp_opcode(enum lmp_pdu pdu); /* the first; 127: extended */
/* Octets of a PDU's opcodes, and of all of it. */
size_t lmp_head(enum lmp_pdu pdu);
size_t lmp_size(enum lmp_pdu pdu);
size_t lmp_write(uint8_t out[LMP_MAX], enum lmp_pdu pdu, const uint8_t *parameters);
/* Which one of the list it is, whole; -1: none. */
int lmp_read(const uint8_t *p, size_t n);

#endif
