-- SPDX-License-Identifier: GPL-2.0-only
-- Man in the middle with own keys from the beginning: keys that nobody compares authenticate nobody.
return {
    scenario {
        mechanism = "dtls-rpk", adversary = "dolev-yao", limit_s = 300,
        expect = {
            g0_completion = "broken", g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
            because = "both ends know the other's key from the out-of-band channel",
        },
    },
    scenario {
        mechanism = "dtls-rpk", adversary = "dolev-yao", limit_s = 300,
        options = { pin = "none", acl = "any" },
        expect = {
            g1_secrecy = "broken", g3_agreement = "broken", g5_binding = "broken",
            because = "a key that nobody compares authenticates nobody (RPK-02)",
        },
    },
}
