-- SPDX-License-Identifier: GPL-2.0-only
-- Answers first without blocking anybody: enough against a duckling, not against a pinned key.
return {
    scenario {
        mechanism = "duckling", adversary = "race", limit_s = 300,
        expect = {
            g1_secrecy = "broken", g3_agreement = "broken", g5_binding = "broken",
            because = "exactly one mother answers the first search, and it is the wrong one (DUCK-01)",
        },
    },
    scenario {
        mechanism = "dtls-rpk", adversary = "race", limit_s = 300,
        expect = {
            g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
            because = "injected handshakes carry keys that neither end was told",
        },
    },
}
