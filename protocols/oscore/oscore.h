/* SPDX-License-Identifier: GPL-2.0-only */
/* oscore.h - Object Security for CoAP (RFC 8613), with any AEAD and hash of crypto.h.
 *
 * Sans I/O and without memory of its own: messages in, messages out, in buffers of the caller.
 * Option classes of section 4.1: Uri-Host, Uri-Port and Proxy-Scheme stay outside, everything else
 * goes inside. Not here: Observe, Proxy-Uri, outer block-wise transfer, Appendix B. */
#ifndef IMPRINT_OSCORE_H
#define IMPRINT_OSCORE_H

#include "../coap/coap.h"
#include "../crypto/crypto.h"

enum {
    IMP_OSCORE_KEY = IMP_AEAD_KEY_MAX,
    IMP_OSCORE_NONCE = IMP_AEAD_NONCE_MAX,
    IMP_OSCORE_ID_MAX = IMP_OSCORE_NONCE - 6, /* section 3.3; one less where the nonce has 12 */
    IMP_OSCORE_CONTEXT_MAX = 8,
    IMP_OSCORE_PIV_MAX = 5,
    IMP_OSCORE_WINDOW = 32, /* section 3.2.2 */
    IMP_OSCORE_BUFFER = IMP_COAP_MTU,
};

struct imp_oscore_params { /* borrowed for the call */
    const uint8_t *secret, *salt, *id_context, *sender, *recipient;
    size_t secret_n, salt_n, id_context_n, sender_n, recipient_n;
    bool has_id_context;
    enum imp_aead aead; /* the zeros are the defaults of section 3.2 */
    enum imp_hash hash; /* of HKDF */
};

struct imp_oscore { /* a security context, section 3.1 */
    uint8_t sender[IMP_OSCORE_ID_MAX], recipient[IMP_OSCORE_ID_MAX];
    uint8_t id_context[IMP_OSCORE_CONTEXT_MAX];
    size_t sender_n, recipient_n, id_context_n;
    bool has_id_context;
    enum imp_aead aead;
    uint8_t sender_key[IMP_OSCORE_KEY], recipient_key[IMP_OSCORE_KEY];
    uint8_t common_iv[IMP_OSCORE_NONCE];
    uint64_t sequence; /* of the next message, below 2^40 */
    uint64_t next;     /* one above the highest Partial IV received */
    uint32_t window;   /* bit i: next - 1 - i was received */
};

/* What a response is bound to: identifier and Partial IV of its request. */
struct imp_oscore_binding {
    uint8_t kid[IMP_OSCORE_ID_MAX], piv[IMP_OSCORE_PIV_MAX];
    size_t kid_n, piv_n;
};

/* Why a message is refused, with what section 8 answers to a request. */
#define IMP_OSCORE_ERRORS(X)                                                                       \
    X(DECODE, -1, "the OSCORE option cannot be decoded") /* 4.02 */                                \
    X(CONTEXT, -2, "no such security context")           /* 4.01 */                                \
    X(REPLAY, -3, "Partial IV was received before")      /* 4.01 */                                \
    X(DECRYPT, -4, "the ciphertext does not verify")     /* 4.00 */                                \
    X(SPACE, -5, "does not fit, or no sequence number is left")
#define IMP_ENUM_OSCORE_ERROR(id, value, text) IMP_OSCORE_E##id = value,
enum imp_oscore_error { IMP_OSCORE_ERRORS(IMP_ENUM_OSCORE_ERROR) };
const char *imp_oscore_error_text(int error);

/* Keys and Common IV, section 3.2. 0 or -1: an identifier is too long, or both are equal. */
int imp_oscore_init(struct imp_env *env, struct imp_oscore *o, const struct imp_oscore_params *p);

/* Each returns 0 or a negative imp_oscore_error. `outer` gets type, mid and token of the other
 * message; what it points to is in buffer[0..IMP_OSCORE_BUFFER) and in the options of the other. */
int imp_oscore_protect_request(struct imp_env *env, struct imp_oscore *o,
                               const struct imp_coap_message *plain, struct imp_coap_message *outer,
                               uint8_t *buffer, struct imp_oscore_binding *binding);
/* `fresh`: with a Partial IV of its own instead of the request's nonce. */
int imp_oscore_protect_response(struct imp_env *env, struct imp_oscore *o,
                                const struct imp_oscore_binding *binding, bool fresh,
                                const struct imp_coap_message *plain,
                                struct imp_coap_message *outer, uint8_t *buffer);
/* Updates the replay window only after verification. */
int imp_oscore_open_request(struct imp_env *env, struct imp_oscore *o,
                            const struct imp_coap_message *outer, struct imp_coap_message *plain,
                            uint8_t *buffer, struct imp_oscore_binding *binding);
int imp_oscore_open_response(struct imp_env *env, struct imp_oscore *o,
                             const struct imp_oscore_binding *binding,
                             const struct imp_coap_message *outer, struct imp_coap_message *plain,
                             uint8_t *buffer);

struct imp_oscore_option { /* section 6.1; borrows */
    const uint8_t *piv, *kid, *id_context;
    size_t piv_n, kid_n, id_context_n;
    bool has_kid, has_id_context;
};
/* 0 or -1. */
int imp_oscore_option_read(struct imp_oscore_option *out, const uint8_t *p, size_t n);

/* Exposed for their vectors: sections 5.2 and 5.4. `aad` holds IMP_OSCORE_AAD_MAX octets; its size
 * is returned. */
enum { IMP_OSCORE_AAD_MAX = 40 };
void imp_oscore_nonce(uint8_t nonce[IMP_OSCORE_NONCE], const struct imp_oscore *o,
                      const uint8_t *id, size_t id_n, const uint8_t *piv, size_t piv_n);
size_t imp_oscore_aad(struct imp_env *env, uint8_t *aad, const struct imp_oscore *o,
                      const struct imp_oscore_binding *binding);

#endif
