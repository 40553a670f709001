/* SPDX-License-Identifier: GPL-2.0-only */
/* etls.h - EAP-TLS (RFC 5216 with TLS 1.2, RFC 9190 with TLS 1.3) as a method for any lower layer.
 *
 * What may be set of it are options of the mechanism, found by their names (options.h):
 * tls-version, fragment-size, length-always and resumption at both ends; server-name at the peer;
 * commitment, require-certificate and ticket-lifetime at the server; tls-suite at both ends; flaws
 * any-server (peer) and any-peer (server). Of device
 * identities: device-identity, ldevid-lifetime, device-clock, vendor-chain and send-chain at the
 * peer, subject-serial and identity-field and device-key at both ends, admitted,
 * vendor-intermediates, ca-names, revocation and crl-lifetime at the server. Of the server's
 * status: status-request at the peer, stapling and status-lifetime at the server. */
#ifndef IMPRINT_EAP_ETLS_H
#define IMPRINT_EAP_ETLS_H

#include "method.h"
#include "options.h"

#include "../tls/tls.h"
#include "../x509/vendor.h"

enum {
    ETLS_TYPE = 13,
    ETLS_LENGTH = 0x80, /* flags, RFC 5216 section 3.1 */
    ETLS_MORE = 0x40,
    ETLS_FLAG_START = 0x20,
    ETLS_OVERHEAD = 10,  /* EAP header, flags, TLS Message Length */
    ETLS_MESSAGE = 6144, /* octets of one side's flight, longer ones are refused */
    ETLS_FRAGMENT_MIN = 16,
    ETLS_SESSION = 4096, /* octets of a session that is kept */
    ETLS_TICKETS = 2,    /* of one session that are known apart */
    ETLS_TICKET_ID = 32, /* SHA-256 */
};

#define ETLS_CELL_KEY "eap-tls-key" /* as in crypto/device_key.h */
#define ETLS_CELL_CERTIFICATE "eap-tls-certificate"
#define ETLS_CELL_LDEVID                                                                           \
    "eap-tls-ldevid" /* peer: certificate of the operator's, beside the former */
#define ETLS_CELL_LDEVID_KEY "eap-tls-ldevid-key"
#define ETLS_CELL_ANCHOR "eap-tls-anchor"         /* the operator's authority */
#define ETLS_CELL_MAKER "eap-tls-maker"           /* server: the manufacturer's authority */
#define ETLS_CELL_SESSION "eap-tls-session"       /* peer: of the last ticket */
#define ETLS_CELL_TICKET_KEY "eap-tls-ticket-key" /* server */
#define ETLS_CELL_ISSUING "eap-tls-issuing"       /* the manufacturer's authority below that one */
#define ETLS_CELL_REVOKED "eap-tls-revoked-"      /* server: and the identity */
#define ETLS_CELL_STATUS "eap-tls-status"         /* server: OCSP response on its certificate */
#define ETLS_CELL_SERIAL "eap-tls-serial-"        /* server: of that identity's certificate */
#define ETLS_CELL_CRL "eap-tls-crl"               /* server: the last revocation list */
#define ETLS_CELL_CRL_KEY "eap-tls-crl-key"       /* server: signs the next */
#define ETLS_CELL_CRL_SIGNER "eap-tls-crl-signer" /* server: certificate of that key */
#define ETLS_SERVER "aaa.example.org"             /* where there is no option server-name */

/* ---- fragments (etls_packet.c), RFC 5216 section 2.1.5 */
struct etls_packet {
    bool start, more, has_length;
    uint32_t length;
    const uint8_t *data; /* borrows */
    size_t n;
};
/* `packet` is a whole EAP packet of type 13 with checked length. 0 or -1. */
int etls_parse(struct etls_packet *out, const uint8_t *packet, size_t n);

struct etls_message { /* being sent or put together */
    uint8_t bytes[ETLS_MESSAGE];
    size_t n, at; /* sent: octets before `at` are acknowledged */
    size_t total; /* received: as announced; 0: not */
    bool overflow;
};
/* Writes the next fragment of at most `size` octets of TLS data (and what the packet holds) into
 * io->out; nothing left: an empty packet. `length`: the field is there always. */
