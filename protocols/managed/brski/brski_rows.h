/* SPDX-License-Identifier: GPL-2.0-only */
/* brski_rows.h - rows of tables that BRSKI's mechanisms have in common: checks that can be left
 * out, in the order of enum brski_flaw. */
#ifndef IMPRINT_BRSKI_ROWS_H
#define IMPRINT_BRSKI_ROWS_H

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
