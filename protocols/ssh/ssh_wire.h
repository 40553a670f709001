/* SPDX-License-Identifier: GPL-2.0-only */
/* ssh_wire.h - data types of RFC 4251 section 5 and message numbers of RFC 4250 section 4.1. */
#ifndef IMPRINT_SSH_WIRE_H
#define IMPRINT_SSH_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum imp_ssh_number {
    IMP_SSH_DISCONNECT = 1,
    IMP_SSH_IGNORE = 2,
    IMP_SSH_UNIMPLEMENTED = 3,
    IMP_SSH_DEBUG = 4,
    IMP_SSH_SERVICE_REQUEST = 5,
    IMP_SSH_SERVICE_ACCEPT = 6,
    IMP_SSH_EXT_INFO = 7,
    IMP_SSH_KEXINIT = 20,
    IMP_SSH_NEWKEYS = 21,
    IMP_SSH_KEX_ECDH_INIT = 30,
    IMP_SSH_KEX_ECDH_REPLY = 31,
    IMP_SSH_USERAUTH_REQUEST = 50,
    IMP_SSH_USERAUTH_FAILURE = 51,
    IMP_SSH_USERAUTH_SUCCESS = 52,
    IMP_SSH_USERAUTH_BANNER = 53,
    IMP_SSH_USERAUTH_PK_OK = 60, /* RFC 4252 section 7 */
};

/* Reads in order; what does not fit sets `bad`, and everything after it is empty. */
struct imp_ssh_reader {
    const uint8_t *p;
    size_t n;
    bool bad;
};
struct imp_ssh_string { /* borrowed */
    const uint8_t *p;
    size_t n;
};
uint8_t imp_ssh_get_byte(struct imp_ssh_reader *r);
uint32_t imp_ssh_get_u32(struct imp_ssh_reader *r);
struct imp_ssh_string imp_ssh_get_string(struct imp_ssh_reader *r);
bool imp_ssh_string_is(struct imp_ssh_string s, const char *text);
/* Is `name` one of a name-list's, separated by commas? */
bool imp_ssh_list_has(struct imp_ssh_string list, const char *name);

/* Writes in order; what does not fit sets `bad`. */
struct imp_ssh_writer {
    uint8_t *p;
    size_t n, cap;
    bool bad;
};
void imp_ssh_put_byte(struct imp_ssh_writer *w, uint8_t v);
void imp_ssh_put_u32(struct imp_ssh_writer *w, uint32_t v);
void imp_ssh_put_raw(struct imp_ssh_writer *w, const void *p, size_t n);
void imp_ssh_put_string(struct imp_ssh_writer *w, const void *p, size_t n);
void imp_ssh_put_text(struct imp_ssh_writer *w, const char *text);
/* Non-negative big-endian integer as mpint: no leading zero octets, but one where the first bit is
 * set. */
void imp_ssh_put_mpint(struct imp_ssh_writer *w, const uint8_t *p, size_t n);

#endif
