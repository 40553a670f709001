/* SPDX-License-Identifier: GPL-2.0-only */
/* pack.h - Bootstrap-Pack (Core 1.2, section 6.1.7.7): a whole configuration in SenML CBOR. */
#ifndef IMPRINT_LWM2M_PACK_H
#define IMPRINT_LWM2M_PACK_H

#include "config.h"

/* Octets written of all but the account of the bootstrap server; 0 when cap is too small. Charges
 * `env` (may be NULL). */
size_t lwm_pack_write(uint8_t *out, size_t cap, struct imp_env *env, const struct lwm_config *c);
/* Puts what is packed into `c`. 0, or -1 and `c` as it was. */
int lwm_pack_read(struct lwm_config *c, struct imp_env *env, const uint8_t *p, size_t n);

#endif
