-- SPDX-License-Identifier: GPL-2.0-only
-- The man in the middle has bought a device of the same manufacturer: its IDevID is as good as any.
return scenario {
    mechanism = "brski",
    adversary = mitm {
        preset = "dolev-yao", name = "owned-pledge",
        keys = { { role = "pledge", device = 1, reveal = "corrupt", when = "always" } },
    },
}
