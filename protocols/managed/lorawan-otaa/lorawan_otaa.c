/* SPDX-License-Identifier: GPL-2.0-only */
/* lorawan_otaa.c - the mechanism "lorawan-otaa" as data. */
#include "lorawan.h"

static const char *const device_states[] = {
    [LW_DEVICE_IDLE] = "idle",
    [LW_DEVICE_JOINING] = "joining",
    [LW_DEVICE_REKEYING] = "rekeying",
    [LW_DEVICE_REPORTING] = "reporting",
    [LW_DEVICE_ACTIVE] = "active",
    [LW_DEVICE_REJOINING] = "rejoining",
    NULL,
};
static const char *const server_states[] = {[LW_SERVING] = "serving", NULL};

static const struct imp_legal device_legal[] = {
    {LW_DEVICE_JOINING, LW_MSG_JOIN_ACCEPT},
    {LW_DEVICE_REJOINING, LW_MSG_JOIN_ACCEPT},
    {LW_DEVICE_REKEYING, LW_MSG_REKEY_CONF},
    {LW_DEVICE_REPORTING, LW_MSG_ACK},
    {0, -1},
};
static const struct imp_legal network_legal[] = {
    {LW_SERVING, LW_MSG_JOIN_REQUEST}, {LW_SERVING, LW_MSG_REJOIN_REQUEST},
    {LW_SERVING, LW_MSG_REKEY_IND},    {LW_SERVING, LW_MSG_UPLINK},
    {LW_SERVING, LW_MSG_JOIN_ANS},     {0, -1},
};
static const struct imp_legal join_legal[] = {
    {LW_SERVING, LW_MSG_JOIN_REQ},  {LW_SERVING, LW_MSG_APPSKEY_REQ},    {LW_SERVING, LW_MSG_LABEL},
    {LW_SERVING, LW_MSG_CLAIM_REQ}, {LW_SERVING, LW_MSG_NEXT_CLAIM_REQ}, {0, -1}};
static const struct imp_legal application_legal[] = {{LW_SERVING, LW_MSG_DATA},
                                                     {LW_SERVING, LW_MSG_APPSKEY_ANS},
                                                     {LW_SERVING, LW_MSG_LABEL_OWN},
                                                     {LW_SERVING, LW_MSG_CLAIM_ANS},
                                                     {0, -1}};
static const struct imp_legal next_legal[] = {{LW_SERVING, LW_MSG_NEXT_DATA},
                                              {LW_SERVING, LW_MSG_LABEL_NEXT},
                                              {LW_SERVING, LW_MSG_NEXT_CLAIM_ANS},
                                              {0, -1}};

static const struct imp_role roles[] = {
    [LW_DEVICE] = {.name = "end-device",
                   .kind = IMP_ROLE_DEVICE,
                   .summary = "Class A device: joins, confirms its session, reports a reading.",
                   .context_size = sizeof(struct lw_device),
                   .init = lw_device_init,
                   .event = lw_device_event,
                   .state = lw_device_state_of,
                   .states = device_states,
                   .legal = device_legal},
    [LW_NETWORK] = {.name = "network-server",
                    .kind = IMP_ROLE_ACCESS,
                    .summary = "Network server behind its gateway, which forwards only.",
                    .context_size = sizeof(struct lw_network),
                    .init = lw_network_init,
                    .event = lw_network_event,
                    .state = lw_serving,
                    .states = server_states,
                    .legal = network_legal},
    [LW_JOIN] = {.name = "join-server",
                 .kind = IMP_ROLE_SERVER,
                 .summary = "Holds the root keys and makes the session keys of each join.",
                 .context_size = sizeof(struct lw_join_server),
                 .init = lw_join_init,
                 .event = lw_join_event,
                 .state = lw_serving,
                 .states = server_states,
                 .legal = join_legal},
    [LW_APPLICATION] = {.name = "application-server",
                        .kind = IMP_ROLE_SERVER,
                        .summary = "Shares AppSKey with the device and opens its payloads.",
                        .context_size = sizeof(struct lw_application),
                        .init = lw_application_init,
                        .event = lw_application_event,
                        .state = lw_serving,
                        .states = server_states,
                        .legal = application_legal},
    [LW_NEXT] = {.name = "next-application-server",
                 .kind = IMP_ROLE_SERVER,
                 .summary = "Application server of who owns the device next, with `claim`.",
                 .context_size = sizeof(struct lw_application),
                 .init = lw_application_init,
                 .event = lw_application_event,
                 .state = lw_serving,
                 .states = server_states,
                 .legal = next_legal,
                 .optional = true,
                 .only_with = "claim"},
    {.name = NULL},
};

