/* SPDX-License-Identifier: GPL-2.0-only */
/* What is read as a content of the enrolment is written again octet by octet. */
#include <stdlib.h>
#include <string.h>

#include "protocols/hybrid/dtls-rpk/enrol.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct rpk_request r;
    struct rpk_config c;
    uint8_t out[RPK_CONTENT_MAX];
    if (rpk_request_read(NULL, &r, data, n) == 0 &&
        (rpk_request_write(NULL, out, &r) != n || memcmp(out, data, n) != 0))
        abort();
    if (rpk_config_read(NULL, &c, data, n) == 0 &&
        (rpk_config_write(NULL, out, &c) != n || memcmp(out, data, n) != 0))
        abort();
    return 0;
}
