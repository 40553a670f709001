/* SPDX-License-Identifier: GPL-2.0-only */
/* brski_masa_issue.c - what the MASA verifies before it issues, RFC 8995 section 5.5, and its log.
 */
#include "brski.h"

#include "protocols/crypto/crypto.h"

#include <stdio.h>
#include <string.h>

static bool good_chain(struct brski_masa *m, const struct imp_x509 *leaf,
                       const struct imp_x509 *anchor, unsigned purpose)
{
    const struct imp_piece chain = {leaf->der, leaf->n}, top = {anchor->der, anchor->n};
    const struct imp_x509_policy policy = {.anchors = &top, .anchor_count = 1, .purpose = purpose};
    return imp_x509_verify(m->env, &chain, 1, &policy, m->now) == IMP_X509_GOOD;
}

/* The signer is a registration authority, below an authority that came along; RFC 8995 sections
 * 5.5.2 and 5.5.4. */
static bool registrar(struct brski_masa *m, struct brski_asked *a)
{
    struct imp_x509_info info;
    if (imp_x509_read(&info, a->signer.der, a->signer.n) != 0 || !(info.purposes & IMP_X509_CMC_RA))
        return false;
    for (size_t i = 0; i < a->certs.count; i++) {
        const struct imp_x509 *crt = &a->certs.crt[i];
        if (imp_x509_read(&info, crt->der, crt->n) == 0 && info.self_issued &&
            (info.purposes & IMP_X509_CA) && good_chain(m, &a->signer, crt, IMP_X509_CMC_RA)) {
            a->domain = *crt;
            return true;
        }
    }
    return false;
}

bool brski_same_key(const struct imp_x509 *a, const struct imp_x509 *b)
{
    uint8_t pin[2][32];
    return imp_x509_pin(NULL, pin[0], a->der, a->n) == 0 &&
           imp_x509_pin(NULL, pin[1], b->der, b->n) == 0 && memcmp(pin[0], pin[1], 32) == 0;
}

/* Who issues our IDevIDs. */
static const struct imp_x509 *issuer(const struct brski_masa *m)
{
    return m->issuing.n ? &m->issuing : &m->manufacturer;
}

/* The issuer of IDevIDs that the registrar means is ours (RFC 8995 section 5.5). */
static bool ours(const struct brski_masa *m, const struct brski_asked *a)
{
    struct imp_x509_info info;
    return a->v.issuer_n == 0 || (imp_x509_read(&info, issuer(m)->der, issuer(m)->n) == 0 &&
                                  info.subject_key_n == a->v.issuer_n &&
                                  memcmp(info.subject_key, a->v.issuer, a->v.issuer_n) == 0);
}

/* The pledge itself has signed what lies inside: its IDevID, its serial number, the same nonce, and
 * this registrar at the other end of its session; RFC 8995 sections 5.5.5 and 5.5.6. */
static bool pledge(struct brski_masa *m, struct brski_asked *a)
{
    struct imp_x509_info info;
    if (a->v.prior_n == 0)
        return a->v.nonce_n == 0;
    a->near = true;
    return m->form->open_prior(m->env, a) == 0 && good_chain(m, &a->prior_signer, issuer(m), 0) &&
           imp_x509_read(&info, a->prior_signer.der, a->prior_signer.n) == 0 &&
           strcmp(info.serial_number, a->v.serial) == 0 &&
           strcmp(a->prior.serial, a->v.serial) == 0 && a->prior.nonce_n == a->v.nonce_n &&
           memcmp(a->prior.nonce, a->v.nonce, a->v.nonce_n) == 0 && m->form->is_near(a);
}

/* Returns 0 or an HTTP status, RFC 8995 section 5.6. An adversary's MASA asks nothing. */
static int verify(struct brski_masa *m, struct brski_asked *a, const uint8_t *request, size_t n)
{
    memset(a, 0, sizeof *a);
    int opened = m->form->open(m->env, a, request, n);
    if (opened != 0)
        return opened == -1 ? 403 : 406;
    if (m->env->adversary) {
        a->near = a->v.prior_n > 0;
        return registrar(m, a) ? 0 : 403;
    }
    if (!registrar(m, a) || !pledge(m, a))
        return 403;
    return ours(m, a) ? 0 : 404;
}

/* ---- ownership ---------------------------------------------------------------------------------
 */
enum owner { OWN, FOREIGN, ON_SHELF, UNKNOWN };

static enum owner owner_of(struct brski_masa *m, const struct brski_asked *a)
{
    uint8_t owner[32], pin[32];
    char cell[BRSKI_SERIAL + 8];
    brski_cell(cell, sizeof cell, "owner", a->v.serial);
    int n = m->env->ops->cell_get(m->env, cell, owner, sizeof owner);
    if (n < 0)
        return UNKNOWN;
    if (n != sizeof owner)
        return ON_SHELF;
    imp_x509_pin(m->env, pin, a->domain.der, a->domain.n);
    return memcmp(owner, pin, sizeof pin) == 0 ? OWN : FOREIGN;
}

static void buy(struct brski_masa *m, const struct brski_asked *a)
{
    uint8_t pin[32];
    char cell[BRSKI_SERIAL + 8];
    brski_cell(cell, sizeof cell, "owner", a->v.serial);
    imp_x509_pin(m->env, pin, a->domain.der, a->domain.n);
    m->env->ops->cell_put(m->env, cell, pin, sizeof pin);
}

