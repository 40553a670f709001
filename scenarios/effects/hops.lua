-- SPDX-License-Identifier: GPL-2.0-only
-- What each relay between a device and its border router costs: plot --only effect_hops.
local mechanisms = { "coap-eap", "pana", "est-coaps", "lwm2m-bootstrap" }
local all = {}
for i, mechanism in ipairs(mechanisms) do
    all[i] = scenario {
        name = "hops", mechanism = mechanism, medium = "lr-wpan",
        distance_m = 30, hops = sweep { 1, 2, 3, 4, 6, 8 },
        replications = 30,
    }
end
return all
