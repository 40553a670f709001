/* SPDX-License-Identifier: GPL-2.0-only */
/* wpa2_psk.c - the mechanism "wpa2-psk" as data: a person types the network's passphrase. */
#include "protocols/contract/typing.h"
#include "wpa.h"

static const char *const station_states[] = {
    [WPA_UNTOLD] = "untold",     [WPA_AWAIT_1] = "await-1",     [WPA_AWAIT_3] = "await-3",
    [WPA_BACK_OFF] = "back-off", [WPA_CONNECTED] = "connected", NULL,
};

static const char *const network_states[] = {
    [WPA_NETWORK_IDLE] = "idle",       [WPA_NETWORK_AWAIT_2] = "await-2",
    [WPA_NETWORK_AWAIT_4] = "await-4", [WPA_NETWORK_OPEN] = "open",
    [WPA_NETWORK_GROUP] = "group",     NULL,
};

static const struct imp_role roles[] = {
    [WPA_STATION] = {.name = "supplicant",
                     .kind = IMP_ROLE_DEVICE,
                     .summary = "Station that is told the network's passphrase and joins.",
                     .context_size = sizeof(struct wpa_station),
                     .init = wpa_station_init,
                     .event = wpa_station_event,
                     .fini = wpa_station_fini,
                     .state = wpa_station_state_of,
                     .states = station_states,
                     .legal = wpa_station_legal},
    [WPA_NETWORK] = {.name = "authenticator",
                     .kind = IMP_ROLE_ACCESS,
                     .summary = "Access point with one passphrase for all of its stations.",
                     .context_size = sizeof(struct wpa_network),
                     .init = wpa_network_init,
                     .event = wpa_network_event,
                     .fini = wpa_network_fini,
                     .state = wpa_network_state_of,
                     .states = network_states,
                     .legal = wpa_network_legal},
    {.name = NULL},
};

static const struct imp_channel channels[] = {
    [WPA_LINK] = {.name = "link",
                  .service = IMP_SERVICE_FRAME,
                  .number = 0x888e,
                  .a = WPA_STATION,
                  .b = WPA_NETWORK,
                  .summary = "EAPOL between an associated station and its access point."},
    [WPA_REQUEST] = {.name = "request",
                     .service = IMP_SERVICE_OOB,
                     .a = WPA_STATION,
                     .b = WPA_NETWORK,
                     .act = IMP_ACT_WALK,
                     .bits = 48,
                     .summary = "The device asks on its screen; the user goes to the router's "
                                "label, or to its owner."},
    [WPA_PASSPHRASE] = {.name = "passphrase",
                        .service = IMP_SERVICE_OOB,
                        .a = WPA_NETWORK,
                        .b = WPA_STATION,
                        .act = IMP_ACT_COPY_DIGITS,
                        .bits = 8 * WPA_SECRET_MAX,
                        .summary = "The passphrase, typed into the device: must stay secret and "
                                   "unchanged."},
    {.name = NULL},
};

static const struct imp_message messages[] = {
    [WPA_MSG_START] = {"EAPOL-Start", IMP_PHASE_DISCOVERY, WPA_LINK},
    [WPA_MSG_KEY_1] = {"EAPOL-Key 1/4", IMP_PHASE_BOOTSTRAPPING, WPA_LINK},
    [WPA_MSG_KEY_2] = {"EAPOL-Key 2/4", IMP_PHASE_BOOTSTRAPPING, WPA_LINK},
    [WPA_MSG_KEY_3] = {"EAPOL-Key 3/4", IMP_PHASE_BOOTSTRAPPING, WPA_LINK},
    [WPA_MSG_KEY_4] = {"EAPOL-Key 4/4", IMP_PHASE_BOOTSTRAPPING, WPA_LINK},
    [WPA_MSG_REQUEST] = {"request for the passphrase", IMP_PHASE_DISCOVERY, WPA_REQUEST},
    [WPA_MSG_PASSPHRASE] = {"passphrase", IMP_PHASE_BOOTSTRAPPING, WPA_PASSPHRASE},
    [WPA_MSG_GROUP_1] = {"EAPOL-Key group 1/2", IMP_PHASE_PROVISIONING, WPA_LINK},
    [WPA_MSG_GROUP_2] = {"EAPOL-Key group 2/2", IMP_PHASE_PROVISIONING, WPA_LINK},
    {.name = NULL},
};

static const struct imp_act acts[] = {{.name = NULL}};

#define STATION_ROLE (1u << WPA_STATION)
#define NETWORK_ROLE (1u << WPA_NETWORK)
#define BOTH_ROLES (STATION_ROLE | NETWORK_ROLE)

static const char *const forms[] = {"passphrase", "psk-hex", NULL};

