/* SPDX-License-Identifier: GPL-2.0-only */
/* Every function of pairing against the sample data of the specification. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/adhoc/bluetooth-pairing/bt_keys.h"
#include "protocols/crypto/crypto.h"
#include "tests/support/vectors.h"

TestSuite(bluetooth_pairing_vectors, .init = imp_crypto_init);

struct inputs {
    struct vector_bytes u, v, x, y, z, w, n1, n2, r, io_cap, a1, a2;
};

static struct inputs inputs_of(const json_t *c)
{
    return (struct inputs){
        vector_hex(c, "U"), vector_hex(c, "V"),     vector_hex(c, "X"),  vector_hex(c, "Y"),
        vector_hex(c, "Z"), vector_hex(c, "W"),     vector_hex(c, "N1"), vector_hex(c, "N2"),
        vector_hex(c, "R"), vector_hex(c, "IOcap"), vector_hex(c, "A1"), vector_hex(c, "A2"),
    };
}

static bool is(const json_t *c, const char *function)
{
    return strcmp(vector_text(c, "function"), function) == 0;
}

static void same(const json_t *c, const char *member, const uint8_t *octets, size_t n)
{
    struct vector_bytes wanted = vector_hex(c, member);
    cr_assert_eq(wanted.n, n, "%s of %s", member, vector_text(c, "function"));
    cr_expect_arr_eq(octets, wanted.p, n, "%s of %s", member, vector_text(c, "function"));
}

static void same_number(const json_t *c, uint32_t v)
{
    uint8_t octets[4] = {(uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v};
    same(c, "out_u32", octets, sizeof octets);
}

static void le_secure_connections(const json_t *c, unsigned *checked)
{
    struct inputs i = inputs_of(c);
    uint8_t out[16], ltk[16];
    ++*checked;
    if (is(c, "f4")) {
        bt_f4(NULL, out, i.u.p, i.v.p, i.x.p, i.z.p[0]);
        same(c, "out", out, sizeof out);
    } else if (is(c, "f5")) {
        bt_f5(NULL, out, ltk, i.w.p, i.n1.p, i.n2.p, i.a1.p, i.a2.p);
        same(c, "MacKey", out, sizeof out);
        same(c, "LTK", ltk, sizeof ltk);
    } else if (is(c, "f6")) {
        bt_f6(NULL, out, i.w.p, i.n1.p, i.n2.p, i.r.p, i.io_cap.p, i.a1.p, i.a2.p);
        same(c, "out", out, sizeof out);
    } else if (is(c, "g2")) {
        same_number(c, bt_g2(NULL, i.u.p, i.v.p, i.x.p, i.y.p));
    } else if (is(c, "h6")) {
        bt_h6(NULL, out, i.w.p, "lebr");
        same(c, "out", out, sizeof out);
    } else if (is(c, "h7")) {
        bt_h7(NULL, out, vector_hex(c, "salt").p, i.w.p);
        same(c, "out", out, sizeof out);
    } else if (is(c, "ctkd")) {
        bt_link_key_of(NULL, out, vector_hex(c, "ltk").p, vector_number(c, "ct2") != 0);
        same(c, "link_key", out, sizeof out);
    } else if (is(c, "ctkd_of_br_edr")) {
        bt_ltk_of(NULL, out, vector_hex(c, "link_key").p, vector_number(c, "ct2") != 0);
        same(c, "ltk", out, sizeof out);
    } else {
        --*checked;
    }
}

Test(bluetooth_pairing_vectors, le_secure_connections)
{
    unsigned checked = 0;
    VECTORS(c, "bt_smp")
    le_secure_connections(c, &checked);
    cr_expect_eq(checked, 10);
}

static struct bt_c1 c1_of(const json_t *c)
{
    struct bt_c1 of = {.initiator = {vector_hex(c, "iat").p[0]},
                       .responder = {vector_hex(c, "rat").p[0]}};
    memcpy(of.request, vector_hex(c, "request").p, 7);
    memcpy(of.response, vector_hex(c, "response").p, 7);
    memcpy(of.initiator + 1, vector_hex(c, "ia").p, BT_ADDR);
    memcpy(of.responder + 1, vector_hex(c, "ra").p, BT_ADDR);
    return of;
}

Test(bluetooth_pairing_vectors, le_legacy_and_the_shared_point)
{
    unsigned checked = 0;
    VECTORS(c, "bt_smp")
    {
        uint8_t out[32];
        if (is(c, "c1")) {
            struct bt_c1 of = c1_of(c);
            bt_c1(NULL, out, vector_hex(c, "k").p, vector_hex(c, "r").p, &of);
            same(c, "out", out, 16);
            checked++;
        } else if (is(c, "s1")) {
            bt_s1(NULL, out, vector_hex(c, "k").p, vector_hex(c, "r1").p, vector_hex(c, "r2").p);
            same(c, "out", out, 16);
            checked++;
        } else if (is(c, "ecdh")) {
            uint8_t peer[64];
            memcpy(peer, vector_hex(c, "pub_b_x").p, 32);
            memcpy(peer + 32, vector_hex(c, "pub_b_y").p, 32);
            cr_assert_eq(imp_p256_shared(NULL, out, vector_hex(c, "priv_a").p, peer), 0);
            same(c, "dhkey", out, 32);
            checked++;
        }
    }
    cr_expect_eq(checked, 3);
}

static void br_edr(const json_t *c)
{
    struct inputs i = inputs_of(c);
    uint8_t out[32];
    size_t n = 16;
    if (is(c, "g")) {
        same_number(c, bt_br_g(NULL, i.u.p, i.v.p, i.u.n, i.x.p, i.y.p));
        return;
    }
    if (is(c, "f1")) {
        bt_br_f1(NULL, out, i.u.p, i.v.p, i.u.n, i.x.p, i.z.p[0]);
    } else if (is(c, "f2")) {
        bt_br_f2(NULL, out, i.w.p, i.w.n, i.n1.p, i.n2.p, i.a1.p, i.a2.p);
    } else if (is(c, "f3")) {
        bt_br_f3(NULL, out, i.w.p, i.w.n, i.n1.p, i.n2.p, i.r.p, i.io_cap.p, i.a1.p, i.a2.p);
    } else if (is(c, "h3")) {
        bt_br_h3(NULL, out, i.w.p, i.a1.p, i.a2.p, vector_hex(c, "ACO").p);
    } else if (is(c, "h4")) {
        bt_br_h4(NULL, out, i.w.p, i.a1.p, i.a2.p);
    } else {
        cr_assert(is(c, "h5"));
        bt_br_h5(NULL, out, i.w.p, vector_hex(c, "R1").p, vector_hex(c, "R2").p);
        n = 32;
    }
    same(c, "out", out, n);
}

Test(bluetooth_pairing_vectors, br_edr_secure_simple_pairing)
{
    unsigned checked = 0;
    VECTORS(c, "bt_ssp")
    {
        br_edr(c);
        checked++;
    }
    cr_expect_eq(checked, 22);
}

/* ---- BR/EDR without Secure Connections
 * ------------------------------------------------------------- */
