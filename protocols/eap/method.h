/* SPDX-License-Identifier: GPL-2.0-only */
/* method.h - what an EAP method gives to the EAP layer, and what it gets (RFC 3748, RFC 4137).
 *
 * A method is one constant `struct imp_eap_method`. Its functions are called by the EAP peer and
 * server state machines (eap_peer.h, eap_server.h), whatever carries EAP. Contexts:
 *   peer     one per party, for its whole life (EAP-NOOB keeps its association in it);
 *   shared   one per server party, for its whole life (a database of peers);
 *   session  one per EAP conversation at the server, zeroed when it begins.
 * A method may send out-of-band messages, prompt its user, keep cells and set timers itself through
 * io->env; it never sends EAP packets itself: it writes them into io->out. */
#ifndef IMPRINT_EAP_METHOD_H
#define IMPRINT_EAP_METHOD_H

#include "../contract/mechanism.h"

/* Timers 0..31 belong to the lower layers, the rest to the method. */
#define IMP_EAP_METHOD_TIMER 32

/* Octets. 1020 is the EAP MTU that every lower layer offers (RFC 3748 section 3.1). */
#define IMP_EAP_MTU 1020
#define IMP_EAP_KEY_SIZE 64 /* MSK and EMSK, RFC 5247 section 1.2 */
#define IMP_EAP_ID_MAX 253  /* identities as a User-Name attribute can carry them */
#define IMP_EAP_SESSION_ID_MAX 65

/* One call. The EAP layer has filled in the header of `out`: code, identifier and method type. The
 * method writes its type data from out + IMP_EAP_HEADER (expanded types: IMP_EAP_EXPANDED_HEADER)
 * and sets out_n to the size of the whole packet. A method whose cryptography covers the EAP header
 * calls imp_eap_length() as soon as it knows the size; the layer writes the length anyway. */
struct imp_eap_io {
    struct imp_env *env;
    imp_time now;
    const uint8_t *in; /* whole EAP packet, length checked; NULL for a first request */
    size_t in_n;
    uint8_t *out; /* whole EAP packet; cap octets */
    size_t out_n, cap;
    const char *identity; /* server: the NAI of the EAP-Response/Identity, NUL-terminated */
};
#define IMP_EAP_HEADER 5           /* code, identifier, length, type */
#define IMP_EAP_EXPANDED_HEADER 12 /* and vendor, vendor type: section 5.7 */

/* Sets out_n and the Length field of io->out. */
void imp_eap_length(struct imp_eap_io *io, size_t n);

/* Outcome of a peer's call, RFC 4137 section 4.2: methodState and decision in one. */
enum imp_eap_peer_verdict {
    IMP_EAP_PEER_IGNORE,   /* silently discarded; nothing changed */
    IMP_EAP_PEER_CONTINUE, /* responded; Success now would be ignored, Failure believed */
    IMP_EAP_PEER_MAY_END,  /* responded; either may follow (COND_SUCC) */
    IMP_EAP_PEER_DONE,     /* responded; the server has said it will allow access (UNCOND_SUCC) */
    IMP_EAP_PEER_FAILED,   /* responded (or out_n = 0); only Failure may follow */
};

enum imp_eap_server_verdict {
    IMP_EAP_SERVER_DISCARD, /* silently; the last request stays outstanding */
    IMP_EAP_SERVER_REQUEST, /* the next request is in out */
    IMP_EAP_SERVER_SUCCESS, /* send EAP-Success and the MSK */
    IMP_EAP_SERVER_FAILURE, /* send EAP-Failure (also the normal end of EAP-NOOB's Initial and
                               Waiting Exchanges) */
};

/* What a finished conversation exports (RFC 5247). Sizes 0: absent. */
struct imp_eap_export {
    uint8_t msk[IMP_EAP_KEY_SIZE], emsk[IMP_EAP_KEY_SIZE];
    bool has_key;
    uint8_t session_id[IMP_EAP_SESSION_ID_MAX];
    size_t session_id_n;
    uint32_t lifetime; /* s, that an AAA server grants; 0: it says nothing */
    char peer_id[IMP_EAP_ID_MAX + 1], server_id[IMP_EAP_ID_MAX + 1]; /* NUL-terminated */
};

/* When the peer wants its next conversation, after one has ended or outside of one. */
#define IMP_EAP_HELD INT64_C(-1) /* let the lower layer decide (heldPeriod after a failure) */
/* otherwise an absolute time: <= now means at once, IMP_NEVER means not by itself */

