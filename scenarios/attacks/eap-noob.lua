-- SPDX-License-Identifier: GPL-2.0-only
-- EAP-NOOB stands and falls with the out-of-band channel: against an adversary on the network alone it
-- holds, against one that also reads and replaces what the user carries it does not.
local function against(adversary, expect)
    return scenario { mechanism = "eap-noob", adversary = adversary, limit_s = 300, expect = expect }
end

return {
    against("passive", {
        g0_completion = "holds", g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
        because = "an eavesdropper has neither ECDH secret",
    }),
    against("dolev-yao", {
        g0_completion = "broken", g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
        because = "Hoob authenticates the key exchange over a channel that the adversary does not have",
    }),
    against("dolev-yao-oob", {
        g1_secrecy = "broken", g3_agreement = "broken", g5_binding = "broken",
        because = "who reads and writes the out-of-band channel is the user's choice of server and device",
    }),
    against("late-comer", {
        g0_completion = "holds", g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
        because = "registered peers leave their state by a user's reset only",
    }),
}
