/* SPDX-License-Identifier: GPL-2.0-only */
/* tlv.h - the TLV format of OMA LwM2M Core (content format 11542): reading and writing.
 *
 * An entry is a type octet, an identifier of one or two octets, a length of nought to three octets
 * and a value; the value of an object instance or of a multiple resource holds entries again. A
 * reader takes any width of identifier and length, a writer takes the shortest. Integers are two's
 * complement, unsigned integers plain, both big-endian, of 1, 2, 4 or 8 octets.
 *
 * Readers and writers keep their first failure: one check at the end is enough. */
#ifndef IMPRINT_LWM2M_TLV_H
#define IMPRINT_LWM2M_TLV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum lwm_tlv_kind { /* bits 7 and 6 of the type octet */
                    LWM_TLV_INSTANCE,
                    LWM_TLV_RESOURCE_INSTANCE,
                    LWM_TLV_MULTIPLE,
                    LWM_TLV_RESOURCE,
};

struct lwm_tlv {
    enum lwm_tlv_kind kind;
    uint16_t id;
    const uint8_t *value; /* borrowed from what is read */
    size_t n;
};

struct lwm_tlv_reader {
    const uint8_t *p; /* borrowed */
    size_t n, at;
    bool bad;
};

/* Whether another entry was there. */
bool lwm_tlv_next(struct lwm_tlv_reader *r, struct lwm_tlv *out);
bool lwm_tlv_done(const struct lwm_tlv_reader *r); /* all read, without a failure */

/* Values. Each returns whether the value was of that type and fitted. */
bool lwm_tlv_get_int(const struct lwm_tlv *t, int64_t min, int64_t max, int64_t *v);
bool lwm_tlv_get_unsigned(const struct lwm_tlv *t, uint64_t max, uint64_t *v);
bool lwm_tlv_get_bool(const struct lwm_tlv *t, bool *v);
/* Text of at most cap - 1 octets without NUL; terminated. */
bool lwm_tlv_get_text(const struct lwm_tlv *t, char *out, size_t cap);
bool lwm_tlv_get_opaque(const struct lwm_tlv *t, uint8_t *out, size_t cap, size_t *n);

struct lwm_tlv_writer {
    uint8_t *p; /* borrowed */
    size_t cap, n;
    bool bad; /* it did not fit */
};

void lwm_tlv_put(struct lwm_tlv_writer *w, enum lwm_tlv_kind kind, uint16_t id, const void *value,
                 size_t n);
/* What is not negative is written so that it is the same number unsigned. */
void lwm_tlv_put_int(struct lwm_tlv_writer *w, enum lwm_tlv_kind kind, uint16_t id, int64_t v);

#endif
