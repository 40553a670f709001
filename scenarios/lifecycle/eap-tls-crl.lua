-- SPDX-License-Identifier: GPL-2.0-only
-- The manufacturer revokes a device whose identity an authority below his root has issued: once its serial
-- number is on the authority's revocation list, the device does not come in again.
return scenario {
    mechanism = "eap-tls",
    medium = "wifi",
    platform = "esp32",
    options = {
        ["eap-rto"] = 5000,
        ["tls-version"] = sweep { "1.2", "1.3" },
        ["vendor-chain"] = "issuing",
        ["subject-serial"] = true,
        revocation = "crl",
    },
    timeline = {
        { at_s = 60, role = "server", event = "revoke CN=device-1,serialNumber=device-1" },
        { at_s = 70, role = "peer", event = "reauthenticate" },
    },
}
