/* SPDX-License-Identifier: GPL-2.0-only */
/* Labels, and datagrams as evidence of a pre-shared key. A label that is read is written again
 * octet by octet. */
#include <stdlib.h>
#include <string.h>

#include "protocols/adhoc/tls-psk/tpsk.h"
#include "protocols/tls/psk_evidence.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    char serial[TPSK_SERIAL + 1], secret[TPSK_LABEL_MAX + 1], text[TPSK_LABEL_MAX + 1];
    struct imp_psk_evidence e = {.n = 0}, s = {.n = 0};
    uint8_t key[TPSK_KEY] = {1};
    struct tpsk_psk psk, again;
    if (tpsk_label_parse(serial, secret, data, n) == 0 &&
        (tpsk_label_write(text, serial, secret) != n || memcmp(text, data, n) != 0))
        abort();
    /* What is a secret, written as a label has it, is the same secret. */
    if (tpsk_label_parse(serial, secret, data, n) == 0 &&
        tpsk_from_text(NULL, &psk, serial, secret, false) == 0) {
        tpsk_to_text(text, &psk);
        if (tpsk_from_text(NULL, &again, serial, text, false) != 0 || again.n != psk.n ||
            memcmp(again.octets, psk.octets, psk.n) != 0)
            abort();
    }
    for (size_t i = 0; i + 2 <= n;) { /* datagrams: length, octets */
        size_t size = (size_t)data[i] << 8 | data[i + 1];
        i += 2;
        if (size > n - i)
            size = n - i;
        if (imp_psk_evidence(&e, data + i, size))
            imp_psk_evidence_right(&e, key, sizeof key);
        if (imp_psk_evidence_stream(&s, data + i, size))
            imp_psk_evidence_right(&s, key, sizeof key);
        i += size;
    }
    return 0;
}
