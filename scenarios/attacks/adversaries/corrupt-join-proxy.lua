-- SPDX-License-Identifier: GPL-2.0-only
-- The neighbour that is the join proxy is the adversary's: it wraps and unwraps what it likes.
return scenario {
    mechanism = "brski-constrained",
    adversary = mitm {
        preset = "dolev-yao", name = "corrupt-join-proxy",
        keys = { { role = "join-proxy", reveal = "corrupt", when = "always" } },
    },
}
