/* SPDX-License-Identifier: GPL-2.0-only */
/* Joining frames and keys of LoRaWAN against those of other implementations. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/managed/lorawan-otaa/frame.h"
#include "tests/support/vectors.h"

TestSuite(lorawan_frame, .init = imp_crypto_init);

/* Numbers in texts stand with the most significant octet first. */
static void reverse(uint8_t *out, const struct vector_bytes *v)
{
    for (size_t i = 0; i < v->n; i++)
        out[i] = v->p[v->n - 1 - i];
}

static uint32_t number(const struct vector_bytes *v)
{
    uint32_t x = 0;
    for (size_t i = 0; i < v->n; i++)
        x = x << 8 | v->p[i];
    return x;
}

static void check_request(const json_t *v)
{
    struct vector_bytes frame = vector_hex(v, "phy_payload"), key = vector_hex(v, "app_key");
    struct lw_request r;
    uint8_t again[LW_REJOIN_MAX];
    cr_assert_eq(lw_request_read(&r, frame.p, frame.n), 0);
    cr_expect_eq(r.type, LW_TYPE_JOIN);
    cr_expect_arr_eq(r.join_eui, vector_hex(v, "join_eui_le").p, LW_EUI);
    cr_expect_arr_eq(r.dev_eui, vector_hex(v, "dev_eui_le").p, LW_EUI);
    cr_expect(lw_request_right(NULL, frame.p, frame.n, key.p));
    cr_assert_eq(lw_request_write(NULL, again, &r, key.p), frame.n);
    cr_expect_arr_eq(again, frame.p, frame.n);
    frame.p[9] ^= 1;
    cr_expect_not(lw_request_right(NULL, frame.p, frame.n, key.p));
}

static void check_accept(const json_t *v)
{
    struct vector_bytes frame = vector_hex(v, "phy_payload_encrypted");
    struct vector_bytes key = vector_hex(v, "app_key"), wanted = vector_hex(v, "plaintext");
    struct lw_accept_mic mic = {.key = key.p};
    struct lw_accept a;
    uint8_t plain[LW_JOIN_ACCEPT_MAX], again[LW_JOIN_ACCEPT_MAX];
    cr_assert_eq(lw_accept_read(NULL, &a, plain, frame.p, frame.n, key.p), 0);
    cr_expect_arr_eq(plain, wanted.p, wanted.n);
    cr_expect_arr_eq(a.net_id, vector_hex(v, "net_id_le").p, 3);
    cr_expect_arr_eq(a.dev_addr, vector_hex(v, "dev_addr_le").p, 4);
    cr_expect(lw_accept_right(NULL, plain, frame.n, &mic));
    cr_assert_eq(lw_accept_write(NULL, again, &a, key.p, &mic), frame.n);
    cr_expect_arr_eq(again, frame.p, frame.n);
    plain[4] ^= 1;
    cr_expect_not(lw_accept_right(NULL, plain, frame.n, &mic));
}

static void check_keys(const json_t *v)
{
    struct vector_bytes key = vector_hex(v, "app_key"), net = vector_hex(v, "net_id_be");
    struct vector_bytes join = vector_hex(v, "app_nonce_be"), dev = vector_hex(v, "dev_nonce_be");
    struct lw_accept a = {.join_nonce = number(&join)};
    struct lw_root root;
    struct lw_session s;
    memcpy(root.nwk, key.p, LW_KEY);
    memcpy(root.app, key.p, LW_KEY);
    reverse(a.net_id, &net);
    lw_session_keys(NULL, &s, &root, &a, (uint8_t[8]){0}, (uint16_t)number(&dev));
    cr_expect_arr_eq(s.fnwk_int, vector_hex(v, "NwkSKey").p, LW_KEY);
    cr_expect_arr_eq(s.snwk_int, vector_hex(v, "NwkSKey").p, LW_KEY);
    cr_expect_arr_eq(s.app, vector_hex(v, "AppSKey").p, LW_KEY);
}

