/* SPDX-License-Identifier: GPL-2.0-only */
/* options.c - what a scenario may set. */
#include "lwm2m.h"

static const char *const modes[] = {"factory", "smartcard", "client-initiated", "server-initiated",
                                    NULL};
static const char *const securities[] = {"psk", "rpk", "x509", "nosec", "oscore", NULL};
static const char *const server_securities[] = {"psk",    "rpk", "x509", "nosec",
                                                "oscore", "est", NULL};
static const char *const versions[] = {"1.2", "1.1", "1.0", NULL};
static const char *const formats[] = {"tlv", "senml-cbor", "senml-json", NULL};
static const char *const servers[] = {"one", "two", NULL};
static const char *const orders[] = {"none", "ascending", "descending", NULL};
static const char *const matchings[] = {"exact", "sha-256", "sha-384", "sha-512", NULL};
static const char *const suites[] = {"none", "ccm-8", "ccm", NULL};
static const char *const aeads[] = {"aes-ccm-16-64-128", "a128gcm", "chacha20-poly1305", NULL};
static const char *const authorities[] = {"root", "intermediate", NULL};
static const char *const transports[] = {"udp", "tcp", NULL};
static const char *const usages[] = {"end-entity", "trust-anchor", NULL};

#define CLIENT (1u << LWM_CLIENT)
#define BOOTSTRAP (1u << LWM_BOOTSTRAP)
#define MANAGEMENT (1u << LWM_MANAGEMENT | 1u << LWM_SECOND)
/* Objects 0 and 1 have these resources since their version 1.1, object 21 is as young. */
#define SINCE_1_1 "version=1.2,1.1"
/* Of an account, in seconds; 0: the resource is not there. */
#define SECONDS(NAME, SUMMARY)                                                                     \
    {                                                                                              \
        .name = (NAME), .summary = (SUMMARY), .type = IMP_OPTION_INT, .preset = "0", .min = 0,     \
        .max = UINT32_MAX, .unit = "s", .roles = CLIENT | BOOTSTRAP, .needs = SINCE_1_1            \
    }
