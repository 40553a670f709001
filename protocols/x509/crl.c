/* SPDX-License-Identifier: GPL-2.0-only */
/* Certificate revocation lists, RFC 5280 section 5, version 2 with CRL number and authority key
 * identifier. Each is complete: the entries of the one before and one more. */
#include "x509_internal.h"

#include <string.h>

enum { NUMBER = 8 }; /* octets of a CRL number */

static int import(gnutls_x509_crl_t *crl, const uint8_t *der, size_t n)
{
    const gnutls_datum_t in = {(uint8_t *)der, (unsigned)n};
    if (n > UINT16_MAX || gnutls_x509_crl_init(crl) < 0)
        return GNUTLS_E_MEMORY_ERROR;
    int r = gnutls_x509_crl_import(*crl, &in, GNUTLS_X509_FMT_DER);
    if (r < 0)
        gnutls_x509_crl_deinit(*crl);
    return r;
}

static int import_certificate(gnutls_x509_crt_t *crt, const uint8_t *der, size_t n)
{
    const gnutls_datum_t in = {(uint8_t *)der, (unsigned)n};
    if (n > UINT16_MAX || gnutls_x509_crt_init(crt) < 0)
        return GNUTLS_E_MEMORY_ERROR;
    int r = gnutls_x509_crt_import(*crt, &in, GNUTLS_X509_FMT_DER);
    if (r < 0)
        gnutls_x509_crt_deinit(*crt);
    return r;
}

/* Entries in the order in which they came. */
static int copy_entries(gnutls_x509_crl_t to, gnutls_x509_crl_t from)
{
    int count = gnutls_x509_crl_get_crt_count(from), r = count;
    for (int i = 0; i < count && r >= 0; i++) {
        uint8_t serial[IMP_X509_SERIAL];
        size_t n = sizeof serial;
        time_t when;
        r = gnutls_x509_crl_get_crt_serial(from, (unsigned)i, serial, &n, &when);
        if (r >= 0)
            r = gnutls_x509_crl_set_crt_serial(to, serial, n, when);
    }
    return r < 0 ? r : 0;
}

/* Section 5.2.3: numbers grow. */
static int set_number(gnutls_x509_crl_t crl, gnutls_x509_crl_t before)
{
    uint8_t number[NUMBER] = {0};
    size_t n = sizeof number;
    if (before) {
        int r = gnutls_x509_crl_get_number(before, number, &n, NULL);
        if (r < 0)
            return r;
        memmove(number + sizeof number - n, number, n);
        memset(number, 0, sizeof number - n);
    }
    for (size_t i = sizeof number; i-- > 0 && ++number[i] == 0;) {
    }
    size_t skip = 0; /* as short as it can be, and positive */
    while (skip < sizeof number - 1 && number[skip] == 0 && number[skip + 1] < 0x80)
        skip++;
    return gnutls_x509_crl_set_number(crl, number + skip, sizeof number - skip);
}

static int fill(gnutls_x509_crl_t crl, const struct imp_x509_crl_spec *spec,
                gnutls_x509_crl_t before, gnutls_x509_crt_t signer)
{
    uint8_t id[IMP_X509_KEY_ID];
    size_t n = sizeof id;
    int64_t at = imp_x509_seconds(spec->this_update);
    int r = gnutls_x509_crl_set_version(crl, 2);
    if (r >= 0)
        r = gnutls_x509_crl_set_this_update(crl, at);
    if (r >= 0)
        r = gnutls_x509_crl_set_next_update(crl, imp_x509_seconds(spec->next_update));
    if (r >= 0 && before)
        r = copy_entries(crl, before);
    if (r >= 0 && spec->serial.n > 0)
        r = gnutls_x509_crl_set_crt_serial(crl, spec->serial.p, spec->serial.n, at);
    if (r >= 0)
        r = gnutls_x509_crt_get_subject_key_id(signer, id, &n, NULL);
    if (r >= 0)
        r = gnutls_x509_crl_set_authority_key_id(crl, id, n);
    return r < 0 ? r : set_number(crl, before);
}

static int sign(struct imp_env *env, gnutls_x509_crl_t crl, gnutls_x509_crt_t signer,
                const uint8_t secret[32])
{
    struct x509__signer by = {env, secret};
    gnutls_privkey_t key;
    int r = x509__signer(&key, &by);
    if (r < 0)
        return r;
    r = gnutls_x509_crl_privkey_sign(crl, signer, key, GNUTLS_DIG_SHA256, 0);
    gnutls_privkey_deinit(key);
    return r;
}

