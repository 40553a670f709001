/* SPDX-License-Identifier: GPL-2.0-only */
/* What is read as a duckling's content is written again octet by octet. */
#include <stdlib.h>
#include <string.h>

#include "protocols/leap_of_faith/duckling/content.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct duck_content c;
    uint8_t out[DUCK_CONTENT_MAX];
    if (duck_content_read(NULL, &c, data, n) != 0)
        return 0;
    if (memchr(c.name, 0, c.name_n))
        return 0; /* the writer takes texts without NUL */
    size_t m = duck_content_write(NULL, out, &c);
    if (m != 0 && (m != n || memcmp(out, data, n) != 0))
        abort();
    return 0;
}