Test(lorawan_frame, joins_of_1_0_are_those_of_other_implementations)
{
    int requests = 0, accepts = 0, keys = 0;
    VECTORS(v, "lorawan_join_10")
    {
        const char *type = vector_text(v, "type");
        if (strncmp(type, "JoinRequest", 11) == 0)
            check_request(v), requests++;
        else if (strncmp(type, "JoinAccept", 10) == 0)
            check_accept(v), accepts++;
        else
            check_keys(v), keys++;
    }
    cr_expect_eq(requests, 3);
    cr_expect_eq(accepts, 3);
    cr_expect_eq(keys, 1);
}

Test(lorawan_frame, keys_of_1_1_are_those_of_another_implementation)
{
    VECTORS(v, "lorawan_11_lorapacket")
    {
        struct vector_bytes app = vector_hex(v, "AppKey"), nwk = vector_hex(v, "NwkKey");
        struct vector_bytes join_eui = vector_hex(v, "JoinEUI"), dev_eui = vector_hex(v, "DevEUI");
        struct vector_bytes join = vector_hex(v, "JoinNonce"), dev = vector_hex(v, "DevNonce");
        struct vector_bytes wanted = vector_hex(v, "join_request");
        struct lw_accept a = {.join_nonce = number(&join), .dl_settings = LW_OPTNEG};
        struct lw_request r = {.type = LW_TYPE_JOIN, .nonce = (uint16_t)number(&dev)};
        struct lw_root root;
        struct lw_session s;
        uint8_t int_key[LW_KEY], enc_key[LW_KEY], frame[LW_REJOIN_MAX];
        memcpy(root.nwk, nwk.p, LW_KEY);
        memcpy(root.app, app.p, LW_KEY);
        reverse(r.join_eui, &join_eui);
        reverse(r.dev_eui, &dev_eui);
        lw_js_keys(NULL, int_key, enc_key, root.nwk, r.dev_eui);
        cr_expect_arr_eq(int_key, vector_hex(v, "JSIntKey").p, LW_KEY);
        cr_expect_arr_eq(enc_key, vector_hex(v, "JSEncKey").p, LW_KEY);
        lw_session_keys(NULL, &s, &root, &a, r.join_eui, r.nonce);
        cr_expect_arr_eq(s.fnwk_int, vector_hex(v, "FNwkSIntKey").p, LW_KEY);
        cr_expect_arr_eq(s.snwk_int, vector_hex(v, "SNwkSIntKey").p, LW_KEY);
        cr_expect_arr_eq(s.nwk_enc, vector_hex(v, "NwkSEncKey").p, LW_KEY);
        cr_expect_arr_eq(s.app, vector_hex(v, "AppSKey").p, LW_KEY);
        cr_assert_eq(lw_request_write(NULL, frame, &r, root.nwk), wanted.n);
        cr_expect_arr_eq(frame, wanted.p, wanted.n);
    }
}

/* FOpts are encrypted in 1.1 with blocks of their own, and in 1.0 not at all. */
static void check_encryption(const json_t *v)
{
    struct vector_bytes key = vector_hex(v, "key"), addr = vector_hex(v, "dev_addr");
    struct vector_bytes clear = vector_hex(v, "clear"), wanted = vector_hex(v, "encrypted");
    bool up = json_is_true(json_object_get(v, "up"));
    bool fopts = strcmp(vector_text(v, "type"), "FOpts") == 0;
    uint32_t fcnt = (uint32_t)vector_number(v, "fcnt");
    struct lw_session keys = {.v11 = true};
    struct lw_data d = {.mtype = up ? LW_UNCONFIRMED_UP : LW_UNCONFIRMED_DOWN}, e;
    struct lw_beside beside = {0};
    uint8_t frame[LW_DATA_MAX], again[LW_PAYLOAD_MAX];
    memcpy(keys.nwk_enc, key.p, LW_KEY);
    reverse(d.dev_addr, &addr);
    lw_data_command(&d, !fopts, clear.p, clear.n);
    size_t n = lw_data_write(NULL, frame, &d, fcnt, &beside, &keys);
    cr_assert_eq(n, 12 + clear.n + !fopts);
    cr_expect_arr_eq(frame + 8 + !fopts, wanted.p, wanted.n);
    cr_assert_eq(lw_data_read(&e, frame, n), 0);
    cr_assert_eq(lw_data_commands(NULL, again, &e, fcnt, &keys), clear.n);
    cr_expect_arr_eq(again, clear.p, clear.n);
    keys.v11 = false;
    lw_data_write(NULL, frame, &d, fcnt, &beside, &keys);
    cr_expect_eq(memcmp(frame + 8 + !fopts, clear.p, clear.n) == 0, fopts);
}

