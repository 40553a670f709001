/* SPDX-License-Identifier: GPL-2.0-only */
/* senml_json.h - SenML JSON (RFC 8428 section 5, content format 110) from and to SenML CBOR, which
 * has the same records under other labels (section 6, table 4). */
#ifndef IMPRINT_LWM2M_SENML_JSON_H
#define IMPRINT_LWM2M_SENML_JSON_H

#include <stddef.h>
#include <stdint.h>

/* Octets written; 0: not SenML, or cap is too small. Times and fractions have no place here. */
size_t lwm_senml_from_json(uint8_t *cbor, size_t cap, const uint8_t *json, size_t n);
size_t lwm_senml_to_json(uint8_t *json, size_t cap, const uint8_t *cbor, size_t n);

#endif
