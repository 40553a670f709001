/* SPDX-License-Identifier: GPL-2.0-only */
/* OSCORE options and messages, opened under fixed keys: nothing verifies, nothing is read beyond.
 */
#include <stdlib.h>

#include "protocols/oscore/oscore.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const uint8_t secret[16] = {1}, id[1] = {1};
    const struct imp_oscore_params p = {
        .secret = secret, .secret_n = sizeof secret, .recipient = id, .recipient_n = sizeof id};
    struct imp_oscore_option option;
    struct imp_oscore_binding binding = {.piv_n = 1};
    struct imp_coap_message m, plain;
    struct imp_oscore o;
    uint8_t buffer[IMP_OSCORE_BUFFER];
    if (imp_oscore_option_read(&option, data, n) == 0 &&
        option.piv_n + option.kid_n + option.id_context_n > n)
        abort();
    if (imp_coap_decode(&m, data, n) != 0 || imp_oscore_init(NULL, &o, &p) != 0)
        return 0;
    if (imp_oscore_open_response(NULL, &o, &binding, &m, &plain, buffer) == 0)
        abort();
    if (imp_oscore_open_request(NULL, &o, &m, &plain, buffer, &binding) == 0)
        abort();
    return 0;
}
