-- SPDX-License-Identifier: GPL-2.0-only
-- The MASA's signing key is stolen: with it the man in the middle is his own manufacturer's authority.
return scenario {
    mechanism = "brski",
    adversary = mitm {
        preset = "dolev-yao", name = "masa-key",
        keys = { { role = "masa", reveal = "ltk", when = "always" } },
    },
}
