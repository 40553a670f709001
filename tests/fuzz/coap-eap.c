/* SPDX-License-Identifier: GPL-2.0-only */
/* Payloads of CoAP-EAP: what is read lies inside them, and what is written is read again. */
#include <stdlib.h>
#include <string.h>

#include "protocols/managed/coap-eap/content.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct ceap_info info, again;
    uint8_t out[4 + CEAP_INFO_MAX] = {3, 1, 0, 4};
    size_t eap_n;
    if (ceap_content_read(NULL, &info, &eap_n, data, n, CEAP_LABEL_RID_I) != 0)
        return 0;
    if (eap_n < 4 || eap_n > n)
        abort();
    size_t written = ceap_info_write(NULL, out + 4, &info, CEAP_LABEL_RID_I);
    if (written > CEAP_INFO_MAX ||
        ceap_content_read(NULL, &again, &eap_n, out, 4 + written, CEAP_LABEL_RID_I) != 0)
        abort();
    if (again.has_rid_c != info.has_rid_c || again.has_rid_i != info.has_rid_i ||
        again.lifetime != info.lifetime || again.suite_count != info.suite_count ||
        memcmp(again.suites, info.suites, sizeof info.suites) != 0)
        abort();
    return 0;
}
