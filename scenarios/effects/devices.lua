-- SPDX-License-Identifier: GPL-2.0-only
-- What a crowd that starts within seconds does to its cell: plot --only effect_devices.
local mechanisms = { "coap-eap", "eap-psk" }
local all = {}
for i, mechanism in ipairs(mechanisms) do
    all[i] = scenario {
        name = "devices", mechanism = mechanism,
        arrival_ms = 10, devices = sweep { 1, 3, 10, 30 },
        replications = 10,
    }
end
return all
