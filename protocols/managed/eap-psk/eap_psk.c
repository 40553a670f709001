/* SPDX-License-Identifier: GPL-2.0-only */
/* eap_psk.c - the mechanism "eap-psk": EAP-PSK over IEEE 802.1X and RADIUS. */
#include <stdio.h>

#include "../../eap/eap_packet.h"
#include "psk.h"

int psk_label(const uint8_t *packet, size_t n)
{
    if (n <= IMP_EAP_HEADER)
        return PSK_MSG_1;
    unsigned t = packet[IMP_EAP_HEADER] >> 6;
    if (t == 3 && packet[0] == IMP_EAP_REQUEST)
        return PSK_MSG_EXT;
    return PSK_MSG_1 + (int)t;
}

const struct imp_eap_method psk_method = {PSK_METHOD_FIELDS, .label = psk_label};

IMP_DOT1X_ROLES(psk, psk_method)

static const struct imp_legal peer_legal[] = {
    IMP_DOT1X_PEER_LEGAL_ROWS,
    IMP_DOT1X_PEER_LEGAL(PSK_MSG_1),
    IMP_DOT1X_PEER_LEGAL(PSK_MSG_3),
    IMP_DOT1X_PEER_LEGAL(PSK_MSG_EXT),
    {0, -1},
};

static const struct imp_legal authenticator_legal[] = {
    IMP_DOT1X_AUTHENTICATOR_LEGAL_ROWS,
    IMP_DOT1X_AUTHENTICATOR_LEGAL(PSK_MSG_2),
    IMP_DOT1X_AUTHENTICATOR_LEGAL(PSK_MSG_4),
    {0, -1},
};

static const struct imp_role roles[] = {
    IMP_DOT1X_ROLE_ROWS(psk, sizeof(struct psk_peer), sizeof(struct psk_server), 0, peer_legal,
                        authenticator_legal),
    {.name = NULL},
};

static const struct imp_channel channels[] = {IMP_DOT1X_CHANNEL_ROWS, {.name = NULL}};

static const struct imp_message messages[] = {
    IMP_DOT1X_MESSAGE_ROWS{
        .name = "EAP-PSK 1 (T=0)", .phase = IMP_PHASE_BOOTSTRAPPING, .channel = IMP_DOT1X_ACCESS},
    {.name = "EAP-PSK 2 (T=1)", .phase = IMP_PHASE_BOOTSTRAPPING, .channel = IMP_DOT1X_ACCESS},
    {.name = "EAP-PSK 3 (T=2)", .phase = IMP_PHASE_BOOTSTRAPPING, .channel = IMP_DOT1X_ACCESS},
    {.name = "EAP-PSK 4 (T=3)", .phase = IMP_PHASE_BOOTSTRAPPING, .channel = IMP_DOT1X_ACCESS},
    {.name = "EAP-PSK extension (T=3)",
     .phase = IMP_PHASE_BOOTSTRAPPING,
     .channel = IMP_DOT1X_ACCESS},
    {.name = NULL},
};

static const struct imp_act acts[] = {{.name = NULL}};

static const struct imp_option options[] = {
    IMP_DOT1X_OPTION_ROWS("60", "60"),
    PSK_OPTION_ROWS(IMP_DOT1X_PEER_BIT, IMP_DOT1X_SERVER_BIT){.name = NULL},
};

static const struct imp_flaw flaws[] = {
    IMP_DOT1X_FLAW_ROWS(NULL),
    PSK_FLAW_ROWS(IMP_DOT1X_PEER, IMP_DOT1X_SERVER){.name = NULL},
};

static const struct imp_requirement requirements[] = {
    {"credential", "psk-128", "16 octets shared by device and server, unique to the pair"},
    {"credential", "radius-secret",
     "shared by access point and server; over TLS a pre-shared key of each access point"},
    {"interface", "none", "the device needs neither input nor output"},
    {"oob", "none", "Both ends have the key before."},
    {"third-party", "aaa-server", "RADIUS server with the table of devices, on line"},
    {"user-acts", "0", "nothing to do at bootstrapping"},
    {"link", "ieee802.1x", "EAPOL on IEEE 802 links; EAP MTU of 1020 octets"},
    {NULL, NULL, NULL},
};

static const struct imp_term terms[] = {
    IMP_DOT1X_TERM_ROWS,
    {IMP_PHASE_BOOTSTRAPPING, "EAP-PSK dialog (standard or extended authentication)",
     "RFC 4764 section 4"},
    {0, NULL, NULL},
};

static const char *const variant[] = {"four-way", NULL};

static void provision(struct imp_env *const *parties, size_t count)
{
    imp_radius_provision(parties, count);
    for (size_t i = 0; i < count; i++) {
        struct imp_env *peer = parties[i];
        char id[IMP_EAP_ID_MAX + 1];
        if (peer->role != IMP_DOT1X_PEER)
            continue;
        snprintf(id, sizeof id, "device-%d@%s", peer->device + 1, imp_opt_str(peer, PSK_OPT_REALM));
        psk_provision(peer, id, (unsigned)imp_opt(peer, PSK_OPT_ENTROPY), parties, count,
                      IMP_DOT1X_SERVER);
    }
}

static const struct imp_inapplicable inapplicable[] = {
    {"g12", "ownership is outside EAP-PSK: the key is the factory's"},
    {"g14", "no configuration is installed"},
    {.goal = NULL}};

static const struct imp_severance severances[] = {{"revoke", IMP_DOT1X_SERVER, true},
                                                  {.word = NULL}};

const struct imp_mechanism imp_eap_psk = {
    .name = "eap-psk",
    .title = "EAP-PSK over IEEE 802.1X",
    .class = IMP_CLASS_MANAGED,
    .reference = "RFC 4764",
    .summary = "Device and AAA server share a 128-bit key. Four messages authenticate both with "
               "AES-CMAC and confirm the result in an AES-EAX channel; the master session key goes "
               "to the access point by RADIUS and protects the link after a 4-way handshake. No "
               "forward secrecy and no identity protection.",
    .roles = roles,
    .channels = channels,
    .messages = messages,
    .acts = acts,
    .options = options,
    .flaws = flaws,
    .requirements = requirements,
    .terms = terms,
    .guesses = psk_guesses,
    .variant = variant,
    .inapplicable = inapplicable,
    .severances = severances,
    .provision = provision,
};
