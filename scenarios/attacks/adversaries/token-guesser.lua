-- SPDX-License-Identifier: GPL-2.0-only
-- Has an account at the join server as anybody may, reads EUIs off the air, and claims devices there that are not yet
-- their owners': sixteen OwnerTokens of a list, twenty a second.
return scenario {
    mechanism = "lorawan-otaa", options = { claim = "server" },
    adversary = mitm {
        preset = "guesser", name = "token-guesser", tries = 16,
        network = {
            device = { read = "always" },
            backend = { read = "always", inject = "always" },
        },
        keys = { { role = "next-application-server", reveal = "ltk", when = "always" } },
        strategy = { name = "guess", secret = "OwnerToken", at = "backend", every_s = 0.05, carry = "yes" },
    },
}
