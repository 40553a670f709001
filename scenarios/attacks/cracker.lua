-- SPDX-License-Identifier: GPL-2.0-only
-- Off-line work against secrets of little entropy, really done up to 2^20 candidates.
return {
    scenario {
        mechanism = "eap-psk", adversary = "cracker", limit_s = 300,
        options = { ["psk-entropy"] = 12 },
        expect = {
            g1_secrecy = "broken",
            because = "message 2 tells a right PSK from a wrong one (EPSK-01)",
        },
    },
    scenario {
        mechanism = "eap-psk", adversary = "cracker", limit_s = 300,
        options = { ["radius-secret-entropy"] = 48 },
        expect = {
            g1_secrecy = "broken",
            because = "eight characters are within 2^48 (RAD-02); accounted, not computed",
        },
    },
    scenario {
        mechanism = "eap-psk", adversary = "cracker", limit_s = 300,
        expect = {
            g0_completion = "holds", g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
            because = "128 random bits are out of reach",
        },
    },
}
