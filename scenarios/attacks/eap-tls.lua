-- SPDX-License-Identifier: GPL-2.0-only
-- EAP-TLS is as good as the checks of certificates: without the peer's, whoever plays the access point
-- and the server has the device; and RADIUS gives away the forward secrecy that TLS has.
local function against(adversary, flaws, expect)
    return scenario {
        mechanism = "eap-tls", adversary = adversary, flaws = flaws, options = { ["eap-rto"] = 5000 },
        limit_s = 300, expect = expect,
    }
end

return {
    against("dolev-yao", {}, {
        g0_completion = "broken", g1_secrecy = "holds", g3_agreement = "holds",
        because = "an authority's key is needed for a certificate that the other end takes",
    }),
    against("dolev-yao", { "any-server" }, {
        g1_secrecy = "broken", g3_agreement = "broken",
        because = "the peer takes whatever certificate the server shows",
    }),
    against("passive", {}, {
        g1_secrecy = "holds", g6_forward_secrecy = "broken",
        because = "RADIUS carries the MSK under a long-lived secret",
    }),
}
