-- SPDX-License-Identifier: GPL-2.0-only
-- Keeps the device's first message of a label. When the device bootstraps again, the old message takes
-- the place of each new one, but for its first octets: what the new session expects there is kept.
local old

return {
    params = { label = "EAP-PSK 2 (T=1)", fresh = 26 },

    seen = function(message)
        if message.message ~= adv.param.label then return end
        if not old then
            old = message.bytes
        elseif message.bytes ~= old then -- else it is sent again within the first session
            local fresh = adv.param.fresh
            message.bytes = message.bytes:sub(1, fresh) .. old:sub(fresh + 1)
            adv.note("an answer of an earlier session takes the place of a new one")
            adv.resend(message)
            return "block"
        end
    end,
}
