/* SPDX-License-Identifier: GPL-2.0-only */
/* Links that are read lie within their text, in order. */
#include <stdint.h>
#include <stdlib.h>

#include "protocols/coap/link_format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct imp_text rest = {(const char *)data, n}, value;
    struct imp_link link;
    while (imp_link_next(&link, &rest) == 1) {
        if (link.params.p + link.params.n > rest.p || link.target.p + link.target.n > link.params.p)
            abort();
        if (imp_link_param(&value, &link, "rt"))
            imp_link_has_word(value, "duck.mother");
        imp_link_param(&value, &link, "ep");
    }
    return 0;
}
