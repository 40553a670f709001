-- SPDX-License-Identifier: GPL-2.0-only
-- A network of the adversary's own: answers devices as access node and server, and keeps the honest ones
-- from answering.
return scenario {
    mechanism = "eap-noob",
    adversary = mitm {
        preset = "dolev-yao", name = "rogue-server", strategy = "rogue-server",
        network = { device = { read = "always", block = "always", inject = "always" } },
    },
}
