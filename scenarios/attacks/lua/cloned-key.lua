-- SPDX-License-Identifier: GPL-2.0-only
-- Some time after everybody completed device 1's storage is read, and a device with the same key and certificate
-- asks to be let in from the station of a device of the adversary's own: device 2, which then says nothing itself.
local copy, from

return {
    mirrors = true,
    params = { after = 5 },

    moment = function(name)
        if name == "all-done" then adv.timer(1, adv.param.after) end
    end,

    timer = function()
        local victim = adv.find("device", 1)
        adv.memory(1)
        adv.adopt()
        copy, from = adv.mirror(victim), adv.find("device", 2)
        adv.note("a device with the key of device 1 comes from another station")
        adv.start(copy)
    end,

    own_send = function(message)
        if message.as ~= copy then return end
        message.as = from
        adv.inject(message)
    end,

    seen = function(message)
        if not copy or message.link ~= "device" then return end
        if message.from == from then return "block" end
        if message.to == from then
            adv.feed(copy, message)
            return "block"
        end
    end,
}
