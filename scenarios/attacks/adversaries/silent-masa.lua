-- SPDX-License-Identifier: GPL-2.0-only
-- The manufacturer's authority answers nobody: an outage, or a resale that it does not like.
return scenario {
    mechanism = "brski",
    adversary = mitm {
        preset = "malicious-server", name = "silent-masa",
        keys = { { role = "masa", reveal = "corrupt", when = "always" } },
        strategy = { name = "corrupt", ["then"] = "silence" },
    },
}
