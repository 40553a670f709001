-- SPDX-License-Identifier: GPL-2.0-only
-- A join-accept with a CFList, whose channels the device then uses.
return scenario {
    mechanism = "lorawan-otaa",
    medium = "lorawan",
    options = { version = sweep { "1.0.3", "1.1" }, cflist = true },
}
