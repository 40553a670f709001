/* SPDX-License-Identifier: GPL-2.0-only */
/* pana.h - PANA (RFC 5191): indices of the mechanism's tables and memory of its two roles.
 *
 * The roles serve other mechanisms too (zigbee-ip): their options and flaws are found by name,
 * their messages come first in the table, channel 0 leads to the PaC. A mechanism without an option
 * network-key hands out a network key; one with a channel PANA_RELAY_CHANNEL has a relay between
 * the two (relay.h). */
#ifndef IMPRINT_PANA_H
#define IMPRINT_PANA_H

#include "protocols/eap/aaa.h"
#include "protocols/eap/choice.h"
#include "protocols/eap/eap_peer.h"
#include "protocols/eap/eap_server.h"
#include "encapsulation.h"

enum { PANA_PAC, PANA_PAA, PANA_AAA }; /* roles, of pana only */
enum {
    PANA_CHANNEL,
    PANA_OOB_TO_SERVER,
    PANA_OOB_TO_PEER,
    PANA_BACKEND,
    PANA_BACKEND_TLS,
    PANA_OOB_TO_AAA,
    PANA_OOB_FROM_AAA,
};

enum pana_label {
    PANA_MSG_PCI,
    PANA_MSG_PAR_S,
    PANA_MSG_PAN_S,
    PANA_MSG_PAR,
    PANA_MSG_PAN,
    PANA_MSG_PAR_C,
    PANA_MSG_PAN_C,
    PANA_MSG_PTR,
    PANA_MSG_PTA,
    PANA_MSG_PNR_P,
    PANA_MSG_PNA_P,
    PANA_MSG_PNR_A,
    PANA_MSG_PNA_A,
    PANA_MESSAGES, /* so many in PANA_MESSAGE_ROWS */
    PANA_MSG_OOB_TO_SERVER = PANA_MESSAGES,
    PANA_MSG_OOB_TO_PEER,
    PANA_MSG_ACCESS_REQUEST, /* of radius_rows.h from here on */
    PANA_MSG_ACCESS_CHALLENGE,
    PANA_MSG_ACCESS_ACCEPT,
    PANA_MSG_ACCESS_REJECT,
};

enum pana_option {
    PANA_OPT_METHOD,
    PANA_OPT_ALGORITHMS,
    PANA_OPT_LIFETIME,
    PANA_OPT_NONCE,
    PANA_OPT_PATIENCE,
    PANA_OPT_PING,
    PANA_OPT_RENEW,
    PANA_OPT_ENCRYPTED,
    PANA_OPT_NOTICE,
    PANA_OPT_RESTART,
    PANA_OPT_START,
    PANA_OPT_PIGGYBACK,
    PANA_OPT_RECONFIGURE,
    PANA_OPT_GRANT,
    PANA_OPT_STATELESS,
    PANA_OPT_NETWORK_KEY,
    PANA_OPT_REKEY, /* those of the methods from here on */
};
enum { PANA_ALG_BOTH, PANA_ALG_SHA1, PANA_ALG_SHA256 };

enum {
    PANA_FLAW_SERVER_AUTH,
    PANA_FLAW_PEER_AUTH,
    PANA_FLAW_AUTH_AVP,
    PANA_FLAW_ENCRYPTION,
    PANA_FLAW_REKEY
}; /* psk.h's first */

/* States of the PaC, named by what it waits for. */
enum pana_pac_state {
    PANA_PAC_OFF,     /* for its start */
    PANA_PAC_START,   /* for PAR with the S bit */
    PANA_PAC_REQUEST, /* for the next PAR */
    PANA_PAC_OPEN,    /* for the end of the session */
    PANA_PAC_HELD,    /* for its next attempt */
    PANA_PAC_CLOSING, /* for PTA */
};

/* States of the PAA's session with one PaC. */
enum pana_paa_state {
    PANA_PAA_IDLE,     /* for PCI */
    PANA_PAA_START,    /* for PAN with the S bit */
    PANA_PAA_ANSWER,   /* for the next PAN */
    PANA_PAA_RESULT,   /* for PAN with the C bit */
    PANA_PAA_FAILING,  /* for PAN with the C bit, without an association */
    PANA_PAA_OPEN,     /* for the end of the session */
    PANA_PAA_CLOSING,  /* for PTA */
    PANA_PAA_AAA,      /* for the reply of the AAA server */
    PANA_PAA_RESPONSE, /* for a PAR of the PaC, which did not answer EAP in its PAN */
};

