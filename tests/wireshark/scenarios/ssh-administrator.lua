-- SPDX-License-Identifier: GPL-2.0-only
-- The device as SSH's server, whose administrator brings the configuration.
return scenario { mechanism = "ssh-tofu", medium = "wifi", platform = "esp32", options = { ["device-is"] = "server" } }
