-- SPDX-License-Identifier: GPL-2.0-only
-- A PMKID KDE in EAPOL-Key 1/4, which no survey run has.
return scenario { mechanism = "wpa2-psk", medium = "wifi", options = { authenticator = { pmkid = true } } }