void etls_write(struct imp_eap_io *io, struct etls_message *m, size_t size, bool length);
enum etls_taken { ETLS_MALFORMED, ETLS_PART, ETLS_WHOLE };
enum etls_taken etls_take(struct etls_message *m, const struct etls_packet *p);
/* What a packet is, for labels. */
#define ETLS_KINDS(X)                                                                              \
    X(START, "EAP-TLS Start")                                                                      \
    X(CLIENT_HELLO, "EAP-TLS ClientHello")                                                         \
    X(SERVER_FLIGHT, "EAP-TLS ServerHello..")                                                      \
    X(CLIENT_FLIGHT, "EAP-TLS Certificate..Finished")                                              \
    X(RESULT, "EAP-TLS Finished or commitment")                                                    \
    X(ALERT_REQUEST, "EAP-TLS Request/Alert")                                                      \
    X(ALERT_RESPONSE, "EAP-TLS Response/Alert")                                                    \
    X(FRAGMENT_REQUEST, "EAP-TLS Request/fragment")                                                \
    X(FRAGMENT_RESPONSE, "EAP-TLS Response/fragment")                                              \
    X(EMPTY_REQUEST, "EAP-TLS Request/empty")                                                      \
    X(EMPTY_RESPONSE, "EAP-TLS Response/empty")
#define ETLS_ENUM_KIND(id, text) ETLS_##id,
enum etls_kind { ETLS_KINDS(ETLS_ENUM_KIND) ETLS_KIND_COUNT };
enum etls_kind etls_kind(const uint8_t *packet, size_t n);

/* What tells the methods apart that have TLS in EAP: RFC 9427 section 2.1. */
struct etls_profile {
    uint8_t type;
    const char *material; /* label of the keys in TLS 1.2 */
    /* The peer shows inside TLS who it is: no certificate of its own but by choice, no key in the
     * place of certificates. Whether a ticket resumes anything is the method's to say. */
    bool tunnel;
};
extern const struct etls_profile etls_eap_tls;

/* ---- one end of a conversation (etls_session.c) */
struct etls_end {
    struct imp_env *env;
    const struct etls_profile *profile;
    struct imp_tls *tls; /* NULL: none yet */
    imp_time now;
    bool server, running;                          /* running: that claim is made */
    bool ldevid;                                   /* peer: shows the operator's beside its own */
    char own[IMP_X509_NAME], other[IMP_X509_NAME]; /* identities; other empty: not authenticated */
    bool randoms[2];
    uint8_t random[2][32];                       /* client's, server's */
    uint8_t given[ETLS_TICKETS][ETLS_TICKET_ID]; /* server of a tunnel: tickets that it has given */
    size_t given_n;
    struct etls_message in, out;
};
/* A new TLS session with what the party's cells hold; false: something is missing. */
bool etls_open(struct etls_end *e, struct imp_env *env, const struct etls_profile *profile,
               bool server, imp_time now);
/* Feeds a whole message; what is to be said is in e->out. */
enum imp_dtls_state etls_feed(struct etls_end *e, imp_time now);
void etls_close(struct etls_end *e);
/* Takes a packet behind the Start: fragments and their acknowledgements are answered in io->out. */
enum etls_turn {
    ETLS_TURN_IGNORE,
    ETLS_TURN_ANSWERED,
    ETLS_TURN_MESSAGE, /* whole, in e->in; it may be empty */
};
enum etls_turn etls_turn(struct etls_end *e, const struct etls_packet *packet,
                         struct imp_eap_io *io);