static void check_mic(const json_t *v)
{
    struct vector_bytes key = vector_hex(v, "key"), frame = vector_hex(v, "frame");
    struct lw_session keys = {.v11 = json_is_true(json_object_get(v, "v11"))};
    struct lw_beside beside = {0};
    uint32_t fcnt = (uint32_t)vector_number(v, "fcnt");
    memcpy(keys.fnwk_int, key.p, LW_KEY);
    memcpy(keys.snwk_int, key.p, LW_KEY);
    cr_expect(lw_data_right(NULL, frame.p, frame.n, fcnt, &beside, &keys));
    frame.p[9] ^= 1;
    cr_expect_not(lw_data_right(NULL, frame.p, frame.n, fcnt, &beside, &keys));
}

Test(lorawan_frame, data_of_the_things_stack)
{
    size_t mics = 0, encryptions = 0;
    VECTORS(v, "lorawan_fopts")
    {
        if (strcmp(vector_text(v, "type"), "MIC") == 0)
            check_mic(v), mics++;
        else
            check_encryption(v), encryptions++;
    }
    cr_expect_eq(mics, 2);
    cr_expect_eq(encryptions, 4);
}

/* A downlink that AFCntDown counts has FOpts of yet another key stream. */
Test(lorawan_frame, fopts_beside_an_application_s_payload)
{
    struct lw_session keys = {.nwk_enc = {1}, .app = {2}, .v11 = true};
    struct lw_data d = {.mtype = LW_UNCONFIRMED_DOWN, .fopts = {6}, .fopts_n = 1}, e;
    uint8_t alone[LW_DATA_MAX], both[LW_DATA_MAX], clear[LW_PAYLOAD_MAX];
    struct lw_beside beside = {0};
    lw_data_write(NULL, alone, &d, 9, &beside, &keys);
    d.fport = 1;
    memcpy(d.payload, "on", d.payload_n = 2);
    size_t n = lw_data_write(NULL, both, &d, 9, &beside, &keys);
    cr_expect_neq(alone[8], both[8]);
    cr_assert_eq(lw_data_read(&e, both, n), 0);
    cr_expect(e.fopts_n == 1 && e.fport == 1 && e.payload_n == 2);
    cr_assert_eq(lw_data_commands(NULL, clear, &e, 9, &keys), 1);
    cr_expect_eq(clear[0], 6);
}

/* FOpts and FPort 0 exclude each other; FOpts must end before the MIC. */
Test(lorawan_frame, refuses_commands_in_two_places)
{
    struct lw_session keys = {.v11 = false};
    struct lw_data d = {.mtype = LW_UNCONFIRMED_UP, .fopts = {2}, .fopts_n = 1}, e;
    struct lw_beside beside = {0};
    uint8_t frame[LW_DATA_MAX];
    d.payload_n = 1;
    cr_expect_eq(lw_data_read(&e, frame, lw_data_write(NULL, frame, &d, 1, &beside, &keys)), -1);
    d.fport = 7;
    size_t n = lw_data_write(NULL, frame, &d, 1, &beside, &keys);
    cr_expect_eq(lw_data_read(&e, frame, n), 0);
    frame[5] = (uint8_t)(frame[5] | 15);
    cr_expect_eq(lw_data_read(&e, frame, n), -1);
}

