/* SPDX-License-Identifier: GPL-2.0-only */
/* What is read of legacy pairing to try passkeys off line. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/adhoc/bluetooth-pairing/pairing.h"
#include "protocols/crypto/crypto.h"
#include "tests/support/memnet.h"

TestSuite(bluetooth_pairing_guess, .init = imp_crypto_init);

/* The first passkey is typed wrong. */
static bool mistyped(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                     size_t cap)
{
    int *left = arg;
    (void)n;
    (void)cap;
    if (m->message == BT_MSG_PASSKEY_OF_RESPONDER && *left > 0) {
        bytes[5] = bytes[5] == '0' ? '1' : '0';
        --*left;
    }
    return true;
}

static void expect_found(int mistakes)
{
    const struct imp_guess *g = &bt_guesses[0];
    uint8_t *evidence = calloc(1, g->evidence_size), tk[16];
    struct memnet *net = memnet_new(&imp_bluetooth_pairing, 7,
                                    SETTINGS("secure-connections=no", "initiator.io=keyboard-only",
                                             "responder.io=display-only"));
    bool enough = false;
    memnet_filter_set(net, mistyped, &mistakes);
    memnet_start(net);
    memnet_run(net, 100 * IMP_S);
    cr_assert(memnet_complete(net) && evidence);
    struct imp_env *env = (struct imp_env *)memnet_env(net, g->role);
    for (size_t i = 0; i < memnet_message_count(net) && !enough; i++) {
        const struct memnet_message *m = memnet_message(net, i);
        enough = g->evidence(evidence, env, m->channel, m->bytes, m->n);
    }
    cr_assert(enough);
    cr_assert_eq(memnet_cell(net, g->role, g->cell, tk, sizeof tk), (int)sizeof tk);
    cr_expect(g->right(evidence, tk, sizeof tk));
    tk[15] ^= 1;
    cr_expect_not(g->right(evidence, tk, sizeof tk));
    memnet_free(net);
    free(evidence);
}

Test(bluetooth_pairing_guess, the_passkey_that_has_led_to_a_key_is_the_right_one)
{
    expect_found(0);
    expect_found(1);
}
