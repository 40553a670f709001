/* SPDX-License-Identifier: GPL-2.0-only */
/* content.h - what the messages carry: a CBOR map with integer keys (imprint's own profile). */
#ifndef IMPRINT_DUCK_CONTENT_H
#define IMPRINT_DUCK_CONTENT_H

#include "protocols/contract/party.h"

enum { DUCK_ID = 8, DUCK_KEY = 16, DUCK_KEY_ID = 8, DUCK_PROOF = 8, DUCK_PUBLIC = 32 };
enum { DUCK_NAME_MAX = 16, DUCK_PREFIX = 17, DUCK_ADDRESS = 16, DUCK_CONTENT_MAX = 192 };

/* Keys of the map; all octet strings have one length. */
enum duck_field {
    DUCK_F_NODE = 1,     /* sender's EUI-64 or mother id, 8 octets */
    DUCK_F_KEY = 2,      /* K, 16 octets */
    DUCK_F_KEY_ID = 3,   /* 8 octets */
    DUCK_F_NAME = 4,     /* text of 1 to 16 octets */
    DUCK_F_LIFETIME = 5, /* seconds, 0: for ever */
    DUCK_F_PREFIX = 6,   /* IPv6 prefix and its length, 17 octets */
    DUCK_F_ROUTER = 7,   /* default router, 16 octets */
    DUCK_F_PAN = 8,      /* channel << 16 | PAN id */
    DUCK_F_RD = 9,       /* resource directory, 16 octets */
    DUCK_F_PROOF = 10,   /* 8 octets */
    DUCK_F_STATE = 11,   /* "new" or "operational" */
    DUCK_F_PUBLIC = 12,  /* X25519 public key, 32 octets */
};
#define DUCK_HAS(field) (1u << (field))

enum duck_status { DUCK_STATUS_NEW, DUCK_STATUS_OPERATIONAL };

struct duck_content {
    unsigned has; /* DUCK_HAS bits */
    uint8_t node[DUCK_ID];
    uint8_t key[DUCK_KEY];
    uint8_t key_id[DUCK_KEY_ID];
    uint8_t name[DUCK_NAME_MAX];
    size_t name_n;
    uint32_t lifetime;
    uint8_t prefix[DUCK_PREFIX];
    uint8_t router[DUCK_ADDRESS];
    uint32_t pan;
    uint8_t rd[DUCK_ADDRESS];
    uint8_t proof[DUCK_PROOF];
    enum duck_status status;
    uint8_t public[DUCK_PUBLIC];
};

/* Strict: unknown keys, wrong lengths, disorder and left-over octets fail. Returns 0 or -1. */
int duck_content_read(struct imp_env *env, struct duck_content *out, const uint8_t *p, size_t n);
/* Octets written to out[0..DUCK_CONTENT_MAX). */
size_t duck_content_write(struct imp_env *env, uint8_t *out, const struct duck_content *c);
/* c holds exactly these fields. */
static inline bool duck_content_is(const struct duck_content *c, unsigned fields)
{
    return c->has == fields;
}

#endif
