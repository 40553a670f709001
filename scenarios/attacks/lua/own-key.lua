-- SPDX-License-Identifier: GPL-2.0-only
-- Man in the middle with a key of its own: what the honest ends send reaches the adversary's own
-- parties instead, and what these send goes out under the names of the honest.

-- What goes to everyone on a channel is meant for each honest party there but its sender.
local function is_meant(message, party)
    local everyone = message.group and not party.own and party.name ~= message.from
    return (everyone or party.name == message.to) and adv.address(party.name, message.channel)
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
        if adv.may("device", "inject") then adv.inject(message) end
    end,
}
