/* SPDX-License-Identifier: GPL-2.0-only */
/* EAPOL frames and EAPOL-Key: what is read is written again octet for octet. */
#include <stdlib.h>
#include <string.h>

#include "protocols/eap/eapol.h"
#include "protocols/eap/eapol_key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct imp_eapol e;
    struct imp_eapol_key key;
    static uint8_t out[70000];
    uint8_t gtk[IMP_GTK_SIZE];
    const uint8_t kek[16] = {0};
    if (imp_eapol_parse(&e, data, n) != 0)
        return 0;
    if (imp_eapol_write(out, sizeof out, e.version, e.type, e.body, e.body_n) !=
            IMP_EAPOL_HEADER + e.body_n ||
        memcmp(out, data, IMP_EAPOL_HEADER + e.body_n) != 0)
        abort();
    if (e.type != IMP_EAPOL_KEY || imp_eapol_key_parse(&key, e.body, e.body_n) != 0)
        return 0;
    if (key.data_n > e.body_n - IMP_KEY_FIXED || imp_eapol_key_number(&key) > 4)
        abort();
    imp_wpa_key_data_open(NULL, gtk, kek, imp_rsne, key.data, key.data_n);
    return 0;
}
