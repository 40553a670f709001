/* SPDX-License-Identifier: GPL-2.0-only */
/* party.h - the world as a party sees it.
 *
 * A party is one role of one mechanism on one node. It does no I/O: a carrier (the simulator, the
 * test bench, real sockets) hands it events with the current time and performs what it asks for
 * through `struct imp_env`. A party has no clock, no global generator, no sockets, no printing and
 * no malloc; its context is memory of the declared size owned by the carrier, zeroed at start. */
#ifndef IMPRINT_PARTY_H
#define IMPRINT_PARTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int64_t imp_time; /* nanoseconds of simulated time */
#define IMP_NEVER INT64_MAX
#define IMP_US INT64_C(1000)
#define IMP_MS INT64_C(1000000)
#define IMP_S INT64_C(1000000000)

/* Link-layer address (6 or 8 octets), IPv6 address and port (16 + 2 octets, network order), or the
 * carrier's name of a stream connection (IPv6, port, 8-octet connection number). Equal octets mean
 * the same correspondent: servers key their sessions by it. */
#define IMP_ADDR_MAX 26
struct imp_addr {
    uint8_t n;
    uint8_t bytes[IMP_ADDR_MAX];
};
bool imp_addr_equal(const struct imp_addr *a, const struct imp_addr *b);
extern const struct imp_addr imp_to_all; /* n = 0: broadcast frame, or the channel's group */

struct imp_value {
    int64_t i;     /* BOOL 0/1, INT, CHOICE index; STRING: 1 when it is not the preset */
    const char *s; /* STRING, NUL-terminated; borrowed for the run */
};

/* Operations that cost a processor time. Quantity is octets where the list says so, else a count.
 * The platform's table turns them into nanoseconds. HMAC, CMAC, CCM, KDFs charge what they use. */
#define IMP_OPS(X)                                                                                 \
    X(AES, "aes", "octets")       /* AES-128, one direction, whole blocks */                       \
    X(SHA256, "sha256", "octets") /* compressed octets, padding included */                        \
    X(SHA1, "sha1", "octets")                                                                      \
    X(MD5, "md5", "octets")                                                                        \
    X(P256_KEYGEN, "p256-keygen", "")                                                              \
    X(P256_ECDH, "p256-ecdh", "")                                                                  \
    X(P256_SIGN, "p256-sign", "")                                                                  \
    X(P256_VERIFY, "p256-verify", "")                                                              \
    X(X25519, "x25519", "") /* one scalar multiplication; a key pair costs one too */              \
    X(ED25519_SIGN, "ed25519-sign", "")                                                            \
    X(ED25519_VERIFY, "ed25519-verify", "")                                                        \
    X(RSA_PUBLIC, "rsa2048-public", "")   /* with exponent 65537 */                                \
    X(RSA_PRIVATE, "rsa2048-private", "") /* by the Chinese remainder theorem */                   \
    X(RANDOM, "random", "octets")                                                                  \
    X(CODEC, "codec", "octets") /* parsing or writing JSON, CBOR, DER */
#define IMP_ENUM_OP(id, text, unit) IMP_OP_##id,
enum imp_op { IMP_OPS(IMP_ENUM_OP) IMP_OP_COUNT };
const char *imp_op_name(enum imp_op op);

/* How an uplink goes over the air, where a medium has numbered data rates and channels: what a MIC
 * of LoRaWAN 1.1 covers as TxDr and TxCh (section 4.4). Elsewhere both are 0. */
struct imp_uplink {
    uint8_t data_rate, channel;
};

enum imp_event_kind {
    IMP_EVENT_START,   /* powered on; for a device its link is up (associated) */
    IMP_EVENT_RECEIVE, /* bytes on `channel` from `from`; OOB messages too (from.n = 0) */
    IMP_EVENT_TIMER,   /* `id` is the timer's */
    IMP_EVENT_USER,    /* the act `id` that was prompted for is done; `ok` false: user gave up */
    IMP_EVENT_OPENED,  /* stream `from` is connected (both ends) */
    IMP_EVENT_CLOSED,  /* stream `from` is closed or failed, or to there none could be opened */
    IMP_EVENT_RESET,   /* the user's factory reset: persistent cells go by the mechanism's rules */
    IMP_EVENT_CONTROL, /* lifecycle verb from the scenario's timeline in `bytes` ("revoke", "leave")
                        */
};

