-- SPDX-License-Identifier: GPL-2.0-only
-- How retransmission carries a mechanism over a lossy link: plot --only effect_loss.
local mechanisms = { "coap-eap", "pana", "est-coaps", "eap-psk" }
local all = {}
for i, mechanism in ipairs(mechanisms) do
    all[i] = scenario {
        name = "loss", mechanism = mechanism,
        loss = sweep { 0, 0.1, 0.2, 0.3, 0.4 },
        replications = 30,
    }
end
return all
