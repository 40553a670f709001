/* SPDX-License-Identifier: GPL-2.0-only */
/* ttls.h - EAP-TTLSv0 (RFC 5281; with TLS 1.3: RFC 9427) as a method for any lower layer.
 *
 * TLS, its packets, certificates and the server's cells are EAP-TLS's (etls.h), as are the options
 * tls-version, tls-suite, fragment-size, length-always, server-name, resumption and ticket-lifetime
 * and the flaw any-server. Its own options, found by their names: ttls-inner, ttls-identity,
 * ttls-mandatory, ttls-piggyback, password-entropy at the peer; ttls-certificate at both ends;
 * flaws any-password and any-ticket (server). */
#ifndef IMPRINT_EAP_TTLS_H
#define IMPRINT_EAP_TTLS_H

#include "etls.h"
#include "mschap.h"

enum {
    TTLS_TYPE = 21,
    TTLS_VERSION_MASK = 0x07, /* of the flags; 0 is all that there is: section 9.1 */
    TTLS_AVPS = 2048,         /* octets of one sequence; longer ones are refused */
    TTLS_CHALLENGE = 16,
    TTLS_PASSWORD = 26,         /* octets of one that we draw */
    TTLS_PASSWORD_PADDING = 16, /* section 11.2.5 */
    TTLS_MD5 = 16,
};
#define TTLS_CELL_PASSWORD "ttls-password" /* server: and /, and the user's name */
enum { TTLS_CELL_ACCOUNT = sizeof TTLS_CELL_PASSWORD + 1 + IMP_EAP_ID_MAX };
#define TTLS_CELL_TICKET "ttls-ticket/" /* server: and a ticket's ETLS_TICKET_ID in hexadecimal */

enum ttls_inner { TTLS_PAP, TTLS_CHAP, TTLS_MSCHAPV2, TTLS_EAP_MD5 };
extern const char *const ttls_inner_names[];    /* NULL-terminated */
extern const char *const ttls_identity_names[]; /* NULL-terminated */
enum { TTLS_ANONYMOUS, TTLS_NAI };              /* its values */

/* ---- attribute-value pairs (ttls_avp.c), section 10 */
enum ttls_code { /* RFC 2865; those of Microsoft: RFC 2548 */
                 TTLS_USER_NAME = 1,
                 TTLS_USER_PASSWORD = 2,
                 TTLS_CHAP_PASSWORD = 3,
                 TTLS_REPLY_MESSAGE = 18,
                 TTLS_CHAP_CHALLENGE = 60,
                 TTLS_EAP_MESSAGE = 79,
                 TTLS_MS_CHAP_ERROR = 2,
                 TTLS_MS_CHAP_CHALLENGE = 11,
                 TTLS_MS_CHAP2_RESPONSE = 25,
                 TTLS_MS_CHAP2_SUCCESS = 26,
};
struct ttls_avp {
    uint32_t code, vendor; /* vendor 0: none */
    bool mandatory;
    const uint8_t *data; /* borrows */
    size_t n;
};
/* The pair at *at, which moves on: 1; 0: the sequence is over; -1: malformed. */
int ttls_avp_next(struct ttls_avp *out, const uint8_t *p, size_t n, size_t *at);

struct ttls_writer {
    uint8_t bytes[TTLS_AVPS];
    size_t n;
    bool mandatory; /* the M bit of what is put */
    bool overflow;
};
void ttls_put(struct ttls_writer *w, uint32_t code, const void *data, size_t n);
void ttls_put_microsoft(struct ttls_writer *w, uint32_t code, const void *data, size_t n);

struct ttls_message { /* the pairs that we know; p NULL: not there. Borrows */
    struct imp_piece user_name, user_password, chap_challenge, chap_password, eap, reply;
    struct imp_piece ms_challenge, ms_response, ms_success, ms_error;
};
/* 0, or -1: malformed, one twice, or a mandatory one that we do not know. */
int ttls_read(struct ttls_message *out, const uint8_t *p, size_t n);

/* ---- what both ends compute (ttls_inner.c), section 11 */
/* Implicit challenge and identifier, section 11.1; false: the session is not open. */
struct ttls_challenge {
    uint8_t challenge[TTLS_CHALLENGE], ident;
};
bool ttls_challenge(const struct etls_end *e, struct ttls_challenge *out);
/* CHAP's answer, RFC 1994 section 4.1; EAP-MD5's is the same (RFC 3748 section 5.4). */
void ttls_chap(struct imp_env *env, uint8_t out[TTLS_MD5], uint8_t ident, const void *password,
               size_t password_n, const void *challenge, size_t challenge_n);

