-- SPDX-License-Identifier: GPL-2.0-only
-- Managed: EAP-PSK over IEEE 802.1X on Wi-Fi, authenticated by a RADIUS server.
-- One new device; the frames of its link are lost with a growing probability.
return scenario {
    mechanism = "eap-psk",
    medium = "wifi",
    platform = "esp32",
    loss = sweep { 0, 0.1 },
}
