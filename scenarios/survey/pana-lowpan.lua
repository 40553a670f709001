-- SPDX-License-Identifier: GPL-2.0-only
-- Managed: a new node of a 6LoWPAN reaches the border router through a neighbour that relays PANA; the key of
-- the network, or of one of two groups.
return scenario {
    mechanism = "pana-lowpan",
    medium = "lr-wpan",
    platform = "nrf52840",
    options = { groups = sweep { 0, 2 } },
}
