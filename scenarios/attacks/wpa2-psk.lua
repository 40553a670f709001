-- SPDX-License-Identifier: GPL-2.0-only
-- A typed WPA2 passphrase: sound against who stands on the link, lost to who can guess it or has
-- seen it, since one recorded handshake tells right passphrases from wrong ones.
local function against(adversary, options, expect)
    return scenario {
        mechanism = "wpa2-psk", adversary = adversary, options = options, limit_s = 300, expect = expect,
    }
end

return {
    against("passive", {}, {
        g0_completion = "holds", g1_secrecy = "holds", g6_forward_secrecy = "broken",
        because = "session keys come from the passphrase and public nonces",
    }),
    against("dolev-yao", {}, {
        g0_completion = "broken", g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
        because = "without the passphrase no MIC can be made; only denial of service is left",
    }),
    against("cracker", {}, {
        g1_secrecy = "broken",
        because = "40 bits are fewer than 2^48 tries at the MIC of message 2",
    }),
    against("cracker", { ["passphrase-entropy"] = 100, ["passphrase-length"] = 20 }, {
        g1_secrecy = "holds",
        because = "a random passphrase of 20 characters is beyond 2^48 tries",
    }),
    against("shoulder-surfer", {}, {
        g1_secrecy = "broken", g3_agreement = "broken",
        because = "who has seen the passphrase is in",
    }),
    against("label-swapper", {}, {
        g1_secrecy = "broken", g5_binding = "broken",
        because = "the device joins the network whose passphrase was typed",
    }),
}
