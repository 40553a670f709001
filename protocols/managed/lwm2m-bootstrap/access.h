/* SPDX-License-Identifier: GPL-2.0-only */
/* access.h - what an LwM2M Server may do in a client (Core 1.2, 7.3; object 2). */
#ifndef IMPRINT_LWM2M_ACCESS_H
#define IMPRINT_LWM2M_ACCESS_H

#include "config.h"

enum lwm_right { /* bits of Access Control, resource 2 */
                 LWM_MAY_READ = 1,
                 LWM_MAY_WRITE = 2,
                 LWM_MAY_EXECUTE = 4,
                 LWM_MAY_DELETE = 8,
                 LWM_MAY_CREATE = 16,
};

/* Whether the server with that short identifier may do so with the instance. */
bool lwm_access_may(const struct lwm_config *c, uint16_t short_id, enum lwm_right right,
                    uint16_t object, uint16_t instance);
/* What it may read of objects 1 and 2: a copy without the rest. */
void lwm_access_view(struct lwm_config *out, const struct lwm_config *c, uint16_t short_id);

#endif
