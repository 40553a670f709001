/* SPDX-License-Identifier: GPL-2.0-only */
#include "keys.h"

#include "sim/words/nearest.h"

#include <stddef.h>
#include <string.h>

const struct imp_key imp_keys[] = {
    {.name = "name", .summary = "name in tables; default: the file's name without .lua"},
    {.name = "mechanism", .summary = "what bootstraps the devices; see imprint list"},
    {.name = "options",
     .kind = IMP_KEY_TABLE,
     .summary = "the mechanism's options, for all roles "
                "or for each"},
    {.name = "flaws", .kind = IMP_KEY_TABLE, .summary = "checks that are left out"},
    {.name = "medium", .summary = "the devices' link"},
    {.name = "backend", .preset = "ethernet", .summary = "link of access node and server"},
    {.name = "backend_delay_ms",
     .kind = IMP_KEY_NUMBER,
     .max = 10000,
     .unit = "ms",
     .summary = "propagation on the backend, one way"},
    {.name = "platform", .summary = "the devices' platform"},
    {.name = "access_platform", .preset = "gateway", .summary = "the access node's platform"},
    {.name = "server_platform", .preset = "server", .summary = "the server's platform"},
    {.name = "devices",
     .kind = IMP_KEY_INTEGER,
     .preset = "1",
     .min = 1,
     .max = 100000,
     .summary = "new devices"},
    {.name = "cell",
     .kind = IMP_KEY_INTEGER,
     .preset = "50",
     .min = 1,
     .max = 10000,
     .summary = "devices in one BSS or PAN (200 at most), or of one LoRaWAN gateway"},
    {.name = "arrival_ms",
     .kind = IMP_KEY_NUMBER,
     .preset = "500",
     .max = 1e9,
     .unit = "ms",
     .summary = "mean spacing of the devices' starts (exponential)"},
    {.name = "distance_m",
     .kind = IMP_KEY_NUMBER,
     .preset = "10",
     .min = 0.1,
     .max = 20000,
     .unit = "m",
     .summary = "from a device to its access node, or of one hop"},
    {.name = "hops",
     .kind = IMP_KEY_INTEGER,
     .preset = "1",
     .min = 1,
     .max = 16,
     .summary = "from a device to its access node, over relays in a line (lr-wpan)"},
    {.name = "loss",
     .kind = IMP_KEY_NUMBER,
     .preset = "0",
     .max = 0.9,
     .summary = "share of frames lost on the devices' link"},
    {.name = "radio",
     .kind = IMP_KEY_TABLE,
     .summary = "settings of the radios on ble, lorawan and z-wave"},
    {.name = "user", .kind = IMP_KEY_TABLE, .summary = "who performs the acts"},
    {.name = "adversary", .kind = IMP_KEY_TABLE, .summary = "a preset's name or mitm { ... }"},
    {.name = "limit_s",
     .kind = IMP_KEY_NUMBER,
     .preset = "600",
     .min = 0.001,
     .max = 1e7,
     .unit = "s",
     .summary = "simulated time after which a run ends"},
    {.name = "replications",
     .kind = IMP_KEY_INTEGER,
     .preset = "1",
     .min = 1,
     .max = 1000000,
     .summary = "runs that differ in their random numbers only"},
    {.name = "seed",
     .kind = IMP_KEY_INTEGER,
     .preset = "1",
     .min = 1,
     .max = 9007199254740991.0, /* 2^53 - 1: exact in every reader of JSON */
     .summary = "root of all random streams"},
    {.name = "timeline",
     .kind = IMP_KEY_TABLE,
     .summary = "what happens later: { { at_s = 60, role = \"...\", event = \"reset\" }, ... }"},
    {.name = "expect", .kind = IMP_KEY_TABLE, .summary = "verdicts that the runs must give"},
    {.name = "stop",
     .kind = IMP_KEY_TABLE,
     .summary = "when replications are enough: { measure = \"latency_ms\", within = 0.05 }"},
    {.name = NULL},
};

const struct imp_key *imp_key_find(const char *name)
{
    for (size_t i = 0; imp_keys[i].name; i++)
        if (strcmp(imp_keys[i].name, name) == 0)
            return &imp_keys[i];
    return NULL;
}

void imp_key_hint(const char *wanted, char *out, unsigned long cap)
{
    struct imp_nearest best = {0};
    for (size_t i = 0; imp_keys[i].name; i++)
        imp_nearest_offer(&best, wanted, imp_keys[i].name);
    imp_nearest_hint(&best, out, cap);
}
