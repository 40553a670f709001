-- SPDX-License-Identifier: GPL-2.0-only
-- Leap of faith: a device keeps the first SSH host key that it meets and fetches its configuration.
return scenario {
    mechanism = "ssh-tofu",
    medium = "wifi",
    platform = "esp32",
}
