-- SPDX-License-Identifier: GPL-2.0-only
-- Managed: EST over CoAPS for a constrained device.
return scenario {
    mechanism = "est-coaps",
    medium = "wifi",
    platform = "esp32",
}
