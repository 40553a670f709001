/* SPDX-License-Identifier: GPL-2.0-only */
#include "http.h"

#include <string.h>
#include <strings.h>

/* What is left to read. */
struct text {
    const char *p;
    size_t n;
};

static bool is_token(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("!#$%&'*+-.^_`|~", c));
}

/* Takes a line without its CR LF. 1, 0 when it has not ended yet, -1 on a stray CR, LF or 0. */
static int line(struct text *t, struct text *out)
{
    for (size_t i = 0; i < t->n; i++) {
        char c = t->p[i];
        if (c == '\n' || c == 0)
            return -1;
        if (c != '\r')
            continue;
        if (i + 1 == t->n)
            return 0;
        if (t->p[i + 1] != '\n')
            return -1;
        *out = (struct text){t->p, i};
        t->p += i + 2;
        t->n -= i + 2;
        return 1;
    }
    return 0;
}

/* Copies what stands before a blank and takes both; false when it does not fit or is empty. */
static bool word(struct text *l, char *out, size_t cap)
{
    const char *blank = memchr(l->p, ' ', l->n);
    size_t n = blank ? (size_t)(blank - l->p) : 0;
    if (n == 0 || n >= cap)
        return false;
    memcpy(out, l->p, n);
    out[n] = 0;
    l->p += n + 1;
    l->n -= n + 1;
    return true;
}

static bool request_line(struct imp_http *m, struct text l)
{
    if (!word(&l, m->method, sizeof m->method) || !word(&l, m->path, sizeof m->path))
        return false;
    for (const char *c = m->method; *c; c++)
        if (!is_token(*c))
            return false;
    for (const char *c = m->path; *c; c++)
        if (*c < 0x21 || *c > 0x7e)
            return false;
    return m->path[0] == '/' && l.n == 8 && memcmp(l.p, "HTTP/1.1", 8) == 0;
}

static bool status_line(struct imp_http *m, struct text l)
{
    if (l.n < 12 || memcmp(l.p, "HTTP/1.1 ", 9) != 0 || (l.n > 12 && l.p[12] != ' '))
        return false;
    for (size_t i = 9; i < 12; i++) {
        if (l.p[i] < '0' || l.p[i] > '9')
            return false;
        m->status = m->status * 10 + l.p[i] - '0';
    }
    return m->status >= 100 && m->status <= 599;
}

static bool field_line(struct imp_http *m, struct text l)
{
    const char *colon = memchr(l.p, ':', l.n);
    if (!colon || colon == l.p || m->field_count == IMP_HTTP_FIELDS)
        return false;
    struct imp_http_field f = {.name = l.p, .name_n = (size_t)(colon - l.p)};
    for (size_t i = 0; i < f.name_n; i++)
        if (!is_token(f.name[i]))
            return false;
    f.value = colon + 1;
    f.value_n = l.n - f.name_n - 1;
    for (; f.value_n > 0 && (*f.value == ' ' || *f.value == '\t'); f.value_n--)
        f.value++;
    while (f.value_n > 0 && (f.value[f.value_n - 1] == ' ' || f.value[f.value_n - 1] == '\t'))
        f.value_n--;
    m->fields[m->field_count++] = f;
    return true;
}

static bool is_name(const struct imp_http_field *f, const char *name)
{
    return f->name_n == strlen(name) && strncasecmp(f->name, name, f->name_n) == 0;
}

const struct imp_http_field *imp_http_field(const struct imp_http *m, const char *name)
{
    for (size_t i = 0; i < m->field_count; i++)
        if (is_name(&m->fields[i], name))
            return &m->fields[i];
    return NULL;
}

bool imp_http_is(const struct imp_http *m, const char *name, const char *value)
{
    const struct imp_http_field *f = imp_http_field(m, name);
    size_t n = strlen(value);
    return f && f->value_n >= n && strncasecmp(f->value, value, n) == 0 &&
           (f->value_n == n || f->value[n] == ';' || f->value[n] == ' ');
}

static size_t count(const struct imp_http *m, const char *name)
{
    size_t n = 0;
    for (size_t i = 0; i < m->field_count; i++)
        n += is_name(&m->fields[i], name);
    return n;
}

/* ---- bodies, RFC 9112 sections 6 and 7 ---------------------------------------------------------
 */
