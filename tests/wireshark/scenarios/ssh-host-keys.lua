-- SPDX-License-Identifier: GPL-2.0-only
-- A server that changes its host key, and a device that follows. The server knows no host that it could forget: the
-- run lasts until then.
return scenario { mechanism = "ssh-tofu", medium = "wifi", platform = "esp32", limit_s = 100,
                  options = { ["host-key-rotation"] = 25, ["update-host-keys"] = true },
                  timeline = { { at_s = 90, role = "server", event = "forget" } } }
