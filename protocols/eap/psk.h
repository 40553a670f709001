/* SPDX-License-Identifier: GPL-2.0-only */
/* psk.h - EAP-PSK (RFC 4764) as a method for any lower layer: keys, messages and the two ends.
 *
 * What may be set of it are options of the mechanism, found by their names (options.h): bad-mac,
 * id-encoding, psk-entropy at both ends, server-id, authorize, ext-payload and identity-source at
 * the server, ext-supported at the peer; flaws no-server-auth (peer) and no-peer-auth (server). A
 * mechanism that lacks one gets what RFC 4764 says. */
#ifndef IMPRINT_EAP_PSK_METHOD_H
#define IMPRINT_EAP_PSK_METHOD_H

#include "method.h"
#include "options.h"

enum {
    PSK_TYPE = 47,
    PSK_SIZE = 16, /* PSK, AK, KDK, TEK; octets */
    PSK_RAND = 16,
    PSK_MAC = 16,
    PSK_HEADER = 22,    /* EAP header, type, flags, RAND_S: what PCHANNEL authenticates */
    PSK_EXT_MAX = 960,  /* EXT_Payload, section 5.3 */
    PSK_EXT_TYPE = 255, /* our echo extension; the RFC defines none */
};

enum psk_result { PSK_CONT = 1, PSK_DONE_SUCCESS = 2, PSK_DONE_FAILURE = 3 }; /* R, section 6.1 */

enum { PSK_BAD_MAC_SILENT, PSK_BAD_MAC_FAILURE };
/* Octets of ID_S and ID_P in messages and MACs: the NAI's own, or followed by a NUL. */
enum psk_id_encoding { PSK_ID_NAI, PSK_ID_NUL_TERMINATED };
enum { PSK_SOURCE_ID_P, PSK_SOURCE_EAP_IDENTITY };

/* ---- keys (psk_keys.c)
 * ------------------------------------------------------------------------------ */
struct psk_keys { /* long-lived, section 3.1 */
    uint8_t ak[PSK_SIZE], kdk[PSK_SIZE];
};
struct psk_session { /* section 3.2 */
    uint8_t tek[PSK_SIZE], msk[IMP_EAP_KEY_SIZE], emsk[IMP_EAP_KEY_SIZE];
};
void psk_key_setup(struct imp_env *env, struct psk_keys *out, const uint8_t psk[PSK_SIZE]);
void psk_session_keys(struct imp_env *env, struct psk_session *out, const uint8_t kdk[PSK_SIZE],
                      const uint8_t rand_p[PSK_RAND]);
void psk_mac_p(struct imp_env *env, uint8_t mac[PSK_MAC], const uint8_t ak[PSK_SIZE],
               enum psk_id_encoding encoding, const char *id_p, const char *id_s,
               const uint8_t rand_s[PSK_RAND], const uint8_t rand_p[PSK_RAND]);
void psk_mac_s(struct imp_env *env, uint8_t mac[PSK_MAC], const uint8_t ak[PSK_SIZE],
               enum psk_id_encoding encoding, const char *id_s, const uint8_t rand_p[PSK_RAND]);
/* Octets that `id` takes in messages and MACs; they stand at `id`. */
size_t psk_id_size(const char *id, enum psk_id_encoding encoding);

/* ---- messages (psk_message.c)
 * ------------------------------------------------------------------------ */
struct psk_message { /* parsed; pointers borrow from the packet */
    unsigned t;      /* 0..3 */
    const uint8_t *rand_s;
    const uint8_t *rand_p, *mac; /* message 2: both; message 3: mac */
    const uint8_t *id;           /* ID_S or ID_P */
    size_t id_n;                 /* without the NUL that may close it */
    enum psk_id_encoding id_encoding;
    uint32_t nonce; /* PCHANNEL */
    const uint8_t *tag, *sealed;
    size_t sealed_n;
};
/* `packet` is a whole EAP request or response of type 47 with checked length. 0 or -1. */
int psk_parse(struct psk_message *out, const uint8_t *packet, size_t n);

struct psk_channel { /* what PCHANNEL carries in clear text */
    enum psk_result r;
    bool e; /* an EXT field is there */
    uint8_t ext_type;
    const uint8_t *ext; /* EXT_Payload; borrows */
    size_t ext_n;
};
/* Writes flags and RAND_S, and in messages with fields before PCHANNEL these. The packet's size is
 * set with imp_eap_length(). */
void psk_write_1(struct imp_eap_io *io, enum psk_id_encoding encoding,
                 const uint8_t rand_s[PSK_RAND], const char *id_s);
void psk_write_2(struct imp_eap_io *io, enum psk_id_encoding encoding,
                 const uint8_t rand_s[PSK_RAND], const uint8_t rand_p[PSK_RAND],
                 const uint8_t mac_p[PSK_MAC], const char *id_p);
/* T=2 with MAC_S, or T=3 with mac_s NULL; seals `channel` under TEK and nonce. */
void psk_write_channel(struct imp_eap_io *io, const uint8_t rand_s[PSK_RAND], const uint8_t *mac_s,
                       const uint8_t tek[PSK_SIZE], uint32_t nonce,
                       const struct psk_channel *channel);
