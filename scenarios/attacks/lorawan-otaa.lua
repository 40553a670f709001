-- SPDX-License-Identifier: GPL-2.0-only
-- Published attacks on LoRaWAN joins, on versions that have the weakness and on those that have not.
local function attack(name, options, adversary, expect, timeline)
    return scenario {
        name = name, mechanism = "lorawan-otaa", options = options, adversary = adversary,
        limit_s = 120, expect = expect, timeline = timeline,
    }
end

-- The accept to the first request is kept back until the device has asked a second time.
local late_accept = mitm {
    preset = "dolev-yao", name = "late accept",
    strategy = { name = "lua", file = "lua/late-accept.lua" },
}
-- The device is reset and joins a second time.
local again = { { at_s = 60, role = "end-device", event = "reset" } }
-- One bit of a join-accept's last block is another: the CFList and the MIC become noise.
local changed_cflist = mitm {
    preset = "dolev-yao", name = "changed CFList",
    strategy = { name = "lua", file = "lua/changed-cflist.lua" },
}
-- Recorded requests are sent again when everybody has completed (LW-01).
local replayed_request = mitm {
    preset = "dolev-yao", name = "replayed request",
    strategy = { name = "replay", session = "later", message = "Join-request" },
}

return {
    attack("late accept, 1.0.4", { version = "1.0.4", ["retry-jitter"] = 0 }, late_accept, {
        g1_secrecy = "holds", g3_agreement = "broken",
        because = "the accept of 1.0 does not say which request it answers: the keys differ",
    }),
    attack("late accept, 1.1", { version = "1.1", ["retry-jitter"] = 0 }, late_accept, {
        g1_secrecy = "holds", g3_agreement = "holds",
        because = "the MIC of the accept covers DevNonce (LoRaWAN 1.1 section 6.2.3)",
    }),
    attack("replayed request, short list",
           { version = "1.0.2", ["nonce-list"] = 0, ["old-session"] = "drop" }, replayed_request, {
        g0_completion = "holds", g8_replay = "broken",
        because = "the join server has forgotten the DevNonce (LW-01)",
    }, again),
    attack("replayed request, 1.0.2", { version = "1.0.2" }, replayed_request, {
        g0_completion = "holds", g8_replay = "holds",
        because = "the list of DevNonces still has it (LoRaWAN 1.0.2 section 6.2.4)",
    }, again),
    attack("replayed request, 1.0.4", { version = "1.0.4" }, replayed_request, {
        g0_completion = "holds", g8_replay = "holds", because = "DevNonce only grows",
    }, again),
    attack("replayed request, 1.1", { version = "1.1" }, replayed_request, {
        g0_completion = "holds", g8_replay = "holds", because = "DevNonce only grows",
    }, again),
    attack("replayed request, random DevNonces in 1.1",
           { ["devnonce-mode"] = "random", ["nonce-list"] = 0, ["old-session"] = "drop" },
           replayed_request, {
        g0_completion = "holds", g8_replay = "broken",
        because = "the join server only remembers DevNonces, and this one no more",
    }, again),
    attack("changed CFList", { cflist = true }, changed_cflist, {
        g3_agreement = "holds", because = "the MIC covers the CFList (LoRaWAN 1.1 section 6.2.3)",
    }),
}