const struct imp_option lwm_options[] = {
    [LWM_OPT_MODE] = {.name = "mode",
                      .summary = "Whence the server's account comes.",
                      .type = IMP_OPTION_CHOICE,
                      .preset = "client-initiated",
                      .choices = modes,
                      .roles = CLIENT},
    [LWM_OPT_BS_SECURITY] = {.name = "bootstrap-security",
                             .summary = "Security mode towards the bootstrap server.",
                             .type = IMP_OPTION_CHOICE,
                             .preset = "psk",
                             .choices = securities,
                             .roles = CLIENT | BOOTSTRAP,
                             .needs = SINCE_1_1,
                             .needing = "oscore"},
    [LWM_OPT_S_SECURITY] =
        {.name = "server-security",
         .summary = "Security mode towards the server; est: a certificate that the client gets "
                    "from the bootstrap server, of a key of its own making.",
         .type = IMP_OPTION_CHOICE,
         .preset = "psk",
         .choices = server_securities,
         .roles = CLIENT | BOOTSTRAP | MANAGEMENT,
         .needs = SINCE_1_1,
         .needing = "oscore,est"},
    [LWM_OPT_HOLD_OFF] = {.name = "hold-off",
                          .summary = "Wait before the Bootstrap-Request (Security, resource 11).",
                          .type = IMP_OPTION_INT,
                          .preset = "5",
                          .min = 0,
                          .max = 86400,
                          .unit = "s",
                          .roles = CLIENT},
    [LWM_OPT_LIFETIME] = {.name = "lifetime",
                          .summary = "Of a registration (Server, resource 1).",
                          .type = IMP_OPTION_INT,
                          .preset = "86400",
                          .min = 10,
                          .max = 2592000,
                          .unit = "s",
                          .roles = CLIENT | BOOTSTRAP},
    [LWM_OPT_DISCOVER] = {.name = "discover",
                          .summary = "Bootstrap-Discover first.",
                          .type = IMP_OPTION_BOOL,
                          .preset = "true",
                          .roles = BOOTSTRAP},
    [LWM_OPT_DELETE] = {.name = "delete-root",
                        .summary = "Bootstrap-Delete of all before it writes.",
                        .type = IMP_OPTION_BOOL,
                        .preset = "true",
                        .roles = BOOTSTRAP},
    [LWM_OPT_VERIFY] = {.name = "read-back",
                        .summary = "Bootstrap-Read of object 1 before it finishes.",
                        .type = IMP_OPTION_BOOL,
                        .preset = "false",
                        .roles = BOOTSTRAP,
                        .needs = SINCE_1_1},
    [LWM_OPT_BACK_OFF] = {.name = "back-off",
                          .summary = "Wait after a failure, doubled up to an hour: with the "
                                     "bootstrap server, and with a server whose account has no "
                                     "Communication Retry Timer.",
                          .type = IMP_OPTION_INT,
                          .preset = "10",
                          .min = 1,
                          .max = 3600,
                          .unit = "s",
                          .roles = CLIENT},
    [LWM_OPT_TRIES] = {.name = "tries",
                       .summary = "Failures with a server in a row before its registration has "
                                  "failed, where its account has no Communication Retry Count.",
                       .type = IMP_OPTION_INT,
                       .preset = "5",
                       .min = 1,
                       .max = 1000,
                       .roles = CLIENT},
    [LWM_OPT_PACK] = {.name = "pack",
                      .summary =
                          "Ask for, and give, the whole configuration in one Bootstrap-Pack; "
                          "a client that gets none asks for a bootstrap.",
                      .type = IMP_OPTION_BOOL,
                      .preset = "false",
                      .roles = CLIENT | BOOTSTRAP,
                      .needs = "version=1.2"},
    [LWM_OPT_ENTROPY] = {.name = "psk-entropy",
                         .summary = "Of the key with the bootstrap server.",
                         .type = IMP_OPTION_INT,
                         .preset = "128",
                         .min = 0,
                         .max = 128,
                         .unit = "bits",
                         .roles = CLIENT},
    [LWM_OPT_USAGE] = {.name = "certificate-usage",
                       .summary = "What an account holds a server's certificate against: that "
                                  "certificate, or who issued it (Security, resource 15).",
                       .type = IMP_OPTION_CHOICE,
                       .preset = "end-entity",
                       .choices = usages,
                       .roles = CLIENT | BOOTSTRAP,
                       .needs = SINCE_1_1},
    [LWM_OPT_ACCOUNT_TIMEOUT] = {.name = "account-timeout",
                                 .summary = "The account of the bootstrap server is given up so "
                                            "long after a bootstrap, until a reset; 0: never "
                                            "(Security, resource 12).",
                                 .type = IMP_OPTION_INT,
                                 .preset = "0",
                                 .min = 0,
                                 .max = 86400,
                                 .unit = "s",
                                 .roles = CLIENT},
    [LWM_OPT_DISABLE_TIMEOUT] = {.name = "disable-timeout",
                                 .summary = "How long a client stays away after Disable; 0: not "
                                            "written, which means a day (Server, resource 5).",
                                 .type = IMP_OPTION_INT,
                                 .preset = "0",
                                 .min = 0,
                                 .max = 86400,
                                 .unit = "s",
                                 .roles = CLIENT | BOOTSTRAP},
    [LWM_OPT_VERSION] = {.name = "version",
                         .summary =
                             "Of LwM2M, which bounds the rest: SenML and Bootstrap-Read come "
                             "with 1.1, Bootstrap-Pack with 1.2.",
                         .type = IMP_OPTION_CHOICE,
                         .preset = "1.2",
                         .choices = versions,
                         .roles = CLIENT | BOOTSTRAP | MANAGEMENT},
    [LWM_OPT_FORMAT] = {.name = "format",
                        .summary = "Content format that a client prefers, and in which the "
                                   "bootstrap server writes to clients that prefer none.",
                        .type = IMP_OPTION_CHOICE,
                        .preset = "tlv",
                        .choices = formats,
                        .roles = CLIENT | BOOTSTRAP,
                        .needs = SINCE_1_1},
    [LWM_OPT_SERVERS] = {.name = "servers",
                         .summary = "With how many servers the client is to register.",
                         .type = IMP_OPTION_CHOICE,
                         .preset = "one",
                         .choices = servers,
                         .roles = CLIENT | BOOTSTRAP | 1u << LWM_SECOND},
    [LWM_OPT_ORDER] = {.name = "registration-order",
                       .summary = "Priority of the servers: none is written, the first before the "
                                  "second, or after it (Server, resource 13).",
                       .type = IMP_OPTION_CHOICE,
                       .preset = "none",
                       .choices = orders,
                       .roles = CLIENT | BOOTSTRAP,
                       .needs = SINCE_1_1},
    [LWM_OPT_DELAY] = SECONDS("registration-delay",
                              "Wait before each first registration; 0: not written (Server, "
                              "resource 14)."),
    [LWM_OPT_BLOCK] = {.name = "failure-block",
                       .summary = "A server with which registration fails blocks those after it "
                                  "(Server, resource 15); false: not written.",
                       .type = IMP_OPTION_BOOL,
                       .preset = "false",
                       .roles = CLIENT | BOOTSTRAP,
                       .needs = SINCE_1_1},
    [LWM_OPT_BOOTSTRAP_ON_FAILURE] = {.name = "bootstrap-on-failure",
                                      .summary = "A client whose registration has failed, or was "
                                                 "refused, bootstraps again (Server, resource 16); "
                                                 "true: not written.",
                                      .type = IMP_OPTION_BOOL,
                                      .preset = "true",
                                      .roles = CLIENT | BOOTSTRAP,
                                      .needs = SINCE_1_1},
    [LWM_OPT_RETRY_COUNT] = {.name = "retry-count",
                             .summary = "Attempts of a sequence; 0: not written (Server, resource "
                                        "17).",
                             .type = IMP_OPTION_INT,
                             .preset = "0",
                             .min = 0,
                             .max = 1000,
                             .roles = CLIENT | BOOTSTRAP,
                             .needs = SINCE_1_1},
    [LWM_OPT_RETRY_TIMER] =
        SECONDS("retry-timer", "Wait before the second attempt of a sequence, doubled before "
                               "each further one; 0: not written (Server, resource 18)."),
    [LWM_OPT_SEQUENCE_DELAY] =
        SECONDS("sequence-delay",
                "Wait between sequences of attempts; 0: not written, a day (Server, resource 19)."),
    [LWM_OPT_SEQUENCE_COUNT] = {.name = "sequence-count",
                                .summary = "Sequences of attempts before the registration has "
                                           "failed; 0: not written, one (Server, resource 20).",
                                .type = IMP_OPTION_INT,
                                .preset = "0",
                                .min = 0,
                                .max = 1000,
                                .roles = CLIENT | BOOTSTRAP,
                                .needs = SINCE_1_1},
    [LWM_OPT_MATCHING] = {.name = "matching-type",
                          .summary = "What an account holds of a server's raw key or certificate: "
                                     "that, or a digest of it (Security, resource 13); a trust "
                                     "anchor always whole.",
                          .type = IMP_OPTION_CHOICE,
                          .preset = "exact",
                          .choices = matchings,
                          .roles = CLIENT | BOOTSTRAP,
                          .needs = SINCE_1_1},
    [LWM_OPT_SERVER_NAME] = {.name = "server-name",
                             .summary = "Accounts have an IP address, and beside it the server's "
                                        "name, which the handshake indicates (Security, resource "
                                        "14).",
                             .type = IMP_OPTION_BOOL,
                             .preset = "false",
                             .roles = CLIENT | BOOTSTRAP,
                             .needs = SINCE_1_1},
    [LWM_OPT_CIPHERSUITE] = {.name = "ciphersuite",
                             .summary = "What accounts tell the client to propose (Security, "
                                        "resource 16): nothing, which means CCM_8, or the suite of "
                                        "the mode with a tag of 8 or of 16 octets.",
                             .type = IMP_OPTION_CHOICE,
                             .preset = "none",
                             .choices = suites,
                             .roles = CLIENT | BOOTSTRAP,
                             .needs = SINCE_1_1},
    [LWM_OPT_PUSH] = {.name = "server-initiated-push",
                      .summary = "In version 1.0: the bootstrap server writes, and the client lets "
                                 "it write, without a Bootstrap-Request.",
                      .type = IMP_OPTION_BOOL,
                      .preset = "false",
                      .roles = CLIENT | BOOTSTRAP,
                      .needs = "version=1.0"},
    [LWM_OPT_AEAD] = {.name = "oscore-aead",
                      .summary = "Of accounts with OSCORE (OSCORE, resource 3); the first is not "
                                 "written.",
                      .type = IMP_OPTION_CHOICE,
                      .preset = "aes-ccm-16-64-128",
                      .choices = aeads,
                      .roles = CLIENT | BOOTSTRAP | MANAGEMENT,
                      .needs = SINCE_1_1},
    [LWM_OPT_BS_TRANSPORT] = {.name = "bootstrap-transport",
                              .summary = "What carries CoAP with the bootstrap server: UDP, with "
                                         "DTLS where there are keys; or TCP, with TLS there.",
                              .type = IMP_OPTION_CHOICE,
                              .preset = "udp",
                              .choices = transports,
                              .roles = CLIENT | BOOTSTRAP,
                              .needs = SINCE_1_1},
    [LWM_OPT_S_TRANSPORT] = {.name = "server-transport",
                             .summary = "What carries CoAP with the server, likewise (Server, "
                                        "resource 7: U or T).",
                             .type = IMP_OPTION_CHOICE,
                             .preset = "udp",
                             .choices = transports,
                             .roles = CLIENT | BOOTSTRAP | MANAGEMENT,
                             .needs = SINCE_1_1},
    [LWM_OPT_QUEUE] = {.name = "queue-mode",
                       .summary = "The client sleeps between its messages, and the server keeps "
                                  "requests until its next Update: in 1.0 by the binding UQ of the "
                                  "account, since 1.1 by Q in the registration.",
                       .type = IMP_OPTION_BOOL,
                       .preset = "false",
                       .roles = CLIENT | BOOTSTRAP,
                       .needs = "server-transport=udp"},
    [LWM_OPT_AWAKE] = {.name = "awake-time",
                       .summary = "How long a client in queue mode listens after what it has sent; "
                                  "93 s is MAX_TRANSMIT_WAIT, for which a server takes it to be "
                                  "there.",
                       .type = IMP_OPTION_INT,
                       .preset = "93",
                       .min = 1,
                       .max = 86400,
                       .unit = "s",
                       .roles = CLIENT,
                       .needs = "queue-mode=true"},
    [LWM_OPT_DTLS_TIMER] = {.name = "dtls-timer",
                            .summary = "Until a flight of DTLS is sent again, doubled each time; a "
                                       "handshake may take 60 times as long. RFC 6347 has 1 s, RFC "
                                       "7925 (section 11) 9 s for constrained networks.",
                            .type = IMP_OPTION_INT,
                            .preset = "1",
                            .min = 1,
                            .max = 60,
                            .unit = "s",
                            .roles = CLIENT | BOOTSTRAP | MANAGEMENT},
    [LWM_OPT_BS_AUTHORITY] = {.name = "bootstrap-authority",
                              .summary = "Who issues the bootstrap server's certificate and those "
                                         "of its clients: the root that accounts name as trust "
                                         "anchor, or an authority below it, whose certificate the "
                                         "server sends along.",
                              .type = IMP_OPTION_CHOICE,
                              .preset = "root",
                              .choices = authorities,
                              .roles = BOOTSTRAP,
                              .needs = "bootstrap-security=x509"},
    [LWM_OPT_S_AUTHORITY] = {.name = "server-authority",
                             .summary = "The same of the server.",
                             .type = IMP_OPTION_CHOICE,
                             .preset = "root",
                             .choices = authorities,
                             .roles = MANAGEMENT,
                             .needs = "server-security=x509,est"},
    {.name = NULL},
};
