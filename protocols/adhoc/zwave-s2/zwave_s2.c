/* SPDX-License-Identifier: GPL-2.0-only */
/* zwave_s2.c - the mechanism "zwave-s2" as data. */
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "zw.h"

static const char *const node_states[] = {
    [ZW_N_LEARN] = "learn-mode",
    [ZW_N_KEX_GET] = "await-kex-get",
    [ZW_N_KEX_SET] = "await-kex-set",
    [ZW_N_PUBLIC_KEY] = "await-public-key",
    [ZW_N_CSA] = "await-controller-digits",
    [ZW_N_ECHO] = "await-kex-report",
    [ZW_N_KEY] = "await-network-key",
    [ZW_N_TRANSFER] = "await-transfer-end",
    [ZW_N_S0_KEY] = "await-s0-key-set",
    [ZW_N_S0_NONCE] = "await-s0-nonce",
    [ZW_N_FAILED] = "failed",
    [ZW_N_INCLUDED] = "included",
    [ZW_N_LEAVE] = "leave-mode",
    [ZW_N_EXCLUDED] = "excluded",
    NULL,
};

static const char *const controller_states[] = {
    [ZW_C_IDLE] = "await-node-info",
    [ZW_C_KEX_REPORT] = "await-kex-report",
    [ZW_C_GRANT] = "await-grant",
    [ZW_C_PUBLIC_KEY] = "await-public-key",
    [ZW_C_PIN] = "await-pin",
    [ZW_C_ECHO] = "await-kex-set",
    [ZW_C_KEY_GET] = "await-key-get",
    [ZW_C_VERIFY] = "await-key-verify",
    [ZW_C_SUPPORTED] = "await-commands-supported",
    [ZW_C_S0_SCHEME] = "await-s0-scheme",
    [ZW_C_S0_NONCE] = "await-s0-nonce",
    [ZW_C_S0_VERIFY] = "await-s0-key-verify",
    [ZW_C_EXCLUDE] = "exclusion-mode",
    NULL,
};

static const struct imp_role roles[] = {
    [ZW_NODE] = {.name = "node",
                 .kind = IMP_ROLE_DEVICE,
                 .summary = "Joining node with a key pair for its whole life.",
                 .context_size = sizeof(struct zw_joining),
                 .init = zw_node_init,
                 .event = zw_node_event,
                 .fini = zw_node_fini,
                 .state = zw_node_state_of,
                 .states = node_states,
                 .legal = zw_node_legal},
    [ZW_CONTROLLER] = {.name = "controller",
                       .kind = IMP_ROLE_ACCESS,
                       .summary = "Including controller with the network keys, one node after the "
                                  "other.",
                       .context_size = sizeof(struct zw_including),
                       .init = zw_controller_init,
                       .event = zw_controller_event,
                       .fini = zw_controller_fini,
                       .state = zw_controller_state_of,
                       .states = controller_states,
                       .legal = zw_controller_legal},
    {.name = NULL},
};

static const struct imp_channel channels[] = {
    [ZW_RADIO] = {.name = "radio",
                  .service = IMP_SERVICE_FRAME,
                  .number = 0x0300, /* payload of a Z-Wave frame */
                  .a = ZW_NODE,
                  .b = ZW_CONTROLLER,
                  .summary = "Commands in single-hop frames of ITU-T G.9959."},
    [ZW_CHANNEL_PIN] = {.name = "pin",
                        .service = IMP_SERVICE_OOB,
                        .a = ZW_NODE,
                        .b = ZW_CONTROLLER,
                        .act = IMP_ACT_COPY_DIGITS,
                        .bits = 8 * ZW_PIN,
                        .summary = "First five digits of the DSK on the label, typed at the "
                                   "controller."},
    [ZW_CHANNEL_LABEL] = {.name = "label",
                          .service = IMP_SERVICE_OOB,
                          .a = ZW_NODE,
                          .b = ZW_CONTROLLER,
                          .act = IMP_ACT_SCAN_QR,
                          .bits = 8 * ZW_DSK,
                          .summary = "Whole DSK in a QR code, scanned before inclusion."},
    [ZW_CHANNEL_CSA] = {.name = "controller-digits",
                        .service = IMP_SERVICE_OOB,
                        .a = ZW_CONTROLLER,
                        .b = ZW_NODE,
                        .act = IMP_ACT_COPY_DIGITS,
                        .bits = 8 * ZW_CSA_PIN,
                        .summary = "First ten digits of the controller's key, typed at the node "
                                   "(client-side authentication)."},
    {.name = NULL},
};

