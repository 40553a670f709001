-- SPDX-License-Identifier: GPL-2.0-only
-- Z-Wave: five digits keep an attacker out who may not compute; 2^16 trials, the unauthenticated class
-- and Security 0 let him in.
local function against(name, adversary, options, expect)
    return scenario {
        name = name, mechanism = "zwave-s2", medium = "z-wave", adversary = adversary,
        options = options, limit_s = 300, expect = expect,
    }
end

-- Takes Security 2 out of what the node lists (ZW-02).
local no_s2 = mitm {
    preset = "dolev-yao", name = "no S2",
    strategy = { name = "downgrade", message = "Node Information Frame",
                 find = "0x5e9f98", replace = "0x5e2298" },
}
local searching = mitm { preset = "dolev-yao", name = "PIN search", work_bits = 16 }

return {
    against("PIN", "dolev-yao", {}, {
        g0_completion = "broken", g1_secrecy = "holds", g3_agreement = "holds",
        because = "the temporary key needs the octets that the user types",
    }),
    against("PIN, searched", searching, {}, {
        g1_secrecy = "broken", g3_agreement = "broken",
        because = "the first frame under the temporary key tells the right one of 2^16 PINs",
    }),
    against("unauthenticated", "dolev-yao",
            { node = { keys = "unauthenticated" }, controller = { grant = "unauthenticated" } }, {
        g1_secrecy = "broken", g3_agreement = "broken",
        because = "nobody compares a key (ZW-03)",
    }),
    against("unauthenticated, read", "passive",
            { node = { keys = "unauthenticated" }, controller = { grant = "unauthenticated" } }, {
        g0_completion = "holds", g1_secrecy = "holds",
        because = "an eavesdropper lacks the ECDH secret",
    }),
    against("S0", "passive",
            { node = { security = "s0" }, controller = { ["s0-policy"] = "accept" } }, {
        g0_completion = "holds", g1_secrecy = "broken",
        because = "the network key is sent under a key of zeros (ZW-01)",
    }),
    against("SmartStart", "dolev-yao", { inclusion = "smart-start" }, {
        g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
        because = "the list has the DSK, and the node takes no class that it did not request",
    }),
    against("SmartStart, searched", searching, { inclusion = "smart-start" }, {
        g1_secrecy = "broken", g3_agreement = "broken",
        because = "two octets of the key are searched as those of a typed DSK are",
    }),
    against("downgrade, accepted", no_s2, { controller = { ["s0-policy"] = "accept" } }, {
        g1_secrecy = "broken", g9_downgrade = "broken",
        because = "the controller falls back to Security 0 in silence (ZW-02)",
    }),
    against("downgrade, refused", no_s2, { controller = { ["s0-policy"] = "refuse" } }, {
        g0_completion = "broken", g1_secrecy = "holds",
        because = "the controller takes no node without Security 2",
    }),
}
