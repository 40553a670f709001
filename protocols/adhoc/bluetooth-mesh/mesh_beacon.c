/* SPDX-License-Identifier: GPL-2.0-only */
/* mesh_beacon.c - Secure Network beacons. */
#include "mesh_beacon.h"

#include <string.h>

#include "protocols/crypto/crypto.h"

enum {
    TYPE_SECURE_NETWORK = 1,
    KEY_REFRESH = 1,
    IV_UPDATE = 2, /* flags */
    TYPE = 2,      /* offsets in the AD structure */
    FLAGS = 3,
    NETWORK_ID = 4,
    IV_INDEX = 12,
    AUTHENTICATION = 16,
    AUTHENTICATED = AUTHENTICATION - FLAGS,
    AUTHENTICATION_SIZE = 8,
    SIZE = AUTHENTICATION + AUTHENTICATION_SIZE,
};

void mesh_beacon_key(struct imp_env *env, uint8_t out[16], const uint8_t netkey[16])
{
    uint8_t salt[16];
    imp_observe_text("nkbk", 4);
    mesh_s1(env, salt, &IMP_PIECE("nkbk", 4), 1);
    mesh_k1(env, out, netkey, 16, salt, "id128\x01", 6);
}

static void authenticate(struct imp_env *env, uint8_t out[16], const uint8_t netkey[16],
                         const uint8_t *frame)
{
    uint8_t key[16];
    mesh_beacon_key(env, key, netkey);
    imp_aes_cmac(env, out, key, &IMP_PIECE(frame + FLAGS, AUTHENTICATED), 1);
    imp_wipe(key, sizeof key);
}

size_t mesh_network_beacon_write(struct imp_env *env, uint8_t frame[MESH_AD_MAX],
                                 const uint8_t netkey[16], const struct mesh_network_beacon *b)
{
    uint8_t mac[16];
    frame[0] = SIZE - 1;
    frame[1] = MESH_AD_BEACON;
    frame[TYPE] = TYPE_SECURE_NETWORK;
    frame[FLAGS] = (uint8_t)((b->key_refresh ? KEY_REFRESH : 0) | (b->iv_update ? IV_UPDATE : 0));
    mesh_k3(env, frame + NETWORK_ID, netkey);
    for (int i = 0; i < 4; i++)
        frame[IV_INDEX + i] = (uint8_t)(b->iv_index >> (24 - 8 * i));
    authenticate(env, mac, netkey, frame);
    memcpy(frame + AUTHENTICATION, mac, AUTHENTICATION_SIZE);
    return SIZE;
}

bool mesh_network_beacon_is(const uint8_t *frame, size_t n)
{
    return n == SIZE && frame[0] == SIZE - 1 && frame[1] == MESH_AD_BEACON &&
           frame[TYPE] == TYPE_SECURE_NETWORK;
}

int mesh_network_beacon_read(struct imp_env *env, struct mesh_network_beacon *out,
                             const uint8_t netkey[16], bool check, const uint8_t *frame, size_t n)
{
    uint8_t id[8], mac[16];
    const uint8_t *iv = frame + IV_INDEX;
    if (!mesh_network_beacon_is(frame, n))
        return -1;
    mesh_k3(env, id, netkey);
    if (memcmp(id, frame + NETWORK_ID, sizeof id) != 0)
        return -1;
    authenticate(env, mac, netkey, frame);
    if (check && !imp_equal(mac, frame + AUTHENTICATION, AUTHENTICATION_SIZE))
        return -1;
    *out = (struct mesh_network_beacon){.key_refresh = frame[FLAGS] & KEY_REFRESH,
                                        .iv_update = frame[FLAGS] & IV_UPDATE,
                                        .iv_index = (uint32_t)iv[0] << 24 | (uint32_t)iv[1] << 16 |
                                                    (uint32_t)iv[2] << 8 | iv[3]};
    return 0;
}
