/* SPDX-License-Identifier: GPL-2.0-only */
/* Keys and messages of EAP-PSK against a conversation between two other implementations. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/eap-psk/psk.h"
#include "tests/support/vectors.h"

TestSuite(eap_psk_keys, .init = imp_crypto_init);

static void text_of(char out[IMP_EAP_ID_MAX + 1], const struct vector_bytes *v)
{
    memcpy(out, v->p, v->n);
    out[v->n] = 0;
}

Test(eap_psk_keys, recorded_conversation_is_recomputed)
{
    size_t cases = 0;
    VECTORS(v, "eap_psk_hostapd")
    {
        struct vector_bytes psk = vector_hex(v, "psk"), id_p = vector_hex(v, "id_p");
        struct vector_bytes id_s = vector_hex(v, "id_s"), rand_s = vector_hex(v, "rand_s");
        struct vector_bytes rand_p = vector_hex(v, "rand_p");
        char p[IMP_EAP_ID_MAX + 1], s[IMP_EAP_ID_MAX + 1];
        struct psk_keys keys;
        struct psk_session session;
        uint8_t mac[16];
        text_of(p, &id_p);
        text_of(s, &id_s);
        psk_key_setup(NULL, &keys, psk.p);
        cr_expect_arr_eq(keys.ak, vector_hex(v, "ak").p, 16);
        cr_expect_arr_eq(keys.kdk, vector_hex(v, "kdk").p, 16);
        psk_mac_p(NULL, mac, keys.ak, PSK_ID_NAI, p, s, rand_s.p, rand_p.p);
        cr_expect_arr_eq(mac, vector_hex(v, "mac_p").p, 16);
        psk_mac_s(NULL, mac, keys.ak, PSK_ID_NAI, s, rand_p.p);
        cr_expect_arr_eq(mac, vector_hex(v, "mac_s").p, 16);
        psk_session_keys(NULL, &session, keys.kdk, rand_p.p);
        cr_expect_arr_eq(session.tek, vector_hex(v, "tek").p, 16);
        cr_expect_arr_eq(session.msk, vector_hex(v, "msk").p, 64);
        cr_expect_arr_eq(session.emsk, vector_hex(v, "emsk").p, 64);
        cases++;
    }
    cr_expect_eq(cases, 1);
}

Test(eap_psk_keys, recorded_messages_are_read_and_opened)
{
    VECTORS(v, "eap_psk_hostapd")
    {
        struct vector_bytes tek = vector_hex(v, "tek"), m3 = vector_hex(v, "message_3");
        struct vector_bytes m4 = vector_hex(v, "message_4"), m2 = vector_hex(v, "message_2");
        struct vector_bytes m1 = vector_hex(v, "message_1");
        struct psk_message m;
        struct psk_channel channel;
        uint8_t text[PSK_TEXT_MAX];
        cr_assert_eq(psk_parse(&m, m1.p, m1.n), 0);
        cr_expect_eq(m.t, 0);
        cr_expect_eq(m.id_n, vector_hex(v, "id_s").n);
        cr_assert_eq(psk_parse(&m, m2.p, m2.n), 0);
        cr_expect_eq(m.t, 1);
        cr_expect_arr_eq(m.mac, vector_hex(v, "mac_p").p, 16);
        cr_assert_eq(psk_parse(&m, m3.p, m3.n), 0);
        cr_expect_eq(m.nonce, 0);
        cr_expect_arr_eq(m.mac, vector_hex(v, "mac_s").p, 16);
        cr_assert_eq(psk_open_channel(NULL, &channel, text, m3.p, &m, tek.p), 0);
        cr_expect_eq(channel.r, PSK_DONE_SUCCESS);
        cr_expect(!channel.e);
        cr_assert_eq(psk_parse(&m, m4.p, m4.n), 0);
        cr_expect_eq(m.nonce, 1);
        cr_assert_eq(psk_open_channel(NULL, &channel, text, m4.p, &m, tek.p), 0);
        cr_expect_eq(channel.r, PSK_DONE_SUCCESS);
    }
}

/* Written again, the recorded message 3 comes out octet for octet: the sealed header holds the
 * final length. */
Test(eap_psk_keys, a_recorded_message_3_is_written_again)
{
    VECTORS(v, "eap_psk_hostapd")
    {
        struct vector_bytes m3 = vector_hex(v, "message_3"), tek = vector_hex(v, "tek");
        uint8_t out[IMP_EAP_MTU] = {1, m3.p[1], 0, 0, PSK_TYPE};
        struct imp_eap_io io = {.out = out, .cap = sizeof out};
        struct psk_channel channel = {.r = PSK_DONE_SUCCESS};
        psk_write_channel(&io, vector_hex(v, "rand_s").p, vector_hex(v, "mac_s").p, tek.p, 0,
                          &channel);
        cr_assert_eq(io.out_n, m3.n);
        cr_expect_arr_eq(out, m3.p, m3.n);
    }
}

Test(eap_psk_keys, every_octet_of_message_3_is_protected)
{
    VECTORS(v, "eap_psk_hostapd")
    {
        struct vector_bytes m3 = vector_hex(v, "message_3"), tek = vector_hex(v, "tek");
        for (size_t i = 0; i < m3.n; i++) {
            struct vector_bytes changed = m3;
            struct psk_message m;
            struct psk_channel channel;
            uint8_t text[PSK_TEXT_MAX];
            if (i >= 22 && i < 38)
                continue; /* MAC_S is checked on its own */
            changed.p[i] ^= 0x01;
            if (psk_parse(&m, changed.p, changed.n) != 0)
                continue;
            cr_expect_neq(psk_open_channel(NULL, &channel, text, changed.p, &m, tek.p), 0,
                          "octet %zu", i);
        }
    }
}

Test(eap_psk_keys, malformed_messages_are_refused)
{
    struct psk_message m;
    uint8_t p[1100] = {1, 1, 0, 0, PSK_TYPE};
    cr_expect_eq(psk_parse(&m, p, 21), -1, "cut in RAND_S");
    cr_expect_eq(psk_parse(&m, p, 22), -1, "no ID_S");
    p[22] = 'x';
    cr_expect_eq(psk_parse(&m, p, 23), 0);
    cr_assert_eq(psk_parse(&m, p, 24), 0, "a NUL closes the identity");
    cr_expect_eq(m.id_n, 1);
    cr_expect_eq(m.id_encoding, PSK_ID_NUL_TERMINATED);
    cr_expect_eq(psk_parse(&m, p, 25), -1, "NUL in an identity");
    memset(p + 22, 'x', sizeof p - 22);
    cr_expect_eq(psk_parse(&m, p, 22 + 254), -1, "identity too long");
    p[5] = 0x40;
    cr_expect_eq(psk_parse(&m, p, 54), -1, "no ID_P");
    cr_expect_eq(psk_parse(&m, p, 55), 0);
    p[5] = 0x80;
    cr_expect_eq(psk_parse(&m, p, 58), -1, "PCHANNEL cut");
    cr_expect_eq(psk_parse(&m, p, 59), 0);
    p[5] = 0xc0;
    cr_expect_eq(psk_parse(&m, p, 42), -1);
    cr_expect_eq(psk_parse(&m, p, 43), 0);
    cr_expect_eq(psk_parse(&m, p, 22 + 21 + 961), 0);
    cr_expect_eq(psk_parse(&m, p, 22 + 21 + 962), -1, "EXT_Payload above 960");
}