static const struct imp_channel channels[] = {
    [LW_RADIO] = {.name = "radio",
                  .service = IMP_SERVICE_FRAME,
                  .number = 0x0200, /* PHYPayload of LoRaWAN */
                  .a = LW_DEVICE,
                  .b = LW_NETWORK,
                  .summary = "PHYPayloads on the air."},
    [LW_JOIN_LINK] = {.name = "join",
                      .service = IMP_SERVICE_DATAGRAM,
                      .number = 49003,
                      .a = LW_NETWORK,
                      .b = LW_JOIN,
                      .summary = "Sealed records with the contents of JoinReq and JoinAns."},
    [LW_APPLICATION_LINK] = {.name = "application",
                             .service = IMP_SERVICE_DATAGRAM,
                             .number = 49004,
                             .a = LW_NETWORK,
                             .b = LW_APPLICATION,
                             .summary = "Sealed records with the contents of XmitDataReq."},
    [LW_KEY_LINK] = {.name = "keys",
                     .service = IMP_SERVICE_DATAGRAM,
                     .number = 49005,
                     .a = LW_APPLICATION,
                     .b = LW_JOIN,
                     .summary = "Sealed records with the contents of AppSKeyReq and AppSKeyAns, "
                                "without appskey-via-ns; with claim=server ClaimReq and "
                                "ClaimAns."},
    [LW_NEXT_LINK] = {.name = "next-application",
                      .service = IMP_SERVICE_DATAGRAM,
                      .number = 49007,
                      .a = LW_NETWORK,
                      .b = LW_NEXT,
                      .summary = "Sealed records with the contents of XmitDataReq, for the next "
                                 "owner."},
    [LW_LABEL] = {.name = "label",
                  .service = IMP_SERVICE_OOB,
                  .a = LW_DEVICE,
                  .b = LW_JOIN,
                  .act = IMP_ACT_SCAN_QR,
                  .bits = 8 * LW_LABEL_MAX,
                  .summary = "With claim=qr: the QR code of TR005, by which an owner claims the "
                             "device in his account at the join server."},
    [LW_NEXT_KEY_LINK] = {.name = "next-keys",
                          .service = IMP_SERVICE_DATAGRAM,
                          .number = 49008,
                          .a = LW_NEXT,
                          .b = LW_JOIN,
                          .summary = "Sealed records with ClaimReq and ClaimAns of the next owner, "
                                     "with claim=server."},
    [LW_LABEL_OWN] = {.name = "own-label",
                      .service = IMP_SERVICE_OOB,
                      .a = LW_DEVICE,
                      .b = LW_APPLICATION,
                      .act = IMP_ACT_SCAN_QR,
                      .bits = 8 * LW_LABEL_MAX,
                      .summary = "With claim=server: the QR code, scanned in the owner's account "
                                 "at his application server."},
    [LW_LABEL_NEXT] = {.name = "next-label",
                       .service = IMP_SERVICE_OOB,
                       .a = LW_DEVICE,
                       .b = LW_NEXT,
                       .act = IMP_ACT_SCAN_QR,
                       .bits = 8 * LW_LABEL_MAX,
                       .summary = "With claim=server: the same in the next owner's account."},
    {.name = NULL},
};

