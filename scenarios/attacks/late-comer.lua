-- SPDX-License-Identifier: GPL-2.0-only
-- Man in the middle after everybody completed: an imprinted duckling refuses him, unless a check is missing.
return {
    scenario {
        mechanism = "duckling", adversary = "late-comer", limit_s = 300,
        expect = {
            g0_completion = "holds", g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
            because = "an imprinted duckling answers 4.09 to strangers",
        },
    },
    scenario {
        mechanism = "duckling", adversary = "late-comer", limit_s = 300,
        flaws = { "accepts-second-imprint" },
        expect = {
            g5_binding = "broken",
            because = "without the one-mother rule it is imprinted again",
        },
    },
}
