-- SPDX-License-Identifier: GPL-2.0-only
-- Managed: a client with a factory key asks the maker's bootstrap server, which writes the account of
-- the server with which the client then registers. Beside it: that account from the factory, from a
-- smartcard, or after the server has sent the client away to bootstrap; raw public keys, certificates
-- and none at all, towards the bootstrap server; the configuration in one pack.
local function study(options)
    return scenario {
        mechanism = "lwm2m-bootstrap", medium = "lr-wpan", platform = "nrf52840", options = options,
    }
end

return {
    study { mode = sweep { "client-initiated", "factory", "smartcard", "server-initiated" } },
    study { ["bootstrap-security"] = sweep { "rpk", "x509", "nosec" } },
    study { ["bootstrap-security"] = "rpk", ["server-security"] = "rpk" },
    study { pack = true },
}
