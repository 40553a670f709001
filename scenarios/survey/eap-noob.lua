-- SPDX-License-Identifier: GPL-2.0-only
-- Ad-hoc: EAP-NOOB over IEEE 802.1X on Wi-Fi; the user carries one out-of-band message.
-- Both directions of that message, and both cryptosuites.
return scenario {
    mechanism = "eap-noob",
    medium = "wifi",
    platform = "esp32",
    options = {
        direction = sweep { "peer-to-server", "server-to-peer" },
        suite = sweep { "x25519", "p256" },
    },
}
