-- SPDX-License-Identifier: GPL-2.0-only
-- Managed: EAP-PSK over CoAP on 6LoWPAN; the MSK gives an OSCORE security context.
-- The trigger is answered, since Wireshark 4.0 calls the option No-Response malformed.
return scenario {
    mechanism = "coap-eap",
    medium = "lr-wpan",
    options = { ["no-response"] = false },
    platform = sweep { "nrf52840", "telosb" },
}
