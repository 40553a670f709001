-- SPDX-License-Identifier: GPL-2.0-only
-- ZigBee IP: nothing protects the link before the network key is there, so whoever is on it denies service;
-- certificates keep him out of EAP, and security keeps him out of the links.
local function against(adversary, expect, more)
    local s = { mechanism = "zigbee-ip", adversary = adversary, limit_s = 300, expect = expect }
    for key, value in pairs(more or {}) do
        s[key] = value
    end
    return scenario(s)
end

local function struck_off(rekey)
    return {
        devices = 4,
        options = { ["tls-suite"] = "psk-ccm-8", rekey = rekey },
        timeline = {
            { at_s = 60, role = "coordinator", event = "revoke device-1@example.org" },
            { at_s = 90, role = "node", event = "leave" },
        },
    }
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
    against("passive", {
        g13_revocation = "holds", because = "the others have another key as soon as a member is struck off",
    }, struck_off(true)),
    against("passive", {
        g13_revocation = "broken", because = "who was struck off has the key that the others use",
    }, struck_off(false)),
}
