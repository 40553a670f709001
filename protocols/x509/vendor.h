/* SPDX-License-Identifier: GPL-2.0-only */
/* vendor.h - who issues devices' identities (IEEE 802.1AR): a manufacturer's root, or an authority
 * below it. A device sends its certificate with that authority's, or alone; who verifies it may
 * have the authority's of his own. Mechanisms put the rows below into their tables of options; they
 * are found by name, and those that a mechanism has not got mean their presets. */
#ifndef IMPRINT_X509_VENDOR_H
#define IMPRINT_X509_VENDOR_H

#include "x509.h"

/* ---- authorities -------------------------------------------------------------------------------
 */
struct imp_authority {
    struct imp_x509 crt;
    uint8_t pub[64], secret[32];
};
/* An authority for 20 years, its key from the random stream `purpose`, with so many authorities
 * below it at most. `by` NULL: it certifies itself. */
void imp_authority_found(struct imp_env *env, struct imp_authority *out, const char *subject,
                         const char *purpose, int path_length, const struct imp_authority *by);

/* The same for the key that is there already. */
void imp_authority_certify(struct imp_env *env, struct imp_authority *a, const char *subject,
                           int path_length, const struct imp_authority *by);

struct imp_vendor {
    struct imp_authority root, below; /* below.crt.n 0: there is none */
};
/* As the first device (role 0) has it: they are all of one manufacturer. `env` draws; `purpose`: of
 * the root's key. */
void imp_vendor_found(struct imp_env *env, struct imp_vendor *out, struct imp_env *const *parties,
                      size_t count, const char *purpose);
const struct imp_authority *imp_vendor_issuer(const struct imp_vendor *v);
/* The certificate of the authority below the root, if there is one, into that cell. */
void imp_vendor_put(const struct imp_vendor *v, struct imp_env *env, const char *cell);
/* The same where the party has it of its own, by vendor-intermediates. */
void imp_vendor_tell(const struct imp_vendor *v, struct imp_env *env, const char *cell);
/* Whether a device sends it along, by send-chain. */
bool imp_vendor_sends(const struct imp_env *env);

/* ---- options -----------------------------------------------------------------------------------
 */
enum { IMP_VENDOR_ROOT, IMP_VENDOR_ISSUING };
enum { IMP_SEND_FULL, IMP_SEND_LEAF };

/* Of devices. NEEDS: what makes their certificate the manufacturer's, or NULL. */
#define IMP_VENDOR_CHAIN_ROW(BITS, NEEDS)                                                          \
    {                                                                                              \
        .name = "vendor-chain",                                                                    \
        .summary = "Authority that issues IDevIDs: the manufacturer's root, or one below it.",     \
        .type = IMP_OPTION_CHOICE, .preset = "root",                                               \
        .choices = (const char *const[]){"root", "issuing", NULL}, .roles = (BITS), .needs = NEEDS \
    }
#define IMP_SEND_CHAIN_ROW(BITS)                                                                   \
    {                                                                                              \
        .name = "send-chain",                                                                      \
        .summary = "The device sends its certificate with the issuing authority's, or alone.",     \
        .type = IMP_OPTION_CHOICE, .preset = "full",                                               \
        .choices = (const char *const[]){"full", "leaf", NULL}, .roles = (BITS),                   \
        .needs = "vendor-chain=issuing"                                                            \
    }
/* Of who verifies them: "The server", "The registrar". */
#define IMP_VENDOR_INTERMEDIATES_ROW(BITS, WHO)                                                    \
    {                                                                                              \
        .name = "vendor-intermediates",                                                            \
        .summary = WHO " has the certificate of the manufacturer's issuing authority, if there "   \
                       "is one, and completes with it a path that a device sends in part.",        \
        .type = IMP_OPTION_BOOL, .preset = "false", .roles = (BITS)                                \
    }

#endif