/* Opens PCHANNEL into text[0..960+2) and reads it. 0, or -1: bad tag or syntax. */
int psk_open_channel(struct imp_env *env, struct psk_channel *out, uint8_t *text,
                     const uint8_t *packet, const struct psk_message *m,
                     const uint8_t tek[PSK_SIZE]);
#define PSK_TEXT_MAX (2 + PSK_EXT_MAX)

/* ---- ends
 * ---------------------------------------------------------------------------------------------- */
struct psk_conversation { /* what both ends keep of one conversation */
    uint8_t rand_s[PSK_RAND], rand_p[PSK_RAND];
    char id_p[IMP_EAP_ID_MAX + 1], id_s[IMP_EAP_ID_MAX + 1];
    struct psk_keys keys;
    struct psk_session session;
    uint32_t nonce; /* of the next PCHANNEL received */
    bool extended;  /* E = 1 */
    bool ext_known; /* the peer knows the extension */
    bool derived;   /* session keys are there */
};
void psk_export(const struct psk_conversation *c, struct imp_eap_export *out);
/* Parameters agreed besides keys and identities: whether an extension ran. */
void psk_claim_running(struct imp_env *env, const struct psk_conversation *c);
/* A message of the protected channel counted: its nonce may not come again (section 3.3). */
void psk_claim_nonce(struct imp_env *env, const struct psk_conversation *c, uint32_t nonce);
void psk_claim_commit(struct imp_env *env, const struct psk_conversation *c, const char *peer);

struct psk_peer {
    enum { PSK_PEER_AWAIT_1, PSK_PEER_AWAIT_3, PSK_PEER_AWAIT_MORE, PSK_PEER_ENDED } state;
    struct psk_keys keys;
    bool have_keys, succeeded;
    char id[IMP_EAP_ID_MAX + 1];
    struct psk_conversation c;
};
struct psk_server {
    enum { PSK_SERVER_AWAIT_2, PSK_SERVER_AWAIT_4, PSK_SERVER_ENDED } state;
    bool succeeded;
    enum psk_result sent; /* last R sent */
    struct psk_conversation c;
};
#define PSK_CELL_ID "psk-id"
#define PSK_CELL_KEYS "psk-keys"    /* peer: AK | KDK */
#define PSK_CELL_PREFIX "psk-keys/" /* server: followed by the peer's NAI */

#define PSK_SERVER_ID "server@example.org" /* where a mechanism has no option server-id */

/* One PSK of `bits` bits for the device `peer`, known as `id`; AK and KDK are stored at both ends,
 * the PSK is forgotten (section 3.1). Servers are the parties of role `server`. */
void psk_provision(struct imp_env *peer, const char *id, unsigned bits,
                   struct imp_env *const *parties, size_t count, int server);

/* ---- a weak PSK, tried off line against message 2 (section 8.7; psk_evidence.c) */
struct psk_evidence { /* what MAC_P is computed over, and MAC_P */
    char id_s[IMP_EAP_ID_MAX + 1], id_p[IMP_EAP_ID_MAX + 1];
    enum psk_id_encoding encoding;
    uint8_t rand_s[PSK_RAND], rand_p[PSK_RAND], mac[PSK_MAC];
};
unsigned psk_guess_bits(const struct imp_env *env); /* option psk-entropy */
size_t psk_guess_candidate(const struct imp_env *env, uint64_t i, uint8_t out[IMP_GUESS_MAX]);
/* Looks at an EAP packet of the conversation with `env`: ID_S from any message 1, since a server
 * has one; the rest from the party's own message 2. True: there is enough. */
bool psk_evidence_look(struct psk_evidence *e, struct imp_env *env, const uint8_t *packet,
                       size_t n);
bool psk_evidence_right(const void *evidence, const uint8_t *psk, size_t n);

/* The functions of struct imp_eap_method. */
void psk_peer_start(void *peer, struct imp_env *env, imp_time now);
void psk_peer_begin(void *peer, struct imp_env *env, imp_time now);
size_t psk_peer_identity(void *peer, struct imp_env *env, char *out, size_t cap);
enum imp_eap_peer_verdict psk_peer_process(void *peer, struct imp_eap_io *io);
bool psk_peer_export(const void *peer, struct imp_eap_export *out);
void psk_server_start(void *shared, struct imp_env *env, imp_time now);
enum imp_eap_server_verdict psk_server_begin(void *session, void *shared, struct imp_eap_io *io);
enum imp_eap_server_verdict psk_server_process(void *session, void *shared, struct imp_eap_io *io);
void psk_server_event(void *shared, struct imp_env *env, const struct imp_event *event,
                      imp_time now);
bool psk_server_export(const void *session, struct imp_eap_export *out);