static bool decimal(size_t *out, const char *p, size_t n)
{
    *out = 0;
    for (size_t i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9')
            return false;
        *out = *out * 10 + (size_t)(p[i] - '0');
        if (*out > IMP_HTTP_BODY)
            return false;
    }
    return n > 0;
}

static bool hexadecimal(size_t *out, struct text l)
{
    const char *digits = "0123456789abcdef", *at;
    size_t i = 0;
    for (*out = 0; i < l.n && l.p[i] != ';'; i++) {
        char c = l.p[i] >= 'A' && l.p[i] <= 'F' ? (char)(l.p[i] + 'a' - 'A') : l.p[i];
        at = c ? strchr(digits, c) : NULL;
        if (!at)
            return false;
        *out = *out * 16 + (size_t)(at - digits);
        if (*out > IMP_HTTP_BODY)
            return false;
    }
    return i > 0; /* extensions are ignored */
}

/* Walks the chunks; joins them at `to` unless that is NULL. 1, 0 or -1. */
static int chunks(struct imp_http *m, struct text *t, uint8_t *to)
{
    struct text l;
    size_t size = 0;
    m->body_n = 0;
    for (;;) {
        int r = line(t, &l);
        if (r <= 0)
            return r;
        if (!hexadecimal(&size, l) || m->body_n + size > IMP_HTTP_BODY)
            return -1;
        if (size == 0)
            break;
        if (t->n < size + 2)
            return 0;
        if (t->p[size] != '\r' || t->p[size + 1] != '\n')
            return -1;
        if (to)
            memmove(to + m->body_n, t->p, size);
        m->body_n += size;
        t->p += size + 2;
        t->n -= size + 2;
    }
    for (;;) { /* trailer fields are of no interest */
        int r = line(t, &l);
        if (r <= 0 || l.n == 0)
            return r;
    }
}

static int chunked(struct imp_http *m, struct text *t, uint8_t *base)
{
    struct text twice = *t;
    m->body = (const uint8_t *)t->p;
    int r = chunks(m, &twice, NULL); /* nothing is moved before all of it is there */
    return r <= 0 ? r : chunks(m, t, base + (m->body - base));
}

static int sized(struct imp_http *m, struct text *t, const struct imp_http_field *length)
{
    if (!decimal(&m->body_n, length->value, length->value_n))
        return -1;
    if (t->n < m->body_n)
        return 0;
    m->body = (const uint8_t *)t->p;
    t->p += m->body_n;
    t->n -= m->body_n;
    return 1;
}

static int body(struct imp_http *m, struct text *t, uint8_t *base)
{
    size_t lengths = count(m, "Content-Length"), codings = count(m, "Transfer-Encoding");
    bool none = m->status == 204 || m->status == 304 || (m->status && m->status < 200);
    if (lengths + codings > 1 || (none && codings))
        return -1;
    if (none)
        return 1;
    if (codings)
        return imp_http_is(m, "Transfer-Encoding", "chunked") ? chunked(m, t, base) : -1;
    if (lengths)
        return sized(m, t, imp_http_field(m, "Content-Length"));
    return m->status ? -1 : 1;
}

static int fields(struct imp_http *m, struct text *t)
{
    struct text l;
    for (;;) {
        int r = line(t, &l);
        if (r <= 0)
            return r;
        if (l.n == 0)
            return 1;
        if (!field_line(m, l))
            return -1;
    }
}

static int message(struct imp_http *m, uint8_t *bytes, size_t n, bool request)
{
    struct text t = {(const char *)bytes, n}, l;
    *m = (struct imp_http){0};
    int r = line(&t, &l);
    if (r > 0)
        r = (request ? request_line(m, l) : status_line(m, l)) ? fields(m, &t) : -1;
    size_t head = n - t.n;
    if (r == 0)
        return n > IMP_HTTP_HEAD ? -1 : 0;
    if (r < 0 || head > IMP_HTTP_HEAD)
        return -1;
    r = body(m, &t, bytes);
    return r <= 0 ? r : (int)(n - t.n);
}

int imp_http_request_read(struct imp_http *m, uint8_t *bytes, size_t n)
{
    return message(m, bytes, n, true);
}

int imp_http_response_read(struct imp_http *m, uint8_t *bytes, size_t n)
{
    return message(m, bytes, n, false);
}