static const struct imp_message messages[] = {
    [ZW_MSG_NODE_INFO] = {"Node Information Frame", IMP_PHASE_DISCOVERY, ZW_RADIO},
    [ZW_MSG_ASSIGN_IDS] = {"Assign IDs", IMP_PHASE_DISCOVERY, ZW_RADIO},
    [ZW_MSG_KEX_GET] = {"KEX Get", IMP_PHASE_BOOTSTRAPPING, ZW_RADIO},
    [ZW_MSG_KEX_REPORT] = {"KEX Report", IMP_PHASE_BOOTSTRAPPING, ZW_RADIO},
    [ZW_MSG_KEX_SET] = {"KEX Set", IMP_PHASE_BOOTSTRAPPING, ZW_RADIO},
    [ZW_MSG_KEX_FAIL] = {"KEX Fail", IMP_PHASE_BOOTSTRAPPING, ZW_RADIO},
    [ZW_MSG_PUBLIC_KEY] = {"Public Key Report", IMP_PHASE_BOOTSTRAPPING, ZW_RADIO},
    [ZW_MSG_NONCE_GET] = {"Nonce Get", IMP_PHASE_BOOTSTRAPPING, ZW_RADIO},
    [ZW_MSG_NONCE_REPORT] = {"Nonce Report", IMP_PHASE_BOOTSTRAPPING, ZW_RADIO},
    [ZW_MSG_ECHO_SET] = {"KEX Set (echo)", IMP_PHASE_BOOTSTRAPPING, ZW_RADIO},
    [ZW_MSG_ECHO_REPORT] = {"KEX Report (echo)", IMP_PHASE_BOOTSTRAPPING, ZW_RADIO},
    [ZW_MSG_KEY_GET] = {"Network Key Get", IMP_PHASE_PROVISIONING, ZW_RADIO},
    [ZW_MSG_KEY_REPORT] = {"Network Key Report", IMP_PHASE_PROVISIONING, ZW_RADIO},
    [ZW_MSG_KEY_VERIFY] = {"Network Key Verify", IMP_PHASE_PROVISIONING, ZW_RADIO},
    [ZW_MSG_TRANSFER_END] = {"Transfer End", IMP_PHASE_PROVISIONING, ZW_RADIO},
    [ZW_MSG_SUPPORTED_GET] = {"Commands Supported Get", IMP_PHASE_REGISTRATION, ZW_RADIO},
    [ZW_MSG_SUPPORTED_REPORT] = {"Commands Supported Report", IMP_PHASE_REGISTRATION, ZW_RADIO},
    [ZW_MSG_S0_SCHEME_GET] = {"S0 Scheme Get", IMP_PHASE_BOOTSTRAPPING, ZW_RADIO},
    [ZW_MSG_S0_SCHEME_REPORT] = {"S0 Scheme Report", IMP_PHASE_BOOTSTRAPPING, ZW_RADIO},
    [ZW_MSG_S0_NONCE_GET] = {"S0 Nonce Get", IMP_PHASE_BOOTSTRAPPING, ZW_RADIO},
    [ZW_MSG_S0_NONCE_REPORT] = {"S0 Nonce Report", IMP_PHASE_BOOTSTRAPPING, ZW_RADIO},
    [ZW_MSG_S0_KEY_SET] = {"S0 Network Key Set", IMP_PHASE_PROVISIONING, ZW_RADIO},
    [ZW_MSG_S0_KEY_VERIFY] = {"S0 Network Key Verify", IMP_PHASE_PROVISIONING, ZW_RADIO},
    [ZW_MSG_PIN] = {"PIN", IMP_PHASE_BOOTSTRAPPING, ZW_CHANNEL_PIN},
    [ZW_MSG_LABEL] = {"label", IMP_PHASE_DISCOVERY, ZW_CHANNEL_LABEL},
    [ZW_MSG_TRANSFER_PRESENTATION] = {"Transfer Presentation", IMP_PHASE_DISCOVERY, ZW_RADIO},
    [ZW_MSG_PRIME] = {"SmartStart Prime", IMP_PHASE_DISCOVERY, ZW_RADIO},
    [ZW_MSG_INCLUDE] = {"SmartStart Inclusion Request", IMP_PHASE_DISCOVERY, ZW_RADIO},
    [ZW_MSG_EXCLUDE_REQUEST] = {"Exclude Request", IMP_PHASE_DISCOVERY, ZW_RADIO},
    [ZW_MSG_CSA_PIN] = {"controller's digits", IMP_PHASE_BOOTSTRAPPING, ZW_CHANNEL_CSA},
    {.name = NULL},
};

static const struct imp_act acts[] = {
    [ZW_ACT_GRANT] = {.name = "grant",
                      .kind = IMP_ACT_CONFIRM,
                      .role = ZW_CONTROLLER,
                      .summary = "Grant the requested classes to the new node."},
    {.name = NULL},
};

