-- SPDX-License-Identifier: GPL-2.0-only
-- Tells both ends of a BR/EDR connection that the other has no Secure Connections.
return scenario {
    mechanism = "bluetooth-pairing", medium = "ble", options = { transport = "br-edr" },
    adversary = mitm {
        preset = "dolev-yao", name = "strip-secure-connections",
        strategy = { name = "lua", file = "../lua/strip-secure-connections.lua" },
    },
}
