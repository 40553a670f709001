/* SPDX-License-Identifier: GPL-2.0-only */
#include "device_key.h"

#include <string.h>

enum { P256_SECRET = 32, RSA_LEAST = 1024 }; /* most keys have 1190 octets and a few */

enum imp_key imp_key_kind(size_t n)
{
    if (n == P256_SECRET)
        return IMP_KEY_P256;
    if (n == IMP_P384_SECRET)
        return IMP_KEY_P384;
    return n >= RSA_LEAST && n <= IMP_RSA_SECRET ? IMP_KEY_RSA : IMP_KEY_OTHER;
}

void imp_device_key_make(struct imp_env *env, const char *purpose, enum imp_key kind,
                         struct imp_device_key *out)
{
    memset(out, 0, sizeof *out);
    out->kind = kind;
    if (kind == IMP_KEY_RSA) {
        out->n = imp_rsa_keypair(env, purpose, out->pub, out->secret);
    } else if (kind == IMP_KEY_P384) {
        imp_p384_keypair(env, purpose, out->pub, out->secret);
        out->n = IMP_P384_SECRET;
    } else {
        imp_p256_keypair(env, purpose, out->pub, out->secret);
        out->n = P256_SECRET;
    }
}
