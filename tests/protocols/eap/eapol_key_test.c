/* SPDX-License-Identifier: GPL-2.0-only */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/eap/eapol.h"
#include "protocols/eap/fourway.h"
#include "claiming_env.h"
#include "tests/support/vectors.h"

TestSuite(eapol_key, .init = imp_crypto_init);

Test(eapol_key, prf_vectors_of_the_standard)
{
    size_t cases = 0;
    VECTORS(v, "ieee80211_prf")
    {
        struct vector_bytes key = vector_hex(v, "key"), data = vector_hex(v, "data");
        struct vector_bytes prf = vector_hex(v, "prf");
        uint8_t out[64];
        imp_wpa_prf(NULL, out, sizeof out, key.p, key.n, "prefix", data.p, data.n);
        cr_assert_eq(prf.n, sizeof out);
        cr_expect_arr_eq(out, prf.p, sizeof out);
        imp_wpa_prf(NULL, out, 24, key.p, key.n, "prefix", data.p, data.n);
        cr_expect_arr_eq(out, prf.p, 24, "a shorter output is a prefix");
        cases++;
    }
    cr_expect_eq(cases, 3);
}

Test(eapol_key, pmkid_of_others)
{
    size_t cases = 0;
    VECTORS(v, "pmkid")
    {
        uint8_t pmk[32], pmkid[IMP_PMKID_SIZE];
        const char *passphrase = vector_text(v, "passphrase");
        struct vector_bytes ssid = vector_hex(v, "ssid"), expected = vector_hex(v, "pmkid");
        struct imp_addr aa = {6, {0}}, spa = {6, {0}};
        memcpy(aa.bytes, vector_hex(v, "aa").p, 6);
        memcpy(spa.bytes, vector_hex(v, "spa").p, 6);
        imp_pbkdf2_sha1(NULL, pmk, sizeof pmk, passphrase, strlen(passphrase), ssid.p, ssid.n,
                        4096);
        imp_wpa_pmkid(NULL, pmkid, pmk, &aa, &spa);
        cr_assert_eq(expected.n, sizeof pmkid);
        cr_expect_arr_eq(pmkid, expected.p, sizeof pmkid);
        cases++;
    }
    cr_expect_eq(cases, 1);
}

/* Key Information of the four messages as the octets of real captures have it. */
Test(eapol_key, the_four_messages_are_told_apart)
{
    static const uint16_t info[] = {0x008a, 0x010a, 0x13ca, 0x030a};
    for (int i = 0; i < 4; i++) {
        struct imp_eapol_key key = {.info = info[i]};
        cr_expect_eq(imp_eapol_key_number(&key), i + 1);
        key.info ^= 3; /* another key descriptor version */
        cr_expect_eq(imp_eapol_key_number(&key), 0);
    }
    struct imp_eapol_key group = {.info = 0x1382};
    cr_expect_eq(imp_eapol_key_number(&group), 0);
}

Test(eapol_key, a_frame_is_written_and_read)
{
    uint8_t frame[IMP_KEY_FRAME_MAX], data[5] = {1, 2, 3, 4, 5};
    struct imp_eapol_key key = {.info = 0x13ca,
                                .key_length = 16,
                                .replay = UINT64_C(0x0102030405060708),
                                .nonce = {0xaa},
                                .rsc = {7},
                                .mic = {0xbb},
                                .data = data,
                                .data_n = sizeof data};
    struct imp_eapol_key back;
    struct imp_eapol e;
    size_t n = imp_eapol_key_write(frame, sizeof frame, 2, &key);
    cr_assert_eq(n, 4 + 95 + 5);
    cr_assert_eq(imp_eapol_parse(&e, frame, n), 0);
    cr_expect_eq(frame[1], 3, "EAPOL-Key");
    cr_expect_eq(frame[4], 2, "descriptor type RSN");
    cr_expect_eq(frame[4 + 77], 0xbb, "MIC");
    cr_assert_eq(imp_eapol_key_parse(&back, e.body, e.body_n), 0);
    cr_expect_eq(back.info, key.info);
    cr_expect_eq(back.key_length, 16);
    cr_expect_eq(back.replay, key.replay);
    cr_expect_arr_eq(back.nonce, key.nonce, sizeof key.nonce);
    cr_expect_eq(back.data_n, 5);
    cr_expect_eq(imp_eapol_key_parse(&back, e.body, e.body_n - 1), -1);
    cr_expect_eq(imp_eapol_key_parse(&back, e.body, 94), -1);
}

Test(eapol_key, key_data_carries_rsne_and_gtk)
{
    uint8_t out[IMP_KEY_DATA_MAX], back[IMP_GTK_SIZE];
    const uint8_t kek[16] = {1}, other[16] = {2}, gtk[IMP_GTK_SIZE] = {3, 4, 5};
    size_t n = imp_wpa_key_data(NULL, out, sizeof out, kek, gtk, 1, imp_rsne);
    cr_assert_eq(n, 56);
    cr_assert_eq(imp_wpa_key_data_open(NULL, back, kek, imp_rsne, out, n), 0);
    cr_expect_arr_eq(back, gtk, sizeof gtk);
    cr_expect_eq(imp_wpa_key_data_open(NULL, back, other, imp_rsne, out, n), -1);
    cr_expect_eq(imp_wpa_key_data_open(NULL, back, kek, imp_rsne_psk, out, n), -1, "another RSNE");
    cr_expect_eq(imp_wpa_key_data_open(NULL, back, kek, imp_rsne, out, n - 1), -1);
    cr_expect_eq(imp_wpa_key_data_open(NULL, back, kek, imp_rsne, out, 16), -1);
}

