/* SPDX-License-Identifier: GPL-2.0-only */
/* brski_voucher.h - vouchers (RFC 8366) and voucher-requests (RFC 8995 section 3) as JSON that is
 * signed with CMS; the status telemetry and the audit log, which are JSON alone. Nothing of a
 * mechanism: octets and texts in, structs out. */
#ifndef IMPRINT_BRSKI_VOUCHER_H
#define IMPRINT_BRSKI_VOUCHER_H

#include "protocols/cms/cms.h"

enum {
    BRSKI_SERIAL = IMP_X509_LABEL, /* characters of a serial number, its 0 included */
    BRSKI_DATE = 36,               /* of a date and time */
    BRSKI_NONCE = 16,              /* octets that our pledges draw; RFC 8366: 8 to 32 */
    BRSKI_NONCE_MAX = 32,
    BRSKI_JSON = IMP_CMS_CONTENT,
    BRSKI_CMS = 6144,   /* octets of a signed voucher(-request) that we make */
    BRSKI_SPKI = 91,    /* of a key on P-256 */
    BRSKI_PRIOR = 2432, /* of a pledge's request inside the registrar's */
};

/* ---- brski_date.c: RFC 3339 */
void brski_date_write(char out[BRSKI_DATE], int64_t seconds); /* since 1970, in UTC */
/* 0, or -1 when it is none. Fractions of a second are dropped. */
int brski_date_read(int64_t *seconds, const char *text);

/* ---- brski_json.c: a writer of JSON texts; `bad` when something did not fit or needs an escape */
struct brski_text {
    char *p; /* borrowed */
    size_t cap, n;
    bool bad;
};
void brski_put(struct brski_text *t, const char *text);
/* ,"name":"value" */
void brski_put_string(struct brski_text *t, const char *name, const char *value);
void brski_put_binary(struct brski_text *t, const char *name, const void *bytes, size_t n);
/* Base64 with padding, or, as implementations have it, base64url without: octets, or -1. */
int brski_binary(void *out, size_t cap, const char *text);

/* ---- vouchers ----------------------------------------------------------------------------------
 */
enum brski_assertion {
    BRSKI_NO_ASSERTION,
    BRSKI_VERIFIED,
    BRSKI_LOGGED,
    BRSKI_PROXIMITY,
};
const char *brski_assertion_text(enum brski_assertion a);
int brski_assertion_find(const char *text); /* -1: none such */

struct brski_voucher {
    bool request;                /* ietf-voucher-request:voucher */
    char created_on[BRSKI_DATE]; /* empty: not said, as all below */
    char expires_on[BRSKI_DATE];
    enum brski_assertion assertion;
    char serial[BRSKI_SERIAL];
    uint8_t nonce[BRSKI_NONCE_MAX], issuer[IMP_X509_KEY_ID]; /* issuer: idevid-issuer */
    size_t nonce_n, issuer_n;
    struct imp_x509 pinned;    /* pinned-domain-cert */
    struct imp_x509 proximity; /* proximity-registrar-cert */
    size_t prior_n;            /* prior-signed-voucher-request */
    uint8_t prior[BRSKI_PRIOR];
    /* The registrar's public key in place of a certificate, constrained vouchers alone (RFC
     * 8366bis): a SubjectPublicKeyInfo, its SHA-256, or neither (0 octets). */
    size_t key_n;
    uint8_t key[BRSKI_SPKI];
};
/* Octets of JSON, or -1. */
int brski_voucher_write(char *out, size_t cap, const struct brski_voucher *v);
/* 0, or -1: no JSON, not one voucher, a leaf of another form or too long, one of a request in a
 * voucher, or a request where a voucher is wanted and the other way round. What a voucher has
 * beside is passed over (RFC 8995 section 5.6.1), in a request it is an error. */
int brski_voucher_read(struct brski_voucher *out, const char *json, size_t n, bool request);

struct brski_signer {
    const struct imp_x509 *crt;
    const uint8_t *secret;
    const struct imp_x509 *above; /* its authority's, which goes along; NULL: none */
};
/* Octets of SignedData, or -1. */
int brski_sign(struct imp_env *env, uint8_t *out, size_t cap, const struct brski_voucher *v,
               const struct brski_signer *by);
/* Verifies the signature and reads; whether the signer is trusted, the caller asks. 0, -1: not
 * signed as it should be, -2: signed, but not what is wanted. */
int brski_open(struct imp_env *env, struct brski_voucher *out, struct imp_cms_signed *cms,
               const uint8_t *der, size_t n, bool request);

/* ---- brski_status.c: voucher and enrolment status, RFC 8995 sections 5.7 and 5.9.4 */
int brski_status_write(char *out, size_t cap, bool good, const char *reason);
struct brski_status {
    bool good;  /* all is well */
    bool newer; /* of a version that we do not know: somebody should look */
};
/* 0 or -1. Fields beside those of version 1 are passed over. */
int brski_status_read(struct brski_status *out, const uint8_t *json, size_t n);

/* ---- brski_log.c: the audit log, RFC 8995 section 5.8.1 */
enum { BRSKI_LOG_EVENTS = 12, BRSKI_DOMAIN = IMP_X509_KEY_ID };
struct brski_log_event {
    int64_t at; /* seconds since 1970 */
    uint8_t domain[BRSKI_DOMAIN], nonce[BRSKI_NONCE_MAX];
    uint8_t domain_n, nonce_n; /* nonce_n 0: nonceless */
    uint8_t assertion;         /* enum brski_assertion */
};
struct brski_log {
    uint32_t count;             /* events here; dropped were: */
    uint32_t nonced, nonceless; /* those after which the same domain has another of the kind */
    uint32_t arbitrary;         /* others, the earliest */
    struct brski_log_event event[BRSKI_LOG_EVENTS];
};
void brski_log_append(struct brski_log *log, const struct brski_log_event *e);
int brski_log_write(char *out, size_t cap, const struct brski_log *log);
int brski_log_read(struct brski_log *out, const uint8_t *json, size_t n);
/* Domains in it that are neither of these: any; any whose voucher may serve again. */
struct brski_others {
    bool any, nonceless;
};
struct brski_others brski_log_others(const struct brski_log *log, const struct imp_x509 *ca,
                                     const struct imp_x509 *registrar);
/* The identifier of a domain: the SubjectKeyIdentifier of its pinned certificate, or else the
 * SHA-256 of its key (RFC 8995 section 5.8.2). 0 or -1. */
int brski_domain(uint8_t out[BRSKI_DOMAIN], uint8_t *n, const struct imp_x509 *pinned);

#endif
