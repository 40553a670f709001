/* SPDX-License-Identifier: GPL-2.0-only */
#include "brski_voucher.h"

#include <jansson.h>
#include <string.h>

int brski_status_write(char *out, size_t cap, bool good, const char *reason)
{
    struct brski_text t = {.p = out, .cap = cap};
    brski_put(&t, "{\"version\":1,\"status\":");
    brski_put(&t, good ? "true" : "false");
    if (reason)
        brski_put_string(&t, "reason", reason);
    brski_put(&t, "}");
    return t.bad ? -1 : (int)t.n;
}

static bool right(const json_t *top)
{
    const json_t *reason = json_object_get(top, "reason");
    const json_t *context = json_object_get(top, "reason-context");
    return json_integer_value(json_object_get(top, "version")) >= 1 &&
           json_is_boolean(json_object_get(top, "status")) && (!reason || json_is_string(reason)) &&
           (!context || json_is_object(context));
}

int brski_status_read(struct brski_status *out, const uint8_t *json, size_t n)
{
    json_t *top = json_loadb((const char *)json, n, JSON_REJECT_DUPLICATES, NULL);
    bool good = right(top);
    *out = (struct brski_status){.good = good && json_is_true(json_object_get(top, "status")),
                                 .newer = good &&
                                          json_integer_value(json_object_get(top, "version")) > 1};
    json_decref(top);
    return good ? 0 : -1;
}
