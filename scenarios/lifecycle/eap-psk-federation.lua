-- SPDX-License-Identifier: GPL-2.0-only
-- A device far from home: its home server is behind RADIUS proxies of institutions and federations (RFC 7593),
-- which know the way by the realm of its name.
return scenario {
    mechanism = "eap-psk",
    options = {
        server = {
            ["proxy-hops"] = sweep { 0, 2, 4 },
            ["proxy-realms"] = "example.org",
            ["proxy-delay"] = 20,
        },
    },
}
