-- SPDX-License-Identifier: GPL-2.0-only
-- LE pairing that gives a link key for BR/EDR too.
return scenario { mechanism = "bluetooth-pairing", options = { ["cross-transport"] = "h7" } }
