-- SPDX-License-Identifier: GPL-2.0-only
-- In each inclusion of a Z-Wave node one frame of Security 2 arrives with another last bit: the first one after the
-- node has asked for a network key. Whatever comes after it, a repetition too, is left alone.
local fresh = false

return {
    params = { opens = "Network Key Get", message = "Network Key Verify" },

    seen = function(message)
        if message.message == adv.param.opens then fresh = true end
        if message.message ~= adv.param.message or not message.bytes or not fresh then return end
        fresh = false
        adv.note("a frame with another last bit")
        message.bytes = message.bytes:sub(1, -2) .. string.char(message.bytes:byte(-1) ~ 1)
        adv.resend(message)
        return "block"
    end,
}
