-- SPDX-License-Identifier: GPL-2.0-only
-- Leap of faith: the resurrecting duckling over CoAP on 6LoWPAN follows the first mother it meets.
-- The key in clear, as the metaphor has it, or agreed by X25519 against eavesdroppers.
return scenario {
    mechanism = "duckling",
    medium = "lr-wpan",
    platform = "nrf52840",
    options = { ["key-transport"] = sweep { "clear", "x25519" } },
}