/* Writes the next fragment of e->out, or an empty packet. */
void etls_say(struct etls_end *e, struct imp_eap_io *io);
/* The keys; false: not yet. In TLS 1.2 they are there from the client's Finished on. */
bool etls_export(const struct etls_end *e, struct imp_eap_export *out);
/* Whether it went on from an earlier conversation. */
bool etls_resumed(const struct etls_end *e);
/* Server of a tunnel, before its first message is fed: it takes tickets, and gives some. */
void etls_take_tickets(struct etls_end *e);
/* Peer: keeps what resumes this conversation, where the server gave a ticket. */
void etls_keep_session(struct etls_end *e);
/* Server: draws the key of its tickets, unless it has one. */
void etls_ticket_key(struct imp_env *env);
void etls_claim_running(struct etls_end *e);
void etls_claim_commit(struct etls_end *e);

/* ---- a device's identities (etls_devid.c) */
struct etls_cells {                          /* names */
    const char *certificate, *key, *issuing; /* issuing NULL: there is none */
};
/* Where the certificate is that an end shows, its key, and its issuer's certificate. */
const struct etls_cells *etls_own_cells(struct imp_env *env, bool server, imp_time now);
bool etls_has_clock(const struct imp_env *env);
void etls_claim_identities(struct imp_env *env);
/* The server has ended the handshake: its alert may say that the identity is over. */
void etls_devid_refused(struct etls_end *e);
void etls_devid_event(struct imp_env *env, const struct imp_event *e);

/* ---- the other's certificates (etls_verify.c); `end` is a struct etls_end */
bool etls_verify(void *end, const struct imp_piece *chain, size_t count);
enum imp_x509_verdict etls_path(struct etls_end *e, const struct imp_piece *chain, size_t count,
                                unsigned purpose, const char *host);
/* The authorities that an end trusts: how many. */
size_t etls_anchors(struct imp_env *env, struct imp_piece out[2], uint8_t der[2][IMP_X509_MAX]);
/* Of which kind a device's key is beside P-256, by device-key. */
enum imp_key etls_device_key(const struct imp_env *env);
/* The name by which a certificate's holder is known: its dNSName, or its subject. */
bool etls_identity(char out[IMP_X509_NAME], const uint8_t *der, size_t n);
/* A device's, by the field that identity-field names; one that lacks it has the name above, and
 * a server takes it not. */
bool etls_device_identity(const struct imp_env *env, char out[IMP_X509_NAME], const uint8_t *der,
                          size_t n);

/* ---- revocation at the server (etls_revocation.c) */
enum { ETLS_REVOCATION_LIST, ETLS_REVOCATION_CRL, ETLS_REVOCATION_NONE };
/* Whether the authority has struck off the verified certificate at chain[0]. */
enum imp_x509_verdict etls_standing(struct etls_end *e, const struct imp_piece *chain,
                                    size_t count);
void etls_revocation_event(struct imp_env *env, const struct imp_event *e, imp_time now);
/* Provisioning, where a server goes by lists: a key that signs them for `issuer`, and a first list;
 * each device's serial number under its identity. */
bool etls_has_lists(const struct imp_env *server);
void etls_provide_lists(struct imp_env *server, const struct imp_x509 *issuer,
                        const uint8_t secret[32]);
void etls_register(struct imp_env *server, const struct imp_x509 *device);

/* ---- ends */
struct etls_peer {
    enum { ETLS_PEER_AWAIT_START, ETLS_PEER_TALKING, ETLS_PEER_ENDED } state;
    bool succeeded;
    char nai[IMP_EAP_ID_MAX + 1];
    struct etls_end end;
};
struct etls_server {
    enum {
        ETLS_SERVER_TALKING,
        ETLS_SERVER_AWAIT_LAST,   /* the empty response to Finished or commitment */
        ETLS_SERVER_AWAIT_ALERTED /* the response to an alert */
    } state;
    bool succeeded;
    struct imp_eap_export keys; /* when succeeded */
    struct etls_end end;
};
#define ETLS_CELL_NAI "eap-tls-nai"
#define ETLS_CELL_PSK "eap-tls-psk" /* server: and /, and the NAI of the peer */
/* Whether a party has a key in the place of certificates: ZigBee IP's; EAP-TLS itself has
 * certificates. */
