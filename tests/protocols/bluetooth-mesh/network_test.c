/* SPDX-License-Identifier: GPL-2.0-only */
/* Derivation functions, network PDUs, access messages and segments against the sample data. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/adhoc/bluetooth-mesh/mesh_beacon.h"
#include "protocols/adhoc/bluetooth-mesh/mesh_upper.h"
#include "protocols/crypto/crypto.h"
#include "tests/support/vectors.h"

#define VECTOR "bt_mesh_network"

TestSuite(bluetooth_mesh_network, .init = imp_crypto_init);

static bool is(const json_t *v, const char *function)
{
    return strcmp(vector_text(v, "function"), function) == 0;
}

static void same(const json_t *v, const char *name, const uint8_t *octets, size_t n)
{
    struct vector_bytes wanted = vector_hex(v, name);
    cr_assert_eq(wanted.n, n, "%s %s", vector_text(v, "section"), name);
    cr_expect_arr_eq(octets, wanted.p, n, "%s %s", vector_text(v, "section"), name);
}

static void derive(const json_t *v)
{
    struct vector_bytes n = vector_hex(v, "n");
    uint8_t out[16];
    if (is(v, "s1")) {
        mesh_s1(NULL, out, &IMP_PIECE(n.p, n.n), 1);
        same(v, "out", out, 16);
    } else if (is(v, "k1")) {
        struct vector_bytes p = vector_hex(v, "p");
        mesh_k1(NULL, out, n.p, n.n, vector_hex(v, "salt").p, p.p, p.n);
        same(v, "out", out, 16);
    } else if (is(v, "k3")) {
        mesh_k3(NULL, out, n.p);
        same(v, "out", out, 8);
    } else if (is(v, "k4")) {
        cr_expect_eq(mesh_k4(NULL, n.p), vector_number(v, "aid"));
    } else if (is(v, "beacon-key")) {
        mesh_beacon_key(NULL, out, n.p);
        same(v, "out", out, 16);
    }
}

static struct mesh_network_keys keys_of(const json_t *v)
{
    struct vector_bytes p = vector_hex(v, "p");
    struct mesh_network_keys keys;
    mesh_k2(NULL, &keys, vector_hex(v, "n").p, p.p, p.n);
    return keys;
}

Test(bluetooth_mesh_network, functions_of_section_8_1_and_8_2)
{
    size_t checked = 0;
    VECTORS(v, VECTOR)
    {
        derive(v);
        if (!is(v, "k2"))
            continue;
        struct mesh_network_keys keys = keys_of(v);
        cr_expect_eq(keys.nid, vector_number(v, "nid"));
        same(v, "encryption_key", keys.encryption, 16);
        same(v, "privacy_key", keys.privacy, 16);
        checked++;
    }
    cr_expect_eq(checked, 4);
}

static struct mesh_network_pdu pdu_of(const json_t *v)
{
    struct vector_bytes transport = vector_hex(v, "transport");
    struct mesh_network_pdu pdu = {.control = vector_number(v, "control"),
                                   .ttl = (uint8_t)vector_number(v, "ttl"),
                                   .seq = (uint32_t)vector_number(v, "seq"),
                                   .src = (uint16_t)vector_number(v, "src"),
                                   .dst = (uint16_t)vector_number(v, "dst"),
                                   .n = transport.n};
    memcpy(pdu.transport, transport.p, transport.n);
    return pdu;
}

Test(bluetooth_mesh_network, messages_of_section_8_3_are_written_and_read)
{
    size_t checked = 0;
    VECTORS(v, VECTOR)
    {
        if (!is(v, "network"))
            continue;
        struct mesh_network_keys keys = keys_of(v);
        struct mesh_network_pdu pdu = pdu_of(v), read;
        uint32_t iv = (uint32_t)vector_number(v, "iv_index");
        uint8_t out[MESH_NETWORK_MAX];
        size_t n = mesh_network_seal(NULL, out, &keys, iv, &pdu);
        same(v, "packet", out, n);
        cr_assert_eq(mesh_network_open(NULL, &read, &keys, iv, out, n), 0);
        cr_expect(read.control == pdu.control && read.ttl == pdu.ttl && read.seq == pdu.seq &&
                  read.src == pdu.src && read.dst == pdu.dst && read.n == pdu.n);
        cr_expect_arr_eq(read.transport, pdu.transport, pdu.n);
        cr_expect_eq(mesh_network_open(NULL, &read, &keys, iv + 1, out, n), 0,
                     "the IV index after it");
        for (size_t i = 0; i < n; i++) {
            out[i] ^= 1;
            cr_expect_eq(mesh_network_open(NULL, &read, &keys, iv, out, n), -1, "octet %zu", i);
            out[i] ^= 1;
            cr_expect_eq(mesh_network_open(NULL, &read, &keys, iv, out, i), -1, "cut at %zu", i);
        }
        checked++;
    }
    cr_expect_eq(checked, 13);
}

/* Every octet of it is authenticated, but for AD length and types. */
Test(bluetooth_mesh_network, secure_network_beacon_of_8_4_3)
{
    size_t checked = 0;
    VECTORS(v, VECTOR)
    {
        if (!is(v, "beacon"))
            continue;
        struct vector_bytes netkey = vector_hex(v, "n");
        struct mesh_network_beacon b = {.key_refresh = vector_number(v, "key_refresh"),
                                        .iv_index = (uint32_t)vector_number(v, "iv_index")},
                                   read;
        uint8_t frame[MESH_AD_MAX];
        size_t n = mesh_network_beacon_write(NULL, frame, netkey.p, &b);
        same(v, "beacon", frame + 2, n - 2);
        cr_expect(frame[0] == n - 1 && frame[1] == MESH_AD_BEACON);
        cr_assert_eq(mesh_network_beacon_read(NULL, &read, netkey.p, true, frame, n), 0);
        cr_expect(read.key_refresh == b.key_refresh && !read.iv_update &&
                  read.iv_index == b.iv_index);
        for (size_t i = 0; i < n; i++) {
            frame[i] ^= 1;
            cr_expect_eq(mesh_network_beacon_read(NULL, &read, netkey.p, true, frame, n), -1,
                         "octet %zu", i);
            frame[i] ^= 1;
            cr_expect_eq(mesh_network_beacon_read(NULL, &read, netkey.p, true, frame, i), -1,
                         "cut at %zu", i);
        }
        checked++;
    }
    cr_expect_eq(checked, 1);
}

