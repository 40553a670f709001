/* SPDX-License-Identifier: GPL-2.0-only */
/* cbrski_provision.c - as brski, but for the pledge, which has the certificate of the key that
 * signs its vouchers (cBRSKI section 9.2.3), and for vouchers from before, which are COSE. */
#include "cbrski.h"

#include "protocols/crypto/crypto.h"

#include <string.h>

static struct imp_env *masa_of(struct imp_env *const *parties, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (parties[i]->role == BRSKI_AUTHORITY)
            return parties[i];
    return NULL;
}

static int early_voucher(struct imp_env *masa, uint8_t out[CBRSKI_SIGNED], const char *serial,
                         const struct imp_x509 *domain)
{
    static struct brski_voucher v; /* filled and used within the call */
    struct est_key key;
    struct imp_x509 crt, above;
    est_key_load(masa, "key", &key);
    est_cert_load(masa, "certificate", &crt);
    est_cert_load(masa, "ca-certificate", &above);
    brski_early_voucher(&v, serial, domain, imp_opt(masa, CBRSKI_OPT_LIFETIME));
    const struct brski_signer by = {&crt, key.secret, &above};
    int n = cbrski_issue(masa, out, CBRSKI_SIGNED, &v, &by);
    if (n > 0)
        brski_masa_note(masa, &v, 0);
    imp_wipe(&key, sizeof key);
    return n;
}

static void store(struct imp_env *masa, struct imp_env *registrar, const char *serial)
{
    uint8_t voucher[CBRSKI_SIGNED];
    char cell[BRSKI_SERIAL + 8];
    struct imp_x509 domain;
    if (!est_cert_load(registrar, "ca-certificate", &domain))
        return;
    int n = early_voucher(masa, voucher, serial, &domain);
    brski_cell(cell, sizeof cell, "voucher", serial);
    if (n > 0)
        registrar->ops->cell_put(registrar, cell, voucher, (size_t)n);
}

void cbrski_provision(struct imp_env *const *parties, size_t count)
{
    struct imp_env *masa = masa_of(parties, count);
    struct imp_x509 signer;
    brski_provision_parties(parties, count);
    if (!masa || !est_cert_load(masa, "certificate", &signer))
        return;
    for (size_t i = 0; i < count; i++) {
        if (parties[i]->role != BRSKI_PLEDGE)
            continue;
        parties[i]->ops->cell_put(parties[i], "manufacturer", signer.der, signer.n);
        brski_note_history(masa, parties[i]->name, imp_opt(masa, CBRSKI_OPT_HISTORY));
        for (size_t k = 0; k < count; k++)
            if (parties[k]->role == BRSKI_REGISTRAR &&
                imp_opt(parties[k], CBRSKI_OPT_VOUCHER) == BRSKI_STORED)
                store(masa, parties[k], parties[i]->name);
    }
}