struct imp_event {
    enum imp_event_kind kind;
    int channel;
    struct imp_addr from;
    struct imp_uplink uplink; /* RECEIVE at a gateway: how it came */
    const uint8_t *bytes;     /* borrowed for the call */
    size_t n;
    unsigned id;
    bool ok;
};

/* What a party believes, said at the point where the specification lets it believe. The judge works
 * on claims only. Octet strings are copied by the carrier. */
enum imp_claim_kind {
    IMP_CLAIM_IDENTITY, /* "I am known as `self`": may be said several times */
    IMP_CLAIM_RUNNING,  /* before the last message that lets the peer commit, or in its event:
                           (layer, sid, data) */
    IMP_CLAIM_COMMIT,   /* peer `peer` shares (layer, sid, data); `peer` empty: not authenticated */
    IMP_CLAIM_SECRET,   /* holds secret `name` = `data`, meant for the parties of session `sid` */
    IMP_CLAIM_CONFIG,   /* installed configuration whose hash is `data` */
    IMP_CLAIM_OWNER, /* owner is the other end of `sid`, or `peer`; neither: free; epoch `data` */
    IMP_CLAIM_COMPLETE,   /* this role is done: operational. For shared roles once per device */
    IMP_CLAIM_ALARM,      /* something is wrong: `name` says what */
    IMP_CLAIM_REJECT,     /* refused the peer: `name` says why */
    IMP_CLAIM_NEGOTIATED, /* settled in session `sid`: parameter `name` ("suite") = text `data` */
    IMP_CLAIM_ACCEPTED,   /* state changed by a message whose `name` (nonce, counter, epoch) has the
                             value `data`, fresh in the context (layer, sid) */
    IMP_CLAIM_COUNT
};

struct imp_claim {
    enum imp_claim_kind kind;
    const char *layer; /* session layer: "eap", "link", "dtls", "imprint"; static string */
    const char *name;  /* SECRET, ALARM, REJECT, NEGOTIATED, ACCEPTED; static string */
    const uint8_t *self;
    size_t self_n;
    const uint8_t *peer;
    size_t peer_n;
    const uint8_t *sid; /* equal at both ends of one session, different between sessions */
    size_t sid_n;
    const uint8_t *data; /* agreed parameters, keys and transcript (hash them), or the secret */
    size_t data_n;
};

struct imp_env;

struct imp_env_ops {
    /* Sends bytes (copied) on a channel. `to` NULL: the configured peer of that channel;
     * &imp_to_all: everyone; else an address from an event. `message` indexes the mechanism's
     * message table. A stream must have been opened. Never fails: loss is the network's business.
     */
    void (*send)(struct imp_env *env, int channel, const struct imp_addr *to, int message,
                 const void *bytes, size_t n);
    void (*open)(struct imp_env *env, int channel, const struct imp_addr *to); /* streams */
    void (*close)(struct imp_env *env, int channel, const struct imp_addr *to);
    /* One timer per id (0..63): setting it again replaces it, IMP_NEVER cancels. */
    void (*timer)(struct imp_env *env, unsigned id, imp_time at);
    /* Asks this party's user for act `act` (index into the mechanism's acts); answered by
     * IMP_EVENT_USER when done. */
    void (*prompt)(struct imp_env *env, unsigned act);
    /* Shows (emits) an out-of-band message on a channel whose end `a` is this role; the user
     * carries it with the channel's act to the party of role `b`, where it is RECEIVEd. */
    void (*oob)(struct imp_env *env, int channel, int message, const void *bytes, size_t n);
    void (*claim)(struct imp_env *env, const struct imp_claim *claim);
    /* Persistent cells, surviving power loss. get returns the length (copies at most cap octets) or
     * -1 when absent. */
    int (*cell_get)(struct imp_env *env, const char *name, void *out, size_t cap);
    void (*cell_put)(struct imp_env *env, const char *name, const void *bytes, size_t n);
    void (*cell_erase)(struct imp_env *env, const char *name);
    /* This party's own address on a channel (MAC for frames; IPv6 and port), and that of its
     * configured peer there. Return false when the carrier knows none. */
    bool (*self)(struct imp_env *env, int channel, struct imp_addr *out);
    bool (*peer)(struct imp_env *env, int channel, struct imp_addr *out);
    void (*charge)(struct imp_env *env, enum imp_op op, size_t quantity);
    /* Octets of the stream named by (root seed, this party, purpose); `purpose` is a static word.
     * Charges nothing by itself. */
    void (*random)(struct imp_env *env, const char *purpose, void *out, size_t n);
    /* A text on the party's own screen, beside what it asks its user for. NULL: nobody reads it. */
    void (*show)(struct imp_env *env, const char *text);
    /* What follows in this call is done for that correspondent, whose event this is not: work that
     * waited. For the carrier's books only; may be NULL. */
    void (*behalf)(struct imp_env *env, int channel, const struct imp_addr *of);
    /* Settles how this party's next message on that channel goes out, and says so; asked again
     * before it is sent, the answer is the same. NULL: the carrier has nothing of the kind. */
    void (*uplink)(struct imp_env *env, int channel, struct imp_uplink *out);
    /* The party's radio uses, besides the region's first channels, those of these frequencies (Hz;
     * 0: none of that number) for its uplinks; `n` 0: as it was set at the start. NULL as above. */
    void (*uplink_channels)(struct imp_env *env, int channel, const uint32_t *hertz, size_t n);
};

