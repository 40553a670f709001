-- SPDX-License-Identifier: GPL-2.0-only
-- Sees what the user carries: Noob is a secret, the name of a public key is none.
return {
    scenario {
        mechanism = "eap-noob", adversary = "shoulder-surfer", limit_s = 300,
        expect = {
            g1_secrecy = "broken", g3_agreement = "broken", g5_binding = "broken",
            because = "who has seen Noob plays the server to the peer",
        },
    },
    scenario {
        mechanism = "dtls-rpk", adversary = "shoulder-surfer", limit_s = 300,
        expect = {
            g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
            because = "labels with names of keys need not be secret",
        },
    },
}
