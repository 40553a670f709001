-- SPDX-License-Identifier: GPL-2.0-only
-- The neighbour's registrar is the first on the link: it tries what it can; 45 s after it has met the device it is gone.
return scenario {
    mechanism = "brski",
    adversary = mitm { preset = "dolev-yao", name = "neighbour", window = { 0, 75 } },
}
