/* SPDX-License-Identifier: GPL-2.0-only */
/* ssh.h - one end of an SSH transport (RFC 4253) with curve25519-sha256 (RFC 8731), ssh-ed25519
 * (RFC 8709) and chacha20-poly1305@openssh.com; strict key exchange where both ends offer it.
 *
 * Sans I/O: octets of a stream go in; octets and events come out. No memory beyond the struct. */
#ifndef IMPRINT_SSH_H
#define IMPRINT_SSH_H

#include "../contract/party.h"
#include "ssh_wire.h"

enum { /* octets */
       IMP_SSH_VERSION_MAX = 255,
       IMP_SSH_PAYLOAD_MAX =
           4096, /* of a packet; RFC 4253 asks for 32768, key exchange takes 2 k */
       IMP_SSH_PACKET_MAX = IMP_SSH_PAYLOAD_MAX + 512,
       IMP_SSH_HOST_KEY = 51, /* string "ssh-ed25519", string of 32 */
       IMP_SSH_SIGNATURE = 83,
       IMP_SSH_HASH = 32,
       IMP_SSH_HELD_MAX = 2048, /* of messages that wait for the end of a key exchange */
       IMP_SSH_KEY = 64,
};

enum imp_ssh_reason { /* RFC 4250 section 4.2.2 */
                      IMP_SSH_BY_PROTOCOL_ERROR = 2,
                      IMP_SSH_BY_KEX_FAILED = 3,
                      IMP_SSH_BY_MAC_ERROR = 5,
                      IMP_SSH_BY_VERSION = 8,
                      IMP_SSH_BY_HOST_KEY = 9,
                      IMP_SSH_BY_CONNECTION_LOST = 10,
                      IMP_SSH_BY_APPLICATION = 11,
                      IMP_SSH_BY_AUTHENTICATION = 14, /* no more methods available */
};

struct imp_ssh;
struct imp_ssh_hooks {
    /* Octets for the stream. `number`: message number of the packet, 0 for the identification. */
    void (*send)(void *arg, unsigned number, const uint8_t *p, size_t n);
    /* Client: the server has proven that it holds this key; true to go on. */
    bool (*host_key)(void *arg, const uint8_t blob[IMP_SSH_HOST_KEY]);
    void (*opened)(void *arg); /* both directions are encrypted, for the first time */
    /* A payload that is not the transport's, under encryption. */
    void (*message)(void *arg, const uint8_t *payload, size_t n);
    void (*over)(void *arg, enum imp_ssh_reason reason, const char *why, bool by_peer);
};

enum imp_ssh_state {
    IMP_SSH_VERSION,  /* waits for the identification */
    IMP_SSH_INIT,     /* for KEXINIT */
    IMP_SSH_EXCHANGE, /* for KEX_ECDH_INIT or _REPLY */
    IMP_SSH_ASKING,   /* client: for what is said of the host key; what comes is kept */
    IMP_SSH_KEYS,     /* for NEWKEYS */
    IMP_SSH_OPEN,     /* for anything */
    IMP_SSH_OVER,
};

struct imp_ssh_direction {
    bool encrypted;
    uint32_t sequence;
    uint8_t key[IMP_SSH_KEY], next[IMP_SSH_KEY];
};

struct imp_ssh {
    struct imp_env *env;
    const struct imp_ssh_hooks *hooks; /* links */
    void *arg;
    bool server;
    bool unchecked;          /* takes any signature for right: a flaw, or an adversary's end */
    const char *version;     /* own, without CR LF; links */
    uint8_t host_secret[32]; /* server */
    enum imp_ssh_state state;
    bool strict, initiated; /* strict key exchange is agreed; our KEXINIT of this exchange is out */
    char peer_version[IMP_SSH_VERSION_MAX + 1];
    uint8_t init[2][IMP_SSH_PAYLOAD_MAX]; /* KEXINIT payloads: own, peer's */
    size_t init_n[2];
    uint8_t secret[32], public[32]; /* ephemeral */
    uint8_t host_key[IMP_SSH_HOST_KEY];
    uint8_t hash[IMP_SSH_HASH], session_id[IMP_SSH_HASH];
    bool have_session;
    /* Octets in both directions after which this end asks for other keys (RFC 4253 section 9); 0:
     * never. Set after imp_ssh_init. */
    uint64_t rekey_after, carried;
    unsigned exchanges;             /* of keys, that have ended well */
    uint8_t held[IMP_SSH_HELD_MAX]; /* payloads, each after its size in 2 octets */
    size_t held_n;
    struct imp_ssh_direction out, in;
    uint8_t buffer[IMP_SSH_PACKET_MAX];
    size_t buffered;
};

void imp_ssh_init(struct imp_ssh *s, struct imp_env *env, bool server, const char *version,
                  const uint8_t *host_secret, const struct imp_ssh_hooks *hooks, void *arg);
void imp_ssh_start(struct imp_ssh *s); /* the stream is connected: identification and KEXINIT */
void imp_ssh_feed(struct imp_ssh *s, const uint8_t *p, size_t n);
/* In the hook host_key, which then returns true: the answer comes later, by imp_ssh_answer. */
void imp_ssh_ask(struct imp_ssh *s);
void imp_ssh_answer(struct imp_ssh *s, bool good);
/* Sends a payload over the open transport; while keys are exchanged again it waits (RFC 4253
 * section 7.1). */
void imp_ssh_message(struct imp_ssh *s, const uint8_t *payload, size_t n);
/* This end asks for other keys, unless it does so already: their time is over (RFC 4253 section 9).
 */
void imp_ssh_rekey(struct imp_ssh *s);
/* In the hook message: this end does not know its number (RFC 4253 section 11.4). */
void imp_ssh_unimplemented(struct imp_ssh *s);
void imp_ssh_disconnect(struct imp_ssh *s, enum imp_ssh_reason reason, const char *why);
void imp_ssh_host_key_blob(uint8_t blob[IMP_SSH_HOST_KEY], const uint8_t pub[32]);
void imp_ssh_wipe(struct imp_ssh *s);

/* Internal: ssh_packet.c, ssh_kex.c. */
void imp_ssh__packet(struct imp_ssh *s, const uint8_t *payload, size_t n);
/* Cuts the next packet off the buffer into payload. Its size; 0: incomplete; -1: over. */
long imp_ssh__cut(struct imp_ssh *s, uint8_t payload[IMP_SSH_PACKET_MAX]);
void imp_ssh__fail(struct imp_ssh *s, enum imp_ssh_reason reason, const char *why);
void imp_ssh__kex_begin(struct imp_ssh *s);
void imp_ssh__kex_init(struct imp_ssh *s, const uint8_t *payload, size_t n);
void imp_ssh__kex_ecdh(struct imp_ssh *s, const uint8_t *payload, size_t n);
void imp_ssh__kex_newkeys(struct imp_ssh *s);
void imp_ssh__release(struct imp_ssh *s);                /* what has waited */
void imp_ssh__kex_verdict(struct imp_ssh *s, bool good); /* of the host key */

#endif
