-- SPDX-License-Identifier: GPL-2.0-only
-- Four guesses on line at the password of EAP-TTLS.
return scenario {
    mechanism = "pana", options = { ["eap-method"] = "eap-ttls" },
    adversary = mitm {
        preset = "guesser", name = "password-guesser",
        strategy = { name = "guess", secret = "password" },
    },
}
