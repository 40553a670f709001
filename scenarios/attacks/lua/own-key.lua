-- SPDX-License-Identifier: GPL-2.0-only
-- Man in the middle with a key of its own: what the honest ends send reaches the adversary's own
-- parties instead, and what these send goes out under the names of the honest.
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
        for _, party in ipairs(adv.parties) do -- a group's message is meant for everybody
            local meant = message.group and not party.own and party.name ~= message.from
            if (meant or party.name == message.to) and adv.address(party.name, message.channel) then
                adv.feed(adv.mirror(party.name), message)
            end
        end
        return "block"
    end,

    own_send = function(message)
        if adv.may("device", "inject") then adv.inject(message) end
    end,
}
