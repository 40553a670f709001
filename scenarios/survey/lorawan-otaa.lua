-- SPDX-License-Identifier: GPL-2.0-only
-- Managed: LoRaWAN over-the-air activation with network, join and application server.
-- One new device in three versions of the specification.
return scenario {
    mechanism = "lorawan-otaa",
    medium = "lorawan",
    platform = "samr34",
    options = { version = sweep { "1.0.2", "1.0.4", "1.1" } },
}
