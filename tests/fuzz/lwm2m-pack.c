/* SPDX-License-Identifier: GPL-2.0-only */
/* A pack that is read reads alike after it was written again. */
#include <stdlib.h>
#include <string.h>

#include "protocols/managed/lwm2m-bootstrap/pack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static uint8_t out[8 * LWM_CONTENT_MAX], twice[8 * LWM_CONTENT_MAX];
    struct lwm_config c = {0}, again = {0};
    if (lwm_pack_read(&c, NULL, data, n) != 0)
        return 0;
    size_t size = lwm_pack_write(out, sizeof out, NULL, &c);
    if (size == 0 || lwm_pack_read(&again, NULL, out, size) != 0 ||
        lwm_pack_write(twice, sizeof twice, NULL, &again) != size || memcmp(out, twice, size) != 0)
        abort();
    return 0;
}
