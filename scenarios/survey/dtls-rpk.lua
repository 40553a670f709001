-- SPDX-License-Identifier: GPL-2.0-only
-- Hybrid: DTLS with raw public keys on 6LoWPAN; the keys were exchanged out of band beforehand.
-- A small device and a very small one, whose processor needs seconds for one signature.
return scenario {
    mechanism = "dtls-rpk",
    medium = "lr-wpan",
    platform = sweep { "nrf52840", "telosb" },
}