/* Retransmission, section 9: RT of RFC 3315 with RAND in -0.1..0.1. */
struct pana_retry {
    imp_time timeout, at; /* IMP_NEVER: nothing is outstanding */
    unsigned count;
};
#define PANA_CELL_NETWORK_KEY "network-key"
/* A relay's own session, from when it joined: at the agent PANA_CELL_MEMBER and a number from 0 up,
 * a struct pana_membership, the relay's address with it; at the relay without a number. */
#define PANA_CELL_MEMBER "member"
#define PANA_CELL_GROUP "group/" /* and the NAI of a PaC: its group, an octet */
enum { PANA_MRC = 10 };
#define PANA_REQUEST_MRT (30 * IMP_S)
enum { PANA_PING = 64 }; /* octets enough for a notification with AUTH */
void pana_retry_begin(struct pana_retry *r, struct imp_env *env, imp_time now);
/* When the re-authentication phase begins of a session that starts now: IMP_NEVER or a time before
 * its end. */
imp_time pana_renewal(const struct imp_env *env, uint32_t lifetime, imp_time now);
/* The next one, at most `cap` later. */
void pana_retry_again(struct pana_retry *r, struct imp_env *env, imp_time cap, imp_time now);

struct pana_pac {
    struct imp_env *env;
    enum pana_pac_state state;
    const struct imp_eap_method *method;
    struct imp_eap_peer eap;
    union imp_eap_peer_context context; /* of the method */
    struct pana_retry retry;
    struct pana_transcript t;
    uint32_t session, sequence; /* of the request that was answered last */
    uint8_t answer[PANA_MTU];   /* to it, for duplicates */
    size_t answer_n;
    int answer_label;
    struct pana_sa sa;
    struct pana_retry ping;    /* of the next ping, or of the one outstanding */
    bool pinging;              /* a request of ours is outstanding */
    int own_label;             /* of it, or of a request with an EAP response */
    bool own_drawn;            /* own_sequence has begun */
    uint32_t own_first;        /* of them when the association was made */
    imp_time renew;            /* when it asks for re-authentication */
    bool renewing;             /* in the re-authentication phase */
    bool leaving;              /* the session is to end when it is answered */
    bool reconfigure;          /* the agent asks for another IP address */
    uint32_t own_sequence;     /* of our own requests */
    uint8_t request[PANA_MTU]; /* outstanding */
    size_t request_n;
    bool claimed; /* COMPLETE is said */
    imp_time now; /* of the event in progress */
};

/* What both ends of a session of before have kept of it. */
struct pana_membership {
    struct imp_addr relay;
    uint32_t session, key_id, sequence; /* of the agent's last request */
    uint8_t auth_key[PANA_KEY_MAX], paa_encr_key[PANA_ENCR_KEY], pac_encr_key[PANA_ENCR_KEY];
};
/* The association of it, with HMAC-SHA256 and AES128-CTR. */
void pana_membership_sa(struct pana_sa *out, const struct pana_membership *m);
/* Both ends of one, by the generator of the relay. */
void pana_membership_make(struct pana_membership *out, struct imp_env *relay);

struct pana_paa;

struct pana_session {
    bool used;
    struct pana_paa *paa;
    struct imp_addr addr, relay; /* of the PaC; of the relay before it, or n = 0 */
    bool member;                 /* it is a relay itself, spoken to on the relay's channel */
    enum pana_paa_state state;
    struct imp_eap_server eap;
    union imp_eap_session_context context; /* of the method */
    struct imp_radius_conversation radius; /* with the AAA server, in the place of both */
    struct pana_retry retry;
    struct pana_transcript t;
    uint32_t session, sequence; /* of the request outstanding */
    uint32_t key_id;            /* last given */
    uint8_t request[PANA_MTU];
    size_t request_n;
    int request_label;
    struct pana_sa sa; /* of the latest authentication */
    uint32_t first;    /* sequence number with which it was made */
    bool heard;        /* a request of the PaC in that association */
    uint32_t heard_sequence;
    uint8_t answer[PANA_PING]; /* to its latest PAR or PTR, for duplicates */
    size_t answer_n;
    char peer_id[IMP_EAP_ID_MAX + 1];
    imp_time expiry, renew; /* of the session; when re-authentication begins by itself */
    imp_time ping;          /* when the PaC is asked whether it is there */
    bool pinging;           /* it is: our notification is outstanding */
    bool handing;           /* with a key in it */
    uint32_t ending;        /* cause of the termination that waits for that; 0: none */
    imp_time opened;        /* when the PaC was let in */
    bool unauthorized;      /* authenticated, but not let in: sa is for the last answer alone */
    bool renewing;          /* in the re-authentication phase: sa is still the old one */
};

