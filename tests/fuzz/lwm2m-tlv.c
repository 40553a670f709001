/* SPDX-License-Identifier: GPL-2.0-only */
/* What is read as an instance of an object reads alike after it was written again. */
#include <stdlib.h>
#include <string.h>

#include "protocols/managed/lwm2m-bootstrap/objects.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void security(const uint8_t *data, size_t n)
{
    struct lwm_security s, again;
    uint8_t out[LWM_CONTENT_MAX], twice[LWM_CONTENT_MAX];
    if (lwm_security_read(&s, 0, data, n) != 0)
        return;
    size_t size = lwm_security_write(out, sizeof out, &s);
    if (size == 0 || lwm_security_read(&again, 0, out, size) != 0 ||
        lwm_security_write(twice, sizeof twice, &again) != size || memcmp(out, twice, size) != 0)
        abort();
}

static void server(const uint8_t *data, size_t n)
{
    struct lwm_server_object s, again;
    uint8_t out[LWM_CONTENT_MAX], twice[LWM_CONTENT_MAX];
    if (lwm_server_read(&s, 0, data, n) != 0)
        return;
    size_t size = lwm_server_write(out, sizeof out, &s);
    if (size == 0 || lwm_server_read(&again, 0, out, size) != 0 ||
        lwm_server_write(twice, sizeof twice, &again) != size || memcmp(out, twice, size) != 0)
        abort();
}

/* What a server writes of its own instance: what comes of it can be written and read again. */
static void update(const uint8_t *data, size_t n)
{
    struct lwm_server_object s = {.used = true, .short_id = 1, .lifetime = 1, .binding = "U"},
                             again;
    uint8_t out[LWM_CONTENT_MAX];
    if (lwm_server_update(&s, data, n) != 0)
        return;
    size_t size = lwm_server_write(out, sizeof out, &s);
    if (size == 0 || lwm_server_read(&again, 0, out, size) != 0 || again.short_id != 1)
        abort();
}

static void access_control(const uint8_t *data, size_t n)
{
    struct lwm_access a, again;
    uint8_t out[LWM_CONTENT_MAX], twice[LWM_CONTENT_MAX];
    if (lwm_access_read(&a, 0, data, n) != 0)
        return;
    size_t size = lwm_access_write(out, sizeof out, &a);
    if (size == 0 || lwm_access_read(&again, 0, out, size) != 0 ||
        lwm_access_write(twice, sizeof twice, &again) != size || memcmp(out, twice, size) != 0)
        abort();
}

static void oscore(const uint8_t *data, size_t n)
{
    struct lwm_oscore_object o, again;
    uint8_t out[LWM_CONTENT_MAX], twice[LWM_CONTENT_MAX];
    if (lwm_oscore_read(&o, 0, data, n) != 0)
        return;
    size_t size = lwm_oscore_write(out, sizeof out, &o);
    if (size == 0 || lwm_oscore_read(&again, 0, out, size) != 0 ||
        lwm_oscore_write(twice, sizeof twice, &again) != size || memcmp(out, twice, size) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    security(data, n);
    server(data, n);
    access_control(data, n);
    update(data, n);
    oscore(data, n);
    return 0;
}
