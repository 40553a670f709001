-- SPDX-License-Identifier: GPL-2.0-only
-- All four mechanisms on equal terms: the same Wi-Fi cell, the same ESP32, the same user, no loss.
-- Random numbers are common to the four: a device starts and a user acts alike in each.
return scenario {
    mechanism = sweep { "eap-psk", "eap-noob", "duckling", "dtls-rpk" },
    medium = "wifi",
    platform = "esp32",
    backend = "ethernet",
    user = { profile = "typical" },
}
