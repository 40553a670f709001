-- SPDX-License-Identifier: GPL-2.0-only
-- The seller of a LoRaWAN device ran the network and the application; he goes on reading with all that they have.
return scenario {
    mechanism = "lorawan-otaa",
    adversary = mitm {
        preset = "malicious-proxy", name = "former-owner",
        keys = {
            { role = "application-server", reveal = "corrupt", when = "always" },
            { role = "network-server", reveal = "corrupt", when = "always" },
        },
    },
}
