/* SPDX-License-Identifier: GPL-2.0-only */
/* What is typed in tls-psk: labels of base32, PINs that are the key themselves, and slips. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "protocols/adhoc/tls-psk/tpsk.h"
#include "protocols/crypto/crypto.h"
#include "tests/support/memnet.h"

#define LIMIT (7200 * IMP_S)
extern const struct imp_mechanism imp_tls_psk;

TestSuite(tls_psk_secret, .init = imp_crypto_init);

static struct memnet *run_with(uint64_t seed, const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_tls_psk, seed, settings);
    memnet_start(net);
    memnet_run(net, LIMIT);
    return net;
}

/* The key that the server keeps for the device. */
static int listed(struct memnet *net, uint8_t key[TPSK_BASE32])
{
    char cell[32] = "psk-";
    memnet_cell(net, TPSK_DEVICE, "serial", cell + 4, TPSK_SERIAL);
    return memnet_cell(net, TPSK_SERVER, cell, key, TPSK_BASE32);
}

static const char *typed(struct memnet *net)
{
    return (const char *)memnet_last_message(net, TPSK_MSG_LABEL)->bytes + TPSK_SERIAL + 1;
}

/* ---- labels of base32 --------------------------------------------------------------------------
 */
Test(tls_psk_secret, a_label_of_base32_is_the_key_as_it_stands)
{
    struct memnet *net = run_with(7, SETTINGS("label-form=base32", "replace-psk=false"));
    uint8_t key[TPSK_BASE32];
    cr_assert(memnet_complete(net));
    cr_assert_eq(memnet_last_message(net, TPSK_MSG_LABEL)->n, TPSK_SERIAL + 1 + TPSK_BASE32);
    for (int i = 0; i < TPSK_BASE32; i++)
        cr_expect(strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", typed(net)[i]), "%d", i);
    cr_assert_eq(listed(net, key), TPSK_BASE32);
    cr_expect_arr_eq(key, typed(net), TPSK_BASE32);
    memnet_free(net);
}

/* RFC 4648 section 10 has "foobar" as MZXW6YTBOI: its digits of 5 bits each, in their order. */
Test(tls_psk_secret, labels_carry_all_that_was_drawn)
{
    unsigned seen = 0, of[32] = {0};
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct memnet *net = memnet_new(&imp_tls_psk, seed, SETTINGS("label-form=base32"));
        uint8_t key[TPSK_BASE32];
        cr_assert_eq(memnet_cell(net, TPSK_DEVICE, "label", key, sizeof key), TPSK_BASE32);
        for (int i = 0; i < TPSK_BASE32; i++)
            of[key[i] >= 'A' ? key[i] - 'A' : key[i] - '2' + 26]++;
        memnet_free(net);
    }
    for (int i = 0; i < 32; i++)
        seen += of[i] > 0;
    cr_expect_eq(seen, 32, "400 characters of 32 kinds: one is missing with probability 1e-4");
}

Test(tls_psk_secret, small_letters_are_taken_for_capitals)
{
    struct memnet *net =
        memnet_new(&imp_tls_psk, 7, SETTINGS("label-form=base32", "replace-psk=false"));
    char serial[TPSK_SERIAL + 1] = "", secret[TPSK_BASE32 + 1] = "", label[TPSK_LABEL_MAX + 1];
    memnet_oob_blocked(net, true);
    memnet_start(net);
    memnet_cell(net, TPSK_DEVICE, "serial", serial, TPSK_SERIAL);
    memnet_cell(net, TPSK_DEVICE, "label", secret, TPSK_BASE32);
    for (char *c = secret; *c; c++)
        *c = (char)(*c >= 'A' && *c <= 'Z' ? *c | 0x20 : *c);
    memnet_inject(net, TPSK_SERVER, TPSK_LABEL, NULL, label,
                  tpsk_label_write(label, serial, secret));
    memnet_run(net, LIMIT);
    cr_expect(memnet_complete(net));
    memnet_free(net);
}

Test(tls_psk_secret, what_is_no_secret)
{
    static const char *const bad[] = {"ABCDEFGHIJKLMNOPQRS",   /* 19 */
                                      "ABCDEFGHIJKLMNOPQRSTU", /* 21 */
                                      "ABCDEFGHIJKLMNOPQRS0",  /* no digit of base32: nor 1, 8, 9 */
                                      "ABCDEFGHIJKLMNOPQRS1",
                                      "ABCDEFGHIJKLMNOPQRS8",
                                      "ABCDEFGHIJKLMNOPQRS=",
                                      "12",
                                      "123456789",
                                      "00112233445566778899aabbccddeefg"};
    struct tpsk_psk psk;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect_eq(tpsk_from_text(NULL, &psk, "0123456789abcdef", bad[i], false), -1, "%s",
                     bad[i]);
    cr_expect_eq(tpsk_from_text(NULL, &psk, "0123456789abcdef", "ABCDEFGHIJKLMNOPQRS7", false), 0);
}

/* ---- PINs that are the key themselves ----------------------------------------------------------
 */
