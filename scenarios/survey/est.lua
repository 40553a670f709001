-- SPDX-License-Identifier: GPL-2.0-only
-- Managed: a device gets the operator's trust anchor, compared by a human, and a certificate.
return scenario {
    mechanism = "est",
    medium = "wifi",
    platform = "esp32",
}
