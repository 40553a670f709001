/* SPDX-License-Identifier: GPL-2.0-only */
/* enrol.h - contents of the enrolment, CBOR maps with integer keys (imprint's own profile). */
#ifndef IMPRINT_RPK_ENROL_H
#define IMPRINT_RPK_ENROL_H

#include "protocols/contract/party.h"

enum { RPK_NAME_MAX = 32, RPK_ID_MAX = 16, RPK_PREFIX = 17, RPK_ADDRESS = 16, RPK_KEY = 16 };
enum { RPK_CONTENT_MAX = 128 };

/* POST /enrol: {1: truncated hash of the device's key, 2: name}. */
struct rpk_request {
    uint8_t id[RPK_ID_MAX];
    size_t id_n; /* 15 or 16 */
    char name[RPK_NAME_MAX + 1];
};

/* 2.01: {3: device number, 4: prefix and its length, 5: resource directory, 6: operational key}. */
struct rpk_config {
    uint32_t number;
    uint8_t prefix[RPK_PREFIX];
    uint8_t rd[RPK_ADDRESS];
    uint8_t key[RPK_KEY];
};

/* Strict: every field there and nothing else. 0 or -1. */
int rpk_request_read(struct imp_env *env, struct rpk_request *out, const uint8_t *p, size_t n);
int rpk_config_read(struct imp_env *env, struct rpk_config *out, const uint8_t *p, size_t n);
/* Octets written to out[0..RPK_CONTENT_MAX). */
size_t rpk_request_write(struct imp_env *env, uint8_t *out, const struct rpk_request *r);
size_t rpk_config_write(struct imp_env *env, uint8_t *out, const struct rpk_config *c);

#endif