enum { PANA_SESSIONS = 256, PANA_START_KEY = 32 };

struct pana_paa {
    struct imp_env *env;
    const struct imp_eap_method *method;
    struct imp_aaa aaa;
    imp_time now;
    size_t last;    /* session that acted last */
    size_t reached; /* sessions from here on were never used: their pages stay untouched */
    struct pana_session sessions[PANA_SESSIONS];
    union imp_eap_shared_context shared; /* of the method */
    bool keyed;                          /* start_key is drawn */
    uint8_t start_key[PANA_START_KEY];   /* of the numbers of a start that is not kept */
};

extern const struct imp_legal pana_pac_legal[];
#define PANA_PAA_LEGAL_ROWS                                                                        \
    {PANA_PAA_IDLE, PANA_MSG_PCI}, {PANA_PAA_IDLE, PANA_MSG_PTR}, {PANA_PAA_START, PANA_MSG_PCI},  \
        {PANA_PAA_START, PANA_MSG_PAN_S}, {PANA_PAA_ANSWER, PANA_MSG_PCI},                         \
        {PANA_PAA_ANSWER, PANA_MSG_PAN}, {PANA_PAA_ANSWER, PANA_MSG_PAN_S},                        \
        {PANA_PAA_RESULT, PANA_MSG_PAN}, {PANA_PAA_RESULT, PANA_MSG_PAN_C},                        \
        {PANA_PAA_RESULT, PANA_MSG_PCI}, {PANA_PAA_FAILING, PANA_MSG_PAN_C},                       \
        {PANA_PAA_FAILING, PANA_MSG_PCI}, {PANA_PAA_OPEN, PANA_MSG_PCI},                           \
        {PANA_PAA_OPEN, PANA_MSG_PNR_P}, {PANA_PAA_OPEN, PANA_MSG_PAN_C},                          \
        {PANA_PAA_OPEN, PANA_MSG_PTR}, {PANA_PAA_OPEN, PANA_MSG_PNR_A},                            \
        {PANA_PAA_OPEN, PANA_MSG_PNA_P}, {PANA_PAA_CLOSING, PANA_MSG_PNA_P},                       \
        {PANA_PAA_ANSWER, PANA_MSG_PNR_A}, {PANA_PAA_CLOSING, PANA_MSG_PTR},                       \
        {PANA_PAA_CLOSING, PANA_MSG_PTA}, {PANA_PAA_CLOSING, PANA_MSG_PCI},                        \
        {PANA_PAA_RESPONSE, PANA_MSG_PAR}, {PANA_PAA_RESPONSE, PANA_MSG_PAN},                      \
        {PANA_PAA_RESPONSE, PANA_MSG_PCI}, {PANA_PAA_RESPONSE, PANA_MSG_PAN_S},                    \
        {PANA_PAA_ANSWER, PANA_MSG_PAR}, {PANA_PAA_RESULT, PANA_MSG_PAR},                          \
        {PANA_PAA_FAILING, PANA_MSG_PAR}, {PANA_PAA_IDLE, PANA_MSG_PAN_S},                         \
        {PANA_PAA_OPEN, PANA_MSG_PAN_S},
/* Before an AAA server; CHALLENGE, ACCEPT, REJECT: indices of its replies. */
#define PANA_PAA_AAA_LEGAL_ROWS(CHALLENGE, ACCEPT, REJECT)                                         \
    {PANA_PAA_AAA, PANA_MSG_PCI}, {PANA_PAA_AAA, PANA_MSG_PAR}, {PANA_PAA_AAA, (CHALLENGE)},       \
        {PANA_PAA_AAA, (ACCEPT)}, {PANA_PAA_AAA, (REJECT)},
