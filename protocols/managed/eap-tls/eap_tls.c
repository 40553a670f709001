/* SPDX-License-Identifier: GPL-2.0-only */
/* eap_tls.c - the mechanism "eap-tls": EAP-TLS over IEEE 802.1X and RADIUS. */
#include "eap_tls.h"

#include "../../eap/places.h"

static int label(const uint8_t *packet, size_t n)
{
    return ETLS_MSG + (int)etls_kind(packet, n);
}

const struct imp_eap_method etls_method = {ETLS_METHOD_FIELDS, .label = label};

IMP_DOT1X_ROLES(etls, etls_method)

static const struct imp_legal peer_legal[] = {
    IMP_DOT1X_PEER_LEGAL_ROWS,
    IMP_DOT1X_PEER_LEGAL(ETLS_MSG + ETLS_START),
    IMP_DOT1X_PEER_LEGAL(ETLS_MSG + ETLS_SERVER_FLIGHT),
    IMP_DOT1X_PEER_LEGAL(ETLS_MSG + ETLS_RESULT),
    IMP_DOT1X_PEER_LEGAL(ETLS_MSG + ETLS_ALERT_REQUEST),
    IMP_DOT1X_PEER_LEGAL(ETLS_MSG + ETLS_FRAGMENT_REQUEST),
    IMP_DOT1X_PEER_LEGAL(ETLS_MSG + ETLS_EMPTY_REQUEST),
    {0, -1},
};

static const struct imp_legal authenticator_legal[] = {
    IMP_DOT1X_AUTHENTICATOR_LEGAL_ROWS,
    IMP_DOT1X_AUTHENTICATOR_LEGAL(ETLS_MSG + ETLS_CLIENT_HELLO),
    IMP_DOT1X_AUTHENTICATOR_LEGAL(ETLS_MSG + ETLS_CLIENT_FLIGHT),
    IMP_DOT1X_AUTHENTICATOR_LEGAL(ETLS_MSG + ETLS_ALERT_RESPONSE),
    IMP_DOT1X_AUTHENTICATOR_LEGAL(ETLS_MSG + ETLS_FRAGMENT_RESPONSE),
    IMP_DOT1X_AUTHENTICATOR_LEGAL(ETLS_MSG + ETLS_EMPTY_RESPONSE),
    {0, -1},
};

static const struct imp_role roles[] = {
    IMP_DOT1X_ROLE_ROWS(etls, sizeof(struct etls_peer), sizeof(struct etls_server), 0, peer_legal,
                        authenticator_legal),
    {.name = NULL},
};

static const struct imp_channel channels[] = {IMP_DOT1X_CHANNEL_ROWS, {.name = NULL}};

#define MESSAGE(id, text)                                                                          \
    {.name = text, .phase = IMP_PHASE_BOOTSTRAPPING, .channel = IMP_DOT1X_ACCESS},
static const struct imp_message messages[] = {
    IMP_DOT1X_MESSAGE_ROWS ETLS_KINDS(MESSAGE){.name = NULL},
};

static const struct imp_act acts[] = {{.name = NULL}};

static const struct imp_option options[] = {
    IMP_DOT1X_OPTION_ROWS("60", "60"),
    {.name = "realm",
     .summary = "Realm of the devices' network access identifiers (RFC 7542).",
     .type = IMP_OPTION_STRING,
     .preset = "example.org",
     .min = 1,
     .max = 40,
     .unit = "octets",
     .roles = IMP_DOT1X_PEER_BIT},
    ETLS_OPTION_ROWS(IMP_DOT1X_PEER_BIT, IMP_DOT1X_SERVER_BIT)
        IMP_CLONE_WINDOW_ROW(IMP_DOT1X_SERVER_BIT, "server", "station"),
    {.name = NULL},
};

static const struct imp_flaw flaws[] = {
    IMP_DOT1X_FLAW_ROWS("eap-rto=5000,fragment-size=300"),
    ETLS_FLAW_ROWS(IMP_DOT1X_PEER, IMP_DOT1X_SERVER){.name = NULL},
};

static const struct imp_requirement requirements[] = {
    {"credential", "certificate",
     "of the device (IEEE 802.1AR identity) and of the server, with their private keys"},
    {"credential", "trust-anchor",
     "of the server's authority at the device, of the devices' at the "
     "server"},
    {"credential", "radius-secret",
     "shared by access point and server; over TLS a pre-shared key of each access point"},
    {"interface", "none", "the device needs neither input nor output"},
    {"oob", "none", "Certificates and anchors are there before."},
    {"third-party", "aaa-server", "RADIUS server, on line"},
    {"third-party", "certificate-authority", "of operator and manufacturer; not on line"},
    {"user-acts", "0", "nothing to do at bootstrapping"},
    {"link", "ieee802.1x", "EAPOL on IEEE 802 links; long messages are fragmented"},
    {NULL, NULL, NULL},
};

static const struct imp_term terms[] = {
    IMP_DOT1X_TERM_ROWS,
    {IMP_PHASE_BOOTSTRAPPING, "EAP-TLS conversation (mutual authentication)",
     "RFC 9190 section 2.1"},
    {0, NULL, NULL},
};

static const char *const variant[] = {"tls-version", "device-identity", NULL};

static void provision(struct imp_env *const *parties, size_t count)
{
    imp_radius_provision(parties, count);
    for (size_t i = 0; i < count; i++)
        if (parties[i]->role == IMP_DOT1X_PEER) {
            etls_provision(parties, count, IMP_DOT1X_SERVER,
                           imp_opt_str(parties[i], ETLS_OPT_REALM));
            return;
        }
}

static const struct imp_guess guesses[] = {IMP_RADIUS_GUESS_ROW(IMP_DOT1X_SERVER), {.name = NULL}};

static const struct imp_inapplicable inapplicable[] = {
    {"g12", "ownership is outside EAP-TLS: whose anchors a device trusts is set before"},
    {"g14", "no configuration is installed"},
    {.goal = NULL}};

static const struct imp_severance severances[] = {{"revoke", IMP_DOT1X_SERVER, true},
                                                  {.word = NULL}};

const struct imp_mechanism imp_eap_tls = {
    .name = "eap-tls",
    .title = "EAP-TLS over IEEE 802.1X",
    .class = IMP_CLASS_MANAGED,
    .reference = "RFC 9190, RFC 5216",
    .summary = "Device and AAA server authenticate each other with certificates in a TLS handshake "
               "that EAP carries in fragments; the master session key is exported from TLS, goes "
               "to the access point by RADIUS and protects the link after a 4-way handshake. "
               "Forward secrecy by ephemeral Diffie-Hellman; with TLS 1.3 the device's certificate "
               "is hidden from eavesdroppers.",
    .roles = roles,
    .channels = channels,
    .messages = messages,
    .acts = acts,
    .options = options,
    .flaws = flaws,
    .requirements = requirements,
    .terms = terms,
    .guesses = guesses,
    .variant = variant,
    .inapplicable = inapplicable,
    .severances = severances,
    .provision = provision,
};
