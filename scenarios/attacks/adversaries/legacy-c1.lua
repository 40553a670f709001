-- SPDX-License-Identifier: GPL-2.0-only
-- Man in the middle of legacy pairing that tries 10^6 passkeys while the pairing waits, and opens its own
-- confirmation to fit (Rosa 2013).
return scenario {
    mechanism = "bluetooth-pairing", medium = "ble",
    adversary = mitm { preset = "dolev-yao", name = "legacy-c1", work_bits = 20 },
}
