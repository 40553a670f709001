-- SPDX-License-Identifier: GPL-2.0-only
-- A typed pre-shared key: sound with 128 bits, lost with a PIN, a default password, or an onlooker.
local function against(adversary, options, expect)
    return scenario {
        mechanism = "tls-psk", adversary = adversary, options = options, limit_s = 300, expect = expect,
    }
end

return {
    against("dolev-yao", {}, {
        g0_completion = "broken", g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
        because = "without the secret no Finished can be made; only denial of service is left",
    }),
    against("cracker", {}, {
        g1_secrecy = "holds", because = "128 bits are beyond 2^48 tries",
    }),
    against("cracker", { secret = "pin" }, {
        g1_secrecy = "broken", because = "a recorded Finished tells right PINs from wrong ones",
    }),
    against("dolev-yao", { secret = "default" }, {
        g1_secrecy = "broken", g3_agreement = "broken",
        because = "the manual tells everybody the secret",
    }),
    against("shoulder-surfer", {}, {
        g1_secrecy = "broken", because = "who has seen the label has the key",
    }),
    against("label-swapper", {}, {
        g5_binding = "broken", because = "the server registers the device whose label was typed",
    }),
}
