-- SPDX-License-Identifier: GPL-2.0-only
-- The baseline of manual entry: a person types the network's passphrase into the device.
-- One new device; the frames of its link are lost with a growing probability.
return scenario {
    mechanism = "wpa2-psk",
    medium = "wifi",
    platform = "esp32",
    loss = sweep { 0, 0.1 },
}
