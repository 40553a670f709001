-- SPDX-License-Identifier: GPL-2.0-only
-- BR/EDR, whose pairing is no part of the survey: with Secure Connections, and without.
local function pair(secure)
    return scenario { mechanism = "bluetooth-pairing", medium = "ble",
                      options = { transport = "br-edr", ["secure-connections"] = secure } }
end

return { pair("only"), pair("no") }
