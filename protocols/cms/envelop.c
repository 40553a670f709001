/* SPDX-License-Identifier: GPL-2.0-only */
/* EnvelopedData, RFC 5652 section 6, for one recipient: AES-128 in CBC under a key of its own,
 * which the recipient's key wraps, or one that is agreed upon with it (RFC 5753 section 3.1). */
#include "cms_internal.h"

#include "../crypto/crypto.h"

/* ECC-CMS-SharedInfo, RFC 5753 section 7.2: id-aes128-wrap without parameters, and 128 bits. */
static const uint8_t shared_info[] = {0x30, 0x15, 0x30, 0x0b, 0x06, 0x09, 0x60, 0x86,
                                      0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x05, 0xa2,
                                      0x06, 0x04, 0x04, 0x00, 0x00, 0x00, 0x80};

int cms__agree(struct imp_env *env, uint8_t kek[16], const uint8_t secret[32],
               const uint8_t pub[64])
{
    uint8_t z[32];
    if (imp_p256_shared(env, z, secret, pub) != 0)
        return -1;
    imp_observe_join(shared_info, sizeof shared_info, NULL, 0); /* everybody knows it */
    imp_kdf_x963(env, kek, 16, z, sizeof z, shared_info, sizeof shared_info);
    imp_wipe(z, sizeof z);
    return 0;
}

/* EncryptedContentInfo. */
static void encrypted_content(struct imp_der_writer *w, struct imp_env *env, const char *type,
                              const uint8_t key[16], struct imp_piece content)
{
    size_t end = w->at, padded = content.n - content.n % 16 + 16;
    uint8_t iv[16];
    if (w->bad || padded > w->at) {
        w->bad = true;
        return;
    }
    imp_random(env, "cms-iv", iv, sizeof iv);
    w->at -= imp_aes_cbc_encrypt(env, w->p + w->at - padded, key, iv, content.p, content.n);
    imp_der_wrap(w, IMP_DER_CONTEXT, end);
    size_t algorithm = w->at;
    imp_der_value(w, IMP_DER_OCTETS, iv, sizeof iv);
    imp_der_oid(w, CMS__AES128_CBC);
    imp_der_wrap(w, IMP_DER_SEQUENCE, algorithm);
    imp_der_oid(w, type);
    imp_der_wrap(w, IMP_DER_SEQUENCE, end);
}

static void wrapped(struct imp_der_writer *w, struct imp_env *env, const uint8_t kek[16],
                    const uint8_t key[16])
{
    uint8_t out[CMS__WRAPPED];
    imp_aes_wrap(env, out, kek, key, 16);
    imp_der_value(w, IMP_DER_OCTETS, out, sizeof out);
}

/* KEKRecipientInfo, section 6.2.3. */
static void by_key(struct imp_der_writer *w, struct imp_env *env,
                   const struct imp_cms_recipient *to, const uint8_t key[16])
{
    size_t end = w->at;
    wrapped(w, env, to->kek, key);
    cms__algorithm(w, CMS__AES128_WRAP);
    size_t kekid = w->at;
    imp_der_value(w, IMP_DER_OCTETS, to->id.p, to->id.n);
    imp_der_wrap(w, IMP_DER_SEQUENCE, kekid);
    imp_der_value(w, IMP_DER_INTEGER, "\4", 1);
    imp_der_wrap(w, CMS__KEKRI, end);
}

/* OriginatorPublicKey, RFC 5753 section 3.1.1: no parameters. */
static void originator(struct imp_der_writer *w, const uint8_t pub[64])
{
    size_t end = w->at;
    imp_der_put(w, pub, 64);
    imp_der_put(w, "\0\4", 2); /* no unused bits; uncompressed */
    imp_der_wrap(w, IMP_DER_BITS, end);
    cms__algorithm(w, CMS__EC_PUBLIC_KEY);
    imp_der_wrap(w, IMP_DER_TAGGED + 1, end);
    imp_der_wrap(w, IMP_DER_TAGGED, end);
}

/* KeyAgreeRecipientInfo, section 6.2.2, with a key of the sender's for this once. */
static void by_agreement(struct imp_der_writer *w, struct imp_env *env,
                         const struct imp_cms_recipient *to, const uint8_t key[16])
{
    uint8_t pub[64], secret[32], kek[16] = {0};
    size_t end = w->at;
    imp_p256_keypair(env, "cms-ephemeral", pub, secret);
    w->bad |= cms__agree(env, kek, secret, to->pub) != 0;
    wrapped(w, env, kek, key);
    size_t rid = w->at;
    imp_der_value(w, IMP_DER_OCTETS, to->id.p, to->id.n);
    imp_der_wrap(w, IMP_DER_TAGGED, rid); /* RecipientKeyIdentifier */
    imp_der_wrap(w, IMP_DER_SEQUENCE, end);
    imp_der_wrap(w, IMP_DER_SEQUENCE, end);
    size_t algorithm = w->at;
    cms__algorithm(w, CMS__AES128_WRAP);
    imp_der_oid(w, CMS__ECDH_SHA256);
    imp_der_wrap(w, IMP_DER_SEQUENCE, algorithm);
    originator(w, pub);
    imp_der_value(w, IMP_DER_INTEGER, "\3", 1);
    imp_der_wrap(w, CMS__KARI, end);
    imp_wipe(secret, sizeof secret);
    imp_wipe(kek, sizeof kek);
}

int imp_cms_envelop(struct imp_env *env, uint8_t *out, size_t cap, const char *content_type,
                    const void *content, size_t n, const struct imp_cms_recipient *to)
{
    struct imp_der_writer w = {.p = out, .at = cap};
    uint8_t key[16];
    imp_random(env, "cms-content-key", key, sizeof key);
    encrypted_content(&w, env, content_type, key, IMP_PIECE(content, n));
    size_t end = w.at;
    (to->kek ? by_key : by_agreement)(&w, env, to, key);
    imp_wipe(key, sizeof key);
    imp_der_wrap(&w, IMP_DER_SET, end);
    imp_der_value(&w, IMP_DER_INTEGER, "\2", 1); /* of recipients whose version is not 0 */
    imp_der_wrap(&w, IMP_DER_SEQUENCE, cap);
    cms__content_info(&w, CMS__ENVELOPED_DATA, cap);
    int made = imp_der_end(&w, cap);
    if (env && made > 0)
        imp_charge(env, IMP_OP_CODEC, (size_t)made);
    return made;
}
