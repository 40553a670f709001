/* SPDX-License-Identifier: GPL-2.0-only */
/* objects.h - instances of the LwM2M objects that a bootstrap writes: Security (0), Server (1),
 * Access Control (2) and OSCORE (21), with the resources that this mechanism obeys.
 *
 * Content is TLV: the resources alone, as in PUT /0/1, or one object instance around them. A
 * resource that is unknown is ignored unless it is malformed; one of a wrong type or size refuses
 * the whole. Numbers of objects and resources are those of the OMA registry. */
#ifndef IMPRINT_LWM2M_OBJECTS_H
#define IMPRINT_LWM2M_OBJECTS_H

#include "protocols/oscore/oscore.h"
#include "tlv.h"

enum lwm_object { LWM_SECURITY, LWM_SERVER, LWM_ACCESS, LWM_DEVICE_OBJECT, LWM_OSCORE = 21 };

enum lwm_mode { /* Security, resource 2 */
                LWM_MODE_PSK,
                LWM_MODE_RPK,
                LWM_MODE_CERTIFICATE,
                LWM_MODE_NOSEC,
                LWM_MODE_EST,
};

static inline bool lwm_is_certificate(enum lwm_mode mode)
{
    return mode == LWM_MODE_CERTIFICATE || mode == LWM_MODE_EST;
}

enum lwm_usage { /* Security, resource 15, after RFC 6698 section 2.1.1 */
                 LWM_USAGE_CA_CONSTRAINT,
                 LWM_USAGE_SERVICE_CONSTRAINT,
                 LWM_USAGE_TRUST_ANCHOR,
                 LWM_USAGE_DOMAIN_ISSUED, /* the server's own; default */
};

enum lwm_matching { /* Security, resource 13: what of the server's key or certificate stands in 4 */
                    LWM_MATCH_EXACT,
                    LWM_MATCH_SHA256,
                    LWM_MATCH_SHA384,
                    LWM_MATCH_SHA512,
};

enum { /* octets; an instance fits a datagram of CoAP */
       LWM_URI_MAX = 63,
       LWM_IDENTITY_MAX = 128, /* PSK identity */
       LWM_CERT_MAX = 512,     /* certificate, or SubjectPublicKeyInfo of 91 */
       LWM_KEY_MAX = 160,      /* PSK; a P-256 key in PKCS#8 has at most 138 */
       LWM_BINDING_MAX = 7,
       LWM_SNI_MAX = 63,
       LWM_SUITES_MAX = 4, /* resource instances of Security, resource 16 */
       LWM_ACL_MAX = 4,    /* resource instances of Access Control, resource 2 */
       LWM_SECRET_MAX = 32,
       LWM_SALT_MAX = 16,
       LWM_CONTENT_MAX = 1100,
       LWM_PACK_MAX = 2048,
       LWM_SHORT_ID_MAX = 65534,
};

struct lwm_security {
    bool used;
    uint16_t instance;
    char uri[LWM_URI_MAX + 1]; /* 0 */
    bool bootstrap;            /* 1 */
    enum lwm_mode mode;        /* 2 */
    size_t identity_n;         /* 3: PSK identity, the client's public key or certificate */
    uint8_t identity[LWM_CERT_MAX];
    size_t peer_n; /* 4: the server's public key, its certificate or a trust anchor */
    uint8_t peer[LWM_CERT_MAX];
    size_t key_n; /* 5: PSK or the client's private key */
    uint8_t key[LWM_KEY_MAX];
    uint16_t short_id; /* 10; 0: absent */
    uint32_t hold_off; /* 11, s */
    uint32_t timeout;  /* 12, s; 0: the bootstrap account stays */
    enum lwm_matching matching;
    char sni[LWM_SNI_MAX + 1]; /* 14: name for the handshake; empty: that of the address */
    bool has_usage;            /* 15: what a certificate in 4 is; 1.0 has none */
    enum lwm_usage usage;
    size_t suite_n; /* 16: what to propose, numbers of the IANA; none: what the mode has */
    uint32_t suites[LWM_SUITES_MAX];
    bool has_oscore; /* 17: link to an instance of OSCORE, which then is to be used */
    uint16_t oscore;
};

