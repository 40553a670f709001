-- SPDX-License-Identifier: GPL-2.0-only
-- Reads session and sequence number in a PANA PAN[C], and some time later ends the session in the name of
-- each end to the other: PTR (RFC 5191 section 7.4) with the right numbers, without AUTH.
local PAN, C = 2, 0x2000
local PTR, R = 3, 0x8000
local CAUSE, LOGOUT, ADMINISTRATIVE = 9, 1, 4
local HEADER = ">I2I2I2I2I4I4" -- reserved, length, flags, type, session, sequence
local last

local function termination(cause)
    local _, _, _, _, session, sequence = string.unpack(HEADER, last.bytes)
    return string.pack(HEADER .. "I2I2I2I2I4", 0, 28, R, PTR, session, sequence + 1,
        CAUSE, 0, 4, 0, cause)
end

return {
    params = { after = 1 },

    seen = function(message)
        if not message.bytes or #message.bytes < 16 then return end
        local _, _, flags, kind = string.unpack(HEADER, message.bytes)
        if kind == PAN and flags == C and not last then
            last = message
            adv.timer(1, adv.param.after)
        end
    end,

    timer = function()
        adv.note("a termination in the name of each end, with the right numbers")
        adv.inject { channel = last.channel, message = "PTR", as = last.to, to = last.from,
            bytes = termination(ADMINISTRATIVE) }
        adv.inject { channel = last.channel, message = "PTR", as = last.from, to = last.to,
            bytes = termination(LOGOUT) }
    end,
}
