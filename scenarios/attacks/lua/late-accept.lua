-- SPDX-License-Identifier: GPL-2.0-only
-- Keeps the first answer to a device back, hides its further requests from the network, and gives the
-- answer to the first of them for one to a later one, in time for its receive window.
local answer

return {
    params = { request = "Join-request", answer = "Join-accept", after = 2 },

    seen = function(message)
        if message.message == adv.param.answer and not answer then
            answer = message
            return "block"
        elseif message.message == adv.param.request and answer then
            adv.timer(1, adv.param.after)
            return "block"
        end
    end,

    timer = function()
        adv.note("the answer to the first request is given for one to a later request")
        adv.resend(answer)
    end,
}
