/* SPDX-License-Identifier: GPL-2.0-only */
/* Out-of-band messages of EAP-NOOB: what is read can be written, and is read alike again. */
#include <stdlib.h>
#include <string.h>

#include "protocols/eap/noob_oob.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct noob_oob m, back;
    char text[NOOB_OOB_MAX + 1];

    if (noob_oob_parse(&m, data, n) < 0)
        return 0;
    size_t size = noob_oob_write(text, sizeof text, "", &m);
    if (size == 0 || noob_oob_parse(&back, (const uint8_t *)text, size) < 0 ||
        memcmp(&m, &back, sizeof m) != 0)
        abort();
    return 0;
}
