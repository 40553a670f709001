-- SPDX-License-Identifier: GPL-2.0-only
-- The installer strikes the device from the server's list; after a power cut its key is refused.
return scenario {
    mechanism = "dtls-rpk",
    timeline = {
        { at_s = 60, role = "server", event = "revoke" },
        { at_s = 90, role = "device", event = "power-off" },
        { at_s = 95, role = "device", event = "power-on" },
    },
}
