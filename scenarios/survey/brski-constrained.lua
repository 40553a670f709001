-- SPDX-License-Identifier: GPL-2.0-only
-- Managed: the manufacturer's authority tells a constrained device whose it is; CoAP, CBOR and COSE.
return scenario {
    mechanism = "brski-constrained",
    medium = "lr-wpan",
    backend = "wan",
    platform = "nrf52840",
}
