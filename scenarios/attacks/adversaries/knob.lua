-- SPDX-License-Identifier: GPL-2.0-only
-- Tells both ends of a BR/EDR connection that the other wants an encryption key of one octet, and tries its
-- 2^8 values (CVE-2019-9506).
return scenario {
    mechanism = "bluetooth-pairing", medium = "ble", options = { transport = "br-edr" },
    adversary = mitm {
        preset = "dolev-yao", name = "knob", work_bits = 8,
        strategy = { name = "lua", file = "../lua/knob.lua" },
    },
}