bool etls_by_key(const struct imp_env *env);
/* Writes the name of the server's cell with the key of that peer. */
void etls_key_cell(char out[IMP_X509_NAME + 16], const char *nai);

void etls_peer_start(void *peer, struct imp_env *env, imp_time now);
void etls_peer_begin(void *peer, struct imp_env *env, imp_time now);
size_t etls_peer_identity(void *peer, struct imp_env *env, char *out, size_t cap);
enum imp_eap_peer_verdict etls_peer_process(void *peer, struct imp_eap_io *io);
imp_time etls_peer_event(void *peer, struct imp_env *env, const struct imp_event *e, imp_time now);
bool etls_peer_export(const void *peer, struct imp_eap_export *out);
void etls_peer_free(void *peer);
void etls_server_start(void *shared, struct imp_env *env, imp_time now);
enum imp_eap_server_verdict etls_server_begin(void *session, void *shared, struct imp_eap_io *io);
enum imp_eap_server_verdict etls_server_process(void *session, void *shared, struct imp_eap_io *io);
void etls_server_event(void *shared, struct imp_env *env, const struct imp_event *e, imp_time now);
void etls_server_end(void *session, void *shared, struct imp_env *env, bool success, imp_time now);
bool etls_server_export(const void *session, struct imp_eap_export *out);
void etls_server_free(void *session);

enum etls_identities { ETLS_IDEVID, ETLS_LDEVID, ETLS_LDEVID_FIRST };
/* Certificates of one universe: an operator's authority that issues the server's and the devices'
 * LDevIDs, a manufacturer's, or one below it, that issues their IDevIDs (IEEE 802.1AR). Peers are
 * the parties of role 0, servers those of role `server`. The first peer tells for all what they
 * have. */
void etls_provision(struct imp_env *const *parties, size_t count, int server, const char *realm);

/* The fields of a struct imp_eap_method but for its label, which is the mechanism's. */
#define ETLS_METHOD_FIELDS                                                                         \
    .type = ETLS_TYPE, .name = "EAP-TLS", .computing = 4 * IMP_S,                                  \
    .peer_size = sizeof(struct etls_peer), .session_size = sizeof(struct etls_server),             \
    .peer_start = etls_peer_start, .peer_begin = etls_peer_begin,                                  \
    .peer_identity = etls_peer_identity, .peer_process = etls_peer_process,                        \
    .peer_event = etls_peer_event, .server_event = etls_server_event,                              \
    .peer_export = etls_peer_export, .peer_free = etls_peer_free,                                  \
    .server_start = etls_server_start, .server_begin = etls_server_begin,                          \
    .server_process = etls_server_process, .server_end = etls_server_end,                          \
    .server_export = etls_server_export, .server_free = etls_server_free