/* The fields of a struct imp_eap_method but for its label, which is the mechanism's. */
#define PSK_METHOD_FIELDS                                                                          \
    .type = PSK_TYPE, .name = "EAP-PSK", .peer_size = sizeof(struct psk_peer),                     \
    .session_size = sizeof(struct psk_server), .peer_start = psk_peer_start,                       \
    .peer_begin = psk_peer_begin, .peer_identity = psk_peer_identity,                              \
    .peer_process = psk_peer_process, .peer_export = psk_peer_export,                              \
    .server_start = psk_server_start, .server_begin = psk_server_begin,                            \
    .server_process = psk_server_process, .server_event = psk_server_event,                        \
    .server_export = psk_server_export

/* Rows of a mechanism's tables, in this order, each with its comma. */
#define PSK_OPTION_ROWS(PEER_BIT, SERVER_BIT)                                                      \
    {.name = "realm",                                                                              \
     .summary = "Realm of the devices' NAIs, device-N@realm.",                                     \
     .type = IMP_OPTION_STRING,                                                                    \
     .preset = "example.org",                                                                      \
     .min = 1,                                                                                     \
     .max = 200,                                                                                   \
     .roles = PEER_BIT},                                                                           \
        {.name = "server-id",                                                                      \
         .summary = "NAI of the server (ID_S).",                                                   \
         .type = IMP_OPTION_STRING,                                                                \
         .preset = PSK_SERVER_ID,                                                                  \
         .min = 1,                                                                                 \
         .max = IMP_EAP_ID_MAX,                                                                    \
         .roles = SERVER_BIT},                                                                     \
        {.name = "bad-mac",                                                                        \
         .summary =                                                                                \
             "After a wrong MAC or tag: discard silently (RFC 4764), or end the conversation.",    \
         .type = IMP_OPTION_CHOICE,                                                                \
         .preset = "silent-drop",                                                                  \
         .choices = (const char *const[]){"silent-drop", "eap-failure", NULL},                     \
         .roles = PEER_BIT | SERVER_BIT},                                                          \
        {.name = "authorize",                                                                      \
         .summary =                                                                                \
             "The server allows access; off: it sends DONE_FAILURE over the protected channel.",   \
         .type = IMP_OPTION_BOOL,                                                                  \
         .preset = "true",                                                                         \
         .roles = SERVER_BIT},                                                                     \
        {.name = "ext-payload",                                                                    \
         .summary =                                                                                \
             "Size of EXT_Payload in an extended authentication; 0: standard authentication. "     \
             "The RFC defines no extension; ours (type 255) echoes.",                              \
         .type = IMP_OPTION_INT,                                                                   \
         .preset = "0",                                                                            \
         .min = 0,                                                                                 \
         .max = PSK_EXT_MAX,                                                                       \
         .unit = "octets",                                                                         \
         .roles = SERVER_BIT},                                                                     \
        {.name = "ext-supported",                                                                  \
         .summary =                                                                                \
             "The peer knows extension type 255; off: it answers with an empty EXT_Payload.",      \
         .type = IMP_OPTION_BOOL,                                                                  \
         .preset = "true",                                                                         \
         .roles = PEER_BIT},                                                                       \
        {.name = "id-encoding",                                                                    \
         .summary =                                                                                \
             "ID_S and ID_P in messages and MACs: the octets of the NAI (RFC 4764), or with the "  \
             "NUL that ends a string in C. Ends that differ discard each other's messages.",       \
         .type = IMP_OPTION_CHOICE,                                                                \
         .preset = "nai",                                                                          \
         .choices = (const char *const[]){"nai", "nul-terminated", NULL},                          \
         .roles = PEER_BIT | SERVER_BIT},                                                          \
        {.name = "identity-source",                                                                \
         .summary = "By which identity the server finds the key: ID_P of message 2, or that of "   \
                    "EAP-Response/Identity, which ID_P must then repeat.",                         \
         .type = IMP_OPTION_CHOICE,                                                                \
         .preset = "id-p",                                                                         \
         .choices = (const char *const[]){"id-p", "eap-identity", NULL},                           \
         .roles = SERVER_BIT},                                                                     \
        {.name = "psk-entropy",                                                                    \
         .summary =                                                                                \
             "Entropy of the PSK; below 128 it is one of a list, as if made from a password, "     \
             "which RFC 4764 section 8.7 advises against.",                                        \
         .type = IMP_OPTION_INT,                                                                   \
         .preset = "128",                                                                          \
         .min = 0,                                                                                 \
         .max = 128,                                                                               \
         .unit = "bits",                                                                           \
         .roles = PEER_BIT},
#define PSK_FLAW_ROWS(PEER, SERVER)                                                                \
    {.name = "no-server-auth",                                                                     \
     .summary = "The peer checks neither MAC_S nor the protected result of message 3; each alone " \
                "proves the server's key.",                                                        \
     .role = PEER,                                                                                 \
     .broken_by = "dolev-yao",                                                                     \
     .goal = "g3"},                                                                                \
        {.name = "no-peer-auth",                                                                   \
         .summary = "The server checks neither MAC_P nor the tag of message 4, and takes unknown " \
                    "identities; each alone would stop a peer without the key.",                   \
         .role = SERVER,                                                                           \
         .broken_by = "dolev-yao",                                                                 \
         .goal = "g3"},
enum { PSK_OPTIONS = 9, PSK_FLAWS = 2 };

#endif
