-- SPDX-License-Identifier: GPL-2.0-only
-- Misbinding: a corrupted device shows the message of an honest one, which is bound in its place.
return {
    scenario {
        mechanism = "eap-noob", adversary = "compromised-peer", devices = 2, limit_s = 120,
        expect = {
            g1_secrecy = "holds", g5_binding = "broken",
            because = "the user acted on device 1 and the server registered device 2; all keys stay secret (NOOB-01)",
        },
    },
    scenario {
        mechanism = "eap-noob", devices = 2, limit_s = 120,
        expect = {
            g0_completion = "holds", g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
            because = "honest devices show their own messages",
        },
    },
}
