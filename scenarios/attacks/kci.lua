-- SPDX-License-Identifier: GPL-2.0-only
-- The device's own key is stolen: may others be played to the device with it?
return {
    scenario {
        mechanism = "eap-psk", adversary = "kci", limit_s = 300,
        expect = {
            g7_kci = "broken",
            because = "a shared key authenticates whoever has it, in both directions",
        },
    },
    scenario {
        mechanism = "dtls-rpk", adversary = "kci", limit_s = 300,
        expect = {
            g7_kci = "holds", g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
            because = "the server proves its own key, which the device's does not give",
        },
    },
}
