-- SPDX-License-Identifier: GPL-2.0-only
-- Trust on first use: lost to who stands between at the first contact, who is found out later; safe
-- against who comes late where both ends keep a key, or the server was told whom to serve.
local function against(adversary, options, expect)
    return scenario { mechanism = "ssh-tofu", adversary = adversary, limit_s = 300, options = options,
                      expect = expect }
end

-- As configuration management hands it out; the key belongs to the secret one beside it.
local file = {
    ["known-hosts"] = "file", ["host-key-policy"] = "strict", ["authorized-keys"] = "installed",
    ["known-hosts-file"] = "# of the fleet\nserver ssh-ed25519 " ..
        "AAAAC3NzaC1lZDI1NTE5AAAAIIqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c\n",
    ["host-key"] = ("01"):rep(32),
}

return {
    against("first-contact", {}, {
        g1_secrecy = "broken", g5_binding = "broken", g15_detection = "holds",
        because = "the first key met is kept, and the honest one raises the alarm later",
    }),
    against("late-comer", {}, {
        g1_secrecy = "broken", g5_binding = "broken",
        because = "the device compares the kept key, but the server serves whoever has one",
    }),
    against("late-comer", { ["authorized-keys"] = "installed" }, {
        g0_completion = "holds", g1_secrecy = "holds", g5_binding = "holds",
        because = "the server serves those whose keys it was given",
    }),
    against("dolev-yao", file, {
        g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
        because = "the file names the host's key, and strict takes no other",
    }),
    against("none", file, { g0_completion = "holds", because = "the host has that key" }),
    against("late-comer", { ["device-is"] = "server" }, {
        g0_completion = "holds", g1_secrecy = "holds", g5_binding = "holds",
        because = "the device keeps its administrator's key, and he the device's",
    }),
}
