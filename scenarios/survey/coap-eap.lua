-- SPDX-License-Identifier: GPL-2.0-only
-- Managed: EAP-PSK over CoAP on 6LoWPAN; the MSK gives an OSCORE security context.
return scenario {
    mechanism = "coap-eap",
    medium = "lr-wpan",
    platform = sweep { "nrf52840", "telosb" },
}