static const struct imp_message messages[] = {
    [LW_MSG_JOIN_REQUEST] = {"Join-request", IMP_PHASE_BOOTSTRAPPING, LW_RADIO},
    [LW_MSG_REJOIN_REQUEST] = {"Rejoin-request", IMP_PHASE_BOOTSTRAPPING, LW_RADIO},
    [LW_MSG_JOIN_ACCEPT] = {"Join-accept", IMP_PHASE_BOOTSTRAPPING, LW_RADIO},
    [LW_MSG_REKEY_IND] = {"RekeyInd", IMP_PHASE_BOOTSTRAPPING, LW_RADIO},
    [LW_MSG_REKEY_CONF] = {"RekeyConf", IMP_PHASE_BOOTSTRAPPING, LW_RADIO},
    [LW_MSG_UPLINK] = {"Data up", IMP_PHASE_REGISTRATION, LW_RADIO},
    [LW_MSG_ACK] = {"Data down (ACK)", IMP_PHASE_REGISTRATION, LW_RADIO},
    [LW_MSG_JOIN_REQ] = {"JoinReq", IMP_PHASE_BOOTSTRAPPING, LW_JOIN_LINK},
    [LW_MSG_JOIN_ANS] = {"JoinAns", IMP_PHASE_BOOTSTRAPPING, LW_JOIN_LINK},
    [LW_MSG_DATA] = {"XmitDataReq", IMP_PHASE_REGISTRATION, LW_APPLICATION_LINK},
    [LW_MSG_APPSKEY_REQ] = {"AppSKeyReq", IMP_PHASE_REGISTRATION, LW_KEY_LINK},
    [LW_MSG_APPSKEY_ANS] = {"AppSKeyAns", IMP_PHASE_REGISTRATION, LW_KEY_LINK},
    [LW_MSG_NEXT_DATA] = {"XmitDataReq (next owner)", IMP_PHASE_REGISTRATION, LW_NEXT_LINK},
    [LW_MSG_LABEL] = {"QR code", IMP_PHASE_DISCOVERY, LW_LABEL},
    [LW_MSG_LABEL_OWN] = {"QR code (owner)", IMP_PHASE_DISCOVERY, LW_LABEL_OWN},
    [LW_MSG_LABEL_NEXT] = {"QR code (next owner)", IMP_PHASE_DISCOVERY, LW_LABEL_NEXT},
    [LW_MSG_CLAIM_REQ] = {"ClaimReq", IMP_PHASE_DISCOVERY, LW_KEY_LINK},
    [LW_MSG_CLAIM_ANS] = {"ClaimAns", IMP_PHASE_DISCOVERY, LW_KEY_LINK},
    [LW_MSG_NEXT_CLAIM_REQ] = {"ClaimReq (next owner)", IMP_PHASE_DISCOVERY, LW_NEXT_KEY_LINK},
    [LW_MSG_NEXT_CLAIM_ANS] = {"ClaimAns (next owner)", IMP_PHASE_DISCOVERY, LW_NEXT_KEY_LINK},
    {.name = NULL},
};

static const struct imp_act acts[] = {{.name = NULL}};

static const char *const versions[] = {"1.0.2", "1.0.3", "1.0.4", "1.1", NULL};
static const char *const nonce_modes[] = {"by-version", "random", "counter", NULL};
static const char *const claims[] = {"none", "qr", "server", NULL};
static const char *const regions[] = {"eu868", "us915", NULL};
static const char *const mac_commands[] = {"port-0", "fopts", NULL};
static const char *const old_sessions[] = {"keep", "drop", NULL};
static const char *const rejoins[] = {"none", "join", "type-0", "type-1", "type-2", NULL};

#define DEVICE_BIT (1u << LW_DEVICE)
#define NETWORK_BIT (1u << LW_NETWORK)
#define JOIN_BIT (1u << LW_JOIN)
#define INT(n, text, value, least, most, of, who)                                                  \
    {                                                                                              \
        .name = n, .summary = text, .type = IMP_OPTION_INT, .preset = value, .min = least,         \
        .max = most, .unit = of, .roles = who                                                      \
    }
#define CHOICE(n, text, value, list, who)                                                          \
    {                                                                                              \
        .name = n, .summary = text, .type = IMP_OPTION_CHOICE, .preset = value, .choices = list,   \
        .roles = who                                                                               \
    }
#define BOOL(n, text, value, who)                                                                  \
    {                                                                                              \
        .name = n, .summary = text, .type = IMP_OPTION_BOOL, .preset = value, .roles = who         \
    }

