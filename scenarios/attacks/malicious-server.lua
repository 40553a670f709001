-- SPDX-License-Identifier: GPL-2.0-only
-- The server is the adversary's: nobody is deceived about who has the keys.
return {
    scenario {
        mechanism = "eap-psk", adversary = "malicious-server", limit_s = 300,
        expect = {
            g3_agreement = "holds", g5_binding = "holds",
            because = "the corrupted server is the peer in which the device believes",
        },
    },
}
