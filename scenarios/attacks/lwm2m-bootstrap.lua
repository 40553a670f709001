-- SPDX-License-Identifier: GPL-2.0-only
-- Whoever is taken for the bootstrap server owns the client: sound with keys of the device's own, lost
-- in clear or with a key that can be found.
local function against(adversary, options, expect)
    return scenario {
        mechanism = "lwm2m-bootstrap", adversary = adversary, options = options, limit_s = 300,
        expect = expect,
    }
end

return {
    against("dolev-yao", {}, {
        g0_completion = "broken", g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
        because = "without the factory key no Finished can be made; only denial of service is left",
    }),
    against("passive", { ["bootstrap-security"] = "nosec" }, {
        g0_completion = "holds", g1_secrecy = "broken",
        because = "the key of the server is written in clear",
    }),
    against("dolev-yao", { ["bootstrap-security"] = "nosec" }, {
        g1_secrecy = "broken", g3_agreement = "broken", g5_binding = "broken",
        because = "anybody may write the account of another server",
    }),
    against("dolev-yao", { ["bootstrap-security"] = "oscore" }, {
        g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
        because = "each message proves the Master Secret of the client's account",
    }),
    against("late-comer", { ["bootstrap-security"] = "nosec" }, {
        g1_secrecy = "holds", because = "a client that is registered asks nobody and refuses writes",
    }),
    against("late-comer", {
        ["bootstrap-security"] = "nosec", version = "1.0", ["server-initiated-push"] = true,
    }, {
        g1_secrecy = "broken", g3_agreement = "broken", g5_binding = "broken",
        because = "writes that come unasked are taken at any time, from whomever",
    }),
    against("cracker", { ["psk-entropy"] = 14 }, {
        g1_secrecy = "broken", because = "a recorded Finished tells right keys from wrong ones",
    }),
    against("kci", {}, {
        g7_kci = "broken", because = "the pre-shared key is the server's proof as well",
    }),
    against("kci", { ["bootstrap-security"] = "rpk" }, {
        g7_kci = "holds", because = "the client's key does not give the server's",
    }),
}
