-- SPDX-License-Identifier: GPL-2.0-only
-- A LoRaWAN device is claimed by its QR code (TR005), sold after two minutes, and claimed by its next owner: AppSKey
-- is wrapped for his application server from then on.
return scenario {
    mechanism = "lorawan-otaa",
    medium = "lorawan",
    options = { claim = "qr" },
    timeline = {
        { at_s = 120, role = "join-server", event = "release" },
        { at_s = 130, role = "end-device", event = "reset" },
    },
    limit_s = 600,
    replications = 10,
}
