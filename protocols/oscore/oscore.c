/* SPDX-License-Identifier: GPL-2.0-only */
#include "oscore.h"

#include <string.h>

#include "../codec/cbor.h"
#include "../contract/observe.h"

enum { SEQUENCES = 40 }; /* bits of a Partial IV */
enum {                   /* first octet of the option's value, section 6.1 */
       FLAG_RESERVED = 0xe0,
       FLAG_CONTEXT = 0x10,
       FLAG_KID = 0x08,
       FLAG_PIV = 0x07,
       OPTION_MAX = 1 + IMP_OSCORE_PIV_MAX + 1 + IMP_OSCORE_CONTEXT_MAX + IMP_OSCORE_ID_MAX,
};

/* Numbers of COSE's registry, RFC 9053 section 4. */
static const int64_t algorithms[] = {
    [IMP_AEAD_AES_CCM_16_64_128] = 10,
    [IMP_AEAD_A128GCM] = 1,
    [IMP_AEAD_A256GCM] = 3,
    [IMP_AEAD_CHACHA20_POLY1305] = 24,
};

const char *imp_oscore_error_text(int error)
{
#define ROW(id, value, text) {value, text},
    static const struct {
        int error;
        const char *text;
    } rows[] = {IMP_OSCORE_ERRORS(ROW)};
#undef ROW
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].error == error)
            return rows[i].text;
    return "unknown error";
}

/* ---- context, section 3.2
 * --------------------------------------------------------------------------- */
static void derive(struct imp_env *env, uint8_t *out, size_t n, const struct imp_oscore_params *p,
                   const uint8_t *id, size_t id_n, const char *type)
{
    uint8_t info[64];
    struct imp_cbor_writer w;
    imp_cbor_write(&w, env, info, sizeof info);
    imp_cbor_put_array(&w, 5);
    imp_cbor_put_bytes(&w, id, id_n);
    if (p->has_id_context)
        imp_cbor_put_bytes(&w, p->id_context, p->id_context_n);
    else
        imp_cbor_put_null(&w);
    imp_cbor_put_int(&w, algorithms[p->aead]);
    imp_cbor_put_text(&w, type);
    imp_cbor_put_int(&w, (int64_t)n);
    size_t info_n = imp_cbor_end(&w);
    /* Salt, identifiers and labels are no secrets: the Master Secret is all that it takes. */
    struct imp_observation before = imp_observe_hold();
    imp_hkdf_with(env, p->hash, out, n, p->salt, p->salt_n, p->secret, p->secret_n, info, info_n);
    imp_observe_resume(before);
    imp_observe_rule("HKDF", out, n, &IMP_PIECE(p->secret, p->secret_n), 1);
}

int imp_oscore_init(struct imp_env *env, struct imp_oscore *o, const struct imp_oscore_params *p)
{
    size_t nonce_n = imp_aead_nonce(p->aead), key_n = imp_aead_key(p->aead);
    *o = (struct imp_oscore){.aead = p->aead};
    if (p->sender_n > nonce_n - 6 || p->recipient_n > nonce_n - 6 ||
        p->id_context_n > IMP_OSCORE_CONTEXT_MAX ||
        (p->sender_n == p->recipient_n &&
         (p->sender_n == 0 || memcmp(p->sender, p->recipient, p->sender_n) == 0)))
        return -1;
    o->sender_n = p->sender_n;
    o->recipient_n = p->recipient_n;
    o->has_id_context = p->has_id_context;
    o->id_context_n = p->id_context_n;
    if (p->sender_n)
        memcpy(o->sender, p->sender, p->sender_n);
    if (p->recipient_n)
        memcpy(o->recipient, p->recipient, p->recipient_n);
    if (p->id_context_n)
        memcpy(o->id_context, p->id_context, p->id_context_n);
    derive(env, o->sender_key, key_n, p, o->sender, o->sender_n, "Key");
    derive(env, o->recipient_key, key_n, p, o->recipient, o->recipient_n, "Key");
    derive(env, o->common_iv, nonce_n, p, NULL, 0, "IV");
    return 0;
}

void imp_oscore_nonce(uint8_t nonce[IMP_OSCORE_NONCE], const struct imp_oscore *o,
                      const uint8_t *id, size_t id_n, const uint8_t *piv, size_t piv_n)
{
    size_t n = imp_aead_nonce(o->aead);
    memset(nonce, 0, n);
    nonce[0] = (uint8_t)id_n;
    if (id_n)
        memcpy(nonce + n - IMP_OSCORE_PIV_MAX - id_n, id, id_n);
    if (piv_n)
        memcpy(nonce + n - piv_n, piv, piv_n);
    for (size_t i = 0; i < n; i++)
        nonce[i] ^= o->common_iv[i];
}

