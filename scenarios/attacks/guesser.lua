-- SPDX-License-Identifier: GPL-2.0-only
-- On-line guesses: four tries at a PSK of four bits succeed in a quarter of the runs.
return {
    scenario {
        mechanism = "eap-psk", adversary = "guesser", limit_s = 300,
        options = { ["psk-entropy"] = 0 },
        expect = {
            g1_secrecy = "broken", g3_agreement = "broken", g5_binding = "broken",
            because = "the first guess is right",
        },
    },
    scenario {
        mechanism = "eap-psk", adversary = "guesser", limit_s = 300,
        expect = {
            g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
            because = "four guesses at 128 bits",
        },
    },
}
