-- SPDX-License-Identifier: GPL-2.0-only
-- The key size that the central asks for becomes one octet; the peripheral's consent becomes a request for
-- one octet, and the central's consent to that is kept back.
local SIZE_REQ = string.char(16 * 2)
local ACCEPTED = string.char(3 * 2, 16)

return {
    seen = function(message)
        local bytes = message.bytes
        if not bytes or message.channel ~= "lmp" then return end
        if message.from == "device-1" and bytes == ACCEPTED then
            message.bytes = SIZE_REQ .. "\1"
        elseif message.from ~= "device-1" and bytes == ACCEPTED then
            return "block"
        elseif #bytes == 2 and bytes:sub(1, 1) == SIZE_REQ then
            message.bytes = SIZE_REQ .. "\1"
        else
            return
        end
        message.message = "LMP_encryption_key_size_req"
        adv.resend(message)
        return "block"
    end,
    moment = function(name)
        if name == "all-done" then adv.crack() end
    end,
}