size_t imp_oscore_aad(struct imp_env *env, uint8_t *aad, const struct imp_oscore *o,
                      const struct imp_oscore_binding *binding)
{
    uint8_t external[IMP_OSCORE_AAD_MAX];
    struct imp_cbor_writer w;
    imp_cbor_write(&w, env, external, sizeof external);
    imp_cbor_put_array(&w, 5);
    imp_cbor_put_int(&w, 1); /* oscore_version */
    imp_cbor_put_array(&w, 1);
    imp_cbor_put_int(&w, algorithms[o->aead]);
    imp_cbor_put_bytes(&w, binding->kid, binding->kid_n);
    imp_cbor_put_bytes(&w, binding->piv, binding->piv_n);
    imp_cbor_put_bytes(&w, NULL, 0); /* class I options: there are none */
    size_t external_n = imp_cbor_end(&w);
    imp_cbor_write(&w, env, aad, IMP_OSCORE_AAD_MAX); /* Enc_structure, RFC 9052 section 5.3 */
    imp_cbor_put_array(&w, 3);
    imp_cbor_put_text(&w, "Encrypt0");
    imp_cbor_put_bytes(&w, NULL, 0);
    imp_cbor_put_bytes(&w, external, external_n);
    return imp_cbor_end(&w);
}

/* ---- the option, section 6.1
 * ------------------------------------------------------------------------ */
int imp_oscore_option_read(struct imp_oscore_option *out, const uint8_t *p, size_t n)
{
    *out = (struct imp_oscore_option){0};
    if (n == 0)
        return 0;
    uint8_t flags = *p++;
    n--;
    out->piv_n = flags & FLAG_PIV;
    if ((flags & FLAG_RESERVED) || flags == 0 || out->piv_n > IMP_OSCORE_PIV_MAX || out->piv_n > n)
        return -1;
    out->piv = p;
    p += out->piv_n;
    n -= out->piv_n;
    if (flags & FLAG_CONTEXT) {
        if (n == 0 || p[0] > n - 1)
            return -1;
        out->has_id_context = true;
        out->id_context_n = p[0];
        out->id_context = p + 1;
        n -= 1 + out->id_context_n;
        p += 1 + out->id_context_n;
    }
    out->has_kid = flags & FLAG_KID;
    if (!out->has_kid && n > 0)
        return -1;
    out->kid = p;
    out->kid_n = n;
    return 0;
}

static size_t option_write(uint8_t *out, const struct imp_oscore *o, const uint8_t *piv,
                           size_t piv_n, bool request)
{
    size_t n = 1;
    out[0] = (uint8_t)piv_n;
    if (piv_n)
        memcpy(out + n, piv, piv_n);
    n += piv_n;
    if (!request)
        return piv_n ? n : 0;
    out[0] |= FLAG_KID;
    if (o->has_id_context) {
        out[0] |= FLAG_CONTEXT;
        out[n++] = (uint8_t)o->id_context_n;
        memcpy(out + n, o->id_context, o->id_context_n);
        n += o->id_context_n;
    }
    memcpy(out + n, o->sender, o->sender_n);
    return n + o->sender_n;
}

/* Shortest form of a sequence number; zero has one octet (section 5.2). */
static size_t write_piv(uint8_t piv[IMP_OSCORE_PIV_MAX], uint64_t sequence)
{
    size_t n = 1;
    while (n < IMP_OSCORE_PIV_MAX && sequence >> 8 * n)
        n++;
    for (size_t i = 0; i < n; i++)
        piv[i] = (uint8_t)(sequence >> 8 * (n - 1 - i));
    return n;
}

static bool is_outer(unsigned number)
{
    return number == IMP_COAP_URI_HOST || number == IMP_COAP_URI_PORT ||
           number == IMP_COAP_PROXY_SCHEME || number == IMP_COAP_OSCORE;
}

static void head(struct imp_coap_message *out, const struct imp_coap_message *in, unsigned code)
{
    *out = (struct imp_coap_message){
        .type = in->type, .code = (uint8_t)code, .mid = in->mid, .token_n = in->token_n};
    memcpy(out->token, in->token, in->token_n);
}

static int copy_options(struct imp_coap_message *out, const struct imp_coap_message *in, bool outer)
{
    for (size_t i = 0; i < in->option_count; i++) {
        const struct imp_coap_option *o = &in->options[i];
        if (o->number != IMP_COAP_OSCORE && is_outer(o->number) == outer &&
            imp_coap_add(out, o->number, imp_coap_value(o), o->n) != 0)
            return -1;
    }
    return 0;
}

