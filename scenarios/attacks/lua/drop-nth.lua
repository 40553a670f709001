-- SPDX-License-Identifier: GPL-2.0-only
-- Drops every n-th message whose label begins with a text, and tells how the device got over it.
local met, lost = 0, 0

local function is_meant(message)
    return message.message and message.message:sub(1, #adv.param.label) == adv.param.label
end

return {
    params = { label = "EAP", every = 2 },

    seen = function(message)
        if not is_meant(message) then return end
        met = met + 1
        if met % adv.param.every == 0 then
            lost = lost + 1
            return "block"
        end
    end,

    moment = function(name, device)
        if name == "device-done" then
            adv.note(("device %d is operational although %d of %d messages were lost")
                :format(device, lost, met))
        end
    end,
}
