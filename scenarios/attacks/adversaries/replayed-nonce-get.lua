-- SPDX-License-Identifier: GPL-2.0-only
-- What a node asks of a controller is sent again while the node is being included: it answers each time.
return scenario {
    mechanism = "zwave-s2",
    adversary = mitm {
        preset = "dolev-yao", name = "replayed-nonce-get",
        strategy = { name = "replay", message = "Nonce Get", gap_ms = 20 },
    },
}
