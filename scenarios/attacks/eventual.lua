-- SPDX-License-Identifier: GPL-2.0-only
-- Forward secrecy: everything is recorded, and all long-term keys become known afterwards.
return {
    scenario {
        mechanism = "eap-psk", adversary = "eventual", limit_s = 300,
        expect = {
            g0_completion = "holds", g1_secrecy = "broken",
            because = "whoever learns the PSK computes every recorded session (EPSK-02)",
        },
    },
}
