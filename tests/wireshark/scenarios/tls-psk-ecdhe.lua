-- SPDX-License-Identifier: GPL-2.0-only
-- The pre-shared key with an ephemeral key exchange: ServerKeyExchange, ChaCha20-Poly1305.
return scenario { mechanism = "tls-psk", medium = "wifi", platform = "esp32",
                  options = { ["key-exchange"] = "ecdhe-psk" } }
