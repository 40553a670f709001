-- SPDX-License-Identifier: GPL-2.0-only
-- Identities and signing keys are handed over under the new encryption.
return scenario { mechanism = "bluetooth-pairing", options = { distributes = "identity-and-signing" } }
