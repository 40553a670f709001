/* SPDX-License-Identifier: GPL-2.0-only */
/* bt_keys.h - functions of Bluetooth pairing (Core volume 3 part H section 2.2, volume 2 part H
 * section 7.7). All values most significant octet first, as the specification prints them; on the
 * wire SMP has them the other way round (smp.h). Sizes in octets. `env` pays. */
#ifndef IMPRINT_BT_KEYS_H
#define IMPRINT_BT_KEYS_H

#include "protocols/contract/party.h"

enum { BT_KEY = 16, BT_ADDR = 6, BT_NAME = 7 /* type of address | address */ };

/* ---- LE Secure Connections: AES-CMAC. u, v: x-coordinates, 32. */
void bt_f4(struct imp_env *env, uint8_t out[16], const uint8_t u[32], const uint8_t v[32],
           const uint8_t x[16], uint8_t z);
void bt_f5(struct imp_env *env, uint8_t mac_key[16], uint8_t ltk[16], const uint8_t w[32],
           const uint8_t n1[16], const uint8_t n2[16], const uint8_t a1[7], const uint8_t a2[7]);
void bt_f6(struct imp_env *env, uint8_t out[16], const uint8_t w[16], const uint8_t n1[16],
           const uint8_t n2[16], const uint8_t r[16], const uint8_t io_cap[3], const uint8_t a1[7],
           const uint8_t a2[7]);
/* All 32 bits; a display shows them modulo 1000000. */
uint32_t bt_g2(struct imp_env *env, const uint8_t u[32], const uint8_t v[32], const uint8_t x[16],
               const uint8_t y[16]);
void bt_h6(struct imp_env *env, uint8_t out[16], const uint8_t w[16], const char id[4]);
void bt_h7(struct imp_env *env, uint8_t out[16], const uint8_t salt[16], const uint8_t w[16]);
/* The BR/EDR link key that follows from an LTK; `ct2`: both ends said so in AuthReq. */
void bt_link_key_of(struct imp_env *env, uint8_t out[16], const uint8_t ltk[16], bool ct2);
/* The LTK that follows from a BR/EDR link key, in the same way. */
void bt_ltk_of(struct imp_env *env, uint8_t out[16], const uint8_t link_key[16], bool ct2);

/* ---- LE legacy pairing: AES. Request and response: 7 octets with the code last. */
struct bt_c1 {
    uint8_t request[7], response[7];
    uint8_t initiator[7], responder[7]; /* type of address | address */
};
void bt_c1(struct imp_env *env, uint8_t out[16], const uint8_t tk[16], const uint8_t r[16],
           const struct bt_c1 *of);
/* The random value of which that confirmation is the c1: AES can be undone by who knows TK. */
void bt_c1_open(struct imp_env *env, uint8_t r[16], const uint8_t tk[16], const uint8_t confirm[16],
                const struct bt_c1 *of);
/* r1: the responder's random value, r2: the initiator's. */
void bt_s1(struct imp_env *env, uint8_t out[16], const uint8_t tk[16], const uint8_t r1[16],
           const uint8_t r2[16]);

/* ---- BR/EDR: HMAC-SHA256, SHA-256. `width` of u, v, w: 24 (P-192) or 32 (P-256). */
void bt_br_f1(struct imp_env *env, uint8_t out[16], const uint8_t *u, const uint8_t *v,
              size_t width, const uint8_t x[16], uint8_t z);
uint32_t bt_br_g(struct imp_env *env, const uint8_t *u, const uint8_t *v, size_t width,
                 const uint8_t x[16], const uint8_t y[16]);
void bt_br_f2(struct imp_env *env, uint8_t out[16], const uint8_t *w, size_t width,
              const uint8_t n1[16], const uint8_t n2[16], const uint8_t a1[6], const uint8_t a2[6]);
void bt_br_f3(struct imp_env *env, uint8_t out[16], const uint8_t *w, size_t width,
              const uint8_t n1[16], const uint8_t n2[16], const uint8_t r[16],
              const uint8_t io_cap[3], const uint8_t a1[6], const uint8_t a2[6]);
void bt_br_h3(struct imp_env *env, uint8_t out[16], const uint8_t w[16], const uint8_t a1[6],
              const uint8_t a2[6], const uint8_t aco[8]);
void bt_br_h4(struct imp_env *env, uint8_t out[16], const uint8_t w[16], const uint8_t a1[6],
              const uint8_t a2[6]);
void bt_br_h5(struct imp_env *env, uint8_t out[32], const uint8_t w[16], const uint8_t r1[16],
              const uint8_t r2[16]);

/* ---- BR/EDR without Secure Connections: SAFER+ (volume 2 part H section 6). Link key and address
 * most significant octet first; rand, sres, aco and kc as on the wire, the least significant first.
 */
void bt_br_e1(struct imp_env *env, uint8_t sres[4], uint8_t aco[12], const uint8_t link_key[16],
              const uint8_t rand[16], const uint8_t address[6]);
void bt_br_e3(struct imp_env *env, uint8_t kc[16], const uint8_t link_key[16],
              const uint8_t rand[16], const uint8_t aco[12]);
/* Kc becomes Kc' with so many octets of entropy, 1 to 16; key_of: Kc' from these alone. */
void bt_br_reduce(uint8_t kc[16], unsigned octets);
void bt_br_key_of(uint8_t out[16], const uint8_t entropy[16], unsigned octets);

/* A key of fewer octets: the most significant ones are zeros (volume 3 part H section 2.3.4). */
void bt_shorten(uint8_t key[16], unsigned octets);

#endif
