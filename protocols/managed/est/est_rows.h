/* SPDX-License-Identifier: GPL-2.0-only */
/* est_rows.h - rows of tables of options that EST and EST over CoAPS have in common. ROLES: bits of
 * those that read it. */
#ifndef IMPRINT_EST_ROWS_H
#define IMPRINT_EST_ROWS_H

#define EST_DEVICE_ROLE (1u << EST_DEVICE)

#define EST_CHOICE(PRESET, ...)                                                                    \
    .type = IMP_OPTION_CHOICE, .preset = PRESET, .choices = (const char *const[])                  \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }
#define EST_BOOL(PRESET) .type = IMP_OPTION_BOOL, .preset = PRESET
#define EST_SECONDS(PRESET, MIN, MAX)                                                              \
    .type = IMP_OPTION_INT, .preset = PRESET, .min = (MIN), .max = (MAX), .unit = "s"
#define EST_TEXT(MAX)                                                                              \
    .type = IMP_OPTION_STRING, .preset = "", .min = 0, .max = (MAX), .unit = "octets"

#define EST_CSRATTRS_ROW(PRESET)                                                                   \
    {                                                                                              \
        .name = "csrattrs", .summary = "The device asks first what a request shall hold.",         \
        EST_BOOL(PRESET), .roles = EST_DEVICE_ROLE                                                 \
    }
#define EST_BACK_OFF_ROW(SUMMARY, PRESET)                                                          \
    {                                                                                              \
        .name = "back-off", .summary = SUMMARY, EST_SECONDS(PRESET, 1, 3600),                      \
        .roles = EST_DEVICE_ROLE                                                                   \
    }
#define EST_KEY_ROW(SECTION)                                                                       \
    {                                                                                              \
        .name = "key-generation",                                                                  \
        .summary = "Who makes the key of the certificate: the device, or the server, which sends " \
                   "it with the certificate (" SECTION ").",                                       \
        EST_CHOICE("device", "device", "server"), .roles = EST_DEVICE_ROLE                         \
    }
#define EST_SEALING_ROW(TRANSPORT, SECTION)                                                        \
    {                                                                                              \
        .name = "key-encryption",                                                                  \
        .summary = "How a key of the server's making is encrypted beside " TRANSPORT ": not at "   \
                   "all, for a secret key, or for a key pair that device and server have been "    \
                   "given (" SECTION ").",                                                         \
        EST_CHOICE("none", "none", "symmetric", "asymmetric"), .roles = EST_DEVICE_ROLE            \
    }
#define EST_APPROVAL_ROW(ROLES, ANSWER)                                                            \
    {                                                                                              \
        .name = "approval",                                                                        \
        .summary = "Time until the operator agrees to a new device; it is answered " ANSWER ".",   \
        EST_SECONDS("0", 0, 86400), .roles = (ROLES)                                               \
    }
#define EST_RENEW_ROW(PATH)                                                                        \
    {                                                                                              \
        .name = "renew",                                                                           \
        .summary =                                                                                 \
            "Time after which the device asks for its next certificate by " PATH "; 0: never.",    \
        EST_SECONDS("0", 0, 31536000), .roles = EST_DEVICE_ROLE                                    \
    }
#define EST_RENEW_PART_ROW                                                                         \
    {                                                                                              \
        .name = "renew-part",                                                                      \
        .summary = "Part of its certificate's life after which the device asks for the next, if "  \
                   "renew is not before; IEEE 802.1AR's two thirds are 67. 0: it does not count.", \
        .type = IMP_OPTION_INT, .preset = "0", .min = 0, .max = 100, .unit = "%",                  \
        .roles = EST_DEVICE_ROLE                                                                   \
    }
#define EST_LIFETIME_ROW(ROLES)                                                                    \
    {                                                                                              \
        .name = "certificate-lifetime",                                                            \
        .summary = "Time for which the server's certificates for devices are good.",               \
        EST_SECONDS("31536000", 1, 630720000), .roles = (ROLES)                                    \
    }
#define EST_LABEL_ROW(ROLES, WHERE)                                                                \
    {                                                                                              \
        .name = "label",                                                                           \
        .summary = "Of the authority, in paths between " WHERE ": what the device asks, what the " \
                   "server has beside paths without one. Empty: none.",                            \
        EST_TEXT(EST_LABEL), .roles = (ROLES)                                                      \
    }
#define EST_REQUIRED_ROW(ROLES)                                                                    \
    {                                                                                              \
        .name = "csrattrs-required",                                                               \
        .summary = "The device must be told what a request shall hold, and asks; the server "      \
                   "wants a dNSName and refuses requests without it (RFC 7030 section 4.5.2).",    \
        EST_BOOL("false"), .roles = (ROLES)                                                        \
    }
#define EST_ANSWER_ROW(ROLES, WORDS, ...)                                                          \
    {                                                                                              \
        .name = "csrattrs-answer",                                                                 \
        .summary = "What the server says to who asks what a request shall hold: a list, an empty " \
                   "one, " WORDS " (RFC 7030 section 4.5.2).",                                     \
        EST_CHOICE("list", "list", "empty", __VA_ARGS__), .roles = (ROLES),                        \
        .needs = "csrattrs-required=false"                                                         \
    }
#define EST_ROLLOVER_ROW(ROLES, PATH)                                                              \
    {                                                                                              \
        .name = "ca-rollover",                                                                     \
        .summary = "Time at which the certificate authority changes its key; " PATH " has "        \
                   "NewWithNew, NewWithOld, OldWithNew and OldWithOld then (RFC 7030 section "     \
                   "4.1.3); 0: never.",                                                            \
        EST_SECONDS("0", 0, 31536000), .roles = (ROLES)                                            \
    }
#define EST_ROLLED_ROW(ROLES)                                                                      \
    {                                                                                              \
        .name = "rollover-certificate",                                                            \
        .summary = "After it the server's own certificate is still the old key's, with "           \
                   "OldWithNew, or the new key's, with NewWithOld.",                               \
        EST_CHOICE("old", "old", "new"), .roles = (ROLES)                                          \
    }
#define EST_REFRESH_ROW(SUMMARY)                                                                   \
    {                                                                                              \
        .name = "cacerts-refresh", .summary = SUMMARY, EST_BOOL("false"), .roles = EST_DEVICE_ROLE \
    }
#define EST_ADMITTED_ROW(ROLES, CODE)                                                              \
    {                                                                                              \
        .name = "admitted",                                                                        \
        .summary = "Names of the devices that the operator expects, apart by commas; " CODE        \
                   " answers others who are known to the manufacturer. Empty: all of his are "     \
                   "admitted.",                                                                    \
        EST_TEXT(200), .roles = (ROLES)                                                            \
    }

/* Over CoAPS. */
#define EST_DTLS_TIMER_ROW(ROLES)                                                                  \
    {                                                                                              \
        .name = "dtls-timer",                                                                      \
        .summary =                                                                                 \
            "Until a flight of DTLS is sent again, doubled each time; a handshake may take "       \
            "60 times as long. RFC 6347 has 1 s, RFC 7925 (section 11) 9 s for constrained "       \
            "networks.",                                                                           \
        EST_SECONDS("1", 1, 60), .roles = (ROLES)                                                  \
    }

#endif