extern const char *const pana_pac_states[];
extern const char *const pana_paa_states[];
extern const char *const pana_algorithm_names[];
/* EAP-PSK's message 2 in an EAP-Payload. */
bool pana_guess_evidence(void *kept, struct imp_env *env, int channel, const uint8_t *bytes,
                         size_t n);
extern const struct imp_mechanism imp_pana;

imp_party_init pana_pac_init, pana_paa_init;
imp_party_event pana_pac_event, pana_paa_event;
imp_party_fini pana_pac_fini, pana_paa_fini;
int pana_pac_state_of(const void *ctx);
int pana_paa_state_of(const void *ctx);
/* Another network key for all; false: the agent has none. */
bool pana_paa_next_key(struct pana_paa *p);
/* Whether a PaC's session is open that has not the latest key yet. */
bool pana_paa_key_is_on_its_way(const struct pana_paa *p);

/* Whether option `algorithms` has this PRF or integrity algorithm. */
bool pana_has_prf(const struct imp_env *env, uint32_t prf);
bool pana_has_integrity(const struct imp_env *env, uint32_t integrity);

/* ---- rows of tables
 * ----------------------------------------------------------------------------------- */
/* In the order of enum pana_label. */
#define PANA_MESSAGE_ROWS                                                                          \
    {"PCI", IMP_PHASE_DISCOVERY, PANA_CHANNEL}, {"PAR[S]", IMP_PHASE_BOOTSTRAPPING, PANA_CHANNEL}, \
        {"PAN[S]", IMP_PHASE_BOOTSTRAPPING, PANA_CHANNEL},                                         \
        {"PAR", IMP_PHASE_BOOTSTRAPPING, PANA_CHANNEL},                                            \
        {"PAN", IMP_PHASE_BOOTSTRAPPING, PANA_CHANNEL},                                            \
        {"PAR[C]", IMP_PHASE_BOOTSTRAPPING, PANA_CHANNEL},                                         \
        {"PAN[C]", IMP_PHASE_BOOTSTRAPPING, PANA_CHANNEL},                                         \
        {"PTR", IMP_PHASE_REGISTRATION, PANA_CHANNEL},                                             \
        {"PTA", IMP_PHASE_REGISTRATION, PANA_CHANNEL},                                             \
        {"PNR[P]", IMP_PHASE_REGISTRATION, PANA_CHANNEL},                                          \
        {"PNA[P]", IMP_PHASE_REGISTRATION, PANA_CHANNEL},                                          \
        {"PNR[A]", IMP_PHASE_REGISTRATION, PANA_CHANNEL},                                          \
        {"PNA[A]", IMP_PHASE_REGISTRATION, PANA_CHANNEL},
/* What the roles do, whatever they are called. */
#define PANA_PAC_CALLS                                                                             \
    .context_size = sizeof(struct pana_pac), .init = pana_pac_init, .event = pana_pac_event,       \
    .fini = pana_pac_fini, .state = pana_pac_state_of, .states = pana_pac_states,                  \
    .legal = pana_pac_legal
#define PANA_PAA_CALLS(LEGAL)                                                                      \
    .context_size = sizeof(struct pana_paa), .init = pana_paa_init, .event = pana_paa_event,       \
    .fini = pana_paa_fini, .state = pana_paa_state_of, .states = pana_paa_states, .legal = LEGAL
#define PANA_PSK_GUESS_ROW(PAC)                                                                    \
    {                                                                                              \
        .name = "PSK",                                                                             \
        .summary = "Shared by PaC and PAA; off line against MAC_P of EAP-PSK's message 2.",        \
        .role = (PAC), .cell = PSK_CELL_KEYS, .bits = psk_guess_bits,                              \
        .candidate = psk_guess_candidate, .evidence_size = sizeof(struct psk_evidence),            \
        .evidence = pana_guess_evidence, .right = psk_evidence_right                               \
    }
/* With network-key. */
#define PANA_REKEY_OPTION_ROW(PAA_BIT)                                                             \
    {                                                                                              \
        .name = "rekey",                                                                           \
        .summary =                                                                                 \
            "When a member leaves or is struck off, those who stay get another network key "       \
            "(PNR with the P bit).",                                                               \
        .type = IMP_OPTION_BOOL, .preset = "true", .roles = PAA_BIT                                \
    }
