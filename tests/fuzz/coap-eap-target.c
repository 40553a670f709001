/* SPDX-License-Identifier: GPL-2.0-only */
/* Absolute resources of triggers, and requests to a forward proxy: what is read is written and read
 * again, and what is forwarded has none of the proxy's options. */
#include <stdlib.h>
#include <string.h>

#include "protocols/contract/party.h"
#include "protocols/managed/coap-eap/coap_eap.h"
#include "protocols/managed/coap-eap/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void uri(const uint8_t *data, size_t n)
{
    struct imp_addr at, again;
    char path[CEAP_PATH_MAX], back[CEAP_PATH_MAX], out[CEAP_URI_MAX + 8];
    if (ceap_uri_read(&at, path, sizeof path, data, n) != 0)
        return;
    int size = ceap_uri_write(out, sizeof out, &at, path);
    if (size < 0)
        abort();
    if (size < CEAP_URI_MAX &&
        (ceap_uri_read(&again, back, sizeof back, (const uint8_t *)out, (size_t)size) != 0 ||
         !imp_addr_equal(&at, &again) || strcmp(path, back) != 0))
        abort();
}

static void request(const uint8_t *data, size_t n)
{
    struct imp_coap_message m, out, again = {.code = IMP_COAP_POST};
    struct imp_addr at, back;
    char host[CEAP_HOST_MAX];
    if (imp_coap_decode(&m, data, n) != 0)
        return;
    if (ceap_target_of(&at, &m) && (ceap_target_add(&again, host, &at) != 0 ||
                                    !ceap_target_of(&back, &again) || !imp_addr_equal(&at, &back)))
        abort();
    if (ceap_forward(&out, &m) != 0 || imp_coap_find(&out, IMP_COAP_URI_HOST, 0) ||
        imp_coap_find(&out, IMP_COAP_URI_PORT, 0) || imp_coap_find(&out, IMP_COAP_PROXY_SCHEME, 0))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    uri(data, n);
    request(data, n);
    return 0;
}
