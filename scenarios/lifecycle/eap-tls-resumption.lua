-- SPDX-License-Identifier: GPL-2.0-only
-- After its bootstrapping the device authenticates again, with a session ticket and without: the second
-- handshake has no certificates and no signatures (RFC 9190 section 2.1.2).
return scenario {
    mechanism = "eap-tls",
    medium = "wifi",
    platform = "esp32",
    options = {
        ["eap-rto"] = 5000,
        ["tls-version"] = sweep { "1.2", "1.3" },
        resumption = sweep { false, true },
    },
    timeline = { { at_s = 60, role = "peer", event = "reauthenticate" } },
}