/* CFList of type 0: units of 100 Hz, least octet first; other types and other bands are none. */
Test(lorawan_frame, a_cflist_names_five_channels)
{
    static const uint32_t given[LW_CFLIST_CHANNELS] = {867100000, 867300000, 867500000, 0,
                                                       915000000};
    uint32_t got[LW_CHANNELS];
    struct lw_accept a = {.has_cflist = true};
    lw_cflist_write(a.cflist, given);
    cr_expect_arr_eq(a.cflist, "\x18\x4f\x84", 3, "8671000 is 844f18");
    cr_assert_eq(lw_cflist_read(&a, LW_EU868, got), LW_CFLIST_CHANNELS);
    cr_expect_arr_eq(got, given, 4 * sizeof *got);
    cr_expect_eq(lw_cflist_read(&a, LW_US915, got), 0, "not that region's type");
    lw_cflist_read(&a, LW_EU868, got);
    cr_expect_eq(got[4], 0);
    a.cflist[15] = 1;
    cr_expect_eq(lw_cflist_read(&a, LW_EU868, got), 0);
    a.cflist[15] = 0;
    a.has_cflist = false;
    cr_expect_eq(lw_cflist_read(&a, LW_EU868, got), 0);
}

/* CFList of type 1: ChMask0 to ChMask4, least octet first. */
Test(lorawan_frame, a_cflist_masks_channels)
{
    static const uint16_t second[LW_CFLIST_MASKS] = {0xff00, 0, 0, 0, 0x0002};
    uint32_t got[LW_CHANNELS];
    struct lw_accept a = {.has_cflist = true};
    size_t on = 0;
    lw_cflist_masks(a.cflist, second);
    cr_expect_arr_eq(a.cflist, "\0\xff\0\0\0\0\0\0\2\0\0\0\0\0\0\1", LW_CFLIST);
    cr_assert_eq(lw_cflist_read(&a, LW_US915, got), LW_CHANNELS);
    for (size_t i = 0; i < LW_CHANNELS; i++)
        on += got[i] != 0;
    cr_expect_eq(on, 9);
    cr_expect(got[7] == 0 && got[8] == 903900000 && got[15] == 905300000 && got[65] == 904600000);
    cr_expect_eq(lw_cflist_read(&a, LW_EU868, got), 0);
}

/* The accept of 1.1 belongs to one request, that of 1.0 to any. */
Test(lorawan_frame, accepts_of_1_1_answer_one_nonce_only)
{
    static const uint8_t key[LW_KEY] = {7}, join_eui[LW_EUI] = {1};
    struct lw_accept a = {.join_nonce = 0x010203, .dl_settings = LW_OPTNEG, .has_cflist = true}, b;
    struct lw_accept_mic mic = {
        .v11 = true, .key = key, .type = LW_TYPE_JOIN, .join_eui = join_eui, .nonce = 5};
    uint8_t frame[LW_JOIN_ACCEPT_MAX], plain[LW_JOIN_ACCEPT_MAX];
    size_t n = lw_accept_write(NULL, frame, &a, key, &mic);
    cr_assert_eq(n, LW_JOIN_ACCEPT_MAX);
    cr_assert_eq(lw_accept_read(NULL, &b, plain, frame, n, key), 0);
    cr_expect_eq(b.join_nonce, a.join_nonce);
    cr_expect(lw_accept_right(NULL, plain, n, &mic));
    mic.nonce = 6;
    cr_expect_not(lw_accept_right(NULL, plain, n, &mic));
    mic.v11 = false;
    a.dl_settings = 0;
    n = lw_accept_write(NULL, frame, &a, key, &mic);
    mic.nonce = 7;
    lw_accept_read(NULL, &b, plain, frame, n, key);
    cr_expect(lw_accept_right(NULL, plain, n, &mic));
}

