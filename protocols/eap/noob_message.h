/* SPDX-License-Identifier: GPL-2.0-only */
/* noob_message.h - the JSON messages of EAP-NOOB, RFC 9140 section 3.3.2.
 *
 * The reader keeps for each member the octets as received: they enter the fingerprint and the
 * message authentication codes verbatim. The writer composes without white space. */
#ifndef IMPRINT_NOOB_MESSAGE_H
#define IMPRINT_NOOB_MESSAGE_H

#include "noob.h"

#define NOOB_MEMBERS(X)                                                                            \
    X(TYPE, "Type")                                                                                \
    X(PEER_ID, "PeerId")                                                                           \
    X(PEER_STATE, "PeerState")                                                                     \
    X(VERS, "Vers")                                                                                \
    X(NEW_NAI, "NewNAI")                                                                           \
    X(CRYPTOSUITES, "Cryptosuites")                                                                \
    X(DIRS, "Dirs")                                                                                \
    X(SERVER_INFO, "ServerInfo")                                                                   \
    X(VERP, "Verp")                                                                                \
    X(CRYPTOSUITEP, "Cryptosuitep")                                                                \
    X(DIRP, "Dirp")                                                                                \
    X(PEER_INFO, "PeerInfo")                                                                       \
    X(PKS, "PKs")                                                                                  \
    X(NS, "Ns")                                                                                    \
    X(SLEEP_TIME, "SleepTime")                                                                     \
    X(PKP, "PKp")                                                                                  \
    X(NP, "Np")                                                                                    \
    X(NOOB_ID, "NoobId")                                                                           \
    X(MACS, "MACs")                                                                                \
    X(MACP, "MACp")                                                                                \
    X(KEYING_MODE, "KeyingMode")                                                                   \
    X(PKS2, "PKs2")                                                                                \
    X(NS2, "Ns2")                                                                                  \
    X(PKP2, "PKp2")                                                                                \
    X(NP2, "Np2")                                                                                  \
    X(MACS2, "MACs2")                                                                              \
    X(MACP2, "MACp2")                                                                              \
    X(ERROR_CODE, "ErrorCode")                                                                     \
    X(ERROR_INFO, "ErrorInfo")
#define NOOB_ENUM_MEMBER(id, text) NOOB_M_##id,
enum noob_member { NOOB_MEMBERS(NOOB_ENUM_MEMBER) NOOB_MEMBER_COUNT };
const char *noob_member_name(enum noob_member m);

/* A member's value as it stands in the message; borrows. n = 0: the member is absent. */
struct noob_span {
    const uint8_t *p;
    size_t n;
};

struct noob_message {
    enum noob_type type;
    struct noob_span raw[NOOB_MEMBER_COUNT];
    /* Decoded values of the members that are present. */
    char peer_id[NOOB_PEER_ID_MAX + 1];
    size_t peer_id_n;
    char new_nai[NOOB_NAI_MAX + 1];
    int peer_state, verp, cryptosuitep, dirs, dirp, sleep_time, keying_mode, error_code;
    int vers[NOOB_LIST_MAX], suites[NOOB_LIST_MAX];
    size_t vers_n, suites_n;
    uint8_t nonce[NOOB_NONCE]; /* whichever of Ns, Np, Ns2, Np2 */
    uint8_t noob_id[NOOB_NOOB];
    uint8_t mac[NOOB_MAC]; /* whichever of MACs, MACp, MACs2, MACp2 */
};

static inline bool noob_has(const struct noob_message *m, enum noob_member member)
{
    return m->raw[member].n > 0;
}

/* Reads a message; `response`: it came from the peer. Borrows `bytes` for as long as `out` is used.
 * Returns NOOB_OK, or the error code that the receiver sends back (section 3.6.1); then only
 * out->type is meaningful, NOOB_TYPES when the message had none. */
int noob_parse(struct noob_message *out, bool response, const uint8_t *bytes, size_t n);

/* May a message of that type hold the member, must it? For tables and tests. */
enum noob_presence { NOOB_ABSENT, NOOB_OPTIONAL, NOOB_REQUIRED };
enum noob_presence noob_presence(enum noob_type type, bool response, enum noob_member member);

/* ---- writer ------------------------------------------------------------------------------------
 */
/* Writes into the caller's memory; once it overflowed, n stays at 0 and nothing more is written. */
struct noob_writer {
    char *p;
    size_t n, cap;
    bool overflow;
};
void noob_begin(struct noob_writer *w, char *memory, size_t cap, enum noob_type type);
void noob_put_int(struct noob_writer *w, enum noob_member m, long value);
void noob_put_ints(struct noob_writer *w, enum noob_member m, const int *values, size_t count);
/* Text that needs no escaping: identifiers, base64url. */
void noob_put_text(struct noob_writer *w, enum noob_member m, const char *text, size_t n);
void noob_put_base64(struct noob_writer *w, enum noob_member m, const uint8_t *bytes, size_t n);
void noob_put_raw(struct noob_writer *w, enum noob_member m, const char *json, size_t n);
/* Returns the length, 0 after an overflow. */
size_t noob_end(struct noob_writer *w);

/* True when the text is a JSON object (no duplicate members) of at most NOOB_INFO_MAX octets. */
bool noob_info_valid(const char *json, size_t n);
/* Copies the string member `name` of a JSON object; returns its length or -1. */
int noob_info_text(char *out, size_t cap, const char *json, size_t n, const char *name);

#endif