struct imp_eap_method {
    uint8_t type;                 /* RFC 3748 section 5; 254: expanded, with the next two */
    uint32_t vendor, vendor_type; /* of an expanded type (WPS: 0x372a, 1); else 0 */
    const char *name;             /* "EAP-PSK" */
    size_t peer_size, session_size, shared_size; /* octets of context */
    /* How long an end of this method may compute for a message. An adversary's end that lets the
     * honest one speak first waits so much longer. */
    imp_time computing;

    /* Index in the mechanism's message table of an EAP packet of this method, for labels only: the
     * pass-through authenticator uses it too. `packet` is a whole, well-formed EAP packet. */
    int (*label)(const uint8_t *packet, size_t n);

    /* ---- peer ---- */
    /* Party starts (START) or restarts: loads cells. */
    void (*peer_start)(void *peer, struct imp_env *env, imp_time now);
    /* Whether a conversation may be begun now. NULL: always. */
    bool (*peer_wants)(void *peer, struct imp_env *env, imp_time now);
    /* A conversation begins (or begins again after a break): forget what belongs to the last one.
     */
    void (*peer_begin)(void *peer, struct imp_env *env, imp_time now);
    /* The NAI for EAP-Response/Identity; at most cap - 1 characters and NUL. Returns its length. */
    size_t (*peer_identity)(void *peer, struct imp_env *env, char *out, size_t cap);
    enum imp_eap_peer_verdict (*peer_process)(void *peer, struct imp_eap_io *io);
    /* The conversation is over: `success` as the EAP layer sees it, after its checks. Returns when
     * to begin the next one. NULL: IMP_EAP_HELD. */
    imp_time (*peer_end)(void *peer, struct imp_env *env, bool success, imp_time now);
    /* Any event that the layers below do not use themselves: RECEIVE on other channels, TIMER from
     * IMP_EAP_METHOD_TIMER on, USER, CONTROL, and RESET (before the layers restart: adjust cells
     * here). Returns when to begin a conversation, or IMP_EAP_HELD for no change. NULL: nothing. */
    imp_time (*peer_event)(void *peer, struct imp_env *env, const struct imp_event *event,
                           imp_time now);
    /* Valid after DONE, MAY_END or success. Returns false when there is nothing to export. */
    bool (*peer_export)(const void *peer, struct imp_eap_export *out);
    /* Releases what a library holds beyond the context, at the party's end. NULL: nothing. */
    void (*peer_free)(void *peer);

    /* ---- server ---- */
    void (*server_start)(void *shared, struct imp_env *env, imp_time now); /* may be NULL */
    /* First request of the method, in io->out. FAILURE: unknown identity or policy. */
    enum imp_eap_server_verdict (*server_begin)(void *session, void *shared, struct imp_eap_io *io);
    enum imp_eap_server_verdict (*server_process)(void *session, void *shared,
                                                  struct imp_eap_io *io);
    /* The conversation ended: success only if SUCCESS was returned and the packet is being sent;
     * false also when the session is dropped for age or the peer's Nak. NULL: nothing. */
    void (*server_end)(void *session, void *shared, struct imp_env *env, bool success,
                       imp_time now);
    /* As peer_event, for the server party (OOB messages, user acts, timers, RESET). */
    void (*server_event)(void *shared, struct imp_env *env, const struct imp_event *event,
                         imp_time now);
    bool (*server_export)(const void *session, struct imp_eap_export *out);
    /* As peer_free, of a conversation that server_end has not seen. */
    void (*server_free)(void *session);
};

/* ---- claims on layer "eap", the same for all methods -------------------------------------------
 */
/* sid = Session-Id; data = SHA-256 over method type, Peer-Id, Server-Id, `params` (what was
 * negotiated, method's own encoding) and MSK. The method says each where its specification lets it
 * believe: running before the last message that lets the other commit. */
void imp_eap_claim_running(struct imp_env *env, uint8_t type, const struct imp_eap_export *x,
                           const void *params, size_t params_n);
/* `peer` NULL: the other end is not authenticated. */
void imp_eap_claim_commit(struct imp_env *env, uint8_t type, const struct imp_eap_export *x,
                          const void *params, size_t params_n, const char *peer);
/* Secrets "MSK" and "EMSK" of session x. */
void imp_eap_claim_secrets(struct imp_env *env, const struct imp_eap_export *x);
void imp_eap_claim_identity(struct imp_env *env, const char *self);
/* Refused the peer on this layer; `why` is a static string. */
void imp_eap_claim_reject(struct imp_env *env, const char *why);

#endif
