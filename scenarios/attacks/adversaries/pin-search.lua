-- SPDX-License-Identifier: GPL-2.0-only
-- Is the server of a device that wants to enter by a PIN, finds the PIN off line by what the device has proved to
-- it, and serves the device's next attempt.
return scenario {
    mechanism = "tls-psk",
    adversary = mitm { preset = "dolev-yao", name = "pin-search", work_bits = 20 },
}
