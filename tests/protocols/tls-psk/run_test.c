/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs of tls-psk over memnet: messages, labels and PINs, wrong keys and the lock, the replaced
 * key, PINs tried off line. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "protocols/adhoc/tls-psk/tpsk.h"
#include "protocols/crypto/crypto.h"
#include "tests/support/memnet.h"

#define LIMIT (900 * IMP_S)
extern const struct imp_mechanism imp_tls_psk;

TestSuite(tls_psk_run, .init = imp_crypto_init);

static struct memnet *run_with(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_tls_psk, 7, settings);
    memnet_start(net);
    memnet_run(net, LIMIT);
    return net;
}

Test(tls_psk_run, messages_come_in_order)
{
    static const int expected[] = {
        TPSK_MSG_VERIFY_REQUEST, TPSK_MSG_SERVER_FLIGHT, TPSK_MSG_CLIENT_FLIGHT, TPSK_MSG_FINISHED,
        TPSK_MSG_REGISTER,       TPSK_MSG_REGISTERED,    TPSK_MSG_NEW_KEY,       TPSK_MSG_CHANGED};
    struct memnet *net = run_with(NULL);
    cr_assert(memnet_complete(net));
    size_t next = 0;
    for (size_t i = 0; i < memnet_message_count(net); i++)
        next += next < 8 && memnet_message(net, i)->message == expected[next];
    cr_expect_eq(next, 8);
    memnet_free(net);
}

/* The label is worth nothing after the key was replaced, and both ends have the same new one. */
Test(tls_psk_run, the_label_is_replaced_by_a_fresh_key)
{
    struct memnet *net = run_with(NULL);
    uint8_t label[TPSK_KEY], key[TPSK_KEY], theirs[TPSK_KEY];
    char serial[TPSK_SERIAL + 1] = "", cell[32];
    memnet_cell(net, TPSK_DEVICE, "serial", serial, TPSK_SERIAL);
    snprintf(cell, sizeof cell, "psk-%s", serial);
    cr_assert_eq(memnet_cell(net, TPSK_DEVICE, "label", label, sizeof label), TPSK_KEY);
    cr_assert_eq(memnet_cell(net, TPSK_DEVICE, "psk", key, sizeof key), TPSK_KEY);
    cr_assert_eq(memnet_cell(net, TPSK_SERVER, cell, theirs, sizeof theirs), TPSK_KEY);
    cr_expect_arr_eq(key, theirs, TPSK_KEY);
    cr_expect_arr_neq(key, label, TPSK_KEY);
    memnet_event(net, TPSK_DEVICE, IMP_EVENT_CONTROL, "reconnect");
    memnet_run_past(net, LIMIT);
    cr_expect_eq(memnet_state(net, TPSK_DEVICE), TPSK_OPERATIONAL);
    cr_expect_eq(memnet_count_messages(net, TPSK_MSG_NEW_KEY), 1);
    memnet_free(net);
}

Test(tls_psk_run, without_replacement_registration_is_the_end)
{
    struct memnet *net = run_with(SETTINGS("replace-psk=false"));
    cr_expect(memnet_complete(net));
    cr_expect_eq(memnet_count_messages(net, TPSK_MSG_NEW_KEY), 0);
    memnet_free(net);
}

Test(tls_psk_run, a_pin_is_stretched_at_both_ends)
{
    struct memnet *net = run_with(SETTINGS("secret=pin"));
    cr_expect(memnet_complete(net));
    cr_expect_eq(memnet_last_message(net, TPSK_MSG_LABEL)->n, TPSK_SERIAL + 1 + 6);
    cr_expect_gt(memnet_charged(net, TPSK_SERVER, IMP_OP_SHA256), TPSK_ITERATIONS * 128);
    memnet_free(net);
}

/* Until the user has typed it, the server does not know the device. */
Test(tls_psk_run, an_unknown_identity_is_refused)
{
    static const char *const ways[] = {"unknown-identity=alert", "unknown-identity=dummy"};
    for (int i = 0; i < 2; i++) {
        struct memnet *net = memnet_new(&imp_tls_psk, 7, (const char *const[]){ways[i], NULL});
        memnet_oob_blocked(net, true);
        memnet_start(net);
        memnet_run(net, 100 * IMP_S);
        cr_expect(!memnet_completed(net, TPSK_DEVICE));
        cr_expect(memnet_last(net, TPSK_SERVER, IMP_CLAIM_REJECT, "unknown-identity", "dtls"));
        cr_expect_eq(memnet_count_claims(net, TPSK_SERVER, IMP_CLAIM_COMMIT, NULL), 0);
        memnet_free(net);
    }
}

