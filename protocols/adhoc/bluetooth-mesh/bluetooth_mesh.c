/* SPDX-License-Identifier: GPL-2.0-only */
/* bluetooth_mesh.c - the mechanism "bluetooth-mesh" as data. */
#include <string.h>

#include "mesh.h"
#include "protocols/crypto/crypto.h"

static const char *const device_states[] = {
    [MESH_BEACONING] = "beaconing",       [MESH_D_INVITE] = "await-invite",
    [MESH_D_START] = "await-start",       [MESH_D_PUBLIC_KEY] = "await-public-key",
    [MESH_D_INPUT] = "await-input",       [MESH_D_CONFIRMATION] = "await-confirmation",
    [MESH_D_RANDOM] = "await-random",     [MESH_D_DATA] = "await-data",
    [MESH_D_FAILED] = "failed",           [MESH_D_CONFIGURATION] = "await-configuration",
    [MESH_D_PROVISIONED] = "provisioned", NULL,
};

static const char *const provisioner_states[] = {
    [MESH_SCANNING] = "scanning",
    [MESH_P_OPENING] = "await-link-ack",
    [MESH_P_CAPABILITIES] = "await-capabilities",
    [MESH_P_PUBLIC_KEY] = "await-public-key",
    [MESH_P_OUTPUT] = "await-output",
    [MESH_P_INPUT] = "await-input-complete",
    [MESH_P_CONFIRMATION] = "await-confirmation",
    [MESH_P_RANDOM] = "await-random",
    [MESH_P_COMPLETE] = "await-complete",
    [MESH_P_CONFIGURATION] = "await-configuration-status",
    [MESH_P_RESET] = "await-node-reset-status",
    [MESH_P_REFRESH] = "await-key-refresh-status",
    NULL,
};

static const struct imp_role roles[] = {
    [MESH_DEVICE] = {.name = "device",
                     .kind = IMP_ROLE_DEVICE,
                     .summary = "Unprovisioned device that becomes a node.",
                     .context_size = sizeof(struct mesh_node),
                     .init = mesh_device_init,
                     .event = mesh_device_event,
                     .fini = mesh_device_fini,
                     .state = mesh_device_state_of,
                     .states = device_states,
                     .legal = mesh_device_legal},
    [MESH_PROVISIONER] = {.name = "provisioner",
                          .kind = IMP_ROLE_ACCESS,
                          .summary =
                              "Provisioner with the network key, one device after the other.",
                          .context_size = sizeof(struct mesh_provisioner),
                          .init = mesh_provisioner_init,
                          .event = mesh_provisioner_event,
                          .fini = mesh_provisioner_fini,
                          .state = mesh_provisioner_state_of,
                          .states = provisioner_states,
                          .legal = mesh_provisioner_legal},
    {.name = NULL},
};

static const struct imp_channel channels[] = {
    [MESH_ADV] = {.name = "advertising",
                  .service = IMP_SERVICE_FRAME,
                  .number = 0x0100, /* AD structures in non-connectable advertisements */
                  .a = MESH_DEVICE,
                  .b = MESH_PROVISIONER,
                  .summary = "Beacons and PB-ADV on the advertising bearer."},
    [MESH_LABEL] = {.name = "label",
                    .service = IMP_SERVICE_OOB,
                    .a = MESH_DEVICE,
                    .b = MESH_PROVISIONER,
                    .act = IMP_ACT_SCAN_QR,
                    .bits = 8 * sizeof(struct mesh_label),
                    .summary = "UUID with static OOB value (must stay secret) or public key (must "
                               "be authentic)."},
    [MESH_OUTPUT] = {.name = "output",
                     .service = IMP_SERVICE_OOB,
                     .a = MESH_DEVICE,
                     .b = MESH_PROVISIONER,
                     .act = IMP_ACT_COPY_DIGITS,
                     .bits = 8 * MESH_DIGITS_MAX,
                     .summary = "Number that the device shows and the user types at the "
                                "provisioner."},
    [MESH_INPUT] = {.name = "input",
                    .service = IMP_SERVICE_OOB,
                    .a = MESH_PROVISIONER,
                    .b = MESH_DEVICE,
                    .act = IMP_ACT_COPY_DIGITS,
                    .bits = 8 * MESH_DIGITS_MAX,
                    .summary = "Number that the provisioner shows and the user types at the "
                               "device."},
    [MESH_CONNECTABLE] = {.name = "connectable",
                          .service = IMP_SERVICE_FRAME,
                          .number = 0x0101, /* connectable advertisements */
                          .a = MESH_DEVICE,
                          .b = MESH_PROVISIONER,
                          .summary = "Connectable advertisements with the Mesh Provisioning "
                                     "Service (PB-GATT)."},
    [MESH_ATT] = {.name = "attributes",
                  .service = IMP_SERVICE_FRAME,
                  .number = 0x0104, /* L2CAP channel 4 */
                  .a = MESH_DEVICE,
                  .b = MESH_PROVISIONER,
                  .summary = "Attribute Protocol: PB-GATT."},
    [MESH_CONTROL] = {.name = "control",
                      .service = IMP_SERVICE_FRAME,
                      .number = 0x0103, /* LL control PDUs */
                      .a = MESH_DEVICE,
                      .b = MESH_PROVISIONER,
                      .summary = "Link layer control: end of the connection (PB-GATT)."},
    {.name = NULL},
};

