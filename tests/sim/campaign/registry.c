/* SPDX-License-Identifier: GPL-2.0-only */
/* Four mechanisms that are descriptors only, in place of the generated registry. */
#include "protocols/contract/mechanism.h"
#include "sim/ns3/engine.h"

static const struct imp_role framed_roles[] = {
    {.name = "peer", .kind = IMP_ROLE_DEVICE},
    {.name = "server", .kind = IMP_ROLE_SERVER},
    {.name = NULL},
};
static const struct imp_channel framed_channels[] = {
    {.name = "eapol", .service = IMP_SERVICE_FRAME, .number = 0x888e, .a = 0, .b = 1},
    {.name = NULL},
};
static const struct imp_channel routed_channels[] = {
    {.name = "coap", .service = IMP_SERVICE_DATAGRAM, .number = 5683, .a = 0, .b = 1},
    {.name = NULL},
};
static const struct imp_channel joining_channels[] = {
    {.name = "radio", .service = IMP_SERVICE_FRAME, .number = ENG_PDU_LORAWAN, .a = 0, .b = 1},
    {.name = NULL},
};
static const struct imp_channel pairing_channels[] = {
    {.name = "smp", .service = IMP_SERVICE_FRAME, .number = ENG_PDU_BLE_L2CAP(6), .a = 0, .b = 1},
    {.name = NULL},
};
static const struct imp_message messages[] = {{.name = "Hello"}, {.name = NULL}};
static const char *const directions[] = {"up", "down", NULL};
static const char *const variant[] = {"direction", NULL};
static const struct imp_option options[] = {
    {.name = "direction",
     .type = IMP_OPTION_CHOICE,
     .preset = "up",
     .choices = directions,
     .roles = 3},
    {.name = "retries", .type = IMP_OPTION_INT, .preset = "5", .max = 20, .roles = 1},
    {.name = "name", .type = IMP_OPTION_STRING, .preset = "x", .min = 1, .max = 10, .roles = 2},
    {.name = "strict",
     .type = IMP_OPTION_BOOL,
     .preset = "true",
     .roles = 3,
     .needs = "direction=down"},
    {.name = NULL},
};
static const struct imp_flaw flaws[] = {{.name = "no-mac"}, {.name = "no-nonce"}, {.name = NULL}};

static const struct imp_mechanism framed = {.name = "framed",
                                            .title = "Framed",
                                            .class = IMP_CLASS_MANAGED,
                                            .reference = "none",
                                            .summary = "For tests.",
                                            .roles = framed_roles,
                                            .channels = framed_channels,
                                            .messages = messages,
                                            .options = options,
                                            .flaws = flaws,
                                            .variant = variant};
static const struct imp_mechanism routed = {.name = "routed",
                                            .title = "Routed",
                                            .class = IMP_CLASS_HYBRID,
                                            .reference = "none",
                                            .summary = "For tests.",
                                            .roles = framed_roles,
                                            .channels = routed_channels,
                                            .messages = messages};
static const struct imp_mechanism joining = {.name = "joining",
                                             .title = "Joining",
                                             .class = IMP_CLASS_MANAGED,
                                             .reference = "none",
                                             .summary = "For tests.",
                                             .roles = framed_roles,
                                             .channels = joining_channels,
                                             .messages = messages};
static const struct imp_mechanism pairing = {.name = "pairing",
                                             .title = "Pairing",
                                             .class = IMP_CLASS_AD_HOC,
                                             .reference = "none",
                                             .summary = "For tests.",
                                             .roles = framed_roles,
                                             .channels = pairing_channels,
                                             .messages = messages};
const struct imp_mechanism *const imp_mechanisms[] = {&framed, &joining, &pairing, &routed, NULL};