/* A label of that device with another secret: wrong keys are counted, then nothing is tried. */
Test(tls_psk_run, wrong_keys_lock_the_identity)
{
    char serial[TPSK_SERIAL + 1] = "", label[TPSK_LABEL_MAX + 1];
    struct memnet *net = memnet_new(&imp_tls_psk, 7, SETTINGS("tries=2", "lock=60", "back-off=5"));
    memnet_oob_blocked(net, true);
    memnet_start(net);
    memnet_cell(net, TPSK_DEVICE, "serial", serial, TPSK_SERIAL);
    size_t n = tpsk_label_write(label, serial, "00112233445566778899aabbccddeeff");
    memnet_inject(net, TPSK_SERVER, TPSK_LABEL, NULL, label, n);
    memnet_run(net, 400 * IMP_S);
    cr_expect_eq(memnet_count_claims(net, TPSK_SERVER, IMP_CLAIM_COMMIT, NULL), 0);
    cr_expect_geq(memnet_count_claims(net, TPSK_SERVER, IMP_CLAIM_ALARM, "too-many-wrong-keys"), 1);
    cr_expect(memnet_last(net, TPSK_SERVER, IMP_CLAIM_REJECT, "locked", "dtls"));
    memnet_free(net);
}

/* A PIN that nobody typed in time is not taken any more; the device shows another one. */
Test(tls_psk_run, a_pin_grows_old)
{
    struct memnet *net = memnet_new(&imp_tls_psk, 7, SETTINGS("secret=pin", "pin-lifetime=30"));
    memnet_user(net, 40 * IMP_S, true);
    memnet_start(net);
    memnet_run(net, 100 * IMP_S);
    cr_expect(!memnet_completed(net, TPSK_DEVICE), "each PIN is typed after it has gone");
    cr_expect_geq(memnet_count_messages(net, TPSK_MSG_LABEL), 3);
    memnet_free(net);
}

Test(tls_psk_run, revoked_and_reset_devices_must_be_typed_again)
{
    struct memnet *net = run_with(NULL);
    memnet_event(net, TPSK_SERVER, IMP_EVENT_CONTROL, "revoke");
    memnet_event(net, TPSK_DEVICE, IMP_EVENT_CONTROL, "reconnect");
    memnet_run_past(net, 100 * IMP_S);
    cr_expect_neq(memnet_state(net, TPSK_DEVICE), TPSK_OPERATIONAL);
    memnet_event(net, TPSK_DEVICE, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, 300 * IMP_S);
    cr_expect_eq(memnet_state(net, TPSK_DEVICE), TPSK_OPERATIONAL);
    cr_expect_eq(memnet_count_messages(net, TPSK_MSG_LABEL), 2);
    memnet_free(net);
}

Test(tls_psk_run, one_device_is_struck_off_by_its_serial_number)
{
    for (int own = 0; own < 2; own++) {
        struct memnet *net = run_with(NULL);
        char verb[8 + TPSK_SERIAL] = "revoke ";
        cr_assert_eq(memnet_cell(net, TPSK_DEVICE, "serial", verb + 7, TPSK_SERIAL), TPSK_SERIAL);
        verb[7] ^= own ? 0 : 1;
        memnet_event(net, TPSK_SERVER, IMP_EVENT_CONTROL, verb);
        memnet_event(net, TPSK_DEVICE, IMP_EVENT_CONTROL, "reconnect");
        memnet_run_past(net, 100 * IMP_S);
        cr_expect_eq(memnet_state(net, TPSK_DEVICE) == TPSK_OPERATIONAL, !own);
        memnet_event(net, TPSK_DEVICE, IMP_EVENT_RESET, NULL); /* it is typed anew */
        memnet_run_past(net, 300 * IMP_S);
        cr_expect_eq(memnet_state(net, TPSK_DEVICE), TPSK_OPERATIONAL);
        memnet_free(net);
    }
}