static const struct imp_option options[] = {
    [LW_OPT_VERSION] = CHOICE("version",
                              "Version of LoRaWAN. A join server of 1.0 answers a 1.1 device with "
                              "OptNeg 0, and NwkKey takes AppKey's part.",
                              "1.1", versions, DEVICE_BIT | JOIN_BIT),
    [LW_OPT_NONCE_MODE] = CHOICE("devnonce-mode",
                                 "DevNonces count up from 1.0.4 on and are random before, or one "
                                 "of both whatever the version.",
                                 "by-version", nonce_modes, DEVICE_BIT | JOIN_BIT),
    [LW_OPT_NONCE_LIST] =
        INT("nonce-list", "How many random DevNonces of a device the join server remembers.", "256",
            0, 256, NULL, JOIN_BIT),
    [LW_OPT_REGION] = CHOICE("region",
                             "Regional parameters: EU863-870 or US902-928; the radio's setting "
                             "`region` (868, 915) must say the same.",
                             "eu868", regions, DEVICE_BIT | NETWORK_BIT),
    [LW_OPT_CFLIST] = BOOL("cflist",
                           "The join-accept carries a CFList, 33 octets, not 17, which the device "
                           "obeys: five further channels, or in US902-928 masks of all.",
                           "false", NETWORK_BIT),
    [LW_OPT_KEK] = BOOL("js-kek",
                        "The join server wraps keys (RFC 3394) for the server that they are meant "
                        "for; off: the network server sees AppSKey.",
                        "true", JOIN_BIT),
    [LW_OPT_VIA_NETWORK] =
        BOOL("appskey-via-ns",
             "AppSKey goes to the application server through the network server; off: that has "
             "its SessionKeyID only, and the application server asks the join server.",
             "true", JOIN_BIT),
    [LW_OPT_OLD_SESSION] = CHOICE(
        "old-session",
        "The session before a join: kept until the new one's first uplink, or dropped as soon "
        "as the join is accepted.",
        "keep", old_sessions, NETWORK_BIT),
    [LW_OPT_DEDUPLICATION] =
        INT("deduplication",
            "How long the network server collects copies of a request from "
            "gateways before it passes it on; with one gateway there are none.",
            "0", 0, 4000, "ms", NETWORK_BIT),
    [LW_OPT_START_JITTER] =
        INT("start-jitter",
            "The first join-request goes at a random point of so much time after "
            "power comes, as after an outage.",
            "0", 0, 86400, "s", DEVICE_BIT),
    [LW_OPT_RETRY_JITTER] = INT("retry-jitter",
                                "Random part of the time until the first repetition; its bound "
                                "doubles with each that goes unanswered.",
                                "10", 0, 3600, "s", DEVICE_BIT),
    [LW_OPT_JOIN_AIRTIME] = INT("join-airtime",
                                "What one request counts in the back-off's budget of time on air; "
                                "preset: 23 octets at SF12.",
                                "1483", 1, 10000, "ms", DEVICE_BIT),
    [LW_OPT_UPLINK_LIMIT] =
        INT("uplink-limit", "Unanswered uplinks of a new session until the device joins again.",
            "8", 1, 64, NULL, DEVICE_BIT),
    [LW_OPT_CONFIRMED_DOWNLINK] =
        BOOL("confirmed-downlink",
             "The network server's downlinks ask for an acknowledgement, which the device's next "
             "uplink has.",
             "false", NETWORK_BIT),
    [LW_OPT_MAC_COMMANDS] = CHOICE(
        "mac-commands",
        "RekeyInd, RekeyConf and DevStatusReq travel in FRMPayload with FPort 0 or in FOpts, "
        "which 1.1 encrypts and 1.0 does not.",
        "port-0", mac_commands, DEVICE_BIT | NETWORK_BIT),
    [LW_OPT_REJOIN] = CHOICE("rejoin",
                             "What an active device does each rejoin-period: a join, or a "
                             "rejoin-request of a type (1.1).",
                             "none", rejoins, DEVICE_BIT),
    [LW_OPT_REJOIN_PERIOD] =
        INT("rejoin-period", "From one rejoin to the next.", "3600", 10, 2592000, "s", DEVICE_BIT),
    [LW_OPT_ANSWER_UNKNOWN] = BOOL("answer-unknown",
                                   "A join server that answers whoever asks, under a key of zeros: "
                                   "what an attacker does.",
                                   "false", JOIN_BIT),
    [LW_OPT_KEY_ENTROPY] =
        INT("key-entropy", "Entropy of the root keys; below 128 each is one of a list.", "128", 0,
            128, "bits", DEVICE_BIT),
    [LW_OPT_CLAIM] = CHOICE("claim",
                            "The join server answers a device when an owner has claimed it by its "
                            "QR code; `release` of one lets the next one claim it. qr: scanned in "
                            "an account at the join server; server: at the owner's application "
                            "server, which claims it for him.",
                            "none", claims, DEVICE_BIT | JOIN_BIT | 1u << LW_NEXT),
    [LW_OPT_TOKEN_ENTROPY] = {.name = "token-entropy",
                              .summary =
                                  "Entropy of the OwnerToken; below 128 it is one of a list.",
                              .type = IMP_OPTION_INT,
                              .preset = "128",
                              .max = 128,
                              .unit = "bits",
                              .roles = DEVICE_BIT,
                              .needs = "claim=qr,server"},
    [LW_OPT_REJOIN_SETUP] =
        BOOL("rejoin-setup",
             "The network server's acknowledgements ask a 1.1 device for periodic rejoin-requests "
             "of type 0 (RejoinParamSetupReq); the device's own `rejoin` goes before.",
             "false", NETWORK_BIT),
    [LW_OPT_REJOIN_TIME_N] = {.name = "rejoin-time-n",
                              .summary = "MaxTimeN of RejoinParamSetupReq: each 2^(10+N) seconds.",
                              .type = IMP_OPTION_INT,
                              .preset = "0",
                              .max = 15,
                              .roles = NETWORK_BIT,
                              .needs = "rejoin-setup=true"},
    {.name = NULL},
};