static const struct imp_message messages[] = {
    [MESH_MSG_BEACON] = {"Unprovisioned Device beacon", IMP_PHASE_DISCOVERY, MESH_ADV},
    [MESH_MSG_OPEN] = {"Link Open", IMP_PHASE_DISCOVERY, MESH_ADV},
    [MESH_MSG_LINK_ACK] = {"Link ACK", IMP_PHASE_DISCOVERY, MESH_ADV},
    [MESH_MSG_CLOSE] = {"Link Close", IMP_PHASE_PROVISIONING, MESH_ADV},
    [MESH_MSG_ACK] = {"Transaction Acknowledgment", IMP_PHASE_BOOTSTRAPPING, MESH_ADV},
    [MESH_MSG_INVITE] = {"Invite", IMP_PHASE_DISCOVERY, MESH_ADV},
    [MESH_MSG_CAPABILITIES] = {"Capabilities", IMP_PHASE_DISCOVERY, MESH_ADV},
    [MESH_MSG_START] = {"Start", IMP_PHASE_BOOTSTRAPPING, MESH_ADV},
    [MESH_MSG_PUBLIC_KEY] = {"Public Key", IMP_PHASE_BOOTSTRAPPING, MESH_ADV},
    [MESH_MSG_INPUT_COMPLETE] = {"Input Complete", IMP_PHASE_BOOTSTRAPPING, MESH_ADV},
    [MESH_MSG_CONFIRMATION] = {"Confirmation", IMP_PHASE_BOOTSTRAPPING, MESH_ADV},
    [MESH_MSG_RANDOM] = {"Random", IMP_PHASE_BOOTSTRAPPING, MESH_ADV},
    [MESH_MSG_DATA] = {"Data", IMP_PHASE_PROVISIONING, MESH_ADV},
    [MESH_MSG_COMPLETE] = {"Complete", IMP_PHASE_PROVISIONING, MESH_ADV},
    [MESH_MSG_FAILED] = {"Failed", IMP_PHASE_BOOTSTRAPPING, MESH_ADV},
    [MESH_MSG_LABEL] = {"label", IMP_PHASE_DISCOVERY, MESH_LABEL},
    [MESH_MSG_OUTPUT] = {"output OOB", IMP_PHASE_BOOTSTRAPPING, MESH_OUTPUT},
    [MESH_MSG_INPUT] = {"input OOB", IMP_PHASE_BOOTSTRAPPING, MESH_INPUT},
    [MESH_MSG_SEGMENT_ACK] = {"Segment Acknowledgment", IMP_PHASE_PROVISIONING, MESH_ADV},
    [MESH_MSG_COMPOSITION_GET] = {"Config Composition Data Get", IMP_PHASE_PROVISIONING, MESH_ADV},
    [MESH_MSG_COMPOSITION_STATUS] = {"Config Composition Data Status", IMP_PHASE_PROVISIONING,
                                     MESH_ADV},
    [MESH_MSG_APPKEY_ADD] = {"Config AppKey Add", IMP_PHASE_PROVISIONING, MESH_ADV},
    [MESH_MSG_APPKEY_STATUS] = {"Config AppKey Status", IMP_PHASE_PROVISIONING, MESH_ADV},
    [MESH_MSG_BIND] = {"Config Model App Bind", IMP_PHASE_PROVISIONING, MESH_ADV},
    [MESH_MSG_BIND_STATUS] = {"Config Model App Status", IMP_PHASE_PROVISIONING, MESH_ADV},
    [MESH_MSG_NODE_RESET] = {"Config Node Reset", IMP_PHASE_PROVISIONING, MESH_ADV},
    [MESH_MSG_NODE_RESET_STATUS] = {"Config Node Reset Status", IMP_PHASE_PROVISIONING, MESH_ADV},
    [MESH_MSG_CONNECTABLE] = {"ADV_IND", IMP_PHASE_DISCOVERY, MESH_CONNECTABLE},
    [MESH_MSG_MTU_REQUEST] = {"ATT_EXCHANGE_MTU_REQ", IMP_PHASE_DISCOVERY, MESH_ATT},
    [MESH_MSG_MTU_RESPONSE] = {"ATT_EXCHANGE_MTU_RSP", IMP_PHASE_DISCOVERY, MESH_ATT},
    [MESH_MSG_READ_REQUEST] = {"ATT_READ_BY_TYPE_REQ", IMP_PHASE_DISCOVERY, MESH_ATT},
    [MESH_MSG_READ_RESPONSE] = {"ATT_READ_BY_TYPE_RSP", IMP_PHASE_DISCOVERY, MESH_ATT},
    [MESH_MSG_SUBSCRIBE] = {"ATT_WRITE_REQ", IMP_PHASE_DISCOVERY, MESH_ATT},
    [MESH_MSG_SUBSCRIBED] = {"ATT_WRITE_RSP", IMP_PHASE_DISCOVERY, MESH_ATT},
    [MESH_MSG_TERMINATE] = {"LL_TERMINATE_IND", IMP_PHASE_PROVISIONING, MESH_CONTROL},
    [MESH_MSG_NETKEY_UPDATE] = {"Config NetKey Update", IMP_PHASE_PROVISIONING, MESH_ADV},
    [MESH_MSG_NETKEY_STATUS] = {"Config NetKey Status", IMP_PHASE_PROVISIONING, MESH_ADV},
    [MESH_MSG_APPKEY_UPDATE] = {"Config AppKey Update", IMP_PHASE_PROVISIONING, MESH_ADV},
    [MESH_MSG_PHASE_GET] = {"Config Key Refresh Phase Get", IMP_PHASE_PROVISIONING, MESH_ADV},
    [MESH_MSG_PHASE_SET] = {"Config Key Refresh Phase Set", IMP_PHASE_PROVISIONING, MESH_ADV},
    [MESH_MSG_PHASE_STATUS] = {"Config Key Refresh Phase Status", IMP_PHASE_PROVISIONING, MESH_ADV},
    [MESH_MSG_NETWORK_BEACON] = {"Secure Network beacon", IMP_PHASE_PROVISIONING, MESH_ADV},
    {.name = NULL},
};

