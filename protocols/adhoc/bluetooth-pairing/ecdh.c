/* SPDX-License-Identifier: GPL-2.0-only */
/* ecdh.c - key pairs and the shared secret: P-256, or P-192 over BR/EDR without Secure Connections.
 * Coordinates of P-192 are held as wide as those of P-256, with zeros in front. */
#include <string.h>

#include "pairing.h"
#include "protocols/crypto/crypto.h"

enum { WIDE = BT_COORDINATE, NARROW = 24 };

size_t bt_width(const struct bt_party *p)
{
    return bt_br_edr(p) && p->br.p192 ? NARROW : WIDE;
}

const uint8_t *bt_x_of(const struct bt_party *p, const uint8_t key[2 * BT_COORDINATE])
{
    return key + WIDE - bt_width(p);
}

static void widen(uint8_t out[2 * WIDE], const uint8_t key[2 * NARROW])
{
    memset(out, 0, 2 * WIDE);
    memcpy(out + WIDE - NARROW, key, NARROW);
    memcpy(out + 2 * WIDE - NARROW, key + NARROW, NARROW);
}

static void narrow(uint8_t out[2 * NARROW], const uint8_t key[2 * WIDE])
{
    memcpy(out, key + WIDE - NARROW, NARROW);
    memcpy(out + NARROW, key + 2 * WIDE - NARROW, NARROW);
    imp_observe_join(out, 2 * NARROW, &IMP_PIECE(key, 2 * WIDE), 1);
}

/* Section 2.3.5.6.1: of an end in debug mode. */
static const uint8_t debug_secret[WIDE] = {
    0x3f, 0x49, 0xf6, 0xd4, 0xa3, 0xc5, 0x5f, 0x38, 0x74, 0xc9, 0xb3, 0xe3, 0xd2, 0x10, 0x3f, 0x50,
    0x4a, 0xff, 0x60, 0x7b, 0xeb, 0x40, 0xb7, 0x99, 0x58, 0x99, 0xb8, 0xa6, 0xcd, 0x3c, 0x1a, 0xbd};
static const uint8_t debug_x[WIDE] = {
    0x20, 0xb0, 0x03, 0xd2, 0xf2, 0x97, 0xbe, 0x2c, 0x5e, 0x2c, 0x83, 0xa7, 0xe9, 0xf9, 0xa5, 0xb9,
    0xef, 0xf4, 0x91, 0x11, 0xac, 0xf4, 0xfd, 0xdb, 0xcc, 0x03, 0x01, 0x48, 0x0e, 0x35, 0x9d, 0xe6};

static bool in_debug_mode(const struct bt_party *p)
{
    return imp_opt(p->env, BT_OPT_DEBUG_KEY) == BT_DEBUG_USE && !p->env->adversary;
}

static void take_debug_keys(struct bt_party *p)
{
    memcpy(p->own_secret, debug_secret, sizeof debug_secret);
    imp_observe_rule("debug key", p->own_secret, sizeof debug_secret, NULL, 0);
    imp_p256_public(p->env, p->own_public, p->own_secret);
}

bool bt_debug_key_refused(const struct bt_party *p)
{
    return imp_opt(p->env, BT_OPT_DEBUG_KEY) == BT_DEBUG_REFUSE && !p->env->adversary &&
           memcmp(p->peer_public, debug_x, sizeof debug_x) == 0;
}

/* The x-coordinates are compared: a reflected key may come with -y (CVE-2020-26558). */
bool bt_reflected(const struct bt_party *p)
{
    return memcmp(p->peer_public, p->own_public, WIDE) == 0 && !in_debug_mode(p);
}

void bt_make_keys(struct bt_party *p)
{
    uint8_t key[2 * NARROW];
    if (p->keys_made && p->keys_width == bt_width(p))
        return;
    p->keys_made = true;
    p->keys_width = bt_width(p);
    if (in_debug_mode(p)) {
        take_debug_keys(p);
        return;
    }
    if (p->keys_width == WIDE) {
        imp_p256_keypair(p->env, "ecdh", p->own_public, p->own_secret);
        return;
    }
    imp_p192_keypair(p->env, "ecdh", key, p->own_secret);
    widen(p->own_public, key);
}

/* Not on the curve but with y = 0 it has order two on another one: an even scalar leads to
 * infinity, of which the x-coordinate is taken to be zero, an odd one to the point itself
 * (CVE-2018-5383). */
static int order_two(struct bt_party *p)
{
    static const uint8_t zeros[WIDE];
    const uint8_t *x = bt_x_of(p, p->peer_public);
    size_t width = bt_width(p);
    if (imp_opt(p->env, BT_OPT_CHECKS_POINT) ||
        memcmp(p->peer_public + WIDE, zeros, sizeof zeros) != 0)
        return -1;
    bool odd = p->own_secret[width - 1] & 1;
    memcpy(p->dhkey, odd ? x : zeros, width);
    imp_observe_join(p->dhkey, width, &IMP_PIECE(x, width), odd ? 1 : 0);
    return 0;
}

int bt_shared(struct bt_party *p)
{
    uint8_t peer[2 * NARROW];
    int status;
    if (bt_width(p) == WIDE) {
        status = imp_p256_shared(p->env, p->dhkey, p->own_secret, p->peer_public);
    } else {
        narrow(peer, p->peer_public);
        status = imp_p192_shared(p->env, p->dhkey, p->own_secret, peer);
    }
    return status == 0 ? 0 : order_two(p);
}
