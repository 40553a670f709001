/* SPDX-License-Identifier: GPL-2.0-only */
#include "brski_voucher.h"

#include "protocols/codec/text.h"
#include "protocols/http/http.h"

#include <string.h>

void brski_put(struct brski_text *t, const char *text)
{
    size_t n = strlen(text);
    if (t->bad || n > t->cap - t->n) {
        t->bad = true;
        return;
    }
    memcpy(t->p + t->n, text, n);
    t->n += n;
}

/* A comma unless it is the first of its object. */
static void name(struct brski_text *t, const char *text)
{
    if (t->n && t->p[t->n - 1] != '{')
        brski_put(t, ",");
    brski_put(t, "\"");
    brski_put(t, text);
    brski_put(t, "\":");
}

void brski_put_string(struct brski_text *t, const char *key, const char *value)
{
    for (const char *p = value; *p; p++)
        t->bad |= (unsigned char)*p < 0x20 || *p == '"' || *p == '\\';
    name(t, key);
    brski_put(t, "\"");
    brski_put(t, value);
    brski_put(t, "\"");
}

void brski_put_binary(struct brski_text *t, const char *key, const void *bytes, size_t n)
{
    name(t, key);
    brski_put(t, "\"");
    int made = t->bad ? -1 : imp_base64_encode(t->p + t->n, t->cap - t->n, bytes, n);
    if (made < 0) {
        t->bad = true;
        return;
    }
    t->n += (size_t)made;
    brski_put(t, "\"");
}

int brski_binary(void *out, size_t cap, const char *text)
{
    int n = imp_base64_decode(out, cap, text, strlen(text));
    return n >= 0 ? n : imp_base64url_decode(out, cap, text, strlen(text));
}
