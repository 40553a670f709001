-- SPDX-License-Identifier: GPL-2.0-only
-- Keeps the peer's last message of the Completion Exchange (MACp) from the authenticator, once: the peer
-- is registered and the server is not (state desynchronisation of EAP-NOOB).
return scenario {
    mechanism = "eap-noob",
    adversary = mitm {
        preset = "dolev-yao", name = "last-response",
        strategy = {
            name = "drop", count = 1, message = "EAP-NOOB type 6 response (Completion Exchange, MAC)",
        },
    },
}
