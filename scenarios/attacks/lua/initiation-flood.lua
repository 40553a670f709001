-- SPDX-License-Identifier: GPL-2.0-only
-- Sends PCIs (RFC 5191 section 7.1) to the agent from addresses that nobody has, one after the other, and hears
-- nothing of what is answered there.
local PCI = string.pack(">I2I2I2I2I4I4", 0, 16, 0, 1, 0, 0)
local sent = 0

return {
    params = { count = 6000, gap = 0.05 },

    moment = function(name)
        if name == "start" then adv.timer(1, 0) end
    end,

    timer = function()
        local agent, client = adv.find("paa"), adv.find("pac", 1)
        local own = adv.address(client, "pana")
        -- its prefix, another interface identifier
        local source = own:sub(1, 8) .. string.pack(">I4I4", 0x02000000, sent) .. own:sub(17)
        adv.inject { channel = "pana", message = "PCI", as = client, to = agent, source = source, bytes = PCI }
        sent = sent + 1
        if sent < adv.param.count then
            adv.timer(1, adv.param.gap)
        else
            adv.note(("%d PCIs of nobody"):format(sent))
        end
    end,
}