Test(tls_psk_run, labels_are_read_as_they_are_written)
{
    static const char *const bad[] = {"", "0123456789abcdef", "0123456789abcdef ",
                                      "0123456789abcdeg 123456", "0123456789abcdef-123456"};
    char serial[TPSK_SERIAL + 1], secret[TPSK_LABEL_MAX + 1], text[TPSK_LABEL_MAX + 1];
    struct tpsk_psk key;
    size_t n = tpsk_label_write(text, "0123456789abcdef", "004711");
    cr_assert_eq(tpsk_label_parse(serial, secret, (const uint8_t *)text, n), 0);
    cr_expect_str_eq(serial, "0123456789abcdef");
    cr_expect_str_eq(secret, "004711");
    cr_expect_eq(tpsk_from_text(NULL, &key, serial, "004711", true), 0);
    cr_expect_eq(tpsk_from_text(NULL, &key, serial, "12", true), -1);
    cr_expect_eq(tpsk_from_text(NULL, &key, serial, "12345x", true), -1);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect_eq(tpsk_label_parse(serial, secret, (const uint8_t *)bad[i], strlen(bad[i])), -1,
                     "%s", bad[i]);
}

/* ---- key-exchange=ecdhe-psk --------------------------------------------------------------------
 */
Test(tls_psk_run, with_ephemeral_keys_all_goes_as_without)
{
    struct memnet *net = run_with(SETTINGS("key-exchange=ecdhe-psk"));
    cr_assert(memnet_complete(net));
    cr_expect(memnet_agree(net, TPSK_DEVICE, TPSK_SERVER, "dtls"));
    /* ServerKeyExchange between: 13 + 12 + hint 2 + curve 3 + point 1 + 65; point formats 6 */
    cr_expect_eq(memnet_last_message(net, TPSK_MSG_SERVER_FLIGHT)->n, 128 + 96 + 6);
    /* ClientKeyExchange 27 + serial 16 + point 66; 14; Finished 13 + 24 + tag 16 */
    cr_expect_eq(memnet_last_message(net, TPSK_MSG_CLIENT_FLIGHT)->n, 109 + 14 + 53);
    cr_expect_eq(memnet_last_message(net, TPSK_MSG_CHANGED)->n, 13 + 5 + 16, "no explicit nonce");
    memnet_free(net);
}

Test(tls_psk_run, ends_with_other_key_exchanges_do_not_meet)
{
    struct memnet *net = run_with(SETTINGS("device.key-exchange=ecdhe-psk"));
    cr_expect(!memnet_completed(net, TPSK_DEVICE) && !memnet_completed(net, TPSK_SERVER));
    cr_expect(memnet_last(net, TPSK_DEVICE, IMP_CLAIM_REJECT, "handshake-failed", "dtls"));
    memnet_free(net);
}

Test(tls_psk_run, with_ephemeral_keys_a_record_tells_nothing)
{
    struct memnet *net = run_with(SETTINGS("secret=pin", "key-exchange=ecdhe-psk"));
    struct imp_env *env = (struct imp_env *)memnet_env(net, tpsk_guesses->role);
    struct tpsk_evidence e = {.seen.n = 0};
    cr_assert(memnet_complete(net));
    for (size_t i = 0; i < memnet_message_count(net); i++) {
        const struct memnet_message *m = memnet_message(net, i);
        cr_expect(!tpsk_guesses->evidence(&e, env, m->channel, m->bytes, m->n));
    }
    memnet_free(net);
}

/* The record of a run opens under its key and under no other. */
Test(tls_psk_run, a_recorded_handshake_tells_the_key)
{
    struct memnet *net = run_with(SETTINGS("secret=pin", "pin-digits=3"));
    const struct imp_guess *g = tpsk_guesses;
    struct imp_env *env = (struct imp_env *)memnet_env(net, g->role);
    struct tpsk_evidence e = {.seen.n = 0};
    char pin[16] = "";
    bool enough = false;
    for (size_t i = 0; i < memnet_message_count(net); i++) {
        const struct memnet_message *m = memnet_message(net, i);
        if (m->message == TPSK_MSG_LABEL)
            memcpy(pin, m->bytes + TPSK_SERIAL + 1, 3);
        enough = enough || g->evidence(&e, env, m->channel, m->bytes, m->n);
    }
    cr_assert(enough);
    cr_expect_eq(g->bits(env), 10);
    cr_expect(g->right(&e, (const uint8_t *)pin, 3));
    unsigned right = 0;
    for (uint64_t i = 0; i < 20; i++) { /* some of the thousand */
        uint8_t c[IMP_GUESS_MAX];
        size_t n = g->candidate(env, i, c);
        right += g->right(&e, c, n) && memcmp(c, pin, 3) != 0;
    }
    cr_expect_eq(right, 0);
    memnet_free(net);
}
