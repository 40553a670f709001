/* SPDX-License-Identifier: GPL-2.0-only */
/* etls_devid.c - the identities that a device holds (IEEE 802.1AR): the manufacturer's for ever,
 * and with device-identity=ldevid-first the operator's, which goes before it as long as it is
 * there. One that is over is deleted: by the device's clock or, where that is none, when the server
 * says so. The manufacturer's is never. */
#include <string.h>

#include "../crypto/crypto.h"
#include "etls.h"

static const struct etls_cells usual = {ETLS_CELL_CERTIFICATE, ETLS_CELL_KEY, ETLS_CELL_ISSUING};
static const struct etls_cells local = {ETLS_CELL_LDEVID, ETLS_CELL_LDEVID_KEY, NULL};

bool etls_has_clock(const struct imp_env *env)
{
    return imp_eap_opt(env, "device-clock", 1);
}

static bool ldevid_first(const struct imp_env *env)
{
    return imp_eap_opt(env, "device-identity", ETLS_IDEVID) == ETLS_LDEVID_FIRST;
}

/* And the session that it began, in which the server knows the device by it. */
static bool forget(struct imp_env *env)
{
    if (!ldevid_first(env) || env->ops->cell_get(env, ETLS_CELL_LDEVID, NULL, 0) < 0)
        return false;
    env->ops->cell_erase(env, ETLS_CELL_LDEVID);
    env->ops->cell_erase(env, ETLS_CELL_LDEVID_KEY);
    env->ops->cell_erase(env, ETLS_CELL_SESSION);
    return true;
}

static bool over(struct imp_env *env, const uint8_t *der, size_t n, imp_time now)
{
    struct imp_x509_info info;
    return etls_has_clock(env) &&
           (imp_x509_read_words(&info, der, n) != 0 || info.not_after < imp_x509_seconds(now));
}

const struct etls_cells *etls_own_cells(struct imp_env *env, bool server, imp_time now)
{
    uint8_t der[IMP_X509_MAX];
    int n = server || !ldevid_first(env)
                ? -1
                : env->ops->cell_get(env, ETLS_CELL_LDEVID, der, sizeof der);
    if (n > 0 && over(env, der, (size_t)n, now))
        forget(env);
    else if (n > 0)
        return &local;
    return &usual;
}

void etls_claim_identities(struct imp_env *env)
{
    static const char *const cells[] = {ETLS_CELL_CERTIFICATE, ETLS_CELL_LDEVID};
    uint8_t der[IMP_X509_MAX];
    char own[IMP_X509_NAME];
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        int n = env->ops->cell_get(env, cells[i], der, sizeof der);
        if (n > 0 && etls_device_identity(env, own, der, (size_t)n))
            imp_eap_claim_identity(env, own);
    }
}

void etls_devid_refused(struct etls_end *e)
{
    if (imp_tls_alerted(e->tls) == IMP_TLS_CERTIFICATE_EXPIRED && e->ldevid && forget(e->env))
        imp_eap_claim_reject(e->env, "own certificate expired");
}

/* Of the module's operations (IEEE 802.1AR) the one that a reset and an owner need. */
void etls_devid_event(struct imp_env *env, const struct imp_event *e)
{
    static const char verb[] = "delete-ldevid";
    bool told = e->kind == IMP_EVENT_CONTROL && e->n == sizeof verb - 1 &&
                memcmp(e->bytes, verb, sizeof verb - 1) == 0;
    if (told || e->kind == IMP_EVENT_RESET)
        forget(env);
}
