-- SPDX-License-Identifier: GPL-2.0-only
-- A strategy in Lua: EAP-PSK gets over every third of its messages lost, but not over every second
-- one, since what is sent again is then always what is lost again.
local function every(n, expect)
    return scenario {
        name = "every-" .. n, mechanism = "eap-psk", limit_s = 300, expect = expect,
        adversary = mitm {
            preset = "dolev-yao", name = "drop every " .. n,
            strategy = { name = "lua", file = "lua/drop-nth.lua", label = "EAP-PSK", every = n },
        },
    }
end

return {
    every(2, {
        g0_completion = "broken", g1_secrecy = "holds", g3_agreement = "holds",
        because = "request and answer alternate: the answer is always the second",
    }),
    every(3, {
        g0_completion = "holds", g1_secrecy = "holds", g3_agreement = "holds",
        because = "a lost request is sent again after a second and answered",
    }),
}
