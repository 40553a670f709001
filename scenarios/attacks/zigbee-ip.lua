-- SPDX-License-Identifier: GPL-2.0-only
-- ZigBee IP: nothing protects the link before the network key is there, so whoever is on it denies service;
-- certificates keep him out of EAP, and security keeps him out of the links.
local function against(adversary, expect)
    return scenario { mechanism = "zigbee-ip", adversary = adversary, limit_s = 300, expect = expect }
end

return {
    against("passive", {
        g0_completion = "holds", g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
        because = "the network key travels under a key of the association, and that comes of ECDH",
    }),
    against("dolev-yao", {
        g0_completion = "broken", g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
        because = "neither end takes a certificate of an authority that it does not know",
    }),
    against("race", {
        g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
        because = "a parent that answers first has no network key",
    }),
}
