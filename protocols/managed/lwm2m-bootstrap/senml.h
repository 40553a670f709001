/* SPDX-License-Identifier: GPL-2.0-only */
/* senml.h - SenML CBOR (RFC 8428 section 6, content format 112; Core 1.2 section 7.4.5) from and to
 * the TLV of instances, one record a resource.
 *
 * Reading takes records in any order of keys, with a base name or without; those of one instance,
 * and of one multiple resource, must follow each other. Types of resources are those of objects.h.
 */
#ifndef IMPRINT_LWM2M_SENML_H
#define IMPRINT_LWM2M_SENML_H

#include "config.h"
#include "protocols/codec/cbor.h"

/* Calls `out` for what is to be written, twice: once to count the records, once to write them.
 * Octets written, 0 when cap is too small. Charges `env` (may be NULL). */
struct lwm_senml_writer;
typedef void lwm_senml_fill(struct lwm_senml_writer *w, const void *arg);
size_t lwm_senml_write(uint8_t *out, size_t cap, struct imp_env *env, lwm_senml_fill *fill,
                       const void *arg);
/* The resources of one instance, in TLV. */
void lwm_senml_instance(struct lwm_senml_writer *w, unsigned object, unsigned instance,
                        const uint8_t *tlv, size_t n);

/* The label of a record's member, a number or, for an object link, text. */
enum { LWM_SENML_LINK = 0x766c6f };
void lwm_senml_put_label(struct imp_cbor_writer *w, int label);
bool lwm_senml_get_label(struct imp_cbor_reader *r, int64_t *label);

/* Each instance in its turn, with its resources in TLV; false ends the reading. */
typedef bool lwm_senml_take(void *arg, struct lwm_path path, const uint8_t *tlv, size_t n);
/* 0, or -1: no SenML, or one that was not taken. Charges `env` (may be NULL). */
int lwm_senml_read(struct imp_env *env, const uint8_t *p, size_t n, lwm_senml_take *take,
                   void *arg);

#endif