static const struct imp_option options[] = {
    [WPA_OPT_SSID] = {.name = "ssid",
                      .summary = "Name of the network, which salts the passphrase.",
                      .type = IMP_OPTION_STRING,
                      .preset = "imprint",
                      .min = 1,
                      .max = WPA_SSID_MAX,
                      .unit = "octets",
                      .roles = BOTH_ROLES},
    [WPA_OPT_LENGTH] = {.name = "passphrase-length",
                        .summary = "Characters to be typed (IEEE 802.11-2016 J.4.1).",
                        .type = IMP_OPTION_INT,
                        .preset = "12",
                        .min = WPA_PASSPHRASE_MIN,
                        .max = WPA_PASSPHRASE_MAX,
                        .unit = "characters",
                        .roles = BOTH_ROLES},
    [WPA_OPT_ENTROPY] = {.name = "passphrase-entropy",
                         .summary = "The passphrase is one of 2^bits that everybody can list; 20 "
                                    "to 60 where people choose. A length of n carries at most 5 n.",
                         .type = IMP_OPTION_INT,
                         .preset = "40",
                         .min = 0,
                         .max = 128,
                         .unit = "bits",
                         .roles = BOTH_ROLES},
    [WPA_OPT_TYPING] = IMP_TYPING_ERROR_ROW(STATION_ROLE),
    [WPA_OPT_VERSION] = {.name = "eapol-version",
                         .summary = "Protocol version in EAPOL headers.",
                         .type = IMP_OPTION_INT,
                         .preset = "2",
                         .min = 1,
                         .max = 3,
                         .roles = BOTH_ROLES},
    [WPA_OPT_PATIENCE] = {.name = "handshake-timeout",
                          .summary = "How long a station waits for the next message; "
                                     "wpa_supplicant has 10.",
                          .type = IMP_OPTION_INT,
                          .preset = "10",
                          .min = 1,
                          .max = 600,
                          .unit = "s",
                          .roles = STATION_ROLE},
    [WPA_OPT_TRIES] = {.name = "tries",
                       .summary = "Handshakes that end after message 2 before the station forgets "
                                  "the passphrase and asks again.",
                       .type = IMP_OPTION_INT,
                       .preset = "2",
                       .min = 1,
                       .max = 100,
                       .roles = STATION_ROLE},
    [WPA_OPT_BACK_OFF] = {.name = "back-off",
                          .summary = "Wait between two attempts.",
                          .type = IMP_OPTION_INT,
                          .preset = "5",
                          .min = 0,
                          .max = 3600,
                          .unit = "s",
                          .roles = STATION_ROLE},
    [WPA_OPT_PMKID] = {.name = "pmkid",
                       .summary = "EAPOL-Key 1/4 names the PMK (PMKID KDE), as many access points "
                                  "do: it alone tells right passphrases from wrong ones.",
                       .type = IMP_OPTION_BOOL,
                       .preset = "false",
                       .roles = NETWORK_ROLE},
    [WPA_OPT_FORM] = {.name = "secret-form",
                      .summary = "What is typed: a passphrase, or the PSK itself as 64 hexadecimal "
                                 "digits.",
                      .type = IMP_OPTION_CHOICE,
                      .preset = "passphrase",
                      .choices = forms,
                      .roles = BOTH_ROLES},
    [WPA_OPT_GROUP] = IMP_GROUP_REKEY_ROW(NETWORK_ROLE, NULL),
    {.name = NULL},
};

static const struct imp_flaw flaws[] = {
    [WPA_FLAW_NO_KEY_MIC] = {.name = "no-key-mic",
                             .summary = "The station checks neither the MIC of EAPOL-Key 3/4 nor "
                                        "its encrypted contents: any access point will do.",
                             .role = WPA_STATION,
                             .broken_by = "dolev-yao",
                             .goal = "g3"},
    [WPA_FLAW_NO_STATION_MIC] = {.name = "no-station-mic",
                                 .summary = "The access point checks no MIC of EAPOL-Key 2/4 and "
                                            "4/4: any station may join.",
                                 .role = WPA_NETWORK,
                                 .broken_by = "dolev-yao",
                                 .goal = "g3"},
    {.name = NULL},
};

static const struct imp_requirement requirements[] = {
    {"credential", "passphrase", "One for the whole network, known to its owner."},
    {"interface", "keyboard", "Keys, a phone's app or a code reader to enter 8 to 63 characters."},
    {"oob", "derivation", "The passphrase is the master key."},
    {"third-party", "none", "The network's owner and the user only."},
    {"user-acts", "2", "Fetch the passphrase; type it into the device."},
    {"link", "ieee802.11", "EAPOL on an associated link; RSN with CCMP."},
    {NULL, NULL, NULL},
};

static const struct imp_term terms[] = {
    {IMP_PHASE_DISCOVERY, "association", "IEEE 802.11-2016 section 11.3"},
    {IMP_PHASE_BOOTSTRAPPING, "4-way handshake with a PSK", "IEEE 802.11-2016 section 12.7.6"},
    {.word = NULL},
};

static const char *const variant[] = {"passphrase-entropy", NULL};

static const struct imp_inapplicable inapplicable[] = {
    {"g9", "one cipher suite and one AKM: nothing is negotiated"},
    {"g12", "whoever knows the passphrase is in; nobody owns the device by it"},
    {"g14", "no configuration is installed"},
    {.goal = NULL}};

static const struct imp_severance severances[] = {
    {"reset", WPA_STATION, false}, {"revoke", WPA_NETWORK, true}, {.word = NULL}};

const struct imp_mechanism imp_wpa2_psk = {
    .name = "wpa2-psk",
    .title = "WPA2 passphrase typed by hand",
    .class = IMP_CLASS_AD_HOC,
    .reference = "IEEE 802.11-2016",
    .summary =
        "A person copies the network's passphrase into the device; both ends stretch it to a "
        "pairwise master key and prove it in the 4-way handshake. The baseline of manual "
        "entry: one secret for all, no forward secrecy, and a recorded handshake lets "
        "passphrases be tried off line.",
    .roles = roles,
    .channels = channels,
    .messages = messages,
    .acts = acts,
    .options = options,
    .flaws = flaws,
    .requirements = requirements,
    .terms = terms,
    .guesses = wpa_guesses,
    .variant = variant,
    .inapplicable = inapplicable,
    .severances = severances,
    .provision = wpa_provision,
};
