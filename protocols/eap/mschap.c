/* SPDX-License-Identifier: GPL-2.0-only */
#include "mschap.h"

#include <assert.h>
#include <string.h>

#include "../crypto/crypto.h"

enum { HASH = 16, DES_KEY = 7, DES_BLOCK = 8 };

/* NtPasswordHash, section 8.3: of the password in UTF-16, little-endian. */
static void password_hash(struct imp_env *env, uint8_t out[HASH], const struct mschap *m)
{
    uint8_t wide[2 * MSCHAP_PASSWORD_MAX] = {0};
    assert(m->password_n <= MSCHAP_PASSWORD_MAX);
    for (size_t i = 0; i < m->password_n; i++)
        wide[2 * i] = m->password[i];
    struct imp_observation before = imp_observe_hold();
    imp_md4(env, out, &IMP_PIECE(wide, 2 * m->password_n), 1);
    imp_observe_resume(before);
    imp_observe_rule("NtPasswordHash", out, HASH, &IMP_PIECE(m->password, m->password_n), 1);
    imp_wipe(wide, sizeof wide);
}

/* ChallengeHash, section 8.2. */
static void challenge_hash(struct imp_env *env, uint8_t out[DES_BLOCK], const struct mschap *m)
{
    const struct imp_piece in[] = {{m->peer, MSCHAP_CHALLENGE},
                                   {m->authenticator, MSCHAP_CHALLENGE},
                                   {m->user, strlen(m->user)}};
    uint8_t digest[20];
    imp_sha1(env, digest, in, 3);
    memcpy(out, digest, DES_BLOCK);
}

/* Sections 8.1 and 8.5: three blocks under the hash and five zeros. */
void mschap_response(struct imp_env *env, uint8_t out[MSCHAP_RESPONSE], const struct mschap *m)
{
    uint8_t key[3 * DES_KEY] = {0}, challenge[DES_BLOCK];
    password_hash(env, key, m);
    challenge_hash(env, challenge, m);
    struct imp_observation before = imp_observe_hold();
    for (size_t i = 0; i < 3; i++)
        imp_des_encrypt(env, out + i * DES_BLOCK, key + i * DES_KEY, challenge);
    imp_observe_resume(before);
    imp_observe_keyed("MS-CHAP-V2 response", out, MSCHAP_RESPONSE, key, HASH,
                      &IMP_PIECE(challenge, DES_BLOCK), 1);
    imp_wipe(key, sizeof key);
}

void mschap_success(struct imp_env *env, char out[MSCHAP_SUCCESS], const struct mschap *m,
                    const uint8_t response[MSCHAP_RESPONSE])
{
    static const char hex[] = "0123456789ABCDEF";
    static const char magic_1[] = "Magic server to client signing constant";
    static const char magic_2[] = "Pad to make it do more than one iteration";
    uint8_t hash[HASH], twice[HASH], challenge[DES_BLOCK], first[20], digest[20];
    password_hash(env, hash, m);
    imp_md4(env, twice, &IMP_PIECE(hash, HASH), 1);
    challenge_hash(env, challenge, m);
    const struct imp_piece inner[] = {
        {twice, HASH}, {response, MSCHAP_RESPONSE}, {magic_1, sizeof magic_1 - 1}};
    imp_sha1(env, first, inner, 3);
    const struct imp_piece outer[] = {
        {first, sizeof first}, {challenge, DES_BLOCK}, {magic_2, sizeof magic_2 - 1}};
    imp_sha1(env, digest, outer, 3);
    memcpy(out, "S=", 2);
    for (size_t i = 0; i < sizeof digest; i++) {
        out[2 + 2 * i] = hex[digest[i] >> 4];
        out[3 + 2 * i] = hex[digest[i] & 15];
    }
    imp_wipe(hash, sizeof hash);
    imp_wipe(twice, sizeof twice);
}
