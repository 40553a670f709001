-- SPDX-License-Identifier: GPL-2.0-only
-- LMP_features_req_ext and LMP_features_res_ext, page 2, go on without the bit of Secure Connections.
local REQ, RES = string.char(127 * 2, 3), string.char(127 * 2, 4)

return {
    seen = function(message)
        local bytes = message.bytes
        if not bytes or message.channel ~= "lmp" or #bytes ~= 12 then return end
        local head = bytes:sub(1, 2)
        if head ~= REQ and head ~= RES then return end
        message.bytes = bytes:sub(1, 5) .. "\0" .. bytes:sub(7)
        adv.resend(message)
        return "block"
    end,
}
