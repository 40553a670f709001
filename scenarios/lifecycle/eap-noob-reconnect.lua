-- SPDX-License-Identifier: GPL-2.0-only
-- After its bootstrapping the device re-authenticates in each keying mode, and once more after a
-- power cut: the persistent association of RFC 9140 section 3.4 needs no user.
return scenario {
    mechanism = "eap-noob",
    options = { ["keying-mode"] = sweep { 1, 2 } },
    timeline = {
        { at_s = 120, role = "peer", event = "reauthenticate" },
        { at_s = 150, role = "peer", event = "power-off" },
        { at_s = 160, role = "peer", event = "power-on" },
    },
}
