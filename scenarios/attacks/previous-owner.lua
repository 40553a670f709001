-- SPDX-License-Identifier: GPL-2.0-only
-- The mother before the sale kept the key and comes back after the duckling died and was imprinted again.
return {
    scenario {
        mechanism = "duckling", adversary = "previous-owner", limit_s = 400,
        options = { ["key-transport"] = "x25519" },
        timeline = { { at_s = 60, role = "mother", event = "kill" } },
        expect = {
            g13_revocation = "holds",
            because = "death erases the bond: the old key opens nothing (OWN-03)",
        },
    },
}