/* ---- the handshake, frame by frame
 * ----------------------------------------------------------------- */

static const struct imp_addr aa = {.n = 6, .bytes = {2, 0, 0, 0, 0, 2}};
static const struct imp_addr spa = {.n = 6, .bytes = {2, 0, 0, 0, 0, 1}};
static const uint8_t pmk[32] = {0x42}, gtk[IMP_GTK_SIZE] = {0x17};

struct ends {
    struct imp_fourway a, s;
};

static struct ends begin(struct imp_env *env)
{
    struct ends e = {0};
    imp_fourway_supplicant(&e.s, 2, &spa);
    imp_fourway_pmk(&e.s, pmk);
    cr_assert_eq(imp_fourway_start(&e.a, env, 2, pmk, gtk, &aa, &spa, 0), IMP_FOURWAY_SEND);
    return e;
}

static enum imp_fourway_out to_supplicant(struct ends *e, struct imp_env *env)
{
    return imp_fourway_supplicant_receive(&e->s, env, &aa, e->a.frame, e->a.frame_n);
}

static enum imp_fourway_out to_authenticator(struct ends *e, struct imp_env *env)
{
    return imp_fourway_receive(&e->a, env, e->s.frame, e->s.frame_n, 0);
}

Test(fourway, both_ends_install_the_same_keys)
{
    struct imp_env *env = claiming_env();
    struct ends e = begin(env);
    cr_assert_eq(to_supplicant(&e, env), IMP_FOURWAY_SEND);
    cr_assert_eq(to_authenticator(&e, env), IMP_FOURWAY_SEND);
    cr_assert_eq(to_supplicant(&e, env), IMP_FOURWAY_DONE);
    cr_assert_eq(to_authenticator(&e, env), IMP_FOURWAY_DONE);
    cr_expect_arr_eq(&e.a.ptk, &e.s.ptk, sizeof e.a.ptk);
    cr_expect_arr_eq(e.s.gtk, gtk, sizeof gtk);
}

Test(fourway, a_repeated_message_3_is_answered_but_installs_nothing)
{
    struct imp_env *env = claiming_env();
    struct ends e = begin(env);
    to_supplicant(&e, env);
    to_authenticator(&e, env);
    cr_assert_eq(to_supplicant(&e, env), IMP_FOURWAY_DONE);
    uint8_t old[IMP_KEY_FRAME_MAX];
    size_t old_n = e.a.frame_n;
    memcpy(old, e.a.frame, old_n);
    cr_assert_eq(imp_fourway_timeout(&e.a, env, IMP_S), IMP_FOURWAY_SEND);
    cr_expect_eq(to_supplicant(&e, env), IMP_FOURWAY_SEND, "message 4 again, not DONE again");
    cr_expect_eq(imp_fourway_supplicant_receive(&e.s, env, &aa, old, old_n), IMP_FOURWAY_NOTHING,
                 "an old replay counter is refused");
    cr_expect_eq(to_authenticator(&e, env), IMP_FOURWAY_NOTHING, "nothing was sent for it");
}

Test(fourway, another_pmk_is_noticed_by_the_mic_of_message_2)
{
    struct imp_env *env = claiming_env();
    struct ends e = begin(env);
    const uint8_t other[32] = {0x43};
    imp_fourway_pmk(&e.s, other);
    cr_assert_eq(to_supplicant(&e, env), IMP_FOURWAY_SEND);
    cr_expect_eq(to_authenticator(&e, env), IMP_FOURWAY_NOTHING);
    cr_expect_eq(e.a.state, IMP_FOURWAY_AWAIT_2);
}

Test(fourway, every_octet_of_message_3_is_protected)
{
    struct imp_env *env = claiming_env();
    struct ends e = begin(env);
    to_supplicant(&e, env);
    to_authenticator(&e, env);
    for (size_t i = 4; i < e.a.frame_n; i++) {
        struct imp_fourway s = e.s;
        uint8_t frame[IMP_KEY_FRAME_MAX];
        memcpy(frame, e.a.frame, e.a.frame_n);
        frame[i] ^= 0x04;
        cr_expect_neq(imp_fourway_supplicant_receive(&s, env, &aa, frame, e.a.frame_n),
                      IMP_FOURWAY_DONE, "octet %zu", i);
    }
    cr_expect_eq(to_supplicant(&e, env), IMP_FOURWAY_DONE);
}

Test(fourway, message_3_is_bound_to_the_authenticators_address_and_nonce)
{
    struct imp_env *env = claiming_env();
    struct ends e = begin(env);
    to_supplicant(&e, env);
    to_authenticator(&e, env);
    cr_expect_eq(imp_fourway_supplicant_receive(&e.s, env, &spa, e.a.frame, e.a.frame_n),
                 IMP_FOURWAY_NOTHING);
}

Test(fourway, four_tries_then_failure)
{
    struct imp_env *env = claiming_env();
    struct ends e = begin(env);
    cr_expect_eq(e.a.deadline, 100 * IMP_MS);
    for (int i = 0; i < 3; i++)
        cr_expect_eq(imp_fourway_timeout(&e.a, env, e.a.deadline), IMP_FOURWAY_SEND);
    cr_expect_eq(imp_fourway_timeout(&e.a, env, e.a.deadline), IMP_FOURWAY_FAILED);
}

Test(fourway, an_answer_to_an_earlier_transmission_still_counts)
{
    struct imp_env *env = claiming_env();
    struct ends e = begin(env);
    to_supplicant(&e, env);
    imp_fourway_timeout(&e.a, env, e.a.deadline);
    cr_expect_eq(to_authenticator(&e, env), IMP_FOURWAY_SEND);
}
