-- SPDX-License-Identifier: GPL-2.0-only
-- The registrar is on the device's link and announces itself.
return scenario {
    mechanism = "brski",
    medium = "wifi",
    backend = "wan",
    platform = "esp32",
    options = { proxy = "none" },
}