static const struct imp_flaw flaws[] = {
    [LW_FLAW_REQUEST_MIC] = {.name = "no-request-mic-check",
                             .summary = "The join server checks neither the MIC of a request nor "
                                        "that it knows the device.",
                             .role = LW_JOIN,
                             .broken_by = "dolev-yao",
                             .goal = "g3"},
    [LW_FLAW_ACCEPT_MIC] = {.name = "no-accept-mic-check",
                            .summary = "The device checks neither MIC nor JoinNonce of a "
                                       "join-accept.",
                            .role = LW_DEVICE,
                            .broken_by = "dolev-yao",
                            .goal = "g3"},
    [LW_FLAW_CLAIM] = {.name = "no-claim-check",
                       .summary = "The join server answers a device that nobody has claimed.",
                       .role = LW_JOIN,
                       .broken_by = "passive",
                       .goal = "g13",
                       .with = "claim=qr,@join-server.release=60,@end-device.reset=70"},
    {.name = NULL},
};

static const struct imp_requirement requirements[] = {
    {"credential", "root-keys", "NwkKey and AppKey (1.0: AppKey) shared by device and join server"},
    {"credential", "server-keys", "keys of the links between the servers, and KEKs"},
    {"interface", "none", "the device needs neither input nor output"},
    {"oob", "none", "Both ends have the root keys before."},
    {"third-party", "join-server", "on line at each join, within the 5 s of the first window"},
    {"user-acts", "0", "nothing to do at bootstrapping; with claim=qr one scan for each owner"},
    {"link", "lorawan", "LoRa radio of class A, one hop to a gateway"},
    {.name = NULL},
};

static const struct imp_term terms[] = {
    {IMP_PHASE_BOOTSTRAPPING, "over-the-air activation, join procedure", "LoRaWAN 1.1 section 6.2"},
    {IMP_PHASE_REGISTRATION, "activated", "LoRaWAN 1.1 section 6"},
    {.word = NULL},
};

/* The adversary reads a request while it is being sent, 1.5 s at the lowest data rate, and answers
 * when the device's windows are known. */
static const struct imp_setting adversary[] = {
    {"answer-unknown", "true"}, {"deduplication", "2000"}, {NULL, NULL}};
static const char *const variant[] = {"version", NULL};
static const struct imp_inapplicable inapplicable[] = {
    {"g12",
     "the device knows no owner: the root keys are the factory's, and claims are made at the "
     "join server"},
    {"g14", "channels and delays of the join-accept are part of the session, not configuration"},
    {.goal = NULL}};
static const struct imp_severance severances[] = {
    {"reset", LW_DEVICE, false}, {"release", LW_JOIN, true}, {.word = NULL}};

const struct imp_mechanism imp_lorawan_otaa = {
    .name = "lorawan-otaa",
    .title = "LoRaWAN over-the-air activation",
    .class = IMP_CLASS_MANAGED,
    .reference = "LoRaWAN 1.0.2, 1.0.4 and 1.1",
    .summary =
        "Device and join server share root keys. A join-request with a fresh DevNonce brings "
        "a join-accept, from which both derive the session keys of network and application; "
        "the first uplink under them, and from 1.1 on RekeyInd and RekeyConf, confirm them. "
        "No forward secrecy and no identity protection.",
    .roles = roles,
    .channels = channels,
    .messages = messages,
    .acts = acts,
    .options = options,
    .flaws = flaws,
    .requirements = requirements,
    .terms = terms,
    .guesses = lw_guesses,
    .adversary = adversary,
    .variant = variant,
    .inapplicable = inapplicable,
    .severances = severances,
    .provision = lw_provision,
};