/* The first field of the carrier's own record of a party. */
struct imp_env {
    const struct imp_env_ops *ops;
    const struct imp_mechanism *mechanism;
    int role;
    int device;       /* 0-based device number for roles of kind DEVICE, else -1 */
    const char *name; /* "device-1", "server", "adversary/server": unique in the run */
    const struct imp_value *options; /* by index in mechanism->options */
    uint64_t flaws;                  /* bit i: flaw i is switched on in this party */
    bool adversary;                  /* this party is the adversary's own */
    unsigned work_bits;              /* ... and may try 2^work_bits candidates off line */
    void *ctx;                       /* context_size octets */
};

typedef void imp_party_init(void *ctx, struct imp_env *env);
/* `now` never decreases. All outputs asked for during the call leave after the processor time
 * charged so far has passed. */
typedef void imp_party_event(void *ctx, struct imp_env *env, const struct imp_event *event,
                             imp_time now);
typedef void imp_party_fini(void *ctx, struct imp_env *env);

/* Shorthands. */
static inline bool imp_flawed(const struct imp_env *env, unsigned flaw)
{
    return env->flaws >> flaw & 1;
}
static inline int64_t imp_opt(const struct imp_env *env, unsigned option)
{
    return env->options[option].i;
}
static inline const char *imp_opt_str(const struct imp_env *env, unsigned option)
{
    return env->options[option].s;
}
static inline void imp_send(struct imp_env *env, int channel, const struct imp_addr *to,
                            int message, const void *bytes, size_t n)
{
    env->ops->send(env, channel, to, message, bytes, n);
}
static inline void imp_timer(struct imp_env *env, unsigned id, imp_time at)
{
    env->ops->timer(env, id, at);
}
static inline void imp_prompt(struct imp_env *env, unsigned act)
{
    env->ops->prompt(env, act);
}
static inline void imp_oob(struct imp_env *env, int channel, int message, const void *bytes,
                           size_t n)
{
    env->ops->oob(env, channel, message, bytes, n);
}
static inline void imp_claim(struct imp_env *env, const struct imp_claim *claim)
{
    env->ops->claim(env, claim);
}
static inline void imp_show(struct imp_env *env, const char *text)
{
    if (env->ops->show)
        env->ops->show(env, text);
}
static inline void imp_behalf(struct imp_env *env, int channel, const struct imp_addr *of)
{
    if (env->ops->behalf)
        env->ops->behalf(env, channel, of);
}
static inline struct imp_uplink imp_uplink_next(struct imp_env *env, int channel)
{
    struct imp_uplink u = {0};
    if (env->ops->uplink)
        env->ops->uplink(env, channel, &u);
    return u;
}
static inline void imp_uplink_channels(struct imp_env *env, int channel, const uint32_t *hertz,
                                       size_t n)
{
    if (env->ops->uplink_channels)
        env->ops->uplink_channels(env, channel, hertz, n);
}
static inline void imp_charge(struct imp_env *env, enum imp_op op, size_t quantity)
{
    env->ops->charge(env, op, quantity);
}
static inline void imp_random(struct imp_env *env, const char *purpose, void *out, size_t n)
{
    env->ops->charge(env, IMP_OP_RANDOM, n);
    env->ops->random(env, purpose, out, n);
}

#endif
