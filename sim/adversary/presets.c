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
#define KEY(r, d, what, w) {.role = r, .device = d, .reveal = IMP_REVEAL_##what, .when = WHEN(w)}
#define ALL_DEVICES  -1
#define PLACE(p, w)  [IMP_PLACE_##p] = WHEN(w)
#define UNBOUNDED    .tries = -1, .parallel = true
/* clang-format on */

const struct imp_adversary imp_adversaries[] = {
    {.name = "none", .summary = "Nobody interferes.", .strategy = "none", .tries = -1},
    {.name = "passive",
     .summary = "Reads every link from the beginning to the end and does nothing else.",
     .scenario = "attacks/passive.lua",
     .strategy = "eavesdrop",
     .network = {READING(ALWAYS), READING(ALWAYS)},
     UNBOUNDED},
    {.name = "dolev-yao",
     .summary = "Man in the middle with keys of its own on the device's link: reads, blocks and "
                "injects on every link, always; no out-of-band rights.",
     .scenario = "attacks/dolev-yao.lua",
     .strategy = "own-keys",
     .network = BOTH(ALWAYS),
     UNBOUNDED},
    {.name = "dolev-yao-backend",
     .summary = "As dolev-yao, but standing between the access node and the server.",
     .scenario = "attacks/eap-noob.lua",
     .strategy = "own-keys",
     .params = {{"at", "backend"}},
     .network = BOTH(ALWAYS),
     UNBOUNDED},
    {.name = "dolev-yao-oob",
     .summary = "As dolev-yao, and it reads and replaces what the user carries out of band.",
     .scenario = "attacks/eap-noob.lua",
     .strategy = "own-keys",
     .network = BOTH(ALWAYS),
     .oob = OOB(ALWAYS, ALWAYS),
     UNBOUNDED},
    {.name = "dolev-yao-oob-read",
     .summary = "As dolev-yao, and it sees what the user carries out of band (shoulder surfer).",
     .scenario = "attacks/eap-noob.lua",
     .strategy = "own-keys",
     .network = BOTH(ALWAYS),
     .oob = OOB(ALWAYS, NEVER),
     UNBOUNDED},
    {.name = "dolev-yao-oob-write",
     .summary = "As dolev-yao, and it replaces what the user carries out of band (label swapper).",
     .scenario = "attacks/eap-noob.lua",
     .strategy = "own-keys",
     .network = BOTH(ALWAYS),
     .oob = OOB(NEVER, ALWAYS),
     UNBOUNDED},
    {.name = "first-contact",
     .summary =
         "Man in the middle with keys of its own on the device's link, only until the device "
         "believes that it is operational.",
     .scenario = "attacks/first-contact.lua",
     .strategy = "own-keys",
     .network = DEVICE(FIRST),
     UNBOUNDED},
    {.name = "race",
     .summary = "Reads and injects on the device's link with keys of its own but cannot block: its "
                "answers race those of the honest parties.",
     .scenario = "attacks/race.lua",
     .strategy = "race",
     .network = {RACING(ALWAYS)},
     UNBOUNDED},
    {.name = "late-comer",
     .summary = "Man in the middle with keys of its own on the device's link, only after every "
                "honest party has completed.",
     .scenario = "attacks/late-comer.lua",
     .strategy = "own-keys",
     .network = DEVICE(POST),
     UNBOUNDED},
    {.name = "eventual",
     .summary = "Reads every link, and learns the long-term keys of every party after all have "
                "completed (forward secrecy).",
     .scenario = "attacks/eventual.lua",
     .strategy = "reveal",
     .network = {READING(ALWAYS), READING(ALWAYS)},
     .keys = {KEY("*", ALL_DEVICES, LTK, POST)},
     UNBOUNDED},
    {.name = "relay",
     .summary = "Stands at two places far apart and makes a device talk with the access side of "
                "another cell; has no key and changes no octet.",
     .scenario = "attacks/relay.lua",
     .strategy = "relay",
     .network = DEVICE(ALWAYS),
     .place = {PLACE(DISTANT, ALWAYS)},
     UNBOUNDED},
    {.name = "shoulder-surfer",
     .summary = "Sees what the user carries out of band and uses it on the device's link; the user "
                "goes on undisturbed.",
     .scenario = "attacks/shoulder-surfer.lua",
     .strategy = "photograph-label",
     .network = DEVICE(ALWAYS),
     .oob = OOB(ALWAYS, NEVER),
     UNBOUNDED},
    {.name = "label-swapper",
     .summary = "Puts other labels and displays before the user and is man in the middle on the "
                "device's link.",
     .scenario = "attacks/label-swapper.lua",
     .strategy = "swap-label",
     .network = DEVICE(ALWAYS),
     .oob = OOB(NEVER, ALWAYS),
     UNBOUNDED},
    {.name = "compromised-peer",
     .summary =
         "Owns device 1, which shows the user the out-of-band message of the honest device 2, "
         "whose own display it covers (misbinding).",
     .scenario = "attacks/compromised-peer.lua",
     .strategy = "compromised-peer",
     .params = {{"cover", "yes"}},
     .oob = OOB(ALWAYS, ALWAYS),
     .keys = {KEY("device", 0, CORRUPT, ALWAYS)},
     UNBOUNDED},
    {.name = "kci",
     .summary =
         "Learns the device's own long-term key and, as man in the middle on its link, plays "
         "the others to it (key-compromise impersonation).",
     .scenario = "attacks/kci.lua",
     .strategy = "kci",
     .network = BOTH(ALWAYS),
     .keys = {KEY("device", ALL_DEVICES, LTK, ALWAYS)},
     UNBOUNDED},
    {.name = "malicious-proxy",
     .summary = "Owns the access nodes, which go on as specified: whatever passes through them is "
                "known.",
     .scenario = "attacks/malicious-proxy.lua",
     .strategy = "corrupt",
     .keys = {KEY("access", ALL_DEVICES, CORRUPT, ALWAYS)},
     UNBOUNDED},
    {.name = "malicious-server",
     .summary = "Owns the server, which goes on as specified: whatever it holds is known.",
     .scenario = "attacks/malicious-server.lua",
     .strategy = "corrupt",
     .keys = {KEY("server", ALL_DEVICES, CORRUPT, ALWAYS)},
     UNBOUNDED},
    {.name = "previous-owner",
     .summary =
         "Owned the device until its transfer, kept the credentials of the network side, and "
         "comes back with them on the device's link.",
     .scenario = "attacks/previous-owner.lua",
     .strategy = "previous-owner",
     .network = DEVICE(POST),
     .keys = {KEY("access", ALL_DEVICES, LTK, POST), KEY("server", ALL_DEVICES, LTK, POST)},
     UNBOUNDED},
    {.name = "thief",
     .summary = "Has the device in its hands after everybody completed: reads its storage and may "
                "press its buttons.",
     .scenario = "attacks/thief.lua",
     .strategy = "thief",
     .place = {PLACE(TOUCH, POST), PLACE(MEMORY, POST)},
     UNBOUNDED},
    {.name = "cracker",
     .summary =
         "Reads every link and tries 2^48 candidates off line for secrets of little entropy.",
     .scenario = "attacks/cracker.lua",
     .strategy = "crack",
     .network = {READING(ALWAYS), READING(ALWAYS)},
     .work_bits = 48,
     UNBOUNDED},
    {.name = "guesser",
     .summary = "Man in the middle on the device's link with four guesses at a secret of little "
                "entropy, each tried on line.",
     .scenario = "attacks/guesser.lua",
     .strategy = "guess",
     .network = DEVICE(ALWAYS),
     .tries = 4,
     .parallel = true},
    {.name = NULL},
};
