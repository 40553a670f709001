-- SPDX-License-Identifier: GPL-2.0-only
-- Keeps the first EAP-Success from the device: the server believes that the exchange is over and the
-- device does not (state desynchronisation).
return scenario {
    mechanism = "eap-noob",
    adversary = mitm {
        preset = "dolev-yao", name = "last-success",
        strategy = { name = "drop", message = "EAP-Success", count = 1 },
    },
}
