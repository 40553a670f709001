-- SPDX-License-Identifier: GPL-2.0-only
-- Managed: ZigBee IP on 6LoWPAN; PANA with EAP-TLS through the parent, the network key, a link under it.
return scenario {
    mechanism = "zigbee-ip",
    medium = "lr-wpan",
    platform = "nrf52840",
    options = { ["tls-version"] = sweep { "1.2", "1.3" } },
}
