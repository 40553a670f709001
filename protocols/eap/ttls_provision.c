/* SPDX-License-Identifier: GPL-2.0-only */
/* ttls_provision.c - the devices' passwords, and what their entropy means. */
#include <stdio.h>
#include <string.h>

#include "../crypto/crypto.h"
#include "ttls.h"

void ttls_password(char out[TTLS_PASSWORD], const uint8_t key[16])
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
    for (size_t i = 0; i < TTLS_PASSWORD; i++) { /* five bits each; the last three and zeros */
        size_t bit = 5 * i, at = bit / 8;
        unsigned two = (unsigned)key[at] << 8 | (at + 1 < 16 ? key[at + 1] : 0);
        out[i] = letters[two >> (11 - bit % 8) & 31];
    }
}

/* Under the name that the device has from etls_provision(). Without certificates its own are not
 * there. */
static void provide_peer(struct imp_env *peer, struct imp_env *const *parties, size_t count,
                         int server)
{
    char cell[TTLS_CELL_ACCOUNT], nai[IMP_EAP_ID_MAX + 1] = {0};
    uint8_t key[16], drawn[16];
    char password[TTLS_PASSWORD];
    peer->ops->cell_get(peer, ETLS_CELL_NAI, nai, sizeof nai - 1);
    imp_random(peer, TTLS_CELL_PASSWORD, drawn, sizeof drawn);
    imp_weak_key(key, ttls_guess_bits(peer), drawn);
    ttls_password(password, key);
    peer->ops->cell_put(peer, TTLS_CELL_PASSWORD, password, sizeof password);
    snprintf(cell, sizeof cell, "%s/%s", TTLS_CELL_PASSWORD, nai);
    for (size_t i = 0; i < count; i++)
        if (parties[i]->role == server)
            parties[i]->ops->cell_put(parties[i], cell, password, sizeof password);
    if (!imp_eap_opt(peer, "ttls-certificate", 0)) {
        peer->ops->cell_erase(peer, ETLS_CELL_KEY);
        peer->ops->cell_erase(peer, ETLS_CELL_CERTIFICATE);
    }
    imp_wipe(key, sizeof key);
    imp_wipe(drawn, sizeof drawn);
    imp_wipe(password, sizeof password);
}

void ttls_provision(struct imp_env *const *parties, size_t count, int peer, int server)
{
    for (size_t i = 0; i < count; i++)
        if (parties[i]->role == peer)
            provide_peer(parties[i], parties, count, server);
}

/* ---- a weak password */
unsigned ttls_guess_bits(const struct imp_env *env)
{
    return (unsigned)imp_eap_opt(env, "password-entropy", 128);
}

size_t ttls_guess_candidate(const struct imp_env *env, uint64_t i, uint8_t out[IMP_GUESS_MAX])
{
    uint8_t key[16];
    (void)env;
    imp_weak_key_number(key, i);
    ttls_password((char *)out, key);
    return TTLS_PASSWORD;
}

bool ttls_guess_evidence(void *evidence, struct imp_env *env, int channel, const uint8_t *bytes,
                         size_t n)
{
    (void)evidence;
    (void)env;
    (void)channel;
    (void)bytes;
    (void)n;
    return false;
}

bool ttls_guess_right(const void *evidence, const uint8_t *candidate, size_t n)
{
    (void)evidence;
    (void)candidate;
    (void)n;
    return false;
}
