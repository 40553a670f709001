-- SPDX-License-Identifier: GPL-2.0-only
-- EAP over CoAP: nothing protects the messages before the MSK is there, so whoever is on the link denies
-- service; the key is out of his reach, and EAP-Success inside OSCORE confirms it.
local function against(adversary, expect, options)
    return scenario {
        mechanism = "coap-eap", adversary = adversary, options = options, limit_s = 300, expect = expect,
    }
end

-- Leaves the weaker of two cipher suites in the controller's offer.
local stripped_suite = mitm {
    preset = "dolev-yao", name = "stripped suite",
    strategy = { name = "downgrade", message = "POST EAP-Request/Identity",
                 find = "0xa201820300", replace = "0xa2018100" },
}

return {
    against("passive", {
        g0_completion = "holds", g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
        because = "the OSCORE context comes of the MSK, and the MSK of a key that never travels",
    }),
    against("dolev-yao", {
        g0_completion = "broken", g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
        because = "without the method's key nobody makes the context under which EAP-Success counts",
    }),
    against("late-comer", {
        g0_completion = "holds", g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
        because = "a trigger by a stranger leaves the context that is there",
    }),
    against(stripped_suite, {
        g0_completion = "broken", g9_downgrade = "holds",
        because = "offer and choice are in the key: who has seen another offer has another key",
    }, { ["cipher-suites"] = "3,0" }),
    against(stripped_suite, {
        g3_agreement = "broken", g9_downgrade = "broken",
        because = "the key is the same whatever was offered",
    }, { ["cipher-suites"] = "3,0", ["cs-in-kdf"] = "default" }),
}