Test(tls_psk_secret, a_pin_may_be_the_key_itself)
{
    struct memnet *net =
        run_with(7, SETTINGS("secret=pin", "pin-stretching=false", "replace-psk=false"));
    uint8_t key[TPSK_BASE32];
    cr_assert(memnet_complete(net));
    cr_assert_eq(listed(net, key), 6);
    cr_expect_arr_eq(key, typed(net), 6);
    cr_expect_lt(memnet_charged(net, TPSK_SERVER, IMP_OP_SHA256), TPSK_ITERATIONS);
    cr_expect_lt(memnet_charged(net, TPSK_DEVICE, IMP_OP_SHA256), TPSK_ITERATIONS);
    memnet_free(net);
}

Test(tls_psk_secret, ends_that_stretch_otherwise_do_not_meet)
{
    struct memnet *net = run_with(7, SETTINGS("secret=pin", "server.pin-stretching=false"));
    cr_expect(!memnet_completed(net, TPSK_DEVICE) && !memnet_completed(net, TPSK_SERVER));
    cr_expect(memnet_last(net, TPSK_SERVER, IMP_CLAIM_REJECT, "handshake-failed", "dtls"));
    memnet_free(net);
}

Test(tls_psk_secret, a_record_tells_it)
{
    struct memnet *net =
        run_with(7, SETTINGS("secret=pin", "pin-digits=3", "pin-stretching=false"));
    const struct imp_guess *g = tpsk_guesses;
    struct imp_env *env = (struct imp_env *)memnet_env(net, g->role);
    struct tpsk_evidence e = {.seen.n = 0};
    unsigned right = 0;
    bool enough = false;
    for (size_t i = 0; i < memnet_message_count(net) && !enough; i++) {
        const struct memnet_message *m = memnet_message(net, i);
        enough = g->evidence(&e, env, m->channel, m->bytes, m->n);
    }
    cr_assert(enough);
    for (uint64_t i = 0; i < 1000; i++) {
        uint8_t c[IMP_GUESS_MAX];
        size_t n = g->candidate(env, i, c);
        bool is = g->right(&e, c, n);
        right += is;
        cr_expect_eq(is, memcmp(c, typed(net), 3) == 0);
    }
    cr_expect_eq(right, 1);
    memnet_free(net);
}

/* ---- slips -------------------------------------------------------------------------------------
 */
Test(tls_psk_secret, whoever_mistypes_lists_another_device_or_nothing)
{
    struct memnet *net = run_with(7, SETTINGS("typing-error=1000"));
    uint8_t key[TPSK_BASE32];
    cr_expect(!memnet_completed(net, TPSK_DEVICE) && !memnet_completed(net, TPSK_SERVER));
    cr_expect_eq(listed(net, key), -1);
    cr_expect(memnet_last(net, TPSK_SERVER, IMP_CLAIM_REJECT, "unknown-identity", "dtls"));
    cr_expect_eq(memnet_count_messages(net, TPSK_MSG_LABEL), 1, "nobody types again");
    memnet_free(net);
}

/* 49 characters, 3 per cent: 3 of 4 times a slip. */
Test(tls_psk_secret, who_types_again_gets_it_right_in_the_end)
{
    size_t times = 0;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        struct memnet *net = run_with(seed, SETTINGS("typing-error=30", "type-again-after=2"));
        cr_expect(memnet_complete(net), "%llu", (unsigned long long)seed);
        times += memnet_count_messages(net, TPSK_MSG_LABEL);
        memnet_free(net);
    }
    cr_expect_gt(times, 6);
}

Test(tls_psk_secret, after_the_key_was_replaced_nobody_types_again)
{
    struct memnet *net = run_with(7, SETTINGS("type-again-after=1"));
    cr_assert(memnet_complete(net));
    size_t before = memnet_count_messages(net, TPSK_MSG_LABEL);
    memnet_event(net, TPSK_SERVER, IMP_EVENT_CONTROL, "revoke");
    memnet_event(net, TPSK_DEVICE, IMP_EVENT_CONTROL, "reconnect");
    memnet_run_past(net, 100 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, TPSK_MSG_LABEL), before);
    memnet_free(net);
}

/* ---- options -----------------------------------------------------------------------------------
 */
Test(tls_psk_secret, forms_need_their_secret)
{
    struct imp_value values[64] = {{0}};
    char error[300];
    for (size_t i = 0; i < imp_option_count(&imp_tls_psk); i++)
        cr_assert_eq(imp_option_parse(&values[i], &imp_tls_psk.options[i],
                                      imp_tls_psk.options[i].preset, error, sizeof error),
                     0);
    values[TPSK_OPT_STRETCHING].i = 0;
    cr_expect_eq(imp_option_unmet(&imp_tls_psk, TPSK_DEVICE, values), TPSK_OPT_STRETCHING);
    cr_expect_eq(imp_option_unmet(&imp_tls_psk, TPSK_SERVER, values), -1, "it shows no secret");
    values[TPSK_OPT_SECRET].i = TPSK_SECRET_PIN;
    cr_expect_eq(imp_option_unmet(&imp_tls_psk, TPSK_DEVICE, values), -1);
    values[TPSK_OPT_FORM].i = TPSK_FORM_BASE32;
    cr_expect_eq(imp_option_unmet(&imp_tls_psk, TPSK_DEVICE, values), TPSK_OPT_FORM);
}
