-- SPDX-License-Identifier: GPL-2.0-only
-- One bit of a join-accept's last block becomes another, before it is decrypted: all but the first octets of
-- its CFList, and its MIC, are other ones afterwards. It is sent in the device's second window.
local changed

return {
    params = { message = "Join-accept" },

    seen = function(message)
        local bytes = message.bytes
        if not bytes or message.message ~= adv.param.message or #bytes ~= 33 then return end
        message.bytes = bytes:sub(1, 32) .. string.char(bytes:byte(33) ~ 1)
        changed = message
        adv.timer(1, 0.2)
        return "block"
    end,

    timer = function()
        adv.note("a join-accept with another last block")
        adv.resend(changed)
    end,
}
