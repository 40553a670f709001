/* SPDX-License-Identifier: GPL-2.0-only */
/* brski_rows.h - rows of tables that BRSKI's mechanisms have in common: options; states, in the
 * order of enum brski_state; checks that can be left out, in that of enum brski_flaw. */
#ifndef IMPRINT_BRSKI_ROWS_H
#define IMPRINT_BRSKI_ROWS_H

#define BRSKI_PLEDGE_ROLE (1u << BRSKI_PLEDGE)
#define BRSKI_PROXY_ROLE (1u << BRSKI_PROXY)
#define BRSKI_REGISTRAR_ROLE (1u << BRSKI_REGISTRAR)
#define BRSKI_MASA_ROLE (1u << BRSKI_AUTHORITY)

#define BRSKI_STATE_ROWS                                                                           \
    [BRSKI_DISCOVERY] = "proxy", [BRSKI_IDLE] = "idle", [BRSKI_HANDSHAKE] = "handshake",           \
    [BRSKI_AWAIT_VOUCHER] = "voucher", [BRSKI_DEFERRED] = "deferred",                              \
    [BRSKI_AWAIT_STATUS] = "voucher-status", [BRSKI_AWAIT_ANCHORS] = "ca-certificates",            \
    [BRSKI_AWAIT_ATTRS] = "csr-attributes", [BRSKI_AWAIT_CERT] = "certificate",                    \
    [BRSKI_AWAIT_END] = "enrolment-status", [BRSKI_READY] = "ready", [BRSKI_REQUEST] = "request",  \
    [BRSKI_AWAIT_MASA] = "masa", [BRSKI_FORWARDING] = "forwarding"

/* ---- options -----------------------------------------------------------------------------------
 */
#define BRSKI_WORDS(...)                                                                           \
    (const char *const[])                                                                          \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }
#define BRSKI_CHOICE(PRESET, ...)                                                                  \
    .type = IMP_OPTION_CHOICE, .preset = PRESET, .choices = BRSKI_WORDS(__VA_ARGS__)
#define BRSKI_SECONDS(PRESET, MIN, MAX)                                                            \
    .type = IMP_OPTION_INT, .preset = PRESET, .min = (MIN), .max = (MAX), .unit = "s"

#define BRSKI_NONCE_ROW                                                                            \
    {                                                                                              \
        .name = "nonce",                                                                           \
        .summary = "Whether the pledge takes a voucher without a nonce, which may be an old one.", \
        BRSKI_CHOICE("required", "required", "any"), .roles = BRSKI_PLEDGE_ROLE                    \
    }
#define BRSKI_CLOCK_ROW                                                                            \
    {                                                                                              \
        .name = "clock",                                                                           \
        .summary = "The pledge has a clock that it trusts: it dates its request and refuses "      \
                   "vouchers that have expired.",                                                  \
        .type = IMP_OPTION_BOOL, .preset = "false", .roles = BRSKI_PLEDGE_ROLE                     \
    }
#define BRSKI_BACK_OFF_ROW                                                                         \
    {                                                                                              \
        .name = "back-off",                                                                        \
        .summary = "First wait after an attempt that failed; it doubles, up to an hour.",          \
        BRSKI_SECONDS("5", 1, 3600), .roles = BRSKI_PLEDGE_ROLE                                    \
    }
#define BRSKI_VOUCHER_ROW                                                                          \
    {                                                                                              \
        .name = "voucher",                                                                         \
        .summary = "The registrar asks the MASA with the pledge's request and nonce, without "     \
                   "them, or has asked before the device came.",                                   \
        BRSKI_CHOICE("nonceful", "nonceful", "nonceless", "stored"), .roles = BRSKI_REGISTRAR_ROLE \
    }
#define BRSKI_AUDIT_ROW                                                                            \
    {                                                                                              \
        .name = "audit",                                                                           \
        .summary = "What the registrar does about other domains in the MASA's log: does not ask "  \
                   "for it, raises an alarm, or refuses the device as well; nonced: refuses it "   \
                   "for vouchers without a nonce alone, and raises an alarm for others.",          \
        BRSKI_CHOICE("alarm", "skip", "alarm", "strict", "nonced"), .roles = BRSKI_REGISTRAR_ROLE  \
    }
/* ANSWER: "202 with Retry-After", "5.03 with Max-Age". */
#define BRSKI_APPROVAL_ROW(ANSWER)                                                                 \
    {                                                                                              \
        .name = "approval",                                                                        \
        .summary = "How long after a device's first request the operator agrees; until then the "  \
                   "answer is " ANSWER ".",                                                        \
        BRSKI_SECONDS("0", 0, 86400), .roles = BRSKI_REGISTRAR_ROLE                                \
    }
