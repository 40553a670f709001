/* SPDX-License-Identifier: GPL-2.0-only */
/* content.h - what is written to and read from a client, in the content format of its message. */
#ifndef IMPRINT_LWM2M_CONTENT_H
#define IMPRINT_LWM2M_CONTENT_H

#include "config.h"

enum lwm_format { LWM_TLV, LWM_SENML_CBOR, LWM_SENML_JSON };

enum imp_coap_format lwm_format_number(enum lwm_format f); /* Content-Format, Accept, `pct` */
/* By number, or by its n decimal digits; false: not supported. */
bool lwm_format_of(enum lwm_format *out, uint32_t number);
bool lwm_format_named(enum lwm_format *out, const char *digits, size_t n);

/* As lwm_config_put and lwm_config_get. What does not lie under the path is refused. */
enum imp_coap_code lwm_content_put(struct lwm_config *c, struct lwm_path path, enum lwm_format f,
                                   const uint8_t *p, size_t n);
enum imp_coap_code lwm_content_get(const struct lwm_config *c, struct lwm_path path,
                                   enum lwm_format f, uint8_t *out, size_t cap, size_t *n);
/* An instance's resources, of which `tlv` has n octets; 0 when cap is too small. */
size_t lwm_content_write(uint8_t *out, size_t cap, enum lwm_format f, struct lwm_path path,
                         const uint8_t *tlv, size_t n);

#endif