extern const struct etls_profile etls_eap_ttls;
/* What is agreed beside keys and names: TLS's version and the inner protocol. */
void ttls_claim_running(struct etls_end *e, enum ttls_inner inner);
void ttls_claim_commit(struct etls_end *e, enum ttls_inner inner, const void *password, size_t n);
/* Whether the version in a packet of type 21 is 0. */
bool ttls_version_ok(const uint8_t *packet);

/* ---- ends */
struct ttls_peer {
    enum { TTLS_PEER_AWAIT_START, TTLS_PEER_HANDSHAKE, TTLS_PEER_TUNNEL, TTLS_PEER_ENDED } state;
    bool succeeded;
    enum imp_eap_peer_verdict verdict; /* when all of what it says has been sent */
    enum ttls_inner inner;
    char nai[IMP_EAP_ID_MAX + 1];
    uint8_t password[MSCHAP_PASSWORD_MAX];
    size_t password_n;
    uint8_t ident;                 /* of MS-CHAP-V2 */
    char expected[MSCHAP_SUCCESS]; /* the server's answer in it */
    struct etls_end end;
};
struct ttls_server {
    enum {
        TTLS_SERVER_HANDSHAKE,
        TTLS_SERVER_AWAIT_AVPS,
        TTLS_SERVER_AWAIT_MD5,
        TTLS_SERVER_AWAIT_EMPTY, /* the peer has taken MS-CHAP2-Success */
        TTLS_SERVER_AWAIT_LAST,  /* the response to an alert or an error: failure */
        TTLS_SERVER_AWAIT_TAKEN, /* the response to a ticket: success */
    } state;
    bool succeeded, began; /* began: the peer has said its version */
    bool heard;            /* its ClientHello */
    bool named;            /* by a ticket of `ticket` */
    uint8_t ticket[ETLS_TICKET_ID];
    enum ttls_inner inner;
    char user[IMP_EAP_ID_MAX + 1];
    uint8_t password[MSCHAP_PASSWORD_MAX];
    size_t password_n;
    uint8_t md5_id, md5_challenge[TTLS_MD5];
    struct imp_eap_export keys; /* when succeeded */
    struct etls_end end;
};

void ttls_peer_start(void *peer, struct imp_env *env, imp_time now);
void ttls_peer_begin(void *peer, struct imp_env *env, imp_time now);
size_t ttls_peer_identity(void *peer, struct imp_env *env, char *out, size_t cap);
enum imp_eap_peer_verdict ttls_peer_process(void *peer, struct imp_eap_io *io);
imp_time ttls_peer_end(void *peer, struct imp_env *env, bool success, imp_time now);
bool ttls_peer_export(const void *peer, struct imp_eap_export *out);
void ttls_peer_free(void *peer);
enum imp_eap_server_verdict ttls_server_begin(void *session, void *shared, struct imp_eap_io *io);
enum imp_eap_server_verdict ttls_server_process(void *session, void *shared, struct imp_eap_io *io);
void ttls_server_event(void *shared, struct imp_env *env, const struct imp_event *e, imp_time now);
void ttls_server_end(void *session, void *shared, struct imp_env *env, bool success, imp_time now);
bool ttls_server_export(const void *session, struct imp_eap_export *out);
void ttls_server_free(void *session);

/* ---- resumption (ttls_resume.c), section 7.5 */
/* The account of that name, into s->user and s->password. */
bool ttls_find_user(struct ttls_server *s, struct imp_env *env, const void *name, size_t n);
/* The peer's first message has come, and is not fed yet: which ticket counts, and whose it is. */
void ttls_admit_ticket(struct ttls_server *s, imp_time now);
/* From now on the tickets of this conversation stand for its user. */
void ttls_record_tickets(struct ttls_server *s, imp_time now);

/* A password for each device, behind etls_provision(): servers are the parties of role `server`. */
void ttls_provision(struct imp_env *const *parties, size_t count, int peer, int server);
/* Password number i, or of drawn octets: what a list of likely passwords would hold. */
void ttls_password(char out[TTLS_PASSWORD], const uint8_t key[16]);
unsigned ttls_guess_bits(const struct imp_env *env); /* option password-entropy */
size_t ttls_guess_candidate(const struct imp_env *env, uint64_t i, uint8_t out[IMP_GUESS_MAX]);
/* The answers of CHAP and MS-CHAP-V2 are in the tunnel: nothing that is read tells a candidate. */
bool ttls_guess_evidence(void *evidence, struct imp_env *env, int channel, const uint8_t *bytes,
                         size_t n);
bool ttls_guess_right(const void *evidence, const uint8_t *candidate, size_t n);

