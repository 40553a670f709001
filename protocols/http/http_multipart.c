/* SPDX-License-Identifier: GPL-2.0-only */
/* Bodies of several parts, RFC 2046 section 5.1. */
#include "http.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { BOUNDARY = 70 }; /* characters, section 5.1.1 */

struct span {
    const char *p;
    size_t n;
};

/* ---- reading -----------------------------------------------------------------------------------
 */
static const char *find(struct span in, const char *what)
{
    return memmem(in.p, in.n, what, strlen(what));
}

/* "--" and the boundary parameter of a Content-Type value. */
static bool delimiter(char out[BOUNDARY + 3], const struct imp_http *m)
{
    static const char word[] = "boundary=";
    const struct imp_http_field *f = imp_http_field(m, "Content-Type");
    if (!f || !imp_http_is(m, "Content-Type", "multipart/mixed"))
        return false;
    const struct span value = {f->value, f->value_n};
    const char *at = find(value, word), *end = f->value + f->value_n;
    if (!at)
        return false;
    at += sizeof word - 1;
    char stop = at < end && *at == '"' ? '"' : ';';
    at += stop == '"';
    const char *close = memchr(at, stop, (size_t)(end - at));
    if (!close && stop == '"')
        return false;
    size_t n = (size_t)((close ? close : end) - at);
    while (n > 0 && at[n - 1] == ' ')
        n--;
    if (n == 0 || n > BOUNDARY || memchr(at, 0, n))
        return false;
    snprintf(out, BOUNDARY + 3, "--%.*s", (int)n, at);
    return true;
}

/* Goes behind the next delimiter that stands at the beginning of a line; `before` is what stood
 * before it, without that line's end. */
static bool next(struct span *rest, const char *line, struct span *before)
{
    size_t at = 0, n = strlen(line);
    for (;;) {
        const char *found = find((struct span){rest->p + at, rest->n - at}, line);
        if (!found)
            return false;
        size_t offset = (size_t)(found - rest->p);
        bool first = offset == 0;
        if (first || (offset >= 2 && memcmp(found - 2, "\r\n", 2) == 0)) {
            *before = (struct span){rest->p, first ? 0 : offset - 2};
            *rest = (struct span){found + n, rest->n - offset - n};
            return true;
        }
        at = offset + 1;
    }
}

/* Header lines, an empty line, the content. */
static bool part(struct imp_http_part *out, struct span in)
{
    static const char name[] = "Content-Type:";
    *out = (struct imp_http_part){.type = ""};
    while (in.n > 0) {
        const char *end = find(in, "\r\n");
        if (!end)
            return false;
        size_t n = (size_t)(end - in.p), skip = sizeof name - 1;
        if (n >= skip && strncasecmp(in.p, name, skip) == 0) {
            while (skip < n && in.p[skip] == ' ')
                skip++;
            out->type = in.p + skip;
            out->type_n = n - skip;
        }
        in = (struct span){end + 2, in.n - n - 2};
        if (n == 0) {
            out->body = in.p;
            out->n = in.n;
            return true;
        }
    }
    return false;
}

int imp_http_multipart_read(struct imp_http_part *parts, size_t cap, const struct imp_http *m)
{
    char line[BOUNDARY + 3];
    struct span rest = {(const char *)m->body, m->body_n}, content;
    size_t count = 0;
    if (rest.n == 0 || !delimiter(line, m) || !next(&rest, line, &content)) /* the preamble */
        return -1;
    while (rest.n < 2 || memcmp(rest.p, "--", 2) != 0) {
        const char *end = find(rest, "\r\n");
        if (!end || count == cap)
            return -1;
        rest = (struct span){end + 2, rest.n - (size_t)(end + 2 - rest.p)};
        if (!next(&rest, line, &content) || !part(&parts[count++], content))
            return -1;
    }
    return (int)count;
}

/* ---- writing -----------------------------------------------------------------------------------
 */
int imp_http_multipart_write(char *out, size_t cap, const char *boundary,
                             const struct imp_http_part *parts, size_t count)
{
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        const struct span body = {parts[i].body, parts[i].n};
        if (find(body, boundary))
            return -1;
        int n = snprintf(out + at, cap - at, "--%s\r\nContent-Type: %.*s\r\n%s\r\n%.*s\r\n",
                         boundary, (int)parts[i].type_n, parts[i].type,
                         parts[i].bare ? "" : "Content-Transfer-Encoding: base64\r\n", (int)body.n,
                         body.p);
        if (n < 0 || (size_t)n >= cap - at)
            return -1;
        at += (size_t)n;
    }
    int n = snprintf(out + at, cap - at, "--%s--\r\n", boundary);
    return n < 0 || (size_t)n >= cap - at ? -1 : (int)at + n;
}