static const struct imp_act acts[] = {{.name = NULL}};

static const char *const oob[] = {"none", "static", "output", "input", NULL};
static const char *const public_key[] = {"in-band", "oob", NULL};
static const char *const outputs[] = {"numeric", "alphanumeric", "blink", "beep", "vibrate", NULL};
static const char *const inputs[] = {"numeric", "alphanumeric", "push", "twist", NULL};
static const char *const refreshes[] = {"message", "beacon", NULL};
static const char *const bearers[] = {"pb-adv", "pb-gatt", NULL};
static const char *const algorithms[] = {"both", "cmac", "hmac", NULL};

#define DEVICE_BIT (1u << MESH_DEVICE)
#define BOTH_BITS (DEVICE_BIT | 1u << MESH_PROVISIONER)

static const struct imp_option options[] = {
    [MESH_OPT_OOB] = {.name = "oob",
                      .summary = "Authentication method: offered by the device, insisted on by the "
                                 "provisioner.",
                      .type = IMP_OPTION_CHOICE,
                      .preset = "output",
                      .choices = oob,
                      .roles = BOTH_BITS},
    [MESH_OPT_PUBLIC_KEY] = {.name = "public-key",
                             .summary = "How the device's public key reaches the provisioner.",
                             .type = IMP_OPTION_CHOICE,
                             .preset = "in-band",
                             .choices = public_key,
                             .roles = BOTH_BITS},
    [MESH_OPT_ALGORITHMS] = {.name = "algorithms",
                             .summary = "CMAC-AES128 (version 1.0), HMAC-SHA256 (1.1), or both; "
                                        "HMAC is chosen where both ends have it.",
                             .type = IMP_OPTION_CHOICE,
                             .preset = "both",
                             .choices = algorithms,
                             .roles = BOTH_BITS},
    [MESH_OPT_DIGITS] = {.name = "digits",
                         .summary = "Length of the number of output and input OOB.",
                         .type = IMP_OPTION_INT,
                         .preset = "6",
                         .min = 1,
                         .max = MESH_DIGITS_MAX,
                         .unit = "digits",
                         .roles = BOTH_BITS},
    [MESH_OPT_BEACON] = {.name = "beacon-interval",
                         .summary = "From one unprovisioned device beacon to the next.",
                         .type = IMP_OPTION_INT,
                         .preset = "2000",
                         .min = 100,
                         .max = 60000,
                         .unit = "ms",
                         .roles = DEVICE_BIT},
    [MESH_OPT_LINK_TIMEOUT] = {.name = "link-timeout",
                               .summary = "Silence after which a link is closed (section 5.3.3).",
                               .type = IMP_OPTION_INT,
                               .preset = "60",
                               .min = 1,
                               .max = 3600,
                               .unit = "s",
                               .roles = BOTH_BITS},
    [MESH_OPT_CONFIGURE] = {.name = "configure",
                            .summary = "After provisioning the node gets an application key and "
                                       "binds it to its model; complete is what has it.",
                            .type = IMP_OPTION_BOOL,
                            .preset = "false",
                            .roles = BOTH_BITS},
    [MESH_OPT_REPLAY_CHECK] = {.name = "replay-check",
                               .summary = "A message counts only under a SEQ above all before it "
                                          "(section 3.9.8).",
                               .type = IMP_OPTION_BOOL,
                               .preset = "true",
                               .roles = BOTH_BITS},
    [MESH_OPT_BEARER] = {.name = "bearer",
                         .summary = "Provisioning bearer: advertisements, or a connection.",
                         .type = IMP_OPTION_CHOICE,
                         .preset = "pb-adv",
                         .choices = bearers,
                         .roles = BOTH_BITS},
    [MESH_OPT_MTU] = {.name = "att-mtu",
                      .summary = "Largest ATT PDU that an end takes (PB-GATT); the smaller of both "
                                 "is used. The radio's mtu must allow it.",
                      .type = IMP_OPTION_INT,
                      .preset = "23",
                      .min = MESH_ATT_MTU_LEAST,
                      .max = MESH_ATT_MTU_MAX,
                      .unit = "octets",
                      .roles = BOTH_BITS},
    [MESH_OPT_OUTPUT] = {.name = "output-action",
                         .summary =
                             "What output OOB is: pulses are counted (one digit), of letters "
                             "and digits there are at most four.",
                         .type = IMP_OPTION_CHOICE,
                         .preset = "numeric",
                         .choices = outputs,
                         .roles = BOTH_BITS},
    [MESH_OPT_INPUT] = {.name = "input-action",
                        .summary =
                            "What input OOB is: pushes and turns are counted (one digit), of "
                            "letters and digits there are at most four.",
                        .type = IMP_OPTION_CHOICE,
                        .preset = "numeric",
                        .choices = inputs,
                        .roles = BOTH_BITS},
    [MESH_OPT_URI] = {.name = "uri",
                      .summary = "URI of the device, of which the beacon carries a hash (PB-ADV); "
                                 "empty: none.",
                      .type = IMP_OPTION_STRING,
                      .preset = "",
                      .min = 0,
                      .max = 64,
                      .unit = "octets",
                      .roles = DEVICE_BIT},
    [MESH_OPT_REFRESH_BY] = {.name = "refresh-by",
                             .summary = "How the phases of a key refresh are told: Config Key "
                                        "Refresh Phase Set, or Secure Network beacons.",
                             .type = IMP_OPTION_CHOICE,
                             .preset = "message",
                             .choices = refreshes,
                             .roles = 1u << MESH_PROVISIONER},
    [MESH_OPT_BEACON_CHECK] = {.name = "beacon-check",
                               .summary = "A Secure Network beacon counts only with the right "
                                          "authentication value (section 3.10.3).",
                               .type = IMP_OPTION_BOOL,
                               .preset = "true",
                               .roles = DEVICE_BIT},
    [MESH_OPT_LEAST_DIGITS] = {.name = "least-digits",
                               .summary = "Shortest number of output or input OOB that a "
                                          "provisioner may choose; 0: none but that of digits.",
                               .type = IMP_OPTION_INT,
                               .preset = "0",
                               .min = 0,
                               .max = MESH_DIGITS_MAX,
                               .unit = "digits",
                               .roles = DEVICE_BIT,
                               .needs = "oob=output,input"},
    {.name = NULL},
};

