-- SPDX-License-Identifier: GPL-2.0-only
-- The PSK itself is typed, and the group key is renewed.
return scenario { mechanism = "wpa2-psk", medium = "wifi", platform = "esp32", limit_s = 200,
                  options = { ["secret-form"] = "psk-hex", ["group-rekey"] = 50 },
                  timeline = { { at_s = 130, role = "supplicant", event = "reconnect" } } }
