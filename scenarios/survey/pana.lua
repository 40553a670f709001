-- SPDX-License-Identifier: GPL-2.0-only
-- Managed: EAP-PSK over PANA on 6LoWPAN; the agent is on the border router.
return scenario {
    mechanism = "pana",
    medium = "lr-wpan",
    platform = sweep { "nrf52840", "telosb" },
}
