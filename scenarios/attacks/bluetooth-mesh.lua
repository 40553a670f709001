-- SPDX-License-Identifier: GPL-2.0-only
-- Bluetooth Mesh provisioning: a number that a person carries authenticates under HMAC, and does not
-- under CMAC, whose commitment an attacker opens as he likes (CVE-2020-26556).
local function against(adversary, options, expect)
    return scenario {
        mechanism = "bluetooth-mesh", medium = "ble", adversary = adversary, options = options,
        limit_s = 300, expect = expect,
    }
end

return {
    against("dolev-yao", { algorithms = "both" }, {
        g0_completion = "broken", g1_secrecy = "holds", g3_agreement = "holds",
        because = "AuthValue is part of the HMAC's key: each attempt is one guess of 10^6",
    }),
    against("dolev-yao", { algorithms = "cmac" }, {
        g1_secrecy = "broken", g3_agreement = "broken",
        because = "the number is found from what the provisioner sends, the commitment opened to fit",
    }),
    against("dolev-yao", { oob = "static" }, {
        g1_secrecy = "holds", g3_agreement = "holds",
        because = "the value on the label cannot be tried",
    }),
    against("dolev-yao", { oob = "none" }, {
        g1_secrecy = "broken", g3_agreement = "broken",
        because = "an AuthValue of zeros authenticates nobody",
    }),
    against("passive", { oob = "none" }, {
        g0_completion = "holds", g1_secrecy = "holds",
        because = "an eavesdropper lacks the ECDH secret",
    }),
}
