-- SPDX-License-Identifier: GPL-2.0-only
-- After an outage all devices of one gateway join at once, or spread over an hour.
return scenario {
    mechanism = "lorawan-otaa",
    devices = 1000, cell = 1000,
    limit_s = 40000,
    options = { ["start-jitter"] = sweep { 0, 3600 } },
}
