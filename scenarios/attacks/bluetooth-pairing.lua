-- SPDX-License-Identifier: GPL-2.0-only
-- Bluetooth LE pairing: what the association model is worth depends on both ends' policy, and on what
-- their displays say.
local function against(name, adversary, options, expect)
    return scenario {
        name = name, mechanism = "bluetooth-pairing", medium = "ble", adversary = adversary,
        options = options, limit_s = 300, expect = expect,
    }
end

local function confusion(named)
    return { mitm = "insist", ["names-method"] = named,
             initiator = { io = "display-yes-no" }, responder = { io = "keyboard-display" } }
end

return {
    against("Just Works forced", "dolev-yao", {}, {
        g1_secrecy = "broken", g3_agreement = "broken",
        because = "who only asks for protection pairs with an attacker that says it has no display (BT-01)",
    }),
    against("protection insisted on", "dolev-yao", { mitm = "insist" }, {
        g1_secrecy = "holds", g3_agreement = "holds",
        because = "the numbers at both ends differ",
    }),
    against("method confusion", "dolev-yao", confusion(false), {
        g1_secrecy = "broken", g3_agreement = "broken",
        because = "the number to be compared is typed as a passkey (BT-03, CVE-2020-10134)",
    }),
    against("method named", "dolev-yao", confusion(true), {
        g1_secrecy = "holds", g3_agreement = "holds",
        because = "nobody types a number that is to be compared",
    }),
    against("legacy, read", "cracker",
            { ["secure-connections"] = "no",
              initiator = { io = "keyboard-display" }, responder = { io = "display-only" } }, {
        g1_secrecy = "broken",
        because = "the passkey is found off line among 10^6 (BT-07)",
    }),
    against("Secure Connections, read", "cracker",
            { ["secure-connections"] = "only",
              initiator = { io = "keyboard-display" }, responder = { io = "display-only" } }, {
        g0_completion = "holds", g1_secrecy = "holds",
        because = "the passkey is no part of the key",
    }),
}