enum { ETLS_VERSION_1_2, ETLS_VERSION_1_3, ETLS_VERSION_BOTH };
/* The last is of ZigBee IP alone. */
enum { ETLS_SUITE_CCM, ETLS_SUITE_CCM_8, ETLS_SUITE_GCM, ETLS_SUITE_PSK_CCM_8 };
enum { ETLS_FIELD_NAME, ETLS_FIELD_SERIAL, ETLS_FIELD_COMMON_NAME, ETLS_FIELD_HARDWARE };
enum { ETLS_STATUS_NONE, ETLS_STATUS_ASK, ETLS_STATUS_REQUIRE };
/* In the order of enum etls_options. */
/* VERSION: preset of tls-version. */
#define ETLS_OPTION_ROWS_WITH(PEER_BIT, SERVER_BIT, VERSION)                                       \
    {.name = "tls-version",                                                                        \
     .summary = "Versions of TLS that an end offers or takes.",                                    \
     .type = IMP_OPTION_CHOICE,                                                                    \
     .preset = VERSION,                                                                            \
     .choices = (const char *const[]){"1.2", "1.3", "both", NULL},                                 \
     .roles = PEER_BIT | SERVER_BIT},                                                              \
        {.name = "fragment-size",                                                                  \
         .summary = "Largest part of a TLS message in one EAP packet; smaller where the link's "   \
                    "EAP MTU asks for it.",                                                        \
         .type = IMP_OPTION_INT,                                                                   \
         .preset = "1010",                                                                         \
         .min = ETLS_FRAGMENT_MIN,                                                                 \
         .max = IMP_EAP_MTU - ETLS_OVERHEAD,                                                       \
         .unit = "octets",                                                                         \
         .roles = PEER_BIT | SERVER_BIT},                                                          \
        {.name = "length-always",                                                                  \
         .summary = "TLS Message Length also in messages of one packet, as some implementations.", \
         .type = IMP_OPTION_BOOL,                                                                  \
         .preset = "false",                                                                        \
         .roles = PEER_BIT | SERVER_BIT},                                                          \
        {.name = "server-name",                                                                    \
         .summary = "dNSName that the server's certificate must bear (RFC 9190 section 5.2).",     \
         .type = IMP_OPTION_STRING,                                                                \
         .preset = ETLS_SERVER,                                                                    \
         .min = 1,                                                                                 \
         .max = 60,                                                                                \
         .unit = "octets",                                                                         \
         .roles = PEER_BIT},                                                                       \
        {.name = "commitment",                                                                     \
         .summary = "TLS 1.3: the server says 0x00 as application data before EAP-Success (RFC "   \
                    "9190 section 2.5); off: it does not, and a right peer believes no success.",  \
         .type = IMP_OPTION_BOOL,                                                                  \
         .preset = "true",                                                                         \
         .roles = SERVER_BIT},                                                                     \
        {.name = "require-certificate",                                                            \
         .summary = "The server ends the handshake of a peer without a certificate.",              \
         .type = IMP_OPTION_BOOL,                                                                  \
         .preset = "true",                                                                         \
         .roles = SERVER_BIT},                                                                     \
        {.name = "device-identity",                                                                \
         .summary = "Certificate of the device: idevid, of its manufacturer for ever, or ldevid, " \
                    "of the operator for a time (IEEE 802.1AR); ldevid-first: both, and the "      \
                    "former serves when the latter is over.",                                      \
         .type = IMP_OPTION_CHOICE,                                                                \
         .preset = "idevid",                                                                       \
         .choices = (const char *const[]){"idevid", "ldevid", "ldevid-first", NULL},               \
         .roles = PEER_BIT},                                                                       \
        {.name = "resumption",                                                                     \
         .summary =                                                                                \
             "The server gives session tickets, the peer keeps the last and begins with it "       \
             "(RFC 9190 section 2.1.2; RFC 5077).",                                                \
         .type = IMP_OPTION_BOOL,                                                                  \
         .preset = "false",                                                                        \
         .roles = PEER_BIT | SERVER_BIT},                                                          \
        {.name = "ticket-lifetime",                                                                \
         .summary = "Time for which a ticket is good.",                                            \
         .type = IMP_OPTION_INT,                                                                   \
         .preset = "3600",                                                                         \
         .min = 1,                                                                                 \
         .max = 604800,                                                                            \
         .unit = "s",                                                                              \
         .roles = SERVER_BIT},                                                                     \
        ETLS_DEVID_OPTION_ROWS(PEER_BIT, SERVER_BIT)
