/* SPDX-License-Identifier: GPL-2.0-only */
/* AES-128 in CBC (SP 800-38A), on Nettle, with the padding of RFC 5652 section 6.3. */
#include "charge.h"

#include <nettle/aes.h>
#include <nettle/cbc.h>
#include <string.h>

size_t imp_aes_cbc_encrypt(struct imp_env *env, uint8_t *out, const uint8_t key[16],
                           const uint8_t iv[16], const uint8_t *in, size_t n)
{
    struct CBC_CTX(struct aes128_ctx, AES_BLOCK_SIZE) c;
    uint8_t last[16];
    size_t whole = n - n % 16, padded = whole + 16;
    memset(last, (int)(padded - n), sizeof last);
    if (n > whole)
        memcpy(last, in + whole, n - whole);
    aes128_set_encrypt_key(&c.ctx, key);
    CBC_SET_IV(&c, iv);
    CBC_ENCRYPT(&c, aes128_encrypt, whole, out, in);
    CBC_ENCRYPT(&c, aes128_encrypt, 16, out + whole, last);
    imp_wipe(&c, sizeof c);
    imp_wipe(last, sizeof last);
    imp__charge(env, IMP_OP_AES, padded);
    imp_observe_both("AES-CBC", key, 16, in, n, out, padded);
    return padded;
}

int imp_aes_cbc_decrypt(struct imp_env *env, uint8_t *out, const uint8_t key[16],
                        const uint8_t iv[16], const uint8_t *in, size_t n)
{
    struct CBC_CTX(struct aes128_ctx, AES_BLOCK_SIZE) c;
    if (n == 0 || n % 16 != 0)
        return -1;
    aes128_set_decrypt_key(&c.ctx, key);
    CBC_SET_IV(&c, iv);
    CBC_DECRYPT(&c, aes128_decrypt, n, out, in);
    imp_wipe(&c, sizeof c);
    imp__charge(env, IMP_OP_AES, n);
    size_t pad = out[n - 1];
    bool good = pad >= 1 && pad <= 16;
    for (size_t i = 1; good && i <= pad; i++)
        good = out[n - i] == pad;
    if (!good) {
        imp_wipe(out, n);
        return -1;
    }
    imp_observe_both("AES-CBC", key, 16, out, n - pad, in, n);
    return (int)(n - pad);
}
