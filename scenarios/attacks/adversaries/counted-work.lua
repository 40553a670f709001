-- SPDX-License-Identifier: GPL-2.0-only
-- Tries secrets off line with 2^26 compressions of a hash: stretching counts against it.
return scenario {
    mechanism = "tls-psk",
    adversary = mitm { preset = "cracker", name = "counted-work", work_bits = 26, work_unit = "operations" },
}
