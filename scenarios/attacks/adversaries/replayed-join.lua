-- SPDX-License-Identifier: GPL-2.0-only
-- Recorded join-requests are sent again in a later session.
return scenario {
    mechanism = "lorawan-otaa",
    adversary = mitm {
        preset = "dolev-yao", name = "replayed-join",
        strategy = { name = "replay", session = "later", message = "Join-request" },
    },
}