/* Device identities, IEEE 802.1AR. */
#define ETLS_DEVID_OPTION_ROWS(PEER_BIT, SERVER_BIT)                                               \
    {.name = "ldevid-lifetime",                                                                    \
     .summary = "Time for which an LDevID is good, from the beginning.",                           \
     .type = IMP_OPTION_INT,                                                                       \
     .preset = "63072000",                                                                         \
     .min = 1,                                                                                     \
     .max = 630720000,                                                                             \
     .unit = "s",                                                                                  \
     .roles = PEER_BIT,                                                                            \
     .needs = "device-identity=ldevid,ldevid-first"},                                              \
        {.name = "idevid-lifetime",                                                                \
         .summary = "Time for which an IDevID is good, from the beginning; 0: for ever.",          \
         .type = IMP_OPTION_INT,                                                                   \
         .preset = "0",                                                                            \
         .min = 0,                                                                                 \
         .max = 630720000,                                                                         \
         .unit = "s",                                                                              \
         .roles = PEER_BIT,                                                                        \
         .needs = "device-identity=idevid,ldevid-first"},                                          \
        {.name = "ignore-notafter",                                                                \
         .summary = "The server takes IDevIDs whose time is over: a device may outlive what its "  \
                    "manufacturer wrote there. LDevIDs it does not.",                              \
         .type = IMP_OPTION_BOOL,                                                                  \
         .preset = "false",                                                                        \
         .roles = SERVER_BIT},                                                                     \
        {.name = "device-clock",                                                                   \
         .summary = "The device knows the time. Off: it looks at no certificate's dates, and "     \
                    "hears from the server that its own is over.",                                 \
         .type = IMP_OPTION_BOOL,                                                                  \
         .preset = "true",                                                                         \
         .roles = PEER_BIT},                                                                       \
        IMP_VENDOR_CHAIN_ROW(PEER_BIT, "device-identity=idevid,ldevid-first"),                     \
        IMP_SEND_CHAIN_ROW(PEER_BIT), IMP_VENDOR_INTERMEDIATES_ROW(SERVER_BIT, "The server"),      \
        {.name = "subject-serial",                                                                 \
         .summary =                                                                                \
             "The subject of an IDevID has the device's serialNumber (IEEE 802.1AR; RFC "          \
             "8995 section 2.3.1); the server takes no manufacturer's certificate without.",       \
         .type = IMP_OPTION_BOOL,                                                                  \
         .preset = "false",                                                                        \
         .roles = PEER_BIT | SERVER_BIT},                                                          \
        {.name = "identity-field",                                                                 \
         .summary =                                                                                \
             "Field of the device's certificate that is its name, of both ends the same: "         \
             "dNSName or else the whole subject; the subject's serialNumber "                      \
             "(subject-serial) or its commonName; the serial number in hardwareModuleName. "       \
             "The server takes none that lacks the field.",                                        \
         .type = IMP_OPTION_CHOICE,                                                                \
         .preset = "dns-or-subject",                                                               \
         .choices = (const char *const[]){"dns-or-subject", "serial-number", "common-name",        \
                                          "hardware", NULL},                                       \
         .roles = PEER_BIT | SERVER_BIT},                                                          \
        {.name = "admitted",                                                                       \
         .summary = "Names of the devices that the operator expects, apart by semicolons; alert "  \
                    "access_denied answers others with a good certificate. Empty: all of them.",   \
         .type = IMP_OPTION_STRING,                                                                \
         .preset = "",                                                                             \
         .min = 0,                                                                                 \
         .max = 200,                                                                               \
         .unit = "octets",                                                                         \
         .roles = SERVER_BIT},                                                                     \
        {.name = "device-key",                                                                     \
         .summary =                                                                                \
             "The device's key (IEEE 802.1AR): on a curve, or RSA's of 2048 bits. A server "       \
             "with p384 or rsa takes that and p256.",                                              \
         .type = IMP_OPTION_CHOICE,                                                                \
         .preset = "p256",                                                                         \
         .choices = (const char *const[]){"p256", "p384", "rsa", NULL},                            \
         .roles = PEER_BIT | SERVER_BIT},                                                          \
        {.name = "ca-names",                                                                       \
         .summary =                                                                                \
             "The server's request for a certificate names the authorities that it trusts; "       \
             "a device that has none of theirs then sends none.",                                  \
         .type = IMP_OPTION_BOOL,                                                                  \
         .preset = "false",                                                                        \
         .roles = SERVER_BIT},                                                                     \
        {.name = "revocation",                                                                     \
         .summary = "What tells the server of devices that are struck off: a list of the "         \
                    "operator's, revocation lists (CRLs) of the devices' authority, or nothing.",  \
         .type = IMP_OPTION_CHOICE,                                                                \
         .preset = "list",                                                                         \
         .choices = (const char *const[]){"list", "crl", "none", NULL},                            \
         .roles = SERVER_BIT},                                                                     \
        {.name = "crl-lifetime",                                                                   \
         .summary = "Time from a revocation list's thisUpdate to its nextUpdate.",                 \
         .type = IMP_OPTION_INT,                                                                   \
         .preset = "604800",                                                                       \
         .min = 1,                                                                                 \
         .max = 31536000,                                                                          \
         .unit = "s",                                                                              \
         .roles = SERVER_BIT,                                                                      \
         .needs = "revocation=crl"},                                                               \
        ETLS_STATUS_OPTION_ROWS(PEER_BIT, SERVER_BIT)
