/* SPDX-License-Identifier: GPL-2.0-only */
/* ContentInfo, RFC 5652 section 3. */
#include "cms_internal.h"

void cms__algorithm(struct imp_der_writer *w, const char *name)
{
    size_t end = w->at;
    imp_der_oid(w, name);
    imp_der_wrap(w, IMP_DER_SEQUENCE, end);
}

void cms__content_info(struct imp_der_writer *w, const char *type, size_t end)
{
    imp_der_wrap(w, IMP_DER_TAGGED, end);
    imp_der_oid(w, type);
    imp_der_wrap(w, IMP_DER_SEQUENCE, end);
}

int imp_cms_content_write(uint8_t *out, size_t cap, const char *type, struct imp_piece content)
{
    struct imp_der_writer w = {.p = out, .at = cap};
    imp_der_put(&w, content.p, content.n);
    cms__content_info(&w, type, cap);
    return imp_der_end(&w, cap);
}

int imp_cms_content_read(struct imp_piece *content, const char *type, const uint8_t *der, size_t n)
{
    struct imp_piece info, rest = {der, n}, oid;
    return imp_der_take(&info, &rest, IMP_DER_SEQUENCE) && rest.n == 0 &&
                   imp_der_take(&oid, &info, IMP_DER_OID) && imp_der_is_oid(oid, type) &&
                   imp_der_take(content, &info, IMP_DER_TAGGED) && info.n == 0
               ? 0
               : -1;
}
