-- SPDX-License-Identifier: GPL-2.0-only
-- The mother kills her duckling over the secured channel; the duckling is an egg again and follows
-- the mother that the user presses next (Stajano and Anderson's policy).
return scenario {
    mechanism = "duckling",
    timeline = {
        { at_s = 120, role = "mother", event = "kill" },
    },
}
