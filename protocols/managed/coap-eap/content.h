/* SPDX-License-Identifier: GPL-2.0-only */
/* content.h - payloads: an EAP packet, and behind it the map CoAP-EAP_Info. */
#ifndef IMPRINT_CEAP_CONTENT_H
#define IMPRINT_CEAP_CONTENT_H

#include "protocols/contract/party.h"

enum { /* labels of CoAP-EAP_Info, IANA "CoAP-EAP Information Elements" */
       CEAP_LABEL_SUITES = 1,
       CEAP_LABEL_RID_C = 2,
       CEAP_LABEL_RID_I = 3,
       CEAP_LABEL_LIFETIME = 4,
};
enum { CEAP_SUITES_MAX = 8, CEAP_RID_MAX = 7, CEAP_INFO_MAX = 64 };
enum { CEAP_SUITE_MIN = -65536, CEAP_SUITE_MAX = 65535 }; /* IANA "CoAP-EAP Cipher Suites" */
enum { CEAP_ARRAY_MAX = 1 + CEAP_SUITES_MAX * 3 };        /* octets of an array of them */

struct ceap_info {
    bool has_suites, has_rid_c, has_rid_i, has_lifetime;
    int64_t suites[CEAP_SUITES_MAX];
    size_t suite_count;
    const uint8_t *suites_cbor; /* the array as received; borrowed */
    size_t suites_cbor_n;
    const uint8_t *rid_c, *rid_i; /* borrowed */
    size_t rid_c_n, rid_i_n;
    uint32_t lifetime;
};

/* Cuts a payload behind its EAP packet, by the packet's Length; an absent map gives zeros.
 * `rid_i_label` is the label under which RID-I comes. 0, or -1: no EAP packet, or no such map
 * behind it. */
int ceap_content_read(struct imp_env *env, struct ceap_info *out, size_t *eap_n, const uint8_t *p,
                      size_t n, int64_t rid_i_label);
/* Octets written to out[0..CEAP_INFO_MAX); 0 when nothing is there to write. */
size_t ceap_info_write(struct imp_env *env, uint8_t *out, const struct ceap_info *info,
                       int64_t rid_i_label);
/* The array of suites alone, as it enters the key derivation. Octets written. */
size_t ceap_suites_write(struct imp_env *env, uint8_t *out, size_t cap, const int64_t *suites,
                         size_t count);

#endif
