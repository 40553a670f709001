-- SPDX-License-Identifier: GPL-2.0-only
-- A false PANA agent that wants nothing but the device's password: it leads the device into its own
-- tunnel, never completes, and with what it learns there comes to the honest agent as the device.
local last = "PAR[C]"

-- What goes to everyone is meant for each honest party there but its sender.
local function is_meant(message, party)
    local everyone = message.group and not party.own and party.name ~= message.from
    return (everyone or party.name == message.to) and adv.address(party.name, message.channel)
end

-- Its own device begins anew with a password that has become known.
local function use_what_is_known()
    if adv.adopt() == 0 then return end
    for device = 1, adv.devices do adv.start(adv.mirror(adv.find("device", device))) end
end

return {
    mirrors = true,

    moment = function(name, device)
        if name == "start" then
            for _, party in ipairs(adv.parties) do
                if party.own and not party.device then adv.start(party.name) end
            end
        elseif name == "device-up" then
            adv.start(adv.mirror(adv.find("device", device)))
        end
    end,

    seen = function(message)
        for _, party in ipairs(message.bytes and adv.parties or {}) do
            if is_meant(message, party) then adv.feed(adv.mirror(party.name), message) end
        end
        return adv.may("device", "block") and "block" or "pass"
    end,

    own_send = function(message)
        if message.message == last then
            use_what_is_known()
        else
            adv.inject(message)
        end
    end,
}
