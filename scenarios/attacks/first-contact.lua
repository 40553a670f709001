-- SPDX-License-Identifier: GPL-2.0-only
-- Man in the middle until the device is operational: a leap of faith leads into his arms.
return {
    scenario {
        mechanism = "duckling", adversary = "first-contact", limit_s = 300,
        expect = {
            g1_secrecy = "broken", g3_agreement = "broken", g5_binding = "broken",
            because = "the duckling follows the first thing that calls itself mother",
        },
    },
    scenario {
        mechanism = "duckling", adversary = "first-contact", limit_s = 300,
        options = { cage = true },
        expect = {
            g0_completion = "holds", g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
            because = "nobody else is inside the Faraday cage",
        },
    },
}
