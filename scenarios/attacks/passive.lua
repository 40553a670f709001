-- SPDX-License-Identifier: GPL-2.0-only
-- Who only listens: the key that travels in clear is lost, the agreed one is not.
return {
    scenario {
        mechanism = "duckling", adversary = "passive", limit_s = 300,
        options = { ["key-transport"] = "clear" },
        expect = {
            g0_completion = "holds", g1_secrecy = "broken",
            because = "the key travels in clear",
        },
    },
    scenario {
        mechanism = "duckling", adversary = "passive", limit_s = 300,
        options = { ["key-transport"] = "x25519" },
        expect = {
            g0_completion = "holds", g1_secrecy = "holds",
            because = "an eavesdropper cannot compute the shared secret",
        },
    },
}
