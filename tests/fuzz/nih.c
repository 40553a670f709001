/* SPDX-License-Identifier: GPL-2.0-only */
/* A name that is read is read again from its own text, in both forms. */
#include <stdlib.h>

#include "protocols/hybrid/dtls-rpk/nih.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void again(const struct imp_nih *id)
{
    char text[IMP_NIH_TEXT_MAX];
    struct imp_nih back;
    if (imp_nih_parse(&back, text, imp_nih_text(text, id), false) != 0 ||
        !imp_nih_equal(id, &back) || imp_ni_parse(&back, text, imp_ni_uri(text, id)) != 0 ||
        !imp_nih_equal(id, &back))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct imp_nih id;
    if (imp_nih_parse(&id, (const char *)data, n, true) == 0)
        again(&id);
    if (imp_ni_parse(&id, (const char *)data, n) == 0)
        again(&id);
    return 0;
}
