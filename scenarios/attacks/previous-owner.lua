-- SPDX-License-Identifier: GPL-2.0-only
-- The mother before the sale kept the key and comes back: only the duckling's death ends her reign.
return {
    scenario {
        mechanism = "duckling", adversary = "previous-owner", limit_s = 400,
        options = { ["key-transport"] = "x25519" },
        expect = {
            g5_binding = "broken", g12_exclusivity = "broken",
            because = "sold without a death, the duckling still obeys the mother of old (OWN-03)",
        },
    },
    scenario {
        mechanism = "duckling", adversary = "previous-owner", limit_s = 400,
        options = { ["key-transport"] = "x25519" },
        timeline = { { at_s = 60, role = "mother", event = "kill" } },
        expect = {
            g5_binding = "holds", g12_exclusivity = "holds", g13_revocation = "holds",
            because = "death erases the bond: the old key opens nothing (OWN-03)",
        },
    },
}
