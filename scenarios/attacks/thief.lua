-- SPDX-License-Identifier: GPL-2.0-only
-- Reads the stolen device's storage: what is kept there is lost, what was only used is not.
return {
    scenario {
        mechanism = "dtls-rpk", adversary = "thief", limit_s = 300,
        expect = {
            g0_completion = "holds", g1_secrecy = "broken",
            because = "the operational key is stored",
        },
    },
    scenario {
        mechanism = "eap-psk", adversary = "thief", limit_s = 300,
        expect = {
            g0_completion = "holds", g1_secrecy = "holds",
            because = "sessions that nobody recorded cannot be computed",
        },
    },
}
