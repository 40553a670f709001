-- SPDX-License-Identifier: GPL-2.0-only
-- Ad hoc: Bluetooth LE pairing, every association model of Secure Connections, and legacy pairing.
local function pair(initiator, responder, more)
    local options = { initiator = { io = initiator }, responder = { io = responder } }
    for name, value in pairs(more or {}) do options[name] = value end
    return scenario { mechanism = "bluetooth-pairing", medium = "ble", options = options }
end

return {
    pair("display-yes-no", "display-yes-no"),       -- Numeric Comparison
    pair("keyboard-display", "display-only"),       -- Passkey Entry: the responder shows
    pair("display-only", "keyboard-only"),          -- the initiator shows
    pair("display-yes-no", "no-input-no-output"),   -- Just Works
    pair("display-yes-no", "no-input-no-output",    -- out of band: one tap before pairing
         { responder = { io = "no-input-no-output", oob = true },
           initiator = { io = "display-yes-no", ["await-oob"] = true } }),
    pair("keyboard-display", "display-only", { ["secure-connections"] = "no" }),
}