#define BRSKI_POLICY_ROW                                                                           \
    {                                                                                              \
        .name = "masa-policy",                                                                     \
        .summary = "To whom the MASA gives vouchers: to the owner of whom the sale told it; to "   \
                   "everybody that the pledge has met, and its log tells of it (audit-only); or "  \
                   "to whoever asks, met or not.",                                                 \
        BRSKI_CHOICE("verified", "verified", "logged", "blind"), .roles = BRSKI_MASA_ROLE          \
    }
#define BRSKI_PIN_ROW(SUMMARY, ...)                                                                \
    {                                                                                              \
        .name = "pin", .summary = SUMMARY, BRSKI_CHOICE("ca", __VA_ARGS__),                        \
        .roles = BRSKI_MASA_ROLE                                                                   \
    }
#define BRSKI_LIFETIME_ROW                                                                         \
    {                                                                                              \
        .name = "voucher-lifetime", .summary = "Of vouchers without a nonce.",                     \
        BRSKI_SECONDS("1209600", 1, 315360000), .roles = BRSKI_MASA_ROLE                           \
    }
#define BRSKI_RETRY_MAX_ROW(FIELD)                                                                 \
    {                                                                                              \
        .name = "retry-after-max",                                                                 \
        .summary = "Of what a registrar says in " FIELD " the pledge waits so much; more than "    \
                   "60 s is against RFC 8995 section 5.6.",                                        \
        BRSKI_SECONDS("60", 1, 86400), .roles = BRSKI_PLEDGE_ROLE                                  \
    }
#define BRSKI_RETRY_STATE_ROW(ANSWER)                                                              \
    {                                                                                              \
        .name = "retry-state",                                                                     \
        .summary = "How long the pledge repeats a request that is answered " ANSWER " (RFC 8995 "  \
                   "section 5.6: up to 4 days).",                                                  \
        BRSKI_SECONDS("345600", 1, 2592000), .roles = BRSKI_PLEDGE_ROLE                            \
    }
#define BRSKI_RETRY_ROW(FIELD, MIN)                                                                \
    {                                                                                              \
        .name = "retry-after",                                                                     \
        .summary = "What the registrar says in " FIELD " while the operator has not agreed.",      \
        BRSKI_SECONDS("10", MIN, 86400), .roles = BRSKI_REGISTRAR_ROLE                             \
    }
#define BRSKI_HISTORY_ROW                                                                          \
    {                                                                                              \
        .name = "history",                                                                         \
        .summary = "What the MASA's log has of each device before: nothing, or vouchers for two "  \
                   "other domains, with a nonce each, or one of them without, which may serve "    \
                   "again.",                                                                       \
        BRSKI_CHOICE("none", "none", "nonced", "nonceless"), .roles = BRSKI_MASA_ROLE              \
    }

/* ---- flaws -------------------------------------------------------------------------------------
 */

#define BRSKI_FLAW_ROWS                                                                            \
    {.name = "any-voucher-signer",                                                                 \
     .summary = "Whoever has signed the voucher is taken for the manufacturer's authority.",       \
     .role = BRSKI_PLEDGE,                                                                         \
     .broken_by = "dolev-yao",                                                                     \
     .goal = "g12"},                                                                               \
        {.name = "no-nonce-check",                                                                 \
         .summary = "The voucher's nonce is not compared with that of the request: an old "        \
                    "voucher is as good as a new one.",                                            \
         .role = BRSKI_PLEDGE,                                                                     \
         .broken_by = "previous-owner",                                                            \
         .goal = "g12",                                                                            \
         .with = "@pledge.reset=200"},                                                             \
        {.name = "no-serial-check",                                                                \
         .summary = "The voucher's serial number is not compared with the pledge's: a voucher "    \
                    "for another device will do.",                                                 \
         .role = BRSKI_PLEDGE,                                                                     \
         .broken_by = "dolev-yao",                                                                 \
         .goal = "g12",                                                                            \
         .with = "nonce=any"},                                                                     \
        {.name = "any-pledge",                                                                     \
         .summary = "Certificates of any manufacturer, or of none, are taken for a device's "      \
                    "identity.",                                                                   \
         .role = BRSKI_REGISTRAR,                                                                  \
         .broken_by = "dolev-yao",                                                                 \
         .goal = "g5"},                                                                            \
        {.name = "no-ownership-check",                                                             \
         .summary = "The MASA gives vouchers to everybody although it knows the owner.",           \
         .role = BRSKI_AUTHORITY,                                                                  \
         .broken_by = "dolev-yao",                                                                 \
         .goal = "g12"},                                                                           \
        {.name = "no-expiry-check",                                                                \
         .summary = "A pledge with a clock does not look at the voucher's dates: one without a "   \
                    "nonce serves for ever.",                                                      \
         .role = BRSKI_PLEDGE,                                                                     \
         .broken_by = "previous-owner",                                                            \
         .goal = "g12",                                                                            \
         .with = "nonce=any,voucher=nonceless,clock=true,voucher-lifetime=60,@pledge.reset=200"},

#endif
