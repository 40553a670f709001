-- SPDX-License-Identifier: GPL-2.0-only
-- Recorded messages of a Configuration Client are sent again when all is done.
return scenario {
    mechanism = "bluetooth-mesh",
    adversary = mitm {
        preset = "dolev-yao", name = "replayed-appkey",
        strategy = { name = "replay", session = "later", message = "Config AppKey Add" },
    },
}
