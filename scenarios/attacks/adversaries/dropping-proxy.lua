-- SPDX-License-Identifier: GPL-2.0-only
-- The join proxy takes connections and forwards nothing of what comes in.
return scenario {
    mechanism = "brski",
    adversary = mitm {
        preset = "malicious-proxy", name = "dropping-proxy",
        keys = { { role = "join-proxy", reveal = "corrupt", when = "always" } },
        strategy = { name = "corrupt", ["then"] = "silence" },
    },
}
