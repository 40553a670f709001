-- SPDX-License-Identifier: GPL-2.0-only
-- LE pairing that gives a link key for BR/EDR too, and the other way round.
local function pair(transport)
    return scenario { mechanism = "bluetooth-pairing", medium = "ble",
                      options = { transport = transport, ["cross-transport"] = "h7", distributes = "identity" } }
end

return { pair("le"), pair("br-edr") }
