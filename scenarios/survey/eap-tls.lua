-- SPDX-License-Identifier: GPL-2.0-only
-- EAP-TLS at a WPA2-Enterprise access point: both versions of TLS, a manufacturer's and an operator's
-- identity of the device.
return scenario {
    mechanism = "eap-tls",
    medium = "wifi",
    platform = "esp32",
    options = {
        ["eap-rto"] = 5000, -- an ESP32 computes for a second
        ["tls-version"] = sweep { "1.2", "1.3" },
        ["device-identity"] = sweep { "idevid", "ldevid" },
    },
}