static const char *const security[] = {"s2", "both", "s0", NULL};
static const char *const classes[] = {
    "unauthenticated", "authenticated", "access-control", "s2", "all", NULL};
static const char *const dsk[] = {"pin", "qr", NULL};
static const char *const inclusion[] = {"classic", "smart-start", NULL};
static const char *const policy[] = {"refuse", "warn", "accept", NULL};
static const char *const key_pairs[] = {"lifelong", "by-class", NULL};

#define NODE_BIT (1u << ZW_NODE)
#define CONTROLLER_BIT (1u << ZW_CONTROLLER)

static const struct imp_option options[] = {
    [ZW_OPT_SECURITY] = {.name = "security",
                         .summary = "Command classes that the node lists: Security 2, Security 0 "
                                    "or both.",
                         .type = IMP_OPTION_CHOICE,
                         .preset = "both",
                         .choices = security,
                         .roles = NODE_BIT},
    [ZW_OPT_KEYS] = {.name = "keys",
                     .summary = "Classes whose keys the node requests; s2: its three, all: and "
                                "S0's.",
                     .type = IMP_OPTION_CHOICE,
                     .preset = "access-control",
                     .choices = classes,
                     .roles = NODE_BIT},
    [ZW_OPT_GRANT] = {.name = "grant",
                      .summary = "Classes whose keys the owner gives away at most.",
                      .type = IMP_OPTION_CHOICE,
                      .preset = "access-control",
                      .choices = classes,
                      .roles = CONTROLLER_BIT},
    [ZW_OPT_DSK] = {.name = "dsk",
                    .summary = "How the DSK reaches the controller: five digits that are typed, or "
                               "all of it scanned.",
                    .type = IMP_OPTION_CHOICE,
                    .preset = "pin",
                    .choices = dsk,
                    .roles = NODE_BIT | CONTROLLER_BIT},
    [ZW_OPT_INCLUSION] = {.name = "inclusion",
                          .summary = "classic: the user starts both ends; smart-start: the "
                                     "controller has the node's DSK on its provisioning list and "
                                     "takes it in when it shows up, by Security 2 or not at all.",
                          .type = IMP_OPTION_CHOICE,
                          .preset = "classic",
                          .choices = inclusion,
                          .roles = NODE_BIT | CONTROLLER_BIT},
    [ZW_OPT_S0] = {.name = "s0-policy",
                   .summary = "What the controller does with a node that does not list Security 2.",
                   .type = IMP_OPTION_CHOICE,
                   .preset = "refuse",
                   .choices = policy,
                   .roles = CONTROLLER_BIT},
    [ZW_OPT_RETRY] = {.name = "retry",
                      .summary = "After a failure, until the user begins again.",
                      .type = IMP_OPTION_INT,
                      .preset = "10",
                      .min = 1,
                      .max = 3600,
                      .unit = "s",
                      .roles = NODE_BIT},
    [ZW_OPT_RESYNC] = {.name = "resynchronisation",
                       .summary = "Who cannot open a frame asks for new nonces (Nonce Report with "
                                  "SOS), and the last command is sent again; off: it is lost, and "
                                  "the inclusion with it.",
                       .type = IMP_OPTION_BOOL,
                       .preset = "false",
                       .roles = NODE_BIT | CONTROLLER_BIT},
    [ZW_OPT_KEY_PAIR] = {.name = "key-pair",
                         .summary = "lifelong: of which the DSK is a part, whatever is granted; "
                                    "by-class: one for this inclusion alone where the key goes "
                                    "whole, without Authenticated and Access Control.",
                         .type = IMP_OPTION_CHOICE,
                         .preset = "lifelong",
                         .choices = key_pairs,
                         .roles = NODE_BIT},
    [ZW_OPT_EXPLORE] = {.name = "explore-frames",
                        .summary = "SmartStart's frames have the header of an explore frame, and "
                                   "who leaves asks for it in such frames too (network-wide "
                                   "exclusion).",
                        .type = IMP_OPTION_BOOL,
                        .preset = "false",
                        .roles = NODE_BIT | CONTROLLER_BIT},
    [ZW_OPT_CSA] = {.name = "client-side-authentication",
                    .summary = "The node, which has a keypad, asks for the digits of the "
                               "controller, which has a display, in the place of its own PIN; a "
                               "controller without it refuses.",
                    .type = IMP_OPTION_BOOL,
                    .preset = "false",
                    .roles = NODE_BIT | CONTROLLER_BIT,
                    .needs = "inclusion=classic"},
    {.name = NULL},
};

