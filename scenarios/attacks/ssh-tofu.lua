-- SPDX-License-Identifier: GPL-2.0-only
-- Trust on first use: lost to who stands between at the first contact, who is found out later; safe
-- against who comes late.
local function against(adversary, expect)
    return scenario { mechanism = "ssh-tofu", adversary = adversary, limit_s = 300, expect = expect }
end

return {
    against("first-contact", {
        g1_secrecy = "broken", g5_binding = "broken", g15_detection = "holds",
        because = "the first key met is kept, and the honest one raises the alarm later",
    }),
    against("late-comer", {
        g0_completion = "holds", g1_secrecy = "holds", g5_binding = "holds",
        because = "the kept key is compared",
    }),
}
