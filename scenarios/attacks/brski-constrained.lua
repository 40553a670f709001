-- SPDX-License-Identifier: GPL-2.0-only
-- Constrained BRSKI: whose a device is, the manufacturer's authority says; all hangs on what it knows of the sale.
local function against(adversary, options, expect, timeline)
    return scenario {
        mechanism = "brski-constrained", adversary = adversary, options = options, timeline = timeline,
        limit_s = 300, expect = expect,
    }
end

return {
    against("dolev-yao", {}, {
        g0_completion = "broken", g1_secrecy = "holds", g12_exclusivity = "holds",
        because = "the authority knows the owner and gives nobody else a voucher (BRSKI-01)",
    }),
    against("first-contact", { ["masa-policy"] = "logged" }, {
        g1_secrecy = "broken", g12_exclusivity = "broken",
        because = "an audit-only authority gives one to whoever the pledge has met first (BRSKI-01)",
    }),
    against("previous-owner", { nonce = "any", voucher = "nonceless" }, {
        g12_exclusivity = "broken", g8_replay = "broken",
        because = "a voucher without a nonce serves again after the reset (BRSKI-02)",
    }, { { at_s = 200, role = "pledge", event = "reset" } }),
    against("previous-owner", {}, {
        g12_exclusivity = "holds", g8_replay = "holds",
        because = "the voucher of old has another nonce (BRSKI-02)",
    }, { { at_s = 200, role = "pledge", event = "reset" } }),
}