enum lwm_registration_resource { /* Server, 13 to 20: when and how often a client registers */
                                 LWM_PRIORITY_ORDER = 13,
                                 LWM_INITIAL_DELAY,
                                 LWM_FAILURE_BLOCK,
                                 LWM_BOOTSTRAP_ON_FAILURE,
                                 LWM_RETRY_COUNT,
                                 LWM_RETRY_TIMER,
                                 LWM_SEQUENCE_DELAY,
                                 LWM_SEQUENCE_COUNT,
                                 LWM_REGISTRATION_END
};

struct lwm_server_object {
    bool used;
    uint16_t instance;
    uint16_t short_id;                 /* 0 */
    uint32_t lifetime;                 /* 1, s */
    uint32_t disable_timeout;          /* 5, s; 0: absent, a day */
    bool storing;                      /* 6 */
    char binding[LWM_BINDING_MAX + 1]; /* 7 */
    uint8_t there;                     /* bit i: resource LWM_PRIORITY_ORDER + i */
    uint32_t registration[LWM_REGISTRATION_END - LWM_PRIORITY_ORDER];
};

struct lwm_access {
    bool used;
    uint16_t instance;
    uint16_t object;          /* 0 */
    uint16_t object_instance; /* 1 */
    size_t count;             /* 2: who may do what */
    struct {
        uint16_t short_id; /* 0: everybody else */
        uint8_t rights;    /* bits 0 read, 1 write, 2 execute, 3 delete, 4 create */
    } entries[LWM_ACL_MAX];
    uint16_t owner; /* 3; 65535: written by a bootstrap server */
};

struct lwm_oscore_object { /* version 2.0 of the object: octet strings are opaque */
    bool used;
    uint16_t instance;
    size_t secret_n, sender_n, recipient_n; /* 0 to 2; sender and recipient as the client is */
    uint8_t secret[LWM_SECRET_MAX];
    uint8_t sender[IMP_OSCORE_ID_MAX], recipient[IMP_OSCORE_ID_MAX];
    int32_t aead, hmac; /* 3, 4: numbers of COSE; absent: those of LWM_AEAD and LWM_HMAC */
    size_t salt_n, id_context_n;
    uint8_t salt[LWM_SALT_MAX]; /* 5 */
    bool has_id_context;
    uint8_t id_context[IMP_OSCORE_CONTEXT_MAX]; /* 6 */
};
enum { /* RFC 9053, tables 5 and 3: AES-CCM-16-64-128; HMAC 256/256 (RFC 8613, section 3.2) */
       LWM_AEAD = 10,
       LWM_HMAC = 5,
       LWM_HMAC_384 = 6,
};

/* Each returns 0, or -1 and leaves `out` as it was. `instance` is that of the path; an object
 * instance around the resources must have the same. Mandatory resources must be there. */
int lwm_security_read(struct lwm_security *out, uint16_t instance, const uint8_t *p, size_t n);
int lwm_server_read(struct lwm_server_object *out, uint16_t instance, const uint8_t *p, size_t n);
int lwm_access_read(struct lwm_access *out, uint16_t instance, const uint8_t *p, size_t n);
int lwm_oscore_read(struct lwm_oscore_object *out, uint16_t instance, const uint8_t *p, size_t n);

/* What a server writes of its instance: the resources that are there replace those of `s`. As
 * above; 1: one of them is not for it to write. */
int lwm_server_update(struct lwm_server_object *s, const uint8_t *p, size_t n);

/* Resources alone. Each returns the octets written, 0 when cap is too small. */
size_t lwm_security_write(uint8_t *out, size_t cap, const struct lwm_security *s);
size_t lwm_server_write(uint8_t *out, size_t cap, const struct lwm_server_object *s);
size_t lwm_access_write(uint8_t *out, size_t cap, const struct lwm_access *a);
size_t lwm_oscore_write(uint8_t *out, size_t cap, const struct lwm_oscore_object *o);

bool lwm_server_has(const struct lwm_server_object *s, enum lwm_registration_resource resource);
/* Value of such a resource, or what holds without it. */
uint32_t lwm_server_get(const struct lwm_server_object *s, enum lwm_registration_resource resource,
                        uint32_t absent);
void lwm_server_set(struct lwm_server_object *s, enum lwm_registration_resource resource,
                    uint32_t v);

#endif
