/* SPDX-License-Identifier: GPL-2.0-only */
/* ssh_tofu.c - the mechanism "ssh-tofu" as data. */
#include "tofu.h"

static const char *const states[] = {
    [TOFU_IDLE] = "idle",       [TOFU_KEYS] = "keys",       [TOFU_SERVICE] = "service",
    [TOFU_AUTH] = "auth",       [TOFU_CHANNEL] = "channel", [TOFU_COMMAND] = "command",
    [TOFU_CLOSING] = "closing", [TOFU_READY] = "ready",     [TOFU_INPUT] = "input",
    [TOFU_END] = "end",         [TOFU_STATUS] = "status",   NULL,
};

static const struct imp_role roles[] = {
    [TOFU_DEVICE] = {.name = "client",
                     .kind = IMP_ROLE_DEVICE,
                     .summary = "SSH client that keeps the first host key that it meets, or the "
                                "SSH server of an administrator.",
                     .context_size = sizeof(struct tofu_device),
                     .init = tofu_device_init,
                     .event = tofu_device_event,
                     .fini = tofu_device_fini,
                     .state = tofu_device_state_of,
                     .states = states,
                     .legal = tofu_device_legal},
    [TOFU_SERVER] = {.name = "server",
                     .kind = IMP_ROLE_ACCESS,
                     .summary = "SSH server on the local network that hands out configurations, or "
                                "an administrator's client.",
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

static const struct imp_act acts[] = {
    [TOFU_ACT_SERVER_KEY] = {.name = "compare-server-fingerprint",
                             .kind = IMP_ACT_COMPARE,
                             .role = TOFU_DEVICE,
                             .summary = "Compare the SHA-256 of the host key that the device shows "
                                        "with the one that the operator has published."},
    [TOFU_ACT_DEVICE_KEY] = {.name = "compare-device-fingerprint",
                             .kind = IMP_ACT_COMPARE,
                             .role = TOFU_SERVER,
                             .summary = "Compare the SHA-256 of the host key that the client shows "
                                        "with the device's label."},
    [TOFU_ACT_DELETE_LINE] = {.name = "delete-known-host",
                              .kind = IMP_ACT_COMPARE,
                              .role = TOFU_DEVICE,
                              .summary = "Read the warning that a known host has another key; "
                                         "delete the host's line nevertheless, or leave it."},
    {.name = NULL}};

static const char *const changes[] = {"refuse", "ask", NULL};
static const char *const names[] = {"serial", "leased", NULL};
static const char *const policies[] = {"accept-new", "strict", "ask", NULL};
static const char *const ends[] = {"client", "server", NULL};
static const char *const known[] = {"empty", "installed", "file", NULL};
static const char *const connections[] = {"each-visit", "kept", NULL};
static const char *const authorized[] = {"first-use", "installed", NULL};

#define BOTH_ROLES (1u << TOFU_DEVICE | 1u << TOFU_SERVER)

static const struct imp_option options[] = {
    [TOFU_OPT_POLICY] = {.name = "host-key-policy",
                         .summary =
                             "Of SSH's client, for a host that is not known yet: keep its key, "
                             "refuse it (then the key must have been installed before), or ask a "
                             "human who has its fingerprint.",
                         .type = IMP_OPTION_CHOICE,
                         .preset = "accept-new",
                         .choices = policies,
                         .roles = BOTH_ROLES},
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
    [TOFU_OPT_DEVICE_IS] = {.name = "device-is",
                            .summary = "Which end of SSH the device is: the client of a server "
                                       "that hands out configurations, or the server of an "
                                       "administrator's client, which it calls (the connection is "
                                       "always the device's; RFC 8071 calls this call home).",
                            .type = IMP_OPTION_CHOICE,
                            .preset = "client",
                            .choices = ends,
                            .roles = BOTH_ROLES},
    [TOFU_OPT_KNOWN] = {.name = "known-hosts",
                        .summary = "Of SSH's client before it first connects: empty, or with the "
                                   "other end's key, or a file as OpenSSH's client keeps it, in "
                                   "the cell known_hosts.",
                        .type = IMP_OPTION_CHOICE,
                        .preset = "empty",
                        .choices = known,
                        .roles = BOTH_ROLES},
    [TOFU_OPT_AUTHORIZED] = {.name = "authorized-keys",
                             .summary =
                                 "Of SSH's server: it keeps the key of who comes first (a device "
                                 "keeps one, a server one for each device), or takes those that "
                                 "were installed before.",
                             .type = IMP_OPTION_CHOICE,
                             .preset = "first-use",
                             .choices = authorized,
                             .roles = BOTH_ROLES},
    [TOFU_OPT_GRACE] = {.name = "login-grace",
                        .summary = "Time in which a client must authenticate (OpenSSH's "
                                   "LoginGraceTime; RFC 4252 section 4 recommends 600 s).",
                        .type = IMP_OPTION_INT,
                        .preset = "120",
                        .min = 1,
                        .max = 3600,
                        .unit = "s",
                        .roles = BOTH_ROLES},
    [TOFU_OPT_ROTATION] = {.name = "host-key-rotation",
                           .summary =
                               "Of SSH's server: after so long it makes another host key, which "
                               "it announces beside the one in use, and after as long again uses "
                               "and announces that one alone; 0: the key stays, and nothing is "
                               "announced.",
                           .type = IMP_OPTION_INT,
                           .preset = "0",
                           .min = 0,
                           .max = 86400,
                           .unit = "s",
                           .roles = BOTH_ROLES},
    [TOFU_OPT_UPDATE] = {.name = "update-host-keys",
                         .summary = "Of SSH's client: has announced host keys proved, keeps them, "
                                    "and forgets those that are announced no more (OpenSSH's "
                                    "UpdateHostKeys).",
                         .type = IMP_OPTION_BOOL,
                         .preset = "false",
                         .roles = BOTH_ROLES},
    [TOFU_OPT_REKEY] =
        {.name = "rekey-after",
         .summary =
             "Octets of a connection, in both directions together, after "
             "which an end asks for other keys, once the user is authenticated (RFC 4253 section 9 "
             "recommends a gigabyte); 0: it never asks, and only answers.",
         .type = IMP_OPTION_INT,
         .preset = "0",
         .min = 0,
         .max = 1 << 30,
         .unit = "octets",
         .roles = BOTH_ROLES},
    [TOFU_OPT_REKEY_TIME] =
        {.name = "rekey-interval",
         .summary = "Age of a connection's keys at which an end asks for others, once the user is "
                    "authenticated (RFC 4253 section 9 recommends an hour); 0: it never asks.",
         .type = IMP_OPTION_INT,
         .preset = "0",
         .min = 0,
         .max = 86400,
         .unit = "s",
         .roles = BOTH_ROLES},
    [TOFU_OPT_TRIES] = {.name = "auth-tries",
                        .summary = "Of SSH's server: failed authentications in one connection; at "
                                   "the next it disconnects (RFC 4252 section 4 recommends 20, "
                                   "OpenSSH's MaxAuthTries is 6); 0: without limit.",
                        .type = IMP_OPTION_INT,
                        .preset = "20",
                        .min = 0,
                        .max = 1000,
                        .unit = "failures",
                        .roles = BOTH_ROLES},
    [TOFU_OPT_CONNECTION] = {.name = "connection",
                             .summary = "Of the device: a new one for each visit, or one that is "
                                        "kept, in which each visit opens a channel.",
                             .type = IMP_OPTION_CHOICE,
                             .preset = "each-visit",
                             .choices = connections,
                             .roles = 1u << TOFU_DEVICE,
                             .needs = "device-is=client"},
    [TOFU_OPT_FILE] = {.name = "known-hosts-file",
                       .summary = "Of SSH's client: the text of that file before it first "
                                  "connects, and after a reset.",
                       .type = IMP_OPTION_STRING,
                       .preset = "",
                       .min = 0,
                       .max = 8192,
                       .unit = "octets",
                       .roles = BOTH_ROLES,
                       .needs = "known-hosts=file",
                       .check = tofu_file_check},
    [TOFU_OPT_HOST_NAME] = {.name = "host-name",
                            .summary = "Of SSH's client: by which name in that file it knows a "
                                       "host that does not call itself anything; [NAME]:PORT at "
                                       "another port than 22.",
                            .type = IMP_OPTION_STRING,
                            .preset = "server",
                            .min = 1,
                            .max = 64,
                            .unit = "octets",
                            .roles = BOTH_ROLES,
                            .needs = "known-hosts=file",
                            .check = tofu_name_check},
    [TOFU_OPT_HASH_NAMES] = {.name = "hash-known-hosts",
                             .summary = "Of SSH's client: names that it writes into that file are "
                                        "hashed (OpenSSH's HashKnownHosts).",
                             .type = IMP_OPTION_BOOL,
                             .preset = "false",
                             .roles = BOTH_ROLES,
                             .needs = "known-hosts=file"},
    [TOFU_OPT_HOST_KEY] = {.name = "host-key",
                           .summary = "Of SSH's server: the secret Ed25519 key that it has from "
                                      "the factory, 64 hexadecimal digits, so that a file may name "
                                      "the public one; empty: drawn.",
                           .type = IMP_OPTION_STRING,
                           .preset = "",
                           .min = 0,
                           .max = 64,
                           .unit = "octets",
                           .roles = BOTH_ROLES,
                           .check = tofu_key_check},
    [TOFU_OPT_CHANGED] = {.name = "changed-key",
                          .summary = "Of SSH's client, when a known host has another key, which "
                                     "it refuses: that is all, or a human is shown the warning, "
                                     "and may delete the line, so that the next connection is a "
                                     "leap again.",
                          .type = IMP_OPTION_CHOICE,
                          .preset = "refuse",
                          .choices = changes,
                          .roles = 1u << TOFU_DEVICE,
                          .needs = "device-is=client"},
    [TOFU_OPT_NAMES] = {.name = "host-names",
                        .summary = "By what name a device that is SSH's server is known: that of "
                                   "its serial number, which stays, or one that its network leases "
                                   "to it.",
                        .type = IMP_OPTION_CHOICE,
                        .preset = "serial",
                        .choices = names,
                        .roles = 1u << TOFU_DEVICE,
                        .needs = "device-is=server"},
    [TOFU_OPT_LEASE] = {.name = "name-lease",
                        .summary = "How long such a name is a device's; then it has the next one.",
                        .type = IMP_OPTION_INT,
                        .preset = "3600",
                        .min = 1,
                        .max = 86400,
                        .unit = "s",
                        .roles = 1u << TOFU_DEVICE,
                        .needs = "host-names=leased"},
    [TOFU_OPT_POOL] = {.name = "leased-names",
                       .summary = "How many names the network has to lease; devices have them by "
                                  "turns, and after the last the first.",
                       .type = IMP_OPTION_INT,
                       .preset = "100",
                       .min = 1,
                       .max = 10000,
                       .unit = "names",
                       .roles = 1u << TOFU_DEVICE,
                       .needs = "host-names=leased"},
    {.name = NULL},
};

static const struct imp_flaw flaws[] = {
    [TOFU_FLAW_CHANGED_KEY] = {.name = "accepts-changed-key",
                               .summary = "A known host's key is replaced by whatever comes next.",
                               .role = TOFU_DEVICE,
                               .broken_by = "late-comer",
                               .goal = "g5",
                               .with = "authorized-keys=installed"},
    [TOFU_FLAW_CHANGED_DEVICE] = {.name = "accepts-changed-device",
                                  .summary = "The same at the administrator's client: a known "
                                             "device's key is replaced by whatever comes next.",
                                  .role = TOFU_SERVER,
                                  .broken_by = "late-comer",
                                  .goal = "g5",
                                  .with = "device-is=server"},
    [TOFU_FLAW_ANY_CLIENT] = {.name = "any-client",
                              .summary = "The device as server lets in whoever has a key, not "
                                         "only the one whose key it keeps.",
                              .role = TOFU_DEVICE,
                              .broken_by = "late-comer",
                              .goal = "g5",
                              .with = "device-is=server"},
    [TOFU_FLAW_ANY_DEVICE] = {.name = "any-device",
                              .summary = "The server serves whoever has a key, not only the "
                                         "devices whose keys were installed.",
                              .role = TOFU_SERVER,
                              .broken_by = "dolev-yao",
                              .goal = "g5",
                              .with = "authorized-keys=installed,known-hosts=installed"},
    {.name = NULL},
};

static const struct imp_requirement requirements[] = {
    {"credential", "Ed25519 key pair", "At both ends; nobody knows the other's before."},
    {"interface", "none", "Nobody compares anything, unless host-key-policy = ask."},
    {"oob", "none", "Nobody compares the fingerprint, unless host-key-policy = ask."},
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

/* The adversary has no other's key. */
static const struct imp_setting adversary[] = {{"host-key", ""}, {NULL, NULL}};

static const char *const variant[] = {"host-key-policy", NULL};

static const struct imp_inapplicable inapplicable[] = {
    {"g9", "one algorithm of each kind: nothing is negotiated"},
    {"g12", "the device serves whom it met first; there is no transfer of ownership"},
    {.goal = NULL}};

static const struct imp_severance severances[] = {
    {"reset", TOFU_DEVICE, false}, {"revoke", TOFU_SERVER, true}, {.word = NULL}};

const struct imp_mechanism imp_ssh_tofu = {
    .name = "ssh-tofu",
    .title = "SSH with trust on first use",
    .class = IMP_CLASS_LEAP_OF_FAITH,
    .reference = "RFC 4251, RFC 4253",
    .summary =
        "A device connects to a server whose host key it does not know, keeps the key, "
        "authenticates by its own and fetches its configuration by a remote command. Later "
        "visits compare the kept key: another one raises an alarm and is refused. Or the device is "
        "the server, and an administrator's client keeps its key and brings the "
        "configuration.",
    .roles = roles,
    .channels = channels,
    .messages = messages,
    .acts = acts,
    .options = options,
    .flaws = flaws,
    .requirements = requirements,
    .terms = terms,
    .adversary = adversary,
    .variant = variant,
    .inapplicable = inapplicable,
    .severances = severances,
    .provision = tofu_provision,
};