static void turned(uint8_t *out, struct vector_bytes in)
{
    for (size_t i = 0; i < in.n; i++)
        out[i] = in.p[in.n - 1 - i];
}

static void challenge(const json_t *c)
{
    uint8_t key[16], address[6], sres[4], aco[12];
    turned(key, vector_hex(c, "key"));
    turned(address, vector_hex(c, "addr"));
    bt_br_e1(NULL, sres, aco, key, vector_hex(c, "rand").p, address);
    same(c, "SRES", sres, sizeof sres);
    same(c, "ACO", aco, sizeof aco);
}

static void encryption_key(const json_t *c)
{
    uint8_t key[16], kc[16];
    turned(key, vector_hex(c, "key"));
    bt_br_e3(NULL, kc, key, vector_hex(c, "rand").p, vector_hex(c, "aco").p);
    same(c, "Kc", kc, sizeof kc);
}

static void shortened(const json_t *c)
{
    uint8_t kc[16], out[16];
    turned(kc, vector_hex(c, "Kc"));
    bt_br_reduce(kc, (unsigned)vector_number(c, "octets"));
    struct vector_bytes got = {.n = sizeof kc};
    memcpy(got.p, kc, sizeof kc);
    turned(out, got);
    same(c, "out", out, sizeof out);
}

/* What a controller computed of link key and random values, up to Kc'. */
static void device(const json_t *c)
{
    uint8_t key[16], sres[4], aco[12], kc[16];
    turned(key, vector_hex(c, "key"));
    bt_br_e1(NULL, sres, aco, key, vector_hex(c, "au_rand").p, vector_hex(c, "addr").p);
    bt_br_e3(NULL, kc, key, vector_hex(c, "en_rand").p, aco);
    bt_br_reduce(kc, (unsigned)vector_number(c, "octets"));
    same(c, "out", kc, sizeof kc);
}

static void key_stream(const json_t *c)
{
    uint8_t out[16];
    imp_e0(NULL, out, sizeof out, vector_hex(c, "key").p, vector_hex(c, "addr").p,
           (uint32_t)vector_number(c, "clock"));
    out[15] &= 0x1f; /* 125 bits are given */
    same(c, "stream", out, sizeof out);
}

Test(bluetooth_pairing_vectors, br_edr_without_secure_connections)
{
    static const struct {
        const char *name;
        void (*check)(const json_t *);
        unsigned wanted;
    } functions[] = {{"E1", challenge, 4},
                     {"E3", encryption_key, 5},
                     {"Kc'", shortened, 16},
                     {"E0", key_stream, 4},
                     {"device", device, 6}};
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        unsigned checked = 0;
        VECTORS(c, "bt_br_legacy")
        {
            if (!is(c, functions[i].name))
                continue;
            functions[i].check(c);
            checked++;
        }
        cr_expect_eq(checked, functions[i].wanted, "%s", functions[i].name);
    }
}

Test(bluetooth_pairing_vectors, a_short_key_begins_with_zeros)
{
    uint8_t key[16], wanted[16] = {0};
    memset(key, 0xab, sizeof key);
    memset(wanted + 9, 0xab, 7);
    bt_shorten(key, 16);
    cr_expect_eq(key[0], 0xab);
    bt_shorten(key, 7);
    cr_expect_arr_eq(key, wanted, sizeof key);
}
