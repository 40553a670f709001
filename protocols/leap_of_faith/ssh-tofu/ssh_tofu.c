/* SPDX-License-Identifier: GPL-2.0-only */
/* ssh_tofu.c - the mechanism "ssh-tofu" as data. */
#include "tofu.h"

static const char *const states[] = {
    [TOFU_IDLE] = "idle",       [TOFU_KEYS] = "keys",       [TOFU_SERVICE] = "service",
    [TOFU_AUTH] = "auth",       [TOFU_CHANNEL] = "channel", [TOFU_COMMAND] = "command",
    [TOFU_CLOSING] = "closing", [TOFU_READY] = "ready",     NULL,
};

static const struct imp_role roles[] = {
    [TOFU_DEVICE] = {.name = "client",
                     .kind = IMP_ROLE_DEVICE,
                     .summary = "SSH client that keeps the first host key that it meets.",
                     .context_size = sizeof(struct tofu_device),
                     .init = tofu_device_init,
                     .event = tofu_device_event,
                     .fini = tofu_device_fini,
                     .state = tofu_device_state_of,
                     .states = states,
                     .legal = tofu_device_legal},
    [TOFU_SERVER] = {.name = "server",
                     .kind = IMP_ROLE_ACCESS,
                     .summary = "SSH server on the local network that hands out configurations.",
                     .context_size = sizeof(struct tofu_server),
                     .init = tofu_server_init,
                     .event = tofu_server_event,
                     .fini = tofu_server_fini,
                     .state = tofu_server_state_of,
                     .states = states,
                     .legal = tofu_server_legal},
    {.name = NULL},
};

static const struct imp_channel channels[] = {
    [TOFU_STREAM] = {.name = "ssh",
                     .service = IMP_SERVICE_STREAM,
                     .number = 22,
                     .a = TOFU_DEVICE,
                     .b = TOFU_SERVER,
                     .summary = "SSH over TCP; in clear until NEWKEYS."},
    {.name = NULL},
};

#define ROW(id, text, p) [TOFU_MSG_##id] = {text, IMP_PHASE_##p, TOFU_STREAM},
static const struct imp_message messages[] = {TOFU_MESSAGES(ROW){.name = NULL}};

static const struct imp_act acts[] = {{.name = NULL}};

static const char *const policies[] = {"accept-new", "strict", NULL};

static const struct imp_option options[] = {
    [TOFU_OPT_POLICY] = {.name = "host-key-policy",
                         .summary =
                             "A host that is not known yet: keep its key, or refuse it (then "
                             "the key must have been installed before).",
                         .type = IMP_OPTION_CHOICE,
                         .preset = "accept-new",
                         .choices = policies,
                         .roles = 1u << TOFU_DEVICE},
    [TOFU_OPT_REFRESH] = {.name = "refresh",
                          .summary = "Period of the device's visits, at each of which the kept key "
                                     "is compared; 0: never.",
                          .type = IMP_OPTION_INT,
                          .preset = "20",
                          .min = 0,
                          .max = 86400,
                          .unit = "s",
                          .roles = 1u << TOFU_DEVICE},
    [TOFU_OPT_BACK_OFF] = {.name = "back-off",
                           .summary = "Wait for a connection, and after one that failed.",
                           .type = IMP_OPTION_INT,
                           .preset = "30",
                           .min = 1,
                           .max = 3600,
                           .unit = "s",
                           .roles = 1u << TOFU_DEVICE},
    {.name = NULL},
};

static const struct imp_flaw flaws[] = {
    [TOFU_FLAW_CHANGED_KEY] = {.name = "accepts-changed-key",
                               .summary = "A known host's key is replaced by whatever comes next.",
                               .role = TOFU_DEVICE,
                               .broken_by = "late-comer",
                               .goal = "g5"},
    {.name = NULL},
};

static const struct imp_requirement requirements[] = {
    {"credential", "Ed25519 key pair", "At both ends; nobody knows the other's before."},
    {"interface", "none", "Nobody compares anything."},
    {"oob", "none", "Nobody compares the fingerprint."},
    {"third-party", "none", "Device and server only."},
    {"user-acts", "0", "Nothing to do; a changed key is an operator's matter."},
    {"link", "TCP over IPv6", "To the server's port 22."},
    {"assumption", "undisturbed first contact", "Nobody stands between at the first connection."},
    {.name = NULL},
};

static const struct imp_term terms[] = {
    {IMP_PHASE_BOOTSTRAPPING, "key exchange, user authentication", "RFC 4253; RFC 4252"},
    {IMP_PHASE_PROVISIONING, "remote command", "RFC 4254 section 6.5"},
    {.word = NULL},
};

static const char *const variant[] = {"host-key-policy", NULL};

static const struct imp_inapplicable inapplicable[] = {
    {"g9", "one algorithm of each kind: nothing is negotiated"},
    {"g12", "the device serves whom it met first; there is no transfer of ownership"},
    {.goal = NULL}};

static const struct imp_severance severances[] = {{"reset", TOFU_DEVICE, false}, {.word = NULL}};

const struct imp_mechanism imp_ssh_tofu = {
    .name = "ssh-tofu",
    .title = "SSH with trust on first use",
    .class = IMP_CLASS_LEAP_OF_FAITH,
    .reference = "RFC 4251, RFC 4253",
    .summary = "A device connects to a server whose host key it does not know, keeps the key, "
               "authenticates by its own and fetches its configuration by a remote command. Later "
               "visits compare the kept key: another one raises an alarm and is refused.",
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
    .provision = tofu_provision,
};
