-- SPDX-License-Identifier: GPL-2.0-only
-- Managed: the manufacturer's authority tells a device whose it is, and the device enrols there.
return scenario {
    mechanism = "brski",
    medium = "wifi",
    backend = "wan",
    platform = "esp32",
}