/* ---- protection, sections 8.1 and 8.3
 * ----------------------------------------------------------- */

/* Code, inner options and payload as they are encrypted (section 5.3): a CoAP message without the
 * rest of its header. Starts at out[3]; returns its size or -1. */
static int plaintext(uint8_t *out, size_t cap, const struct imp_coap_message *m)
{
    struct imp_coap_message inner = {
        .code = m->code, .payload = m->payload, .payload_n = m->payload_n};
    if (copy_options(&inner, m, false) != 0)
        return -1;
    int n = imp_coap_encode(out, cap, &inner);
    if (n < 0)
        return -1;
    out[3] = m->code;
    return n - 3;
}

static int protect(struct imp_env *env, struct imp_oscore *o,
                   const struct imp_oscore_binding *binding, const uint8_t nonce[IMP_OSCORE_NONCE],
                   const struct imp_coap_message *plain, struct imp_coap_message *outer,
                   uint8_t *sealed)
{
    uint8_t text[IMP_COAP_MTU], aad[IMP_OSCORE_AAD_MAX];
    size_t tag_n = imp_aead_tag(o->aead);
    int n = plaintext(text, IMP_OSCORE_BUFFER - OPTION_MAX - tag_n, plain);
    if (n < 0 || copy_options(outer, plain, true) != 0)
        return IMP_OSCORE_ESPACE;
    size_t aad_n = imp_oscore_aad(env, aad, o, binding);
    imp_aead_seal(env, o->aead, sealed, o->sender_key, nonce, aad, aad_n, text + 3, (size_t)n);
    outer->payload = sealed;
    outer->payload_n = (size_t)n + tag_n;
    return 0;
}

int imp_oscore_protect_request(struct imp_env *env, struct imp_oscore *o,
                               const struct imp_coap_message *plain, struct imp_coap_message *outer,
                               uint8_t *buffer, struct imp_oscore_binding *binding)
{
    uint8_t nonce[IMP_OSCORE_NONCE];
    if (o->sequence >> SEQUENCES)
        return IMP_OSCORE_ESPACE;
    memcpy(binding->kid, o->sender, o->sender_n);
    binding->kid_n = o->sender_n;
    binding->piv_n = write_piv(binding->piv, o->sequence++);
    imp_oscore_nonce(nonce, o, binding->kid, binding->kid_n, binding->piv, binding->piv_n);
    head(outer, plain, IMP_COAP_POST);
    size_t n = option_write(buffer, o, binding->piv, binding->piv_n, true);
    if (imp_coap_add(outer, IMP_COAP_OSCORE, buffer, n) != 0)
        return IMP_OSCORE_ESPACE;
    return protect(env, o, binding, nonce, plain, outer, buffer + OPTION_MAX);
}

int imp_oscore_protect_response(struct imp_env *env, struct imp_oscore *o,
                                const struct imp_oscore_binding *binding, bool fresh,
                                const struct imp_coap_message *plain,
                                struct imp_coap_message *outer, uint8_t *buffer)
{
    uint8_t nonce[IMP_OSCORE_NONCE], piv[IMP_OSCORE_PIV_MAX];
    size_t piv_n = 0;
    if (fresh) {
        if (o->sequence >> SEQUENCES)
            return IMP_OSCORE_ESPACE;
        piv_n = write_piv(piv, o->sequence++);
        imp_oscore_nonce(nonce, o, o->sender, o->sender_n, piv, piv_n);
    } else {
        imp_oscore_nonce(nonce, o, binding->kid, binding->kid_n, binding->piv, binding->piv_n);
    }
    head(outer, plain, IMP_COAP_CHANGED);
    size_t n = option_write(buffer, o, piv, piv_n, false);
    if (imp_coap_add(outer, IMP_COAP_OSCORE, buffer, n) != 0)
        return IMP_OSCORE_ESPACE;
    return protect(env, o, binding, nonce, plain, outer, buffer + OPTION_MAX);
}

/* ---- verification, sections 8.2 and 8.4
 * --------------------------------------------------------- */
static int read_option(struct imp_oscore_option *out, const struct imp_coap_message *outer)
{
    const struct imp_coap_option *o = imp_coap_find(outer, IMP_COAP_OSCORE, 0);
    return o ? imp_oscore_option_read(out, imp_coap_value(o), o->n) : -1;
}