/* The fields of a struct imp_eap_method but for its label, which is the mechanism's. */
#define TTLS_METHOD_FIELDS                                                                         \
    .type = TTLS_TYPE, .name = "EAP-TTLS", .computing = 4 * IMP_S,                                 \
    .peer_size = sizeof(struct ttls_peer), .session_size = sizeof(struct ttls_server),             \
    .peer_start = ttls_peer_start, .peer_begin = ttls_peer_begin,                                  \
    .peer_identity = ttls_peer_identity, .peer_process = ttls_peer_process,                        \
    .peer_event = etls_peer_event, .peer_end = ttls_peer_end, .peer_export = ttls_peer_export,     \
    .peer_free = ttls_peer_free, .server_start = etls_server_start,                                \
    .server_event = ttls_server_event, .server_begin = ttls_server_begin,                          \
    .server_process = ttls_server_process, .server_end = ttls_server_end,                          \
    .server_export = ttls_server_export, .server_free = ttls_server_free

#define TTLS_OPTION_ROWS(PEER_BIT, SERVER_BIT)                                                     \
    {.name = "ttls-inner",                                                                         \
     .summary = "EAP-TTLS: how the peer shows in the tunnel that it has the password.",            \
     .type = IMP_OPTION_CHOICE,                                                                    \
     .preset = "pap",                                                                              \
     .choices = ttls_inner_names,                                                                  \
     .roles = PEER_BIT},                                                                           \
        {.name = "ttls-identity",                                                                  \
         .summary = "EAP-TTLS: the identity before the tunnel, anonymous@ the realm or the NAI "   \
                    "(RFC 5281 section 7.3).",                                                     \
         .type = IMP_OPTION_CHOICE,                                                                \
         .preset = "anonymous",                                                                    \
         .choices = ttls_identity_names,                                                           \
         .roles = PEER_BIT},                                                                       \
        {.name = "ttls-mandatory",                                                                 \
         .summary = "EAP-TTLS: what the peer says in the tunnel has the M bit (section 11.4).",    \
         .type = IMP_OPTION_BOOL,                                                                  \
         .preset = "true",                                                                         \
         .roles = PEER_BIT},                                                                       \
        {.name = "ttls-piggyback",                                                                 \
         .summary =                                                                                \
             "EAP-TTLS with TLS 1.3: credentials right behind the peer's Finished (section "       \
             "7.4); off: when the server has answered that, as some implementations.",             \
         .type = IMP_OPTION_BOOL,                                                                  \
         .preset = "true",                                                                         \
         .roles = PEER_BIT},                                                                       \
        {.name = "ttls-certificate",                                                               \
         .summary = "EAP-TTLS: the peer has a certificate beside its password, the server wants "  \
                    "one.",                                                                        \
         .type = IMP_OPTION_BOOL,                                                                  \
         .preset = "false",                                                                        \
         .roles = PEER_BIT | SERVER_BIT},                                                          \
        {.name = "password-entropy",                                                               \
         .summary = "EAP-TTLS: entropy of the device's password; below 128 it is one of a list.",  \
         .type = IMP_OPTION_INT,                                                                   \
         .preset = "128",                                                                          \
         .min = 0,                                                                                 \
         .max = 128,                                                                               \
         .unit = "bits",                                                                           \
         .roles = PEER_BIT},
#define TTLS_FLAW_ROWS(SERVER)                                                                     \
    {.name = "any-password",                                                                       \
     .summary = "EAP-TTLS: the server takes whatever the peer says in the tunnel.",                \
     .role = SERVER,                                                                               \
     .broken_by = "dolev-yao",                                                                     \
     .goal = "g3",                                                                                 \
     .with = "eap-method=eap-ttls"},                                                               \
        {.name = "any-ticket",                                                                     \
         .summary = "EAP-TTLS: a ticket of a conversation in which the password was wrong "        \
                    "resumes it as if it had been right.",                                         \
         .role = SERVER,                                                                           \
         .broken_by = "dolev-yao",                                                                 \
         .goal = "g3",                                                                             \
         .with = "eap-method=eap-ttls,tls-version=1.2,resumption=true"},
#define TTLS_GUESS_ROW(PEER)                                                                       \
    {                                                                                              \
        .name = "password",                                                                        \
        .summary = "EAP-TTLS's, on line only: what is computed from it is inside TLS.",            \
        .role = PEER, .cell = TTLS_CELL_PASSWORD, .bits = ttls_guess_bits,                         \
        .candidate = ttls_guess_candidate, .evidence_size = 1, .evidence = ttls_guess_evidence,    \
        .right = ttls_guess_right                                                                  \
    }

#endif
