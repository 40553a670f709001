-- SPDX-License-Identifier: GPL-2.0-only
-- The access node is the adversary's: it has the keys of the link by design, and no more.
return {
    scenario {
        mechanism = "eap-psk", adversary = "malicious-proxy", limit_s = 300,
        expect = {
            g0_completion = "holds", g3_agreement = "holds", g5_binding = "holds",
            because = "the server authenticates the device; what the access node cannot do is play either to the other",
        },
    },
}
