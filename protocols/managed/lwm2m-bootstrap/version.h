/* SPDX-License-Identifier: GPL-2.0-only */
/* version.h - versions of LwM2M, and what each has. */
#ifndef IMPRINT_LWM2M_VERSION_H
#define IMPRINT_LWM2M_VERSION_H

#include <stdbool.h>

enum lwm_version { LWM_1_2, LWM_1_1, LWM_1_0 }; /* the newest first: it is the default */

const char *lwm_version_text(enum lwm_version v); /* "1.2" */
bool lwm_version_read(enum lwm_version *out, const char *text);

/* Bootstrap-Pack (Core 1.2, section 6.1.7.7). */
static inline bool lwm_has_pack(enum lwm_version v)
{
    return v == LWM_1_2;
}
/* Bootstrap-Read (Core 1.1, section 6.1.7.4); before, a bootstrap server only writes. */
static inline bool lwm_has_read(enum lwm_version v)
{
    return v != LWM_1_0;
}
/* Server, 13 to 20 (Core 1.1, E.2): how a client registers. */
static inline bool lwm_has_registration_rules(enum lwm_version v)
{
    return v != LWM_1_0;
}
/* Security, 13 to 16 (Core 1.1, E.1): what of the server's key or certificate is held against it.
 */
static inline bool lwm_has_peer_rules(enum lwm_version v)
{
    return v != LWM_1_0;
}
/* SenML and the preferred content format of a Bootstrap-Request (Core 1.1, sections 6.1.7.1 and
 * 7.4.4). */
static inline bool lwm_has_senml(enum lwm_version v)
{
    return v != LWM_1_0;
}

/* Queue mode is a parameter of a registration (Core 1.1, section 6.2.1); before, a binding that the
 * account names: "UQ" (1.0, section 5.3.1.1). */
static inline bool lwm_has_queue_parameter(enum lwm_version v)
{
    return v != LWM_1_0;
}

/* OSCORE (Transport 1.1, section 5.3). */
static inline bool lwm_has_oscore(enum lwm_version v)
{
    return v != LWM_1_0;
}

/* Server Initiated bootstrap without a Bootstrap-Request (1.0, section 5.2.3.4); since then a
 * server executes a trigger. */
static inline bool lwm_has_push(enum lwm_version v)
{
    return v == LWM_1_0;
}

#endif
