-- SPDX-License-Identifier: GPL-2.0-only
-- LoRaWAN in US902-928: a gateway hears 9 of the 72 channels. A join-request finds them by chance; a CFList
-- tells the device which they are, without one its data is as lucky as its requests.
return scenario {
    mechanism = "lorawan-otaa",
    medium = "lorawan",
    radio = { region = 915, power_dbm = 20 },
    options = { region = "us915", cflist = sweep { true, false } },
    limit_s = 36000,
    replications = 10,
}