/* `with` makes an agent at fault. */
#define PANA_ENCRYPTION_FLAW_ROW(PAC, WITH)                                                        \
    {                                                                                              \
        .name = "any-encryption",                                                                  \
        .summary = "The PaC takes an AVP that must be encrypted also when it is not.",             \
        .role = (PAC), .broken_by = "passive", .goal = "g1", .with = WITH                          \
    }
/* `with` makes the network key, and strikes a device off. */
#define PANA_REKEY_FLAW_ROW(PAA, WITH)                                                             \
    {                                                                                              \
        .name = "no-rekey", .summary = "The network key stays when a member is struck off.",       \
        .role = (PAA), .broken_by = "passive", .goal = "g13", .with = WITH                         \
    }
#define PANA_NO_AUTH_CHECK_ROW(PAC)                                                                \
    {                                                                                              \
        .name = "no-auth-check",                                                                   \
        .summary =                                                                                 \
            "The PaC takes a successful result whose AUTH is missing or wrong, whatever the "      \
            "method says.",                                                                        \
        .role = (PAC), .broken_by = "dolev-yao", .goal = "g3"                                      \
    }
/* AUTH of messages within a session. PAC_PING, PAA_PING: what makes that end ping. */
#define PANA_SESSION_FLAW_ROWS(PAC, PAA, PAC_PING, PAA_PING)                                       \
    {.name = "any-agent-message",                                                                  \
     .summary = "Within a session the PaC takes requests and answers of the agent (PNR, PNA, "     \
                "PTR, PTA, PAR of re-authentication) whatever their AUTH.",                        \
     .role = (PAC),                                                                                \
     .broken_by = "late-comer",                                                                    \
     .goal = "g3",                                                                                 \
     .with = PAC_PING},                                                                            \
        {.name = "any-client-message",                                                             \
         .summary = "Within a session the agent takes requests and answers of the PaC (PNR, PNA, " \
                    "PTR, PTA, PAN of re-authentication) whatever their AUTH.",                    \
         .role = (PAA),                                                                            \
         .broken_by = "late-comer",                                                                \
         .goal = "g3",                                                                             \
         .with = PAA_PING},
