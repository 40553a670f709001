-- SPDX-License-Identifier: GPL-2.0-only
-- Any EAP method over any lower layer: EAP-TLS and EAP-NOOB in CoAP and in PANA, on 6LoWPAN. EAP-PSK over
-- them is in coap-eap.lua and pana.lua. The trigger of CoAP-EAP is answered as there.
-- Then each method with a AAA server behind the agent or the controller, by RADIUS through two proxies.
local function over(mechanism, options)
    options["eap-method"] = sweep { "eap-tls", "eap-noob" }
    return scenario { mechanism = mechanism, medium = "lr-wpan", platform = "nrf52840", options = options }
end

local function behind_proxies(mechanism, options)
    options["eap-method"] = sweep { "eap-psk", "eap-tls", "eap-noob" }
    options["eap-server"] = "radius"
    options["proxy-hops"] = 2
    return scenario { mechanism = mechanism, medium = "lr-wpan", platform = "nrf52840", options = options }
end

return {
    over("coap-eap", { ["no-response"] = false }),
    over("pana", {}),
    behind_proxies("coap-eap", { ["no-response"] = false }),
    behind_proxies("pana", {}),
}
