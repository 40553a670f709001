/* SPDX-License-Identifier: GPL-2.0-only */
/* Records that are read in JSON come back from CBOR, and then alike. */
#include <stdlib.h>
#include <string.h>

#include "protocols/managed/lwm2m-bootstrap/senml_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static uint8_t cbor[4096], again[4096], json[65536];
    size_t size = lwm_senml_from_json(cbor, sizeof cbor, data, n);
    lwm_senml_to_json(json, sizeof json, data, n);
    if (size == 0)
        return 0;
    size_t text = lwm_senml_to_json(json, sizeof json, cbor, size);
    if (text == 0 || lwm_senml_from_json(again, sizeof again, json, text) != size ||
        memcmp(cbor, again, size) != 0)
        abort();
    return 0;
}