int imp_x509_revoke(struct imp_env *env, struct imp_x509_crl *out,
                    const struct imp_x509_crl_spec *spec, const struct imp_x509 *signer,
                    const uint8_t secret[32])
{
    gnutls_x509_crl_t crl = NULL, before = NULL;
    gnutls_x509_crt_t by = NULL;
    size_t n = sizeof out->der;
    int r = gnutls_x509_crl_init(&crl);
    if (r >= 0 && spec->before)
        r = import(&before, spec->before->der, spec->before->n);
    if (r < 0)
        before = NULL; /* released */
    else
        r = import_certificate(&by, signer->der, signer->n);
    if (r < 0)
        by = NULL;
    else
        r = fill(crl, spec, before, by);
    if (r >= 0)
        r = sign(env, crl, by, secret);
    if (r >= 0)
        r = gnutls_x509_crl_export(crl, GNUTLS_X509_FMT_DER, out->der, &n);
    out->n = r >= 0 ? n : 0;
    if (crl)
        gnutls_x509_crl_deinit(crl);
    if (before)
        gnutls_x509_crl_deinit(before);
    if (by)
        gnutls_x509_crt_deinit(by);
    x509__charge_made(env, out->n);
    return r < 0 ? -1 : 0;
}

/* ---- looking into one --------------------------------------------------------------------------
 */
static bool of_issuer(gnutls_x509_crl_t crl, gnutls_x509_crt_t crt)
{
    gnutls_datum_t ours = {0}, theirs = {0};
    bool same = gnutls_x509_crl_get_raw_issuer_dn(crl, &ours) >= 0 &&
                gnutls_x509_crt_get_raw_issuer_dn(crt, &theirs) >= 0 && ours.size == theirs.size &&
                memcmp(ours.data, theirs.data, ours.size) == 0;
    gnutls_free(ours.data);
    gnutls_free(theirs.data);
    return same;
}

/* GnuTLS wants a CA's certificate and looks at the dates by the clock of the machine, whatever its
 * flags say of that: here the right to sign lists is what counts (section 6.3.3, step f). */
static bool is_signed(gnutls_x509_crl_t crl, gnutls_x509_crt_t signer)
{
    const unsigned by_clock =
        GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED | GNUTLS_CERT_REVOCATION_DATA_ISSUED_IN_FUTURE;
    unsigned status = ~0U, usage = 0;
    if (gnutls_x509_crt_get_key_usage(signer, &usage, NULL) < 0 || !(usage & GNUTLS_KEY_CRL_SIGN) ||
        gnutls_x509_crl_verify(crl, &signer, 1, GNUTLS_VERIFY_DISABLE_CA_SIGN, &status) < 0)
        return false;
    return status & by_clock ? (status & ~by_clock) == GNUTLS_CERT_INVALID : status == 0;
}

/* Signature, the signer's right to sign lists, and time. A list without nextUpdate is over at once:
 * section 5.1.2.5 demands it. */
static bool is_valid(gnutls_x509_crl_t crl, gnutls_x509_crt_t signer, int64_t now)
{
    time_t from = gnutls_x509_crl_get_this_update(crl), to = gnutls_x509_crl_get_next_update(crl);
    return from != (time_t)-1 && to != (time_t)-1 && from <= now && now <= to &&
           is_signed(crl, signer);
}

static enum imp_x509_verdict judge(gnutls_x509_crl_t crl, gnutls_x509_crt_t crt,
                                   gnutls_x509_crt_t signer, int64_t now)
{
    if (!of_issuer(crl, crt) || !is_valid(crl, signer, now))
        return IMP_X509_NO_LIST;
    int listed = gnutls_x509_crt_check_revocation(crt, &crl, 1);
    return listed == 0 ? IMP_X509_GOOD : listed > 0 ? IMP_X509_REVOKED : IMP_X509_NO_LIST;
}

enum imp_x509_verdict imp_x509_check_crl(struct imp_env *env, struct imp_piece crl,
                                         struct imp_piece certificate, struct imp_piece signer,
                                         imp_time now)
{
    gnutls_x509_crl_t list;
    gnutls_x509_crt_t crt, by;
    enum imp_x509_verdict v = IMP_X509_NO_LIST;
    if (import(&list, crl.p, crl.n) < 0)
        return v;
    x509__charge_verify(env, crl.n);
    if (import_certificate(&crt, certificate.p, certificate.n) >= 0) {
        if (import_certificate(&by, signer.p, signer.n) >= 0) {
            v = judge(list, crt, by, imp_x509_seconds(now));
            gnutls_x509_crt_deinit(by);
        }
        gnutls_x509_crt_deinit(crt);
    }
    gnutls_x509_crl_deinit(list);
    return v;
}
