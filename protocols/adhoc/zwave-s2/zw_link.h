/* SPDX-License-Identifier: GPL-2.0-only */
/* zw_link.h - one peer of Security 2: encapsulation, nonce synchronisation (SPAN). */
#ifndef IMPRINT_ZW_LINK_H
#define IMPRINT_ZW_LINK_H

#include "zw_keys.h"

enum {
    ZW_CLASS_PROTOCOL = 0x01, /* the network layer's own commands */
    ZW_CLASS_S0 = 0x98,
    ZW_CLASS_S2 = 0x9f,
};

enum zw_s2_command {
    ZW_S2_NONCE_GET = 0x01,
    ZW_S2_NONCE_REPORT,
    ZW_S2_ENCAPSULATION,
    ZW_S2_KEX_GET,
    ZW_S2_KEX_REPORT,
    ZW_S2_KEX_SET,
    ZW_S2_KEX_FAIL,
    ZW_S2_PUBLIC_KEY,
    ZW_S2_KEY_GET,
    ZW_S2_KEY_REPORT,
    ZW_S2_KEY_VERIFY,
    ZW_S2_TRANSFER_END,
    ZW_S2_SUPPORTED_GET,
    ZW_S2_SUPPORTED_REPORT,
};

enum {
    ZW_COMMAND_MAX = 40, /* class, command, parameters */
    ZW_EXTENSION = 18,
    ZW_FRAME_MAX = 4 + ZW_EXTENSION + ZW_COMMAND_MAX + ZW_TAG,
};

/* Who talks, as the associated data name them. */
struct zw_ends {
    uint8_t own, peer, home[4];
};

struct zw_link {
    struct zw_ends ends;
    struct zw_span span;
    uint8_t span_key[ZW_KEY]; /* CCM key for which the SPAN was made */
    uint8_t sequence;
    uint8_t opened, got; /* sequence numbers of the last frame opened, of the last Nonce Get */
    bool has_opened, has_got;
    bool promised; /* our entropy input is at the peer */
    uint8_t rei[ZW_EI];
    bool waits; /* a command waits for the peer's entropy input */
    struct zw_derived waiting_keys;
    uint8_t waiting[ZW_COMMAND_MAX]; /* the last one sent, when none waits */
    size_t waiting_n;
    int waiting_message;
    /* Resynchronisation: who cannot open a frame says SOS with new entropy input, and its peer
     * sends the last command again. */
    bool resync;
    unsigned asked, repeated;  /* SOS of ours; repetitions of the last command */
    bool invited;              /* the peer's SOS came when there was nothing to repeat */
    uint8_t invitation[ZW_EI]; /* its entropy input */
};

/* What an encapsulation says in clear. */
struct zw_encapsulation {
    uint8_t sequence;
    const uint8_t *sei; /* borrows; NULL: no SPAN extension */
    size_t clear_n;     /* octets before the ciphertext */
};
/* 0 or -1. */
int zw_encapsulation_read(struct zw_encapsulation *out, const uint8_t *p, size_t n);

/* Seals a command that both ends know the SPAN for; `sei` NULL: no extension. Returns its octets.
 */
size_t zw_seal(struct imp_env *env, struct zw_link *l, const struct zw_derived *keys,
               const uint8_t *sei, const uint8_t *command, size_t n, uint8_t frame[ZW_FRAME_MAX]);
enum { ZW_UNOPENED = -1, ZW_REPEATED = -2 };
/* Opens a frame with those keys, also when as many as four before it were lost. Octets of the
 * command; ZW_UNOPENED, and the SPAN is lost; ZW_REPEATED: it was opened before. */
int zw_open(struct imp_env *env, struct zw_link *l, const struct zw_derived *keys,
            const uint8_t *frame, size_t n, uint8_t command[ZW_FRAME_MAX]);

/* ---- with sending, on `channel` to `to` */
struct zw_route {
    int channel;
    const struct imp_addr *to;
    int get, report; /* messages Nonce Get, Nonce Report */
};
/* Sends a command under those keys, after nonce synchronisation if they are new. */
void zw_send(struct imp_env *env, struct zw_link *l, const struct zw_route *r,
             const struct zw_derived *keys, int message, const uint8_t *command, size_t n);
/* Asks for a new SPAN, after ZW_UNOPENED. False: without resynchronisation, or asked too often. */
bool zw_resync(struct imp_env *env, struct zw_link *l, const struct zw_route *r);
/* Nonce Get and Nonce Report of the peer. Returns whether the frame was one of them. */
bool zw_nonces(struct imp_env *env, struct zw_link *l, const struct zw_route *r, const uint8_t *p,
               size_t n);

#endif
