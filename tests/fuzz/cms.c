/* SPDX-License-Identifier: GPL-2.0-only */
/* Certificates in a SignedData, and signed content, from anybody. */
#include "protocols/cms/cms.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct imp_cms_certs certs;
    static struct imp_cms_signed content;
    struct imp_x509_info info;
    if (imp_cms_certs_read(&certs, data, n) == 0)
        for (size_t i = 0; i < certs.count; i++)
            imp_x509_read(&info, certs.crt[i].der, certs.crt[i].n);
    imp_cms_verify(NULL, &content, IMP_CMS_JSON_VOUCHER, data, n);
    imp_cms_verify(NULL, &content, IMP_CMS_DATA, data, n);
    return 0;
}