/* ALGORITHMS: preset of the option of that name. */
#define PANA_OPTION_ROWS(PAC_BIT, PAA_BIT, ALGORITHMS)                                             \
    {.name = "algorithms",                                                                         \
     .summary = "PRF and integrity algorithms: those of RFC 5191 with "                            \
                "SHA-1, those with SHA-256, or both, these first.",                                \
     .type = IMP_OPTION_CHOICE,                                                                    \
     .preset = ALGORITHMS,                                                                         \
     .choices = pana_algorithm_names,                                                              \
     .roles = (PAC_BIT) | (PAA_BIT)},                                                              \
        {.name = "session-lifetime",                                                               \
         .summary = "Session-Lifetime that the PAA grants; 0: no end.",                            \
         .type = IMP_OPTION_INT,                                                                   \
         .preset = "28800",                                                                        \
         .min = 0,                                                                                 \
         .max = 2147483647,                                                                        \
         .unit = "s",                                                                              \
         .roles = PAA_BIT},                                                                        \
        {.name = "nonce-size",                                                                     \
         .summary = "Size of this end's Nonce.",                                                   \
         .type = IMP_OPTION_INT,                                                                   \
         .preset = "16",                                                                           \
         .min = PANA_NONCE_MIN,                                                                    \
         .max = 20,                                                                                \
         .unit = "octets",                                                                         \
         .roles = (PAC_BIT) | (PAA_BIT)},                                                          \
        {.name = "pac-timeout",                                                                    \
         .summary = "How long the PaC keeps a conversation in which nothing "                      \
                    "comes.",                                                                      \
         .type = IMP_OPTION_INT,                                                                   \
         .preset = "60",                                                                           \
         .min = 1,                                                                                 \
         .max = 3600,                                                                              \
         .unit = "s",                                                                              \
         .roles = PAC_BIT},                                                                        \
        {.name = "ping-interval",                                                                  \
         .summary =                                                                                \
             "Time after which this end asks the other, when it is silent, whether the session "   \
             "is there (PNR with the P bit); 0: never.",                                           \
         .type = IMP_OPTION_INT,                                                                   \
         .preset = "0",                                                                            \
         .min = 0,                                                                                 \
         .max = 86400,                                                                             \
         .unit = "s",                                                                              \
         .roles = (PAC_BIT) | (PAA_BIT)},                                                          \
        {.name = "re-authentication",                                                              \
         .summary =                                                                                \
             "How long before the end of the session this end begins the re-authentication "       \
             "phase; 0: never.",                                                                   \
         .type = IMP_OPTION_INT,                                                                   \
         .preset = "0",                                                                            \
         .min = 0,                                                                                 \
         .max = 86400,                                                                             \
         .unit = "s",                                                                              \
         .roles = (PAC_BIT) | (PAA_BIT)},                                                          \
        {.name = "encrypted-avps",                                                                 \
         .summary = "AVPs that this end encrypts (RFC 6786) once encryption is negotiated: those " \
                    "that must be, or all that may be, which asks for the negotiation; none: an "  \
                    "end at fault.",                                                               \
         .type = IMP_OPTION_CHOICE,                                                                \
         .preset = "required",                                                                     \
         .choices = pana_encrypted_names,                                                          \
         .roles = (PAC_BIT) | (PAA_BIT)},                                                          \
        {.name = "timeout-notice",                                                                 \
         .summary =                                                                                \
             "The PAA says the end of the session's lifetime (PTR with cause SESSION_TIMEOUT), "   \
             "and the PaC waits for it for some seconds before it begins anew.",                   \
         .type = IMP_OPTION_BOOL,                                                                  \
         .preset = "false",                                                                        \
         .roles = (PAC_BIT) | (PAA_BIT)},                                                          \
        {.name = "restart-by-pci",                                                                 \
         .summary = "A PCI within an exchange makes the PAA begin anew, so that a PaC that has "   \
                    "lost its state need not wait; false: it is discarded (RFC 5191 section "      \
                    "5.5), since it may be a stranger's.",                                         \
         .type = IMP_OPTION_BOOL,                                                                  \
         .preset = "true",                                                                         \
         .roles = PAA_BIT},                                                                        \
        {.name = "eap-in-start",                                                                   \
         .summary = "The PAA's first request (S bit) has the EAP-Request/Identity in it already, " \
                    "which saves an exchange.",                                                    \
         .type = IMP_OPTION_BOOL,                                                                  \
         .preset = "false",                                                                        \
         .roles = PAA_BIT},                                                                        \
        {.name = "piggyback",                                                                      \
         .summary = "The PaC's EAP responses travel in its answers; false: in requests of its "    \
                    "own, as where a response takes its time (RFC 5191 section 4.1).",             \
         .type = IMP_OPTION_BOOL,                                                                  \
         .preset = "true",                                                                         \
         .roles = PAC_BIT},                                                                        \
        {.name = "ip-reconfiguration",                                                             \
         .summary = "The PAA asks the PaC to take another IP address once it is admitted (I "      \
                    "bit); the PaC pings when it has done so.",                                    \
         .type = IMP_OPTION_BOOL,                                                                  \
         .preset = "false",                                                                        \
         .roles = PAA_BIT},                                                                        \
        {.name = "grant-access",                                                                   \
         .summary = "Who is authenticated is let in; false: the PAA's policy lets nobody in "      \
                    "(PANA_AUTHORIZATION_REJECTED, RFC 5191 section 4.1).",                        \
         .type = IMP_OPTION_BOOL,                                                                  \
         .preset = "true",                                                                         \
         .roles = PAA_BIT},                                                                        \
        {.name = "stateless-start",                                                                \
         .summary = "The PAA keeps nothing of a PCI and sends its answer once: a session begins "  \
                    "with the PaC's answer to that; the PaC repeats its PCI until the request "    \
                    "after it comes (RFC 5191 section 4.1).",                                      \
         .type = IMP_OPTION_BOOL,                                                                  \
         .preset = "false",                                                                        \
         .roles = (PAC_BIT) | (PAA_BIT),                                                           \
         .needs = "eap-in-start=false"},

#endif
