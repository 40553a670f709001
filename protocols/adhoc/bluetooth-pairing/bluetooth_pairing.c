/* SPDX-License-Identifier: GPL-2.0-only */
/* bluetooth_pairing.c - the mechanism "bluetooth-pairing" as data. */
#include "pairing.h"

static const char *const states[] = {
    [BT_IDLE] = "idle",
    [BT_ASKED] = "await-security-request",
    [BT_FEATURES] = "await-features",
    [BT_PUBLIC_KEY] = "await-public-key",
    [BT_CONFIRM] = "await-confirm",
    [BT_RANDOM] = "await-random",
    [BT_COMPARE] = "await-comparison",
    [BT_DHKEY] = "await-dhkey-check",
    [BT_ENC_REQ] = "await-encryption",
    [BT_START] = "await-start",
    [BT_START_RSP] = "await-start-response",
    [BT_SRES] = "await-sres",
    [BT_MODE] = "await-encryption-mode",
    [BT_CROSS] = "await-cross-transport",
    [BT_KEYS] = "await-keys",
    [BT_PAIRED] = "paired",
    NULL,
};

#define ROLE(role, kind_, word, says, table)                                                       \
    [role] = {.name = word,                                                                        \
              .kind = kind_,                                                                       \
              .summary = says,                                                                     \
              .context_size = sizeof(struct bt_party),                                             \
              .init = bt_init,                                                                     \
              .event = bt_event,                                                                   \
              .fini = bt_fini,                                                                     \
              .state = bt_state_of,                                                                \
              .states = states,                                                                    \
              .legal = table}
static const struct imp_role roles[] = {
    ROLE(BT_RESPONDER, IMP_ROLE_DEVICE, "responder", "Peripheral that advertises and is paired.",
         bt_responder_legal),
    ROLE(BT_INITIATOR, IMP_ROLE_ACCESS, "initiator", "Central that connects and asks to pair.",
         bt_initiator_legal),
    {.name = NULL},
};

#define LINK(channel, word, number_, says)                                                         \
    [channel] = {.name = word,                                                                     \
                 .service = IMP_SERVICE_FRAME,                                                     \
                 .number = number_,                                                                \
                 .a = BT_RESPONDER,                                                                \
                 .b = BT_INITIATOR,                                                                \
                 .summary = says}
#define HUMAN(channel, word, from, to, act_, octets, says)                                         \
    [channel] = {.name = word,                                                                     \
                 .service = IMP_SERVICE_OOB,                                                       \
                 .a = from,                                                                        \
                 .b = to,                                                                          \
                 .act = act_,                                                                      \
                 .bits = 8 * (octets),                                                             \
                 .summary = says}
static const struct imp_channel channels[] = {
    LINK(BT_ADVERTISING, "advertising", 0x0101, "Connectable advertisements."),
    LINK(BT_SMP, "smp", 0x0106, "Security Manager Protocol on L2CAP channel 6."),
    LINK(BT_CONTROL, "control", 0x0103,
         "Link layer control: features, start of encryption, end of a connection."),
    HUMAN(BT_NUMBER_OF_RESPONDER, "responder-number", BT_RESPONDER, BT_INITIATOR, IMP_ACT_COMPARE,
          BT_DIGITS, "The responder's number, compared by the initiator's user with its own."),
    HUMAN(BT_NUMBER_OF_INITIATOR, "initiator-number", BT_INITIATOR, BT_RESPONDER, IMP_ACT_COMPARE,
          BT_DIGITS, "The initiator's number, compared by the responder's user with its own."),
    HUMAN(BT_PASSKEY_OF_RESPONDER, "responder-passkey", BT_RESPONDER, BT_INITIATOR,
          IMP_ACT_COPY_DIGITS, BT_DIGITS, "Passkey on the responder's display."),
    HUMAN(BT_PASSKEY_OF_INITIATOR, "initiator-passkey", BT_INITIATOR, BT_RESPONDER,
          IMP_ACT_COPY_DIGITS, BT_DIGITS,
          "Passkey on the initiator's display, or thought of by the user of both."),
    HUMAN(BT_OOB_OF_RESPONDER, "responder-oob", BT_RESPONDER, BT_INITIATOR, IMP_ACT_TAP_NFC,
          sizeof(struct bt_oob), "Responder's OOB data."),
    HUMAN(BT_OOB_OF_INITIATOR, "initiator-oob", BT_INITIATOR, BT_RESPONDER, IMP_ACT_TAP_NFC,
          sizeof(struct bt_oob), "Initiator's OOB data."),
    LINK(BT_INQUIRY, "inquiry", 0x0181, "BR/EDR: answers to inquiries."),
    LINK(BT_LMP, "lmp", 0x0180, "BR/EDR: Link Manager Protocol."),
    LINK(BT_BR_SIGNALLING, "br-edr-signalling", 0x0191, "BR/EDR: L2CAP channel 1."),
    LINK(BT_BR_SMP, "br-edr-smp", 0x0197,
         "BR/EDR: Security Manager Protocol on L2CAP channel 7, sealed."),
    {.name = NULL},
};