/* Certificate status requests, RFC 9190 section 5.4. */
#define ETLS_STATUS_OPTION_ROWS(PEER_BIT, SERVER_BIT)                                              \
    {.name = "status-request",                                                                     \
     .summary = "The device asks for the status of the server's certificate (OCSP stapling), and " \
                "looks at what comes, or insists on it (RFC 9190 section 5.4).",                   \
     .type = IMP_OPTION_CHOICE,                                                                    \
     .preset = "none",                                                                             \
     .choices = (const char *const[]){"none", "ask", "require", NULL},                             \
     .roles = PEER_BIT,                                                                            \
     .needs = "device-clock=true"},                                                                \
        {.name = "stapling",                                                                       \
         .summary = "The server has its authority's OCSP response, and staples it for who asks.",  \
         .type = IMP_OPTION_BOOL,                                                                  \
         .preset = "false",                                                                        \
         .roles = SERVER_BIT},                                                                     \
        {.name = "status-lifetime",                                                                \
         .summary = "Time from the beginning to which that response is good.",                     \
         .type = IMP_OPTION_INT,                                                                   \
         .preset = "604800",                                                                       \
         .min = 1,                                                                                 \
         .max = 63072000,                                                                          \
         .unit = "s",                                                                              \
         .roles = SERVER_BIT,                                                                      \
         .needs = "stapling=true"},
#define ETLS_OPTION_ROWS(PEER_BIT, SERVER_BIT)                                                     \
    ETLS_OPTION_ROWS_WITH(PEER_BIT, SERVER_BIT, "1.3"){                                            \
        .name = "tls-suite",                                                                       \
        .summary = "AES-128 in the mode CCM, CCM with tags of 8 octets, or GCM, of both ends the " \
                   "same: TLS_AES_128_CCM_SHA256, .._CCM_8_SHA256, .._GCM_SHA256; in TLS 1.2 "     \
                   "TLS_ECDHE_ECDSA_WITH_AES_128_CCM, .._CCM_8, .._GCM_SHA256.",                   \
        .type = IMP_OPTION_CHOICE,                                                                 \
        .preset = "ccm",                                                                           \
        .choices = (const char *const[]){"ccm", "ccm-8", "gcm", NULL},                             \
        .roles = PEER_BIT | SERVER_BIT},
/* WITH: settings that the attack needs, or NULL. */
#define ETLS_FLAW_ROWS_WITH(PEER, SERVER, WITH)                                                    \
    {.name = "any-server",                                                                         \
     .summary = "The peer takes whatever certificate the server shows.",                           \
     .role = PEER,                                                                                 \
     .broken_by = "dolev-yao",                                                                     \
     .goal = "g3",                                                                                 \
     .with = WITH},                                                                                \
        {.name = "any-peer",                                                                       \
         .summary = "The server takes whatever certificate the peer shows.",                       \
         .role = SERVER,                                                                           \
         .broken_by = "dolev-yao",                                                                 \
         .goal = "g3",                                                                             \
         .with = WITH},
#define ETLS_FLAW_ROWS(PEER, SERVER) ETLS_FLAW_ROWS_WITH(PEER, SERVER, NULL)
enum { ETLS_OPTIONS = 26, ETLS_FLAWS = 2 };

#endif