static int verify(struct imp_env *env, const struct imp_oscore *o,
                  const struct imp_oscore_binding *binding, const uint8_t nonce[IMP_OSCORE_NONCE],
                  const struct imp_coap_message *outer, struct imp_coap_message *plain,
                  uint8_t *buffer)
{
    uint8_t aad[IMP_OSCORE_AAD_MAX];
    struct imp_coap_message inner;
    size_t n = outer->payload_n, tag_n = imp_aead_tag(o->aead);
    if (n < tag_n + 1 || n - tag_n + 3 > IMP_OSCORE_BUFFER)
        return IMP_OSCORE_EDECRYPT;
    size_t aad_n = imp_oscore_aad(env, aad, o, binding);
    if (imp_aead_open(env, o->aead, buffer + 3, o->recipient_key, nonce, aad, aad_n, outer->payload,
                      n) != 0)
        return IMP_OSCORE_EDECRYPT;
    n = n - tag_n + 3;
    uint8_t code = buffer[3];
    memcpy(buffer, (const uint8_t[]){0x40, code, 0, 0}, 4);
    if (imp_coap_decode(&inner, buffer, n) != 0)
        return IMP_OSCORE_EDECODE;
    head(plain, outer, code);
    if (copy_options(plain, &inner, false) != 0 || copy_options(plain, outer, true) != 0)
        return IMP_OSCORE_ESPACE;
    plain->payload = inner.payload;
    plain->payload_n = inner.payload_n;
    return 0;
}

static bool received(const struct imp_oscore *o, uint64_t sequence)
{
    if (sequence >= o->next)
        return false;
    uint64_t back = o->next - 1 - sequence;
    return back >= IMP_OSCORE_WINDOW || (o->window >> back & 1);
}

static void receive(struct imp_oscore *o, uint64_t sequence)
{
    if (sequence < o->next) {
        o->window |= UINT32_C(1) << (o->next - 1 - sequence);
        return;
    }
    uint64_t shift = sequence + 1 - o->next;
    o->window = shift >= IMP_OSCORE_WINDOW ? 1 : o->window << shift | 1;
    o->next = sequence + 1;
}

static bool same(const uint8_t *a, size_t a_n, const uint8_t *b, size_t b_n)
{
    return a_n == b_n && (a_n == 0 || memcmp(a, b, a_n) == 0);
}

int imp_oscore_open_request(struct imp_env *env, struct imp_oscore *o,
                            const struct imp_coap_message *outer, struct imp_coap_message *plain,
                            uint8_t *buffer, struct imp_oscore_binding *binding)
{
    struct imp_oscore_option option;
    uint8_t nonce[IMP_OSCORE_NONCE];
    uint64_t sequence = 0;
    if (read_option(&option, outer) != 0 || !option.has_kid || option.piv_n == 0)
        return IMP_OSCORE_EDECODE;
    if (!same(option.kid, option.kid_n, o->recipient, o->recipient_n) ||
        (option.has_id_context &&
         !same(option.id_context, option.id_context_n, o->id_context, o->id_context_n)))
        return IMP_OSCORE_ECONTEXT;
    for (size_t i = 0; i < option.piv_n; i++)
        sequence = sequence << 8 | option.piv[i];
    if (received(o, sequence))
        return IMP_OSCORE_EREPLAY;
    *binding = (struct imp_oscore_binding){.kid_n = option.kid_n, .piv_n = option.piv_n};
    memcpy(binding->kid, o->recipient, o->recipient_n);
    memcpy(binding->piv, option.piv, option.piv_n);
    imp_oscore_nonce(nonce, o, binding->kid, binding->kid_n, binding->piv, binding->piv_n);
    int error = verify(env, o, binding, nonce, outer, plain, buffer);
    if (error == 0)
        receive(o, sequence);
    return error;
}

int imp_oscore_open_response(struct imp_env *env, struct imp_oscore *o,
                             const struct imp_oscore_binding *binding,
                             const struct imp_coap_message *outer, struct imp_coap_message *plain,
                             uint8_t *buffer)
{
    struct imp_oscore_option option;
    uint8_t nonce[IMP_OSCORE_NONCE];
    if (read_option(&option, outer) != 0)
        return IMP_OSCORE_EDECODE;
    if (option.piv_n)
        imp_oscore_nonce(nonce, o, o->recipient, o->recipient_n, option.piv, option.piv_n);
    else
        imp_oscore_nonce(nonce, o, binding->kid, binding->kid_n, binding->piv, binding->piv_n);
    return verify(env, o, binding, nonce, outer, plain, buffer);
}
