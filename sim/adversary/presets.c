/* SPDX-License-Identifier: GPL-2.0-only */
#include "rights.h"

/* clang-format off */
#define WHEN(w)      {.when = IMP_WHEN_##w}
#define LINK(w)      {WHEN(w), WHEN(w), WHEN(w)} /* read, block, inject */
#define READING(w)   {WHEN(w), WHEN(NEVER), WHEN(NEVER)}
#define RACING(w)    {WHEN(w), WHEN(NEVER), WHEN(w)}
#define BOTH(w)      {LINK(w), LINK(w)} /* device, backend */
#define DEVICE(w)    {LINK(w)}
#define OOB(r, w)    {{.channel = "*", .read = WHEN(r), .write = WHEN(w)}}
#define UNBOUNDED    .tries = -1, .parallel = true
/* clang-format on */

const struct imp_adversary imp_adversaries[] = {
    {.name = "none", .summary = "Nobody interferes.", .strategy = "none", .tries = -1},
    {.name = "passive",
     .summary = "Reads every link from the beginning to the end and does nothing else.",
     .strategy = "eavesdrop",
     .network = {READING(ALWAYS), READING(ALWAYS)},
     UNBOUNDED},
    {.name = "dolev-yao",
     .summary = "Man in the middle with keys of its own on the device's link: reads, blocks and "
                "injects on every link, always; no out-of-band rights.",
     .strategy = "own-keys",
     .network = BOTH(ALWAYS),
     UNBOUNDED},
    {.name = "dolev-yao-backend",
     .summary = "As dolev-yao, but standing between the access node and the server.",
     .strategy = "own-keys",
     .params = {{"at", "backend"}},
     .network = BOTH(ALWAYS),
     UNBOUNDED},
    {.name = "dolev-yao-oob",
     .summary = "As dolev-yao, and it reads and replaces what the user carries out of band.",
     .strategy = "own-keys",
     .network = BOTH(ALWAYS),
     .oob = OOB(ALWAYS, ALWAYS),
     UNBOUNDED},
    {.name = "dolev-yao-oob-read",
     .summary = "As dolev-yao, and it sees what the user carries out of band (shoulder surfer).",
     .strategy = "own-keys",
     .network = BOTH(ALWAYS),
     .oob = OOB(ALWAYS, NEVER),
     UNBOUNDED},
    {.name = "dolev-yao-oob-write",
     .summary = "As dolev-yao, and it replaces what the user carries out of band (label swapper).",
     .strategy = "own-keys",
     .network = BOTH(ALWAYS),
     .oob = OOB(NEVER, ALWAYS),
     UNBOUNDED},
    {.name = "first-contact",
     .summary =
         "Man in the middle with keys of its own on the device's link, only until the device "
         "believes that it is operational.",
     .strategy = "own-keys",
     .network = DEVICE(FIRST),
     UNBOUNDED},
    {.name = "race",
     .summary = "Reads and injects on the device's link with keys of its own but cannot block: its "
                "answers race those of the honest parties.",
     .strategy = "own-keys",
     .network = {RACING(ALWAYS)},
     UNBOUNDED},
    {.name = "late-comer",
     .summary = "Man in the middle with keys of its own on the device's link, only after every "
                "honest party has completed.",
     .strategy = "own-keys",
     .network = DEVICE(POST),
     UNBOUNDED},
    {.name = NULL},
};
