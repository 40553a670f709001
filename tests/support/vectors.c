/* SPDX-License-Identifier: GPL-2.0-only */
#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void die(const char *what, const char *which)
{
    fprintf(stderr, "vectors: %s: %s\n", which, what);
    abort();
}

json_t *vectors_open(json_t **file, const char *directory, const char *name)
{
    char path[512];
    json_error_t error;
    snprintf(path, sizeof path, "%s/%s.json", directory, name);
    *file = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (!*file)
        die(error.text, path);
    if (!json_is_string(json_object_get(*file, "source")))
        die("no source", path);
    json_t *cases = json_object_get(*file, "vectors");
    if (json_array_size(cases) == 0)
        die("no vectors", path);
    return cases;
}

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

struct vector_bytes vector_hex(const json_t *test, const char *key)
{
    struct vector_bytes out = {0};
    const char *text = json_string_value(json_object_get(test, key));
    size_t n = text ? strlen(text) : 0;
    if (n % 2 != 0 || n / 2 > sizeof out.p)
        die("not hexadecimal octets", key);
    for (; out.n < n / 2; out.n++) {
        int high = digit(text[2 * out.n]), low = digit(text[2 * out.n + 1]);
        if (high < 0 || low < 0)
            die("not hexadecimal octets", key);
        out.p[out.n] = (uint8_t)(high << 4 | low);
    }
    return out;
}

const char *vector_text(const json_t *test, const char *key)
{
    const char *text = json_string_value(json_object_get(test, key));
    if (!text)
        die("no such text", key);
    return text;
}

long long vector_number(const json_t *test, const char *key)
{
    const json_t *v = json_object_get(test, key);
    if (!json_is_integer(v))
        die("no such number", key);
    return json_integer_value(v);
}
