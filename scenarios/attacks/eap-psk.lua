-- SPDX-License-Identifier: GPL-2.0-only
-- What adversaries without the pre-shared key achieve against EAP-PSK: denial of service at most.
local function against(adversary, expect)
    return scenario { mechanism = "eap-psk", adversary = adversary, limit_s = 300, expect = expect }
end

return {
    against("passive", {
        g0_completion = "holds", g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
        because = "session keys come from a key that never travels",
    }),
    against("dolev-yao", {
        g0_completion = "broken", g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
        because = "without the PSK neither MAC_P nor MAC_S can be made; only denial of service is left",
    }),
    against("first-contact", {
        g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
        because = "there is no first contact to win: the key was there before",
    }),
    against("late-comer", {
        g0_completion = "holds", g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
        because = "an installed association is not given up for a stranger's",
    }),
}