/* Verified: to the owner alone. Logged: to whoever the pledge has met, and the log tells; without a
 * nonce to the owner alone even so (RFC 8995 section 5.5.4). Blind: to whoever asks, which that
 * section forbids. Returns 0 or a status. */
static int allow(struct brski_masa *m, const struct brski_asked *a)
{
    int64_t policy = imp_opt(m->env, m->form->policy);
    enum owner owner = owner_of(m, a);
    if (m->env->adversary)
        return 0;
    if (owner == UNKNOWN)
        return 404;
    if (owner == ON_SHELF)
        buy(m, a);
    if (owner != FOREIGN || imp_flawed(m->env, m->form->no_ownership_check))
        return 0;
    return policy == BRSKI_POLICY_BLIND || (policy == BRSKI_POLICY_LOGGED && a->near) ? 0 : 403;
}

/* ---- the log -----------------------------------------------------------------------------------
 */
static bool load_log(struct imp_env *env, const char *serial, struct brski_log *log)
{
    char cell[BRSKI_SERIAL + 8];
    memset(log, 0, sizeof *log);
    brski_cell(cell, sizeof cell, "log", serial);
    return env->ops->cell_get(env, cell, log, sizeof *log) == sizeof *log;
}

void brski_masa_note(struct imp_env *env, const struct brski_voucher *v, imp_time now)
{
    struct brski_log log;
    struct brski_log_event e = {.at = imp_x509_seconds(now),
                                .nonce_n = (uint8_t)v->nonce_n,
                                .assertion = (uint8_t)v->assertion};
    char cell[BRSKI_SERIAL + 8];
    load_log(env, v->serial, &log);
    brski_domain(e.domain, &e.domain_n, &v->pinned);
    memcpy(e.nonce, v->nonce, v->nonce_n);
    brski_log_append(&log, &e);
    brski_cell(cell, sizeof cell, "log", v->serial);
    env->ops->cell_put(env, cell, &log, sizeof log);
}

/* To those who are in it: RFC 8995 section 5.8. */
static bool is_in(const struct brski_log *log, const struct brski_asked *a)
{
    uint8_t domain[BRSKI_DOMAIN], n[2] = {0};
    const struct imp_x509 *crts[] = {&a->domain, &a->signer};
    for (int k = 0; k < 2; k++) {
        brski_domain(domain, &n[k], crts[k]);
        for (size_t i = 0; n[k] && i < log->count; i++)
            if (log->event[i].domain_n == n[k] && memcmp(log->event[i].domain, domain, n[k]) == 0)
                return true;
    }
    return false;
}

int brski_masa_log(struct brski_masa *m, char *out, size_t cap, const uint8_t *request, size_t n,
                   int *status)
{
    static struct brski_asked a; /* both filled and used within the call */
    static struct brski_log log;
    *status = verify(m, &a, request, n);
    if (*status == 0 && (!load_log(m->env, a.v.serial, &log) || !is_in(&log, &a)))
        *status = 404;
    return *status ? -1 : brski_log_write(out, cap, &log);
}

/* ---- the voucher -------------------------------------------------------------------------------
 */
static enum brski_assertion assertion(const struct brski_masa *m, const struct brski_asked *a)
{
    if (imp_opt(m->env, m->form->policy) == BRSKI_POLICY_VERIFIED)
        return BRSKI_VERIFIED;
    return a->near ? BRSKI_PROXIMITY : BRSKI_LOGGED;
}

static void fill(struct brski_masa *m, struct brski_voucher *v, const struct brski_asked *a)
{
    bool leaf = imp_opt(m->env, m->form->pin) != BRSKI_PIN_CA;
    *v = (struct brski_voucher){.assertion = assertion(m, a),
                                .nonce_n = a->v.nonce_n,
                                .issuer_n = a->v.issuer_n,
                                .pinned = leaf ? a->signer : a->domain};
    memcpy(v->nonce, a->v.nonce, a->v.nonce_n);
    memcpy(v->issuer, a->v.issuer, a->v.issuer_n);
    memcpy(v->serial, a->v.serial, sizeof v->serial);
    brski_date_write(v->created_on, imp_x509_seconds(m->now));
    if (v->nonce_n == 0)
        brski_date_write(v->expires_on,
                         imp_x509_seconds(m->now + imp_opt(m->env, m->form->lifetime) * IMP_S));
}

int brski_masa_issue(struct brski_masa *m, uint8_t *out, size_t cap, const uint8_t *request,
                     size_t n, int *status)
{
    static struct brski_asked a; /* both filled and used within the call */
    static struct brski_voucher v;
    *status = verify(m, &a, request, n);
    if (*status == 0)
        *status = allow(m, &a);
    if (*status)
        return -1;
    fill(m, &v, &a);
    const struct brski_signer by = {&m->crt, m->key.secret, &m->ca_crt};
    int made = m->form->sign(m->env, out, cap, &v, &by);
    if (made > 0)
        brski_masa_note(m->env, &v, m->now);
    *status = made > 0 ? 0 : 400;
    return made;
}
