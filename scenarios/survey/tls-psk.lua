-- SPDX-License-Identifier: GPL-2.0-only
-- The baseline of manual entry: a person types a device's secret at the server, which is then the
-- pre-shared key of a DTLS handshake: 128 bits printed on a label, or a PIN of six digits.
return scenario {
    mechanism = "tls-psk",
    medium = "lr-wpan",
    platform = "nrf52840",
    options = { secret = sweep { "label", "pin" } },
}
