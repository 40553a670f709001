-- SPDX-License-Identifier: GPL-2.0-only
-- Trust on first use: lost to who stands between at the first contact, who is found out later; safe
-- against who comes late where both ends keep a key, or the server was told whom to serve.
local function against(adversary, options, expect)
    return scenario { mechanism = "ssh-tofu", adversary = adversary, limit_s = 300, options = options,
                      expect = expect }
end

return {
    against("first-contact", {}, {
        g1_secrecy = "broken", g5_binding = "broken", g15_detection = "holds",
        because = "the first key met is kept, and the honest one raises the alarm later",
    }),
    against("late-comer", {}, {
        g1_secrecy = "broken", g5_binding = "broken",
        because = "the device compares the kept key, but the server serves whoever has one",
    }),
    against("late-comer", { ["authorized-keys"] = "installed" }, {
        g0_completion = "holds", g1_secrecy = "holds", g5_binding = "holds",
        because = "the server serves those whose keys it was given",
    }),
    against("late-comer", { ["device-is"] = "server" }, {
        g0_completion = "holds", g1_secrecy = "holds", g5_binding = "holds",
        because = "the device keeps its administrator's key, and he the device's",
    }),
}
