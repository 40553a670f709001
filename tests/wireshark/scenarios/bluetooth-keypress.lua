-- SPDX-License-Identifier: GPL-2.0-only
-- Passkey entry with Keypress Notifications.
return scenario { mechanism = "bluetooth-pairing", medium = "ble",
                  options = { keypress = true, mitm = "insist",
                              initiator = { io = "keyboard-only" }, responder = { io = "display-only" } } }