Test(bluetooth_mesh_network, access_message_of_8_3_6_and_its_segments)
{
    size_t segments = 0;
    VECTORS(v, VECTOR)
    {
        if (!is(v, "access"))
            continue;
        struct mesh_envelope e = {.application = vector_number(v, "application"),
                                  .seq = (uint32_t)vector_number(v, "seq"),
                                  .src = (uint16_t)vector_number(v, "src"),
                                  .dst = (uint16_t)vector_number(v, "dst"),
                                  .iv_index = (uint32_t)vector_number(v, "iv_index")};
        struct vector_bytes access = vector_hex(v, "access"), key = vector_hex(v, "key");
        uint8_t upper[64], clear[64], lower[MESH_TRANSPORT_MAX];
        size_t n = access.n + MESH_ACCESS_MIC;
        mesh_access_seal(NULL, upper, key.p, &e, access.p, access.n);
        same(v, "upper", upper, n);
        cr_assert_eq(mesh_access_open(NULL, clear, key.p, &e, upper, n), 0);
        cr_expect_arr_eq(clear, access.p, access.n);
        for (uint8_t i = 0; i < 2; i++, segments++) {
            json_t *one = json_pack("{s:s, s:O}", "section", "8.3.6", "f",
                                    json_array_get(json_object_get(v, "lower"), i));
            struct mesh_lower l = {.segmented = true,
                                   .seq_zero = e.seq & 0x1fff,
                                   .seg_o = i,
                                   .seg_n = 1,
                                   .data = upper + 12 * i,
                                   .n = 12},
                              read;
            size_t m = mesh_lower_write(lower, &l);
            same(one, "f", lower, m);
            cr_assert_eq(mesh_lower_read(&read, lower, m), 0);
            cr_expect(read.segmented && !read.application && !read.szmic &&
                      read.seq_zero == l.seq_zero && read.seg_o == i && read.seg_n == 1 &&
                      read.n == 12);
            cr_expect_eq(mesh_seq_auth(e.seq + i, read.seq_zero), e.seq);
            json_decref(one);
        }
    }
    cr_expect_eq(segments, 2);
}

Test(bluetooth_mesh_network, segment_acknowledgments)
{
    size_t checked = 0;
    VECTORS(v, VECTOR)
    {
        uint16_t seq_zero;
        uint32_t block;
        uint8_t again[MESH_SEGMENT_ACK];
        if (!json_object_get(v, "ack_block"))
            continue;
        struct vector_bytes transport = vector_hex(v, "transport");
        cr_assert_eq(mesh_ack_read(&seq_zero, &block, transport.p, transport.n), 0);
        cr_expect_eq(seq_zero, vector_number(v, "ack_seq_zero"));
        cr_expect_eq(block, vector_number(v, "ack_block"));
        mesh_ack_write(again, seq_zero, block);
        again[1] |= 0x80; /* OBO: the sample's is on behalf of another node */
        same(v, "transport", again, sizeof again);
        checked++;
    }
    cr_expect_eq(checked, 2);
}

/* SeqZero has 13 bits: the message began at most 8191 before. */
Test(bluetooth_mesh_network, seq_auth_across_a_turn_of_seq_zero)
{
    cr_expect_eq(mesh_seq_auth(0x2001, 0x1fff), 0x1fff);
    cr_expect_eq(mesh_seq_auth(0x2000, 0x0000), 0x2000);
    cr_expect_eq(mesh_seq_auth(0x3fff, 0x0000), 0x2000);
}