Test(lorawan_frame, data_is_bound_to_counter_direction_and_acknowledged_frame)
{
    struct lw_session keys = {
        .fnwk_int = {1}, .snwk_int = {2}, .nwk_enc = {3}, .app = {4}, .v11 = true};
    struct lw_data d = {.mtype = LW_UNCONFIRMED_DOWN,
                        .dev_addr = {9},
                        .ack = true,
                        .fport = 1,
                        .payload = "reading",
                        .payload_n = 7},
                   e;
    struct lw_beside three = {.acked = 3}, four = {.acked = 4};
    uint8_t frame[LW_DATA_MAX], clear[LW_PAYLOAD_MAX];
    size_t n = lw_data_write(NULL, frame, &d, 0x10002, &three, &keys);
    cr_assert_eq(n, 13 + 7);
    cr_assert_eq(lw_data_read(&e, frame, n), 0);
    cr_expect(e.ack && e.fcnt == 2 && e.fport == 1 && e.payload_n == 7);
    cr_expect(lw_data_right(NULL, frame, n, 0x10002, &three, &keys));
    cr_expect_not(lw_data_right(NULL, frame, n, 2, &three, &keys));
    cr_expect_not(lw_data_right(NULL, frame, n, 0x10002, &four, &keys));
    lw_data_crypt(NULL, clear, e.payload, 7, keys.app, false, e.dev_addr, 0x10002);
    cr_expect_arr_eq(clear, "reading", 7);
    lw_data_crypt(NULL, clear, e.payload, 7, keys.app, true, e.dev_addr, 0x10002);
    cr_expect_neq(memcmp(clear, "reading", 7), 0);
}

/* Half of the MIC by hand: LoRaWAN 1.1 section 4.4, B1 for the network server that serves and B0
 * for the one that forwards. */
static void half(uint8_t out[2], const uint8_t key[LW_KEY], const uint8_t block[16],
                 const uint8_t *frame, size_t n)
{
    uint8_t cmac[16];
    imp_aes_cmac(NULL, cmac, key, (struct imp_piece[]){{block, 16}, {frame, n}}, 2);
    memcpy(out, cmac, 2);
}

Test(lorawan_frame, an_uplink_of_1_1_is_bound_to_its_data_rate_and_channel)
{
    struct lw_session keys = {.fnwk_int = {1}, .snwk_int = {2}, .app = {4}, .v11 = true};
    struct lw_data d = {.mtype = LW_CONFIRMED_UP, .dev_addr = {9, 8, 7, 6}, .ack = true};
    struct lw_beside right = {0x0201, {5, 2}},
                     other[] = {{0x0201, {4, 2}}, {0x0201, {5, 1}}, {0x0202, {5, 2}}};
    uint8_t frame[LW_DATA_MAX], mic[LW_MIC];
    size_t n = lw_data_write(NULL, frame, &d, 0x30004, &right, &keys);
    uint8_t b1[16] = {0x49, 1, 2, 5, 2, 0, 9, 8, 7, 6, 4, 0, 3, 0, 0, (uint8_t)(n - LW_MIC)};
    uint8_t b0[16] = {0x49, 0, 0, 0, 0, 0, 9, 8, 7, 6, 4, 0, 3, 0, 0, (uint8_t)(n - LW_MIC)};
    half(mic, keys.snwk_int, b1, frame, n - LW_MIC);
    half(mic + 2, keys.fnwk_int, b0, frame, n - LW_MIC);
    cr_expect_arr_eq(frame + n - LW_MIC, mic, LW_MIC);
    cr_expect(lw_data_right(NULL, frame, n, 0x30004, &right, &keys));
    for (size_t i = 0; i < 3; i++)
        cr_expect_not(lw_data_right(NULL, frame, n, 0x30004, &other[i], &keys), "%zu", i);
    keys.v11 = false; /* 1.0 has B0 alone */
    n = lw_data_write(NULL, frame, &d, 0x30004, &right, &keys);
    cr_expect(lw_data_right(NULL, frame, n, 0x30004, &other[0], &keys));
}

/* ConfFCnt counts only in a frame that acknowledges. */
Test(lorawan_frame, without_ack_nothing_is_confirmed)
{
    struct lw_session keys = {.fnwk_int = {1}, .snwk_int = {2}, .v11 = true};
    static const enum lw_mtype types[] = {LW_UNCONFIRMED_UP, LW_UNCONFIRMED_DOWN};
    for (size_t i = 0; i < 2; i++) {
        struct lw_data d = {.mtype = types[i], .dev_addr = {9}};
        uint8_t frame[LW_DATA_MAX];
        struct lw_beside some = {.acked = 7}, none = {0};
        size_t n = lw_data_write(NULL, frame, &d, 1, &some, &keys);
        cr_expect(lw_data_right(NULL, frame, n, 1, &none, &keys));
    }
}
