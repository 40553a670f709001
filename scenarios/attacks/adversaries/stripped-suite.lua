-- SPDX-License-Identifier: GPL-2.0-only
-- Leaves of the cipher suites [3, 0] that a controller of CoAP-EAP offers the weaker one alone.
return scenario {
    mechanism = "coap-eap",
    adversary = mitm {
        preset = "dolev-yao", name = "stripped-suite",
        strategy = { name = "downgrade", message = "POST EAP-Request/Identity",
                     find = "0xa201820300", replace = "0xa2018100" },
    },
}
