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

static bool known(const char *name, const json_t *j)
{
    if (strcmp(name, "version") == 0)
        return json_is_integer(j) && json_integer_value(j) == 1;
    if (strcmp(name, "status") == 0)
        return json_is_boolean(j);
    return (strcmp(name, "reason") == 0 && json_is_string(j)) ||
           (strcmp(name, "reason-context") == 0 && json_is_object(j));
}

int brski_status_read(bool *good, const uint8_t *json, size_t n)
{
    json_t *top = json_loadb((const char *)json, n, JSON_REJECT_DUPLICATES, NULL), *j;
    const char *name;
    bool right = json_object_get(top, "version") && json_object_get(top, "status");
    json_object_foreach(top, name, j) right = right && known(name, j);
    *good = right && json_is_true(json_object_get(top, "status"));
    json_decref(top);
    return right ? 0 : -1;
}
