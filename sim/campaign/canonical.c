/* SPDX-License-Identifier: GPL-2.0-only */
#include "canonical.h"

#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void write_value(FILE *f, const json_t *j);

static void write_text(FILE *f, const char *s)
{
    json_t *j = json_string(s);
    char *text = j ? json_dumps(j, JSON_ENCODE_ANY) : NULL;
    fputs(text ? text : "\"\"", f);
    free(text);
    json_decref(j);
}

static void write_real(FILE *f, double d)
{
    char text[40];
    if (d == floor(d) && fabs(d) < 1e15) {
        fprintf(f, "%.0f", d + 0.0); /* + 0.0: no minus zero */
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, d);
        if (strtod(text, NULL) == d)
            break;
    }
    fputs(text, f);
}

static int by_octets(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void write_object(FILE *f, const json_t *j)
{
    size_t n = json_object_size(j), i = 0;
    const char **names = calloc(n ? n : 1, sizeof *names);
    const char *name;
    json_t *value;
    if (!names)
        return;
    json_object_foreach((json_t *)j, name, value) names[i++] = name;
    qsort(names, n, sizeof *names, by_octets);
    fputc('{', f);
    for (i = 0; i < n; i++) {
        if (i)
            fputc(',', f);
        write_text(f, names[i]);
        fputc(':', f);
        write_value(f, json_object_get(j, names[i]));
    }
    fputc('}', f);
    free(names);
}

static void write_array(FILE *f, const json_t *j)
{
    fputc('[', f);
    for (size_t i = 0; i < json_array_size(j); i++) {
        if (i)
            fputc(',', f);
        write_value(f, json_array_get(j, i));
    }
    fputc(']', f);
}

static void write_value(FILE *f, const json_t *j)
{
    switch (json_typeof(j)) {
    case JSON_OBJECT:
        write_object(f, j);
        break;
    case JSON_ARRAY:
        write_array(f, j);
        break;
    case JSON_STRING:
        write_text(f, json_string_value(j));
        break;
    case JSON_INTEGER:
        fprintf(f, "%" JSON_INTEGER_FORMAT, json_integer_value(j));
        break;
    case JSON_REAL:
        write_real(f, json_real_value(j));
        break;
    case JSON_TRUE:
        fputs("true", f);
        break;
    case JSON_FALSE:
        fputs("false", f);
        break;
    case JSON_NULL:
        fputs("null", f);
        break;
    }
}

char *imp_canonical(const json_t *j)
{
    char *text = NULL;
    size_t n = 0;
    FILE *f = open_memstream(&text, &n);
    if (!f)
        return NULL;
    write_value(f, j);
    if (fclose(f) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

json_t *imp_canonical_number(double d)
{
    if (d == floor(d) && fabs(d) < 9007199254740992.0) /* 2^53 */
        return json_integer((json_int_t)d);
    return json_real(d);
}

void imp_hash_hex(char *out, size_t digits, const void *p, size_t n)
{
    unsigned char hash[32];
    char hex[sizeof hash * 2 + 1];
    crypto_generichash(hash, sizeof hash, p, n, NULL, 0);
    sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
    snprintf(out, digits + 1, "%s", hex);
}

json_t *imp_run_bare(const json_t *plan)
{
    json_t *bare = json_copy((json_t *)plan);
    json_object_del(bare, "expect"); /* what is expected */
    json_object_del(bare, "stop");   /* how many are enough */
    return bare;
}

void imp_run_key(char out[IMP_RUN_KEY], const json_t *plan)
{
    json_t *bare = imp_run_bare(plan);
    char *text = imp_canonical(bare);
    imp_hash_hex(out, IMP_RUN_KEY - 1, text ? text : "", text ? strlen(text) : 0);
    free(text);
    json_decref(bare);
}

void imp_one_line(char *text)
{
    for (unsigned char *p = (unsigned char *)text; *p; p++)
        if (*p < ' ' || *p == 0x7f)
            *p = ' ';
}