static const struct imp_flaw flaws[] = {
    [ZW_FLAW_UNMASKED] = {.name = "accept-unmasked-key",
                          .summary = "The controller asks for no PIN when a key comes whole.",
                          .role = ZW_CONTROLLER,
                          .broken_by = "dolev-yao",
                          .goal = "g3"},
    [ZW_FLAW_GRANT_ANY] = {.name = "grant-any-class",
                           .summary = "The controller grants whatever class is requested.",
                           .role = ZW_CONTROLLER,
                           .broken_by = "dolev-yao",
                           .goal = "g3"},
    [ZW_FLAW_UNASKED] = {.name = "accept-class-not-requested",
                         .summary = "The node takes keys of a class that it did not request.",
                         .role = ZW_NODE,
                         .broken_by = "dolev-yao",
                         .goal = "g3"},
    [ZW_FLAW_DSK] = {.name = "no-dsk-comparison",
                     .summary = "The controller does not compare a whole key with the scanned DSK.",
                     .role = ZW_CONTROLLER,
                     .broken_by = "dolev-yao",
                     .goal = "g3",
                     .with = "dsk=qr"},
    {.name = NULL},
};

static const struct imp_requirement requirements[] = {
    {"credential", "label", "DSK on a label or in a QR code; none for the unauthenticated class."},
    {"interface", "button", "To start learn mode; the controller has a display and a keypad."},
    {"oob", "confirmation",
     "The DSK is a part of the node's public key; none for the unauthenticated class."},
    {"third-party", "none", "The controller and the user only."},
    {"user-acts", "2", "Grant classes, type five digits or scan a code."},
    {"link", "z-wave", "One hop to the controller."},
    {.name = NULL},
};

static const struct imp_term terms[] = {
    {IMP_PHASE_DISCOVERY, "inclusion (learn mode, node information)",
     "Z-Wave network layer, inclusion"},
    {IMP_PHASE_BOOTSTRAPPING, "S2 bootstrapping, key exchange", "Security 2 command class, KEX"},
    {IMP_PHASE_PROVISIONING, "network key exchange", "Security 2 command class, Network Key Get"},
    {IMP_PHASE_REGISTRATION, "interview (supported commands)",
     "Security 2 command class, Commands Supported Get"},
    {.word = NULL},
};

static const char *const variant[] = {"security", "keys", NULL};

static const struct imp_inapplicable inapplicable[] = {
    {"g12", "nodes belong to whoever has the network's keys; no single owner is named"},
    {"g14", "network keys are all the configuration, and G1 and G3 judge them"},
    {.goal = NULL}};

static const struct imp_severance severances[] = {
    {"reset", ZW_NODE, false}, {"exclude", ZW_NODE, false}, {.word = NULL}};

/* ---- provisioning by makers and owners
 * -----------------------------------------------------------------------------------------------
 */
static void list(struct imp_env *const *parties, size_t count, const uint8_t *dsks, size_t n)
{
    for (size_t i = 0; i < count; i++)
        if (parties[i]->role == ZW_CONTROLLER && zw_smart_start(parties[i]) && n)
            parties[i]->ops->cell_put(parties[i], ZW_CELL_LIST, dsks, n * ZW_DSK);
}

static void provision(struct imp_env *const *parties, size_t count)
{
    struct zw_keys keys = {.granted = ZW_ALL};
    uint8_t public[ZW_PUBLIC], secret[32], dsks[ZW_LABELS][ZW_DSK];
    size_t listed = 0;
    for (size_t i = 0; i < count; i++) {
        struct imp_env *env = parties[i];
        if (env->role == ZW_CONTROLLER) {
            imp_random(env, "network-keys", keys.key, sizeof keys.key);
            env->ops->cell_put(env, ZW_CELL_KEYS, &keys, sizeof keys);
            continue;
        }
        imp_x25519_keypair(env, "dsk", public, secret);
        env->ops->cell_put(env, ZW_CELL_SECRET, secret, sizeof secret);
        if (listed < ZW_LABELS)
            memcpy(dsks[listed++], public, ZW_DSK);
    }
    list(parties, count, dsks[0], listed);
    imp_wipe(&keys, sizeof keys);
    imp_wipe(secret, sizeof secret);
}

const struct imp_mechanism imp_zwave_s2 = {
    .name = "zwave-s2",
    .title = "Z-Wave inclusion with Security 2 and Security 0",
    .class = IMP_CLASS_AD_HOC,
    .reference = "Z-Wave Security 2 (S2) and Security 0 command classes",
    .summary =
        "A controller agrees with a joining node on a temporary key by Curve25519, a person types "
        "five digits of the node's DSK, and the node receives one network key for each class that "
        "it was granted. The unauthenticated class has no digits; Security 0 sends its only key "
        "under a key of zeros.",
    .roles = roles,
    .channels = channels,
    .messages = messages,
    .acts = acts,
    .options = options,
    .flaws = flaws,
    .requirements = requirements,
    .terms = terms,
    .variant = variant,
    .inapplicable = inapplicable,
    .severances = severances,
    .provision = provision,
};
