-- SPDX-License-Identifier: GPL-2.0-only
-- Raw public keys hold while each end compares the other's key with what it got out of band; a key
-- that nobody compares authenticates nobody.
local function against(adversary, options, expect)
    return scenario {
        mechanism = "dtls-rpk", adversary = adversary, options = options, limit_s = 300,
        expect = expect,
    }
end

return {
    against("passive", {}, {
        g0_completion = "holds", g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
        because = "ECDHE is ephemeral",
    }),
    against("dolev-yao", {}, {
        g0_completion = "broken", g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
        because = "both ends know the other's key from the out-of-band channel",
    }),
    against("dolev-yao", { pin = "none", acl = "any" }, {
        g1_secrecy = "broken", g3_agreement = "broken", g5_binding = "broken",
        because = "a key that nobody compares authenticates nobody",
    }),
}
