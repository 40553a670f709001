-- SPDX-License-Identifier: GPL-2.0-only
-- Puts another label before the user: the out-of-band channel is the root of trust.
return {
    scenario {
        mechanism = "dtls-rpk", adversary = "label-swapper", limit_s = 300,
        expect = {
            g1_secrecy = "broken", g3_agreement = "broken", g5_binding = "broken",
            because = "the server lists the key whose label was scanned",
        },
    },
    scenario {
        mechanism = "eap-psk", adversary = "label-swapper", limit_s = 300,
        expect = {
            g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
            because = "there is no label",
        },
    },
}
