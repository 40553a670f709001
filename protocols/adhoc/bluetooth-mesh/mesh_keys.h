/* SPDX-License-Identifier: GPL-2.0-only */
/* mesh_keys.h - what provisioning computes: Bluetooth Mesh Protocol 1.1 sections 3.9 and 5.4.2. */
#ifndef IMPRINT_MESH_KEYS_H
#define IMPRINT_MESH_KEYS_H

#include <stddef.h>
#include <stdint.h>

#include "protocols/contract/party.h"

enum { /* sizes in octets */
       MESH_INPUTS = 1 + 11 + 5 + 64 + 64,
       MESH_WIDTH_MAX = 32, /* of AuthValue, confirmation and random */
       MESH_KEY = 16,
       MESH_NONCE = 13,
       MESH_DATA = 25, /* provisioning data in clear */
       MESH_MIC = 8,
};

/* The algorithms by their value in Start; bit 1 << value in Capabilities. */
enum mesh_algorithm { MESH_CMAC, MESH_HMAC };

struct mesh_keys {
    enum mesh_algorithm algorithm;
    uint8_t inputs[MESH_INPUTS]; /* invite | capabilities | start | provisioner's | device's key */
    uint8_t secret[32];          /* ECDH, x coordinate */
    uint8_t auth[MESH_WIDTH_MAX];
    uint8_t salt[32], confirmation[32]; /* ConfirmationSalt, ConfirmationKey */
    uint8_t provisioning_salt[MESH_KEY], session[MESH_KEY], nonce[MESH_NONCE], device[MESH_KEY];
};

/* Octets of AuthValue, confirmation and random: 16 or 32. */
size_t mesh_width(enum mesh_algorithm a);
/* AuthValue from static OOB octets (cut or zero padded), or from 1 to 8 decimal digits. */
void mesh_auth_octets(struct mesh_keys *k, const uint8_t *p, size_t n);
void mesh_auth_number(struct mesh_keys *k, uint32_t value, const char *digits, size_t n);
/* Salt and ConfirmationKey; wants algorithm, inputs, secret, auth. */
void mesh_confirmation_key(struct imp_env *env, struct mesh_keys *k);
/* Confirmation of a random value; both have mesh_width octets. */
void mesh_confirm(struct imp_env *env, const struct mesh_keys *k, const uint8_t *random,
                  uint8_t *out);
/* ProvisioningSalt, session key and nonce, device key; wants salt and secret. */
void mesh_session(struct imp_env *env, struct mesh_keys *k, const uint8_t *provisioner,
                  const uint8_t *device);

/* ---- an attacker's */
/* The random value to which `confirmation` commits under another AuthValue: CMAC is a permutation
 * of its blocks for who knows the key (CVE-2020-26556, -26559). MESH_CMAC only. */
void mesh_forge_random(const struct mesh_keys *k, const uint8_t confirmation[16],
                       const uint8_t auth[16], uint8_t random[16]);
/* The value of so many digits whose AuthValue fits confirmation and random, or -1: tried one after
 * the other. k->auth is left at the value found. */
int64_t mesh_search_number(struct mesh_keys *k, unsigned digits, const uint8_t *confirmation,
                           const uint8_t *random);

#endif