#define LMP_PHASE(id)                                                                              \
    ((id) == LMP_FEATURES_REQ_EXT || (id) == LMP_FEATURES_RES_EXT || (id) == LMP_SETUP_COMPLETE || \
             (id) == LMP_HOST_CONNECTION_REQ                                                       \
         ? IMP_PHASE_DISCOVERY                                                                     \
         : IMP_PHASE_BOOTSTRAPPING)
#define LMP(id, opcode, second, octets, word)                                                      \
    [BT_MSG_LMP + LMP_##id] = {word, LMP_PHASE(LMP_##id), BT_LMP},
#define SMP(code, word, phase) [BT_MSG_SMP + (code)] = {word, IMP_PHASE_##phase, BT_SMP}
#define BR_SMP(i, word) [BT_MSG_BR_SMP + (i)] = {word, IMP_PHASE_PROVISIONING, BT_BR_SMP}
static const struct imp_message messages[] = {
    [BT_MSG_ADVERTISEMENT] = {"ADV_IND", IMP_PHASE_DISCOVERY, BT_ADVERTISING},
    [BT_MSG_SMP] = {"reserved SMP code", IMP_PHASE_BOOTSTRAPPING, BT_SMP},
    SMP(SMP_REQUEST, "Pairing Request", BOOTSTRAPPING),
    SMP(SMP_RESPONSE, "Pairing Response", BOOTSTRAPPING),
    SMP(SMP_CONFIRM, "Pairing Confirm", BOOTSTRAPPING),
    SMP(SMP_RANDOM, "Pairing Random", BOOTSTRAPPING),
    SMP(SMP_FAILED, "Pairing Failed", BOOTSTRAPPING),
    SMP(SMP_ENCRYPTION_INFORMATION, "Encryption Information", PROVISIONING),
    SMP(SMP_CENTRAL_IDENTIFICATION, "Central Identification", PROVISIONING),
    SMP(SMP_IDENTITY_INFORMATION, "Identity Information", PROVISIONING),
    SMP(SMP_IDENTITY_ADDRESS, "Identity Address Information", PROVISIONING),
    SMP(SMP_SIGNING_INFORMATION, "Signing Information", PROVISIONING),
    SMP(SMP_SECURITY_REQUEST, "Security Request", DISCOVERY),
    SMP(SMP_PUBLIC_KEY, "Pairing Public Key", BOOTSTRAPPING),
    SMP(SMP_DHKEY_CHECK, "Pairing DHKey Check", BOOTSTRAPPING),
    SMP(SMP_KEYPRESS, "Keypress Notification", BOOTSTRAPPING),
    [BT_MSG_ENC_REQ] = {"LL_ENC_REQ", IMP_PHASE_BOOTSTRAPPING, BT_CONTROL},
    [BT_MSG_ENC_RSP] = {"LL_ENC_RSP", IMP_PHASE_BOOTSTRAPPING, BT_CONTROL},
    [BT_MSG_START_ENC_REQ] = {"LL_START_ENC_REQ", IMP_PHASE_BOOTSTRAPPING, BT_CONTROL},
    [BT_MSG_START_ENC_RSP] = {"LL_START_ENC_RSP", IMP_PHASE_BOOTSTRAPPING, BT_CONTROL},
    [BT_MSG_REJECT] = {"LL_REJECT_EXT_IND", IMP_PHASE_BOOTSTRAPPING, BT_CONTROL},
    [BT_MSG_FEATURE_REQ] = {"LL_FEATURE_REQ", IMP_PHASE_DISCOVERY, BT_CONTROL},
    [BT_MSG_FEATURE_RSP] = {"LL_FEATURE_RSP", IMP_PHASE_DISCOVERY, BT_CONTROL},
    [BT_MSG_NUMBER_OF_RESPONDER] = {"responder's number", IMP_PHASE_BOOTSTRAPPING,
                                    BT_NUMBER_OF_RESPONDER},
    [BT_MSG_NUMBER_OF_INITIATOR] = {"initiator's number", IMP_PHASE_BOOTSTRAPPING,
                                    BT_NUMBER_OF_INITIATOR},
    [BT_MSG_PASSKEY_OF_RESPONDER] = {"responder's passkey", IMP_PHASE_BOOTSTRAPPING,
                                     BT_PASSKEY_OF_RESPONDER},
    [BT_MSG_PASSKEY_OF_INITIATOR] = {"initiator's passkey", IMP_PHASE_BOOTSTRAPPING,
                                     BT_PASSKEY_OF_INITIATOR},
    [BT_MSG_OOB_OF_RESPONDER] = {"responder's OOB data", IMP_PHASE_BOOTSTRAPPING,
                                 BT_OOB_OF_RESPONDER},
    [BT_MSG_OOB_OF_INITIATOR] = {"initiator's OOB data", IMP_PHASE_BOOTSTRAPPING,
                                 BT_OOB_OF_INITIATOR},
    [BT_MSG_FHS] = {"FHS", IMP_PHASE_DISCOVERY, BT_INQUIRY},
    LMP_PDUS(LMP)[BT_MSG_INFORMATION_REQ] = {"L2CAP Information Request", IMP_PHASE_DISCOVERY,
                                             BT_BR_SIGNALLING},
    [BT_MSG_INFORMATION_RSP] = {"L2CAP Information Response", IMP_PHASE_DISCOVERY,
                                BT_BR_SIGNALLING},
    BR_SMP(0, "Pairing Request over BR/EDR"),
    BR_SMP(1, "Pairing Response over BR/EDR"),
    BR_SMP(2, "Pairing Failed over BR/EDR"),
    BR_SMP(3, "Identity Information over BR/EDR"),
    BR_SMP(4, "Identity Address Information over BR/EDR"),
    BR_SMP(5, "Signing Information over BR/EDR"),
    [BT_MSG_TERMINATE] = {"LL_TERMINATE_IND", IMP_PHASE_BOOTSTRAPPING, BT_CONTROL},
    {.name = NULL},
};

static const struct imp_act acts[] = {{.name = NULL}};

static const char *const io[] = {"display-only",       "display-yes-no",   "keyboard-only",
                                 "no-input-no-output", "keyboard-display", NULL};
static const char *const distributed[] = {"none", "identity", "identity-and-signing", NULL};
static const char *const secure_connections[] = {"no", "offer", "only", NULL};
static const char *const transport[] = {"le", "br-edr", NULL};
static const char *const re_pairing[] = {"refuse", "no-weaker", "silent", NULL};
static const char *const cross_transport[] = {"no", "h6", "h7", NULL};
static const char *const other_bond[] = {"none", "unauthenticated", "authenticated", NULL};
static const char *const debug_key[] = {"refuse", "accept", "use", NULL};
static const char *const mitm[] = {"no", "ask", "insist", NULL};
#define BOTH (1u << BT_RESPONDER | 1u << BT_INITIATOR)

static const struct imp_option options[] = {
    [BT_OPT_IO] = {.name = "io",
                   .summary = "IO capability.",
                   .type = IMP_OPTION_CHOICE,
                   .preset = "display-yes-no",
                   .choices = io,
                   .roles = BOTH},
    [BT_OPT_SECURE_CONNECTIONS] = {.name = "secure-connections",
                                   .summary = "Legacy pairing, either, or nothing else.",
                                   .type = IMP_OPTION_CHOICE,
                                   .preset = "offer",
                                   .choices = secure_connections,
                                   .roles = BOTH},
    [BT_OPT_MITM] = {.name = "mitm",
                     .summary = "Protection from a man in the middle: not asked for, asked for, or "
                                "Just Works is refused.",
                     .type = IMP_OPTION_CHOICE,
                     .preset = "ask",
                     .choices = mitm,
                     .roles = BOTH},
    [BT_OPT_OOB] = {.name = "oob",
                    .summary = "Hands out OOB data before pairing.",
                    .type = IMP_OPTION_BOOL,
                    .preset = "false",
                    .roles = BOTH},
    [BT_OPT_AWAIT_OOB] = {.name = "await-oob",
                          .summary = "Does not pair before the other end's OOB data have come.",
                          .type = IMP_OPTION_BOOL,
                          .preset = "false",
                          .roles = BOTH},
    [BT_OPT_NAMES_METHOD] = {.name = "names-method",
                             .summary = "The display says whether a number is to be compared or "
                                        "typed; else its user takes one for the other.",
                             .type = IMP_OPTION_BOOL,
                             .preset = "true",
                             .roles = BOTH},
    [BT_OPT_KEY_LEAST] = {.name = "key-least",
                          .summary = "Shortest encryption key that is accepted (LE: 7 at least).",
                          .type = IMP_OPTION_INT,
                          .preset = "7",
                          .min = 1,
                          .max = SMP_KEY_MOST,
                          .unit = "octets",
                          .roles = BOTH},
    [BT_OPT_KEY_MOST] = {.name = "key-most",
                         .summary = "Longest encryption key that is offered (LE: 7 at least).",
                         .type = IMP_OPTION_INT,
                         .preset = "16",
                         .min = 1,
                         .max = SMP_KEY_MOST,
                         .unit = "octets",
                         .roles = BOTH},
    [BT_OPT_RE_PAIRING] = {.name = "re-pairing",
                           .summary = "With a bonded peer that has lost its key: refused until the "
                                      "user removes the bond, unless weaker than the bond, or "
                                      "without a word.",
                           .type = IMP_OPTION_CHOICE,
                           .preset = "refuse",
                           .choices = re_pairing,
                           .roles = BOTH},
    [BT_OPT_SECURITY_REQUEST] = {.name = "security-request",
                                 .summary = "The responder asks for security when connected; the "
                                            "initiator waits to be asked.",
                                 .type = IMP_OPTION_BOOL,
                                 .preset = "false",
                                 .roles = BOTH},
    [BT_OPT_FIXED_PASSKEY] = {.name = "fixed-passkey",
                              .summary = "Shows the same passkey each time, as one on a label.",
                              .type = IMP_OPTION_BOOL,
                              .preset = "false",
                              .roles = BOTH},
    [BT_OPT_TRANSPORT] = {.name = "transport",
                          .summary = "Pairing over LE, or Secure Simple Pairing over BR/EDR.",
                          .type = IMP_OPTION_CHOICE,
                          .preset = "le",
                          .choices = transport,
                          .roles = BOTH},
    [BT_OPT_CHECKS_POINT] = {.name = "checks-point",
                             .summary =
                                 "Refuses a public key that is not on the curve; else computes "
                                 "with one whose y is zero.",
                             .type = IMP_OPTION_BOOL,
                             .preset = "true",
                             .roles = BOTH},
    [BT_OPT_CHECKS_DHKEY] = {.name = "checks-dhkey",
                             .summary = "Refuses a DHKey Check that does not fit; else nothing "
                                        "confirms the features of both ends.",
                             .type = IMP_OPTION_BOOL,
                             .preset = "true",
                             .roles = BOTH},
    [BT_OPT_DISTRIBUTES] = {.name = "distributes",
                            .summary = "LE, or BR/EDR with cross-transport: what an end hands "
                                       "over and asks for when encryption has begun: IRK and "
                                       "identity address; CSRK too. The LTK of legacy pairing is "
                                       "handed over anyhow.",
                            .type = IMP_OPTION_CHOICE,
                            .preset = "none",
                            .choices = distributed,
                            .roles = BOTH},
    [BT_OPT_KEYPRESS] = {.name = "keypress",
                         .summary = "Passkey entry: the end at which digits are typed tells the "
                                    "other of each (Keypress Notification); over LE if both say "
                                    "so.",
                         .type = IMP_OPTION_BOOL,
                         .preset = "false",
                         .roles = BOTH},
    [BT_OPT_CROSS_TRANSPORT] = {.name = "cross-transport",
                                .summary =
                                    "Secure Connections: derives a key for the other transport "
                                    "too, by h7 where both ends do (CT2), else by h6, unless "
                                    "re-pairing keeps the one that is there.",
                                .type = IMP_OPTION_CHOICE,
                                .preset = "no",
                                .choices = cross_transport,
                                .roles = BOTH},
    [BT_OPT_OTHER_BOND] = {.name = "other-bond",
                           .summary = "Key of the other transport that both ends have from before.",
                           .type = IMP_OPTION_CHOICE,
                           .preset = "none",
                           .choices = other_bond,
                           .roles = BOTH,
                           .needs = "cross-transport=h6,h7"},
    [BT_OPT_DEBUG_KEY] = {.name = "debug-key",
                          .summary = "LE Secure Connections with the key pair that everybody knows "
                                     "(debug mode): refused of the other end, accepted, or the own "
                                     "one.",
                          .type = IMP_OPTION_CHOICE,
                          .preset = "refuse",
                          .choices = debug_key,
                          .roles = BOTH,
                          .needs = "transport=le"},
    [BT_OPT_REPEATED_ATTEMPTS] = {.name = "repeated-attempts",
                                  .summary =
                                      "A responder refuses who asks again within the waiting "
                                      "interval after a failure, 1 s and twice as long each "
                                      "time; else initiators alone wait.",
                                  .type = IMP_OPTION_BOOL,
                                  .preset = "false",
                                  .roles = 1u << BT_RESPONDER},
    {.name = NULL},
};

static const struct imp_flaw flaws[] = {
    [BT_FLAW_REFLECTED_KEY] =
        {.name = "accept-reflected-key",
         .summary = "The initiator takes its own public key for the responder's (CVE-2020-26558).",
         .role = BT_INITIATOR,
         .broken_by = "dolev-yao",
         .goal = "g3",
         .with = "mitm=insist,initiator.io=keyboard-only,responder.io=display-only"},
    [BT_FLAW_POLICY] = {.name = "no-policy-check",
                        .summary = "The initiator pairs by Just Works although it insists on more.",
                        .role = BT_INITIATOR,
                        .broken_by = "dolev-yao",
                        .goal = "g3",
                        .with = "mitm=insist"},
    [BT_FLAW_RESPONDER_POLICY] =
        {.name = "no-responder-policy-check",
         .summary = "The responder pairs by Just Works although it insists on more.",
         .role = BT_RESPONDER,
         .broken_by = "dolev-yao",
         .goal = "g3",
         .with = "mitm=insist"},
    [BT_FLAW_COMPARISON] = {.name = "no-comparison",
                            .summary = "The initiator's user confirms whatever number.",
                            .role = BT_INITIATOR,
                            .broken_by = "dolev-yao",
                            .goal = "g3",
                            .with = "mitm=insist"},
    [BT_FLAW_RESPONDER_COMPARISON] = {.name = "no-responder-comparison",
                                      .summary = "The responder's user confirms whatever number.",
                                      .role = BT_RESPONDER,
                                      .broken_by = "dolev-yao",
                                      .goal = "g3",
                                      .with = "mitm=insist"},
    [BT_FLAW_CONFIRMATION] =
        {.name = "no-confirmation-check",
         .summary = "The initiator does not compare the responder's confirmations.",
         .role = BT_INITIATOR,
         .broken_by = "dolev-yao",
         .goal = "g3",
         .with = "mitm=insist,initiator.io=keyboard-only,responder.io=display-only"},
    [BT_FLAW_RESPONDER_CONFIRMATION] =
        {.name = "no-responder-confirmation-check",
         .summary = "The responder does not compare the initiator's confirmations.",
         .role = BT_RESPONDER,
         .broken_by = "dolev-yao",
         .goal = "g3",
         .with = "mitm=insist,initiator.io=keyboard-only,responder.io=display-only"},
    [BT_FLAW_OOB] = {.name = "no-oob-check",
                     .summary = "The public key is not compared with the commitment out of band.",
                     .role = BT_INITIATOR,
                     .broken_by = "dolev-yao",
                     .goal = "g3",
                     .with = "mitm=insist,responder.oob=true,initiator.await-oob=true"},
    [BT_FLAW_OOB_CLAIM] = {.name = "accept-oob-claim",
                           .summary = "The initiator pairs out of band with who says that it has "
                                      "its data, although it has given none.",
                           .role = BT_INITIATOR,
                           .broken_by = "dolev-yao",
                           .goal = "g3",
                           .with = "mitm=insist"},
    [BT_FLAW_RESPONDER_OOB_CLAIM] =
        {.name = "responder-accepts-oob-claim",
         .summary = "The responder pairs out of band with who says that it has its data, although "
                    "it has given none.",
         .role = BT_RESPONDER,
         .broken_by = "dolev-yao",
         .goal = "g3",
         .with = "mitm=insist"},
    {.name = NULL},
};

static const struct imp_requirement requirements[] = {
    {"credential", "none", "Each end brings its IO capability only."},
    {"interface", "any", "The association model follows from both ends'."},
    {"oob", "confirmation; derivation with legacy pairing",
     "Numbers and OOB data confirm the key of Secure Connections; legacy pairing makes the STK of "
     "them."},
    {"third-party", "none", "Two devices and their user."},
    {"user-acts", "0-2", "None with Just Works; a comparison at each end, or one number typed."},
    {"link", "bluetooth", "A connection over LE or BR/EDR, one hop."},
    {.name = NULL},
};

static const struct imp_term terms[] = {
    {IMP_PHASE_DISCOVERY, "advertising", "Core volume 6 part B section 4.4.2"},
    {IMP_PHASE_BOOTSTRAPPING, "pairing phases 1 and 2, encryption start",
     "Core volume 3 part H section 2.3, volume 6 part B section 5.1.3"},
    {IMP_PHASE_PROVISIONING, "transport specific key distribution",
     "Core volume 3 part H section 2.4.3"},
    {.word = NULL},
};

const struct imp_mechanism imp_bluetooth_pairing = {
    .name = "bluetooth-pairing",
    .title = "Bluetooth pairing (LE, BR/EDR)",
    .class = IMP_CLASS_AD_HOC,
    .reference = "Bluetooth Core 5.3, volume 3 part H, volume 2 parts C and H",
    .summary = "Two devices agree on a key and confirm it as their input and output allow: by a "
               "number that is compared, a passkey that is typed, data out of band, or not at all. "
               "Legacy pairing puts the secret itself into the key.",
    .roles = roles,
    .channels = channels,
    .messages = messages,
    .acts = acts,
    .options = options,
    .flaws = flaws,
    .requirements = requirements,
    .terms = terms,
    .guesses = bt_guesses,
    .provision = bt_ct_provision,
};
