-- SPDX-License-Identifier: GPL-2.0-only
-- A server that changes its host key, and a device that follows.
return scenario { mechanism = "ssh-tofu", medium = "wifi", platform = "esp32", limit_s = 100,
                  options = { ["host-key-rotation"] = 25, ["update-host-keys"] = true } }