static const struct imp_flaw flaws[] = {
    [MESH_FLAW_DEVICE_CONFIRMATION] = {.name = "no-provisioner-confirmation-check",
                                       .summary = "The device does not compare the provisioner's "
                                                  "random value with its confirmation.",
                                       .role = MESH_DEVICE,
                                       .broken_by = "dolev-yao",
                                       .goal = "g3"},
    [MESH_FLAW_PROVISIONER_CONFIRMATION] = {.name = "no-device-confirmation-check",
                                            .summary = "The provisioner does not compare the "
                                                       "device's random value with its "
                                                       "confirmation.",
                                            .role = MESH_PROVISIONER,
                                            .broken_by = "dolev-yao",
                                            .goal = "g3"},
    [MESH_FLAW_REFLECTION] = {.name = "accept-reflection",
                              .summary = "The provisioner takes its own confirmation and random "
                                         "value for the device's (CVE-2020-26560).",
                              .role = MESH_PROVISIONER,
                              .broken_by = "dolev-yao",
                              .goal = "g3"},
    {.name = NULL},
};

static const struct imp_requirement requirements[] = {
    {"credential", "none or label",
     "Static OOB value or public key on a label, if these are used."},
    {"interface", "display or keypad", "For output or input OOB; none otherwise."},
    {"oob", "confirmation",
     "The number or label enters the confirmation values, not the session key."},
    {"third-party", "none", "The provisioner and the user only."},
    {"user-acts", "1", "Copy a number or scan a label; none without OOB."},
    {"link", "bluetooth-le", "Advertising bearer or a connection, one hop."},
    {.name = NULL},
};

