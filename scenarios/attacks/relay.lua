-- SPDX-License-Identifier: GPL-2.0-only
-- The wormhole between two cells: device 1 talks with the access node of a distant cell.
return {
    scenario {
        mechanism = "eap-psk", adversary = "relay", devices = 2, cell = 1, limit_s = 120,
        expect = {
            g0_completion = "broken", g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
            because = "EAP succeeds through the wormhole, but the 4-way handshake covers the addresses of both ends",
        },
    },
    scenario {
        mechanism = "duckling", adversary = "relay", devices = 2, cell = 1, limit_s = 120,
        options = { ["key-transport"] = "x25519" },
        expect = {
            g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "broken", g12_exclusivity = "broken",
            because = "the duckling is imprinted by a mother at another place; no octet was changed",
        },
    },
}
