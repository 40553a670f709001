-- SPDX-License-Identifier: GPL-2.0-only
-- Frames of Z-Wave's network layer that no survey run has: SmartStart, exclusion.
return scenario {
    mechanism = "zwave-s2",
    medium = "z-wave",
    options = { inclusion = "smart-start" },
    timeline = {
        { at_s = 60, role = "controller", event = "exclude" },
        { at_s = 62, role = "node", event = "exclude" },
    },
}
