-- SPDX-License-Identifier: GPL-2.0-only
-- Ad hoc: Bluetooth Mesh provisioning over the advertising bearer.
-- One new device with each way of authentication; HMAC-SHA256, as version 1.1 demands.
return scenario {
    mechanism = "bluetooth-mesh",
    medium = "ble",
    options = { oob = sweep { "none", "static", "output", "input" } },
}
