/* SPDX-License-Identifier: GPL-2.0-only */
/* Opening EnvelopedData, RFC 5652 section 6, as one recipient. */
#include "cms_internal.h"

#include "../crypto/charge.h"
#include "../crypto/crypto.h"

#include <string.h>

static bool is_number(struct imp_piece *rest, unsigned v)
{
    struct imp_piece number;
    return imp_der_take(&number, rest, IMP_DER_INTEGER) && number.n == 1 &&
           *(const uint8_t *)number.p == v;
}

/* AlgorithmIdentifier of that name; its parameters, which may be none. */
static bool is_algorithm(struct imp_piece *parameters, struct imp_piece *rest, const char *name)
{
    struct imp_piece oid;
    return imp_der_take(parameters, rest, IMP_DER_SEQUENCE) &&
           imp_der_take(&oid, parameters, IMP_DER_OID) && imp_der_is_oid(oid, name);
}

static bool is_mine(struct imp_piece *rest, struct imp_piece id)
{
    struct imp_piece named;
    return imp_der_take(&named, rest, IMP_DER_OCTETS) && named.n == id.n &&
           memcmp(named.p, id.p, id.n) == 0;
}

static bool unwrap(struct imp_env *env, uint8_t key[16], const uint8_t kek[16],
                   struct imp_piece *rest)
{
    struct imp_piece encrypted;
    return imp_der_take(&encrypted, rest, IMP_DER_OCTETS) && encrypted.n == CMS__WRAPPED &&
           rest->n == 0 && imp_aes_unwrap(env, key, kek, encrypted.p, encrypted.n) == 0;
}

/* KEKRecipientInfo, section 6.2.3. Date and other attributes of the identifier are passed over. */
static bool by_key(struct imp_env *env, uint8_t key[16], struct imp_piece info,
                   const struct imp_cms_holder *by)
{
    struct imp_piece kekid, parameters;
    return is_number(&info, 4) && imp_der_take(&kekid, &info, IMP_DER_SEQUENCE) &&
           is_mine(&kekid, by->id) && is_algorithm(&parameters, &info, CMS__AES128_WRAP) &&
           parameters.n == 0 && unwrap(env, key, by->kek, &info);
}

/* OriginatorPublicKey on P-256, uncompressed, with the curve as parameters or without. */
static const uint8_t *originator(struct imp_piece *info)
{
    static const uint8_t head[] = {0, 4};
    struct imp_piece choice, public_key, parameters, bits;
    return imp_der_take(&choice, info, IMP_DER_TAGGED) &&
                   imp_der_take(&public_key, &choice, IMP_DER_TAGGED + 1) && choice.n == 0 &&
                   is_algorithm(&parameters, &public_key, CMS__EC_PUBLIC_KEY) &&
                   imp_der_take(&bits, &public_key, IMP_DER_BITS) && public_key.n == 0 &&
                   bits.n == sizeof head + 64 && memcmp(bits.p, head, sizeof head) == 0
               ? (const uint8_t *)bits.p + sizeof head
               : NULL;
}

/* The one among RecipientEncryptedKeys that is for this recipient. */
static bool for_me(struct imp_piece *found, struct imp_piece keys, struct imp_piece id)
{
    struct imp_piece rid;
    while (imp_der_take(found, &keys, IMP_DER_SEQUENCE))
        if (imp_der_take(&rid, found, IMP_DER_TAGGED) && is_mine(&rid, id))
            return true;
    return false;
}

/* KeyAgreeRecipientInfo, section 6.2.2, without keying material of the user's. */
static bool by_agreement(struct imp_env *env, uint8_t key[16], struct imp_piece info,
                         const struct imp_cms_holder *by)
{
    struct imp_piece scheme, wrap, keys, mine;
    uint8_t kek[16];
    const uint8_t *pub = is_number(&info, 3) ? originator(&info) : NULL;
    if (!pub || !is_algorithm(&scheme, &info, CMS__ECDH_SHA256) ||
        !is_algorithm(&wrap, &scheme, CMS__AES128_WRAP) || wrap.n != 0 || scheme.n != 0 ||
        !imp_der_take(&keys, &info, IMP_DER_SEQUENCE) || info.n != 0 ||
        !for_me(&mine, keys, by->id) || cms__agree(env, kek, by->secret, pub) != 0)
        return false;
    bool good = unwrap(env, key, kek, &mine);
    imp_wipe(kek, sizeof kek);
    return good;
}

/* Looks for this recipient among all. */
static bool content_key(struct imp_env *env, uint8_t key[16], struct imp_piece infos,
                        const struct imp_cms_holder *by)
{
    struct imp_piece info;
    for (int tag; (tag = imp_der_next(&info, &infos)) >= 0;)
        if (by->kek ? tag == CMS__KEKRI && by_key(env, key, info, by)
                    : tag == CMS__KARI && by_agreement(env, key, info, by))
            return true;
    return false;
}

static int decrypt(struct imp_env *env, uint8_t *out, size_t cap, const char *type,
                   const uint8_t key[16], struct imp_piece rest)
{
    struct imp_piece info, oid, parameters, iv, encrypted;
    return imp_der_take(&info, &rest, IMP_DER_SEQUENCE) && imp_der_take(&oid, &info, IMP_DER_OID) &&
                   imp_der_is_oid(oid, type) && is_algorithm(&parameters, &info, CMS__AES128_CBC) &&
                   imp_der_take(&iv, &parameters, IMP_DER_OCTETS) && iv.n == 16 &&
                   imp_der_take(&encrypted, &info, IMP_DER_CONTEXT) && info.n == 0 &&
                   encrypted.n <= cap
               ? imp_aes_cbc_decrypt(env, out, key, iv.p, encrypted.p, encrypted.n)
               : -1;
}

int imp_cms_open(struct imp_env *env, uint8_t *out, size_t cap, const char *content_type,
                 const uint8_t *der, size_t n, const struct imp_cms_holder *by)
{
    struct imp_piece content, data, infos;
    uint8_t key[16];
    imp__charge(env, IMP_OP_CODEC, n);
    if (imp_cms_content_read(&content, CMS__ENVELOPED_DATA, der, n) != 0 ||
        !imp_der_take(&data, &content, IMP_DER_SEQUENCE) || content.n != 0 ||
        !is_number(&data, 2) || !imp_der_take(&infos, &data, IMP_DER_SET) ||
        !content_key(env, key, infos, by))
        return -1;
    int made = decrypt(env, out, cap, content_type, key, data);
    imp_wipe(key, sizeof key);
    return made;
}
