/* SPDX-License-Identifier: GPL-2.0-only */
/* The passphrase and the dictionary that finds it. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/adhoc/wpa2-psk/wpa.h"
#include "protocols/crypto/crypto.h"
#include "tests/support/memnet.h"

extern const struct imp_mechanism imp_wpa2_psk;

TestSuite(wpa2_psk_secret, .init = imp_crypto_init);

Test(wpa2_psk_secret, eight_to_sixty_three_printable_characters)
{
    uint8_t p[64];
    memset(p, 'a', sizeof p);
    cr_expect(!wpa_passphrase_ok(p, 7));
    cr_expect(wpa_passphrase_ok(p, 8));
    cr_expect(wpa_passphrase_ok(p, 63));
    cr_expect(wpa_passphrase_ok(p, 64), "hexadecimal digits");
    p[5] = 'x';
    cr_expect(!wpa_passphrase_ok(p, 64));
    p[3] = 31;
    cr_expect(!wpa_passphrase_ok(p, 8));
    p[3] = 127;
    cr_expect(!wpa_passphrase_ok(p, 8));
    p[3] = ' ';
    cr_expect(wpa_passphrase_ok(p, 8));
}

/* The key of a run is among its candidates, and its messages as far as that one, but not before,
 * tell it from the others. */
static void expect_told_by(const char *const *settings, int message)
{
    struct memnet *net = memnet_new(&imp_wpa2_psk, 5, settings);
    memnet_start(net);
    memnet_run(net, 600 * IMP_S);
    cr_assert(memnet_complete(net));
    const struct imp_guess *g = wpa_guesses;
    struct imp_env *env = (struct imp_env *)memnet_env(net, g->role);
    void *evidence = calloc(1, g->evidence_size);
    for (size_t i = 0; i < memnet_message_count(net); i++) {
        const struct memnet_message *m = memnet_message(net, i);
        bool enough = g->evidence(evidence, env, m->channel, m->bytes, m->n);
        cr_expect_eq(enough, m->message == message, "message %d", m->message);
        if (enough)
            break;
    }
    uint8_t passphrase[64];
    int n = memnet_cell(net, WPA_NETWORK, WPA_CELL_PASSPHRASE, passphrase, sizeof passphrase);
    unsigned right = 0;
    cr_assert_eq(g->bits(env), 5);
    for (uint64_t i = 0; i < 32; i++) {
        uint8_t c[IMP_GUESS_MAX];
        size_t c_n = g->candidate(env, i, c);
        bool same = (int)c_n == n && memcmp(c, passphrase, c_n) == 0;
        cr_expect_eq(g->right(evidence, c, c_n), same);
        right += same;
    }
    cr_expect_eq(right, 1);
    free(evidence);
    memnet_free(net);
}

Test(wpa2_psk_secret, message_2_tells_the_right_candidate)
{
    expect_told_by(SETTINGS("passphrase-entropy=5"), WPA_MSG_KEY_2);
}

Test(wpa2_psk_secret, message_1_does_where_it_has_a_pmkid)
{
    expect_told_by(SETTINGS("passphrase-entropy=5", "pmkid=true"), WPA_MSG_KEY_1);
}
