-- SPDX-License-Identifier: GPL-2.0-only
-- What no survey run has on its links: PB-GATT, configuration, new keys told by beacons.
return scenario {
    mechanism = "bluetooth-mesh",
    medium = "ble",
    options = { oob = "none", bearer = "pb-gatt", configure = true, ["refresh-by"] = "beacon" },
    timeline = { { at_s = 60, role = "provisioner", event = "key-refresh" } },
    limit_s = 300,
}
