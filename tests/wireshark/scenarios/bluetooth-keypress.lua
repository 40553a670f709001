-- SPDX-License-Identifier: GPL-2.0-only
-- Passkey entry with Keypress Notifications, of SMP and of LMP.
local function pair(transport)
    return scenario { mechanism = "bluetooth-pairing", medium = "ble",
                      options = { transport = transport, keypress = true, mitm = "insist",
                                  initiator = { io = "keyboard-only" }, responder = { io = "display-only" } } }
end

return { pair("le"), pair("br-edr") }