static const struct imp_term terms[] = {
    {IMP_PHASE_DISCOVERY, "beaconing, link establishment, invitation",
     "Mesh Protocol 1.1 sections 3.10, 5.3, 5.4.2.1"},
    {IMP_PHASE_BOOTSTRAPPING, "exchanging public keys, authentication",
     "Mesh Protocol 1.1 sections 5.4.2.3 and 5.4.2.4"},
    {IMP_PHASE_PROVISIONING, "distribution of provisioning data, configuration, key refresh",
     "Mesh Protocol 1.1 sections 5.4.2.5, 4.4.1 and 3.11.4"},
    {.word = NULL},
};

static const char *const variant[] = {"oob", "algorithms", NULL};

static const struct imp_inapplicable inapplicable[] = {
    {"g12", "nodes belong to whoever has the network's keys; no single owner is named"},
    {.goal = NULL}};

static const struct imp_severance severances[] = {
    {"reset", MESH_DEVICE, false}, {"remove-node", MESH_PROVISIONER, true}, {.word = NULL}};

/* ---- provisioning by makers and owners
 * -----------------------------------------------------------------------------------------------
 */
static void provision(struct imp_env *const *parties, size_t count)
{
    uint8_t value[MESH_STATIC], public[MESH_PUBLIC], secret[32];
    for (size_t i = 0; i < count; i++) {
        struct imp_env *env = parties[i];
        if (env->role == MESH_PROVISIONER) {
            imp_random(env, "netkey", value, MESH_KEY);
            env->ops->cell_put(env, MESH_CELL_NETWORK, value, MESH_KEY);
            imp_random(env, "appkey", value, MESH_KEY);
            env->ops->cell_put(env, MESH_CELL_APPLICATION, value, MESH_KEY);
            continue;
        }
        imp_random(env, "uuid", value, MESH_UUID);
        env->ops->cell_put(env, MESH_CELL_UUID, value, MESH_UUID);
        if (imp_opt(env, MESH_OPT_OOB) == MESH_OOB_STATIC) {
            imp_random(env, "static-oob", value, MESH_STATIC);
            env->ops->cell_put(env, MESH_CELL_STATIC, value, MESH_STATIC);
        }
        if (imp_opt(env, MESH_OPT_PUBLIC_KEY) == MESH_KEY_OOB) {
            imp_p256_keypair(env, "label-key", public, secret);
            env->ops->cell_put(env, MESH_CELL_PRIVATE, secret, sizeof secret);
        }
    }
    imp_wipe(value, sizeof value);
    imp_wipe(secret, sizeof secret);
}

const struct imp_mechanism imp_bluetooth_mesh = {
    .name = "bluetooth-mesh",
    .title = "Bluetooth Mesh provisioning",
    .class = IMP_CLASS_AD_HOC,
    .reference = "Bluetooth Mesh Protocol 1.1",
    .summary =
        "A provisioner hears the beacon of an unprovisioned device, agrees with it on a key by "
        "ECDH and confirms it by a number that a person carries, by a value on a label, or not at "
        "all; then it hands over the network key. The older algorithm's confirmation commits to "
        "nothing before an attacker who computes it.",
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
