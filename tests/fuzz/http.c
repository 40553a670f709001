/* SPDX-License-Identifier: GPL-2.0-only */
/* A message of HTTP: the first octet says whether a request or a response. What is read is used to
 * its last octet. */
#include "protocols/http/http.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct imp_http m;
    uint8_t *copy, out[64];
    static volatile uint8_t sum; /* so that nothing is left out */
    if (n < 2)
        return 0;
    copy = malloc(n - 1); /* its ends are watched */
    if (!copy)
        return 0;
    memcpy(copy, data + 1, n - 1);
    int used = data[0] & 1 ? imp_http_response_read(&m, copy, n - 1)
                           : imp_http_request_read(&m, copy, n - 1);
    if (used > 0) {
        for (size_t i = 0; i < m.body_n; i++)
            sum = (uint8_t)(sum ^ m.body[i]);
        for (size_t i = 0; i < m.field_count; i++)
            for (size_t k = 0; k < m.fields[i].value_n; k++)
                sum = (uint8_t)(sum ^ m.fields[i].value[k]);
        char word[32];
        for (size_t i = 0; i < m.field_count; i++)
            if (imp_http_auth_parameter(word, sizeof word, &m.fields[i], "nonce"))
                sum = (uint8_t)(sum ^ word[strlen(word)]);
        struct imp_http_part parts[3];
        for (int i = imp_http_multipart_read(parts, 3, &m) - 1; i >= 0; i--)
            for (size_t k = 0; k < parts[i].n; k++)
                sum = (uint8_t)(sum ^ ((const uint8_t *)parts[i].body)[k]);
        imp_base64_decode(out, sizeof out, (const char *)m.body, m.body_n);
        if ((size_t)used > n - 1 || m.body_n > n)
            abort();
    }
    free(copy);
    return 0;
}
