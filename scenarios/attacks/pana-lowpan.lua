-- SPDX-License-Identifier: GPL-2.0-only
-- PANA through a 6LoWPAN: EAP goes from end to end, so the relay learns nothing; the key of a group is as good as
-- its members, until one of them is struck off.
local function against(adversary, expect, more)
    local s = { mechanism = "pana-lowpan", adversary = adversary, limit_s = 300, expect = expect }
    for key, value in pairs(more or {}) do
        s[key] = value
    end
    return scenario(s)
end

return {
    against("passive", {
        g0_completion = "holds", g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
        because = "the key travels under a key of the association",
    }),
    against("malicious-proxy", {
        g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
        because = "the relay carries EAP and has no part in it",
    }),
    against("dolev-yao", {
        g0_completion = "broken", g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
        because = "neither end takes who does not know the node's key",
    }),
    against("thief", {
        g1_secrecy = "broken", because = "the key is in the storage of each member",
    }),
    against("passive", {
        g13_revocation = "holds", because = "the others of the group have another key at once",
    }, {
        devices = 4,
        options = { groups = 2 },
        timeline = {
            { at_s = 60, role = "border-router", event = "revoke device-1@example.org" },
            { at_s = 90, role = "pac", event = "leave" },
        },
    }),
    against("passive", {
        g13_revocation = "broken", because = "who was struck off reads what the others say",
    }, {
        devices = 4,
        options = { rekey = false },
        timeline = {
            { at_s = 60, role = "border-router", event = "revoke device-1@example.org" },
            { at_s = 90, role = "pac", event = "leave" },
        },
    }),
}
