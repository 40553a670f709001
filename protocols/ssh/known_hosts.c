/* SPDX-License-Identifier: GPL-2.0-only */
/* known_hosts.c - lines of the file, read and written. */
#include "known_hosts.h"

#include <string.h>

#include "../codec/text.h"

enum { TEXT_MAX = (IMP_KNOWN_KEY_MAX + 2) / 3 * 4 + 1 }; /* of a key in base64, with NUL */

/* ---- reading -----------------------------------------------------------------------------------
 */
static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static void skip(struct imp_ssh_string *s)
{
    while (s->n > 0 && is_blank(*s->p)) {
        s->p++;
        s->n--;
    }
}

/* Up to a blank, with the blanks behind it. */
static struct imp_ssh_string field(struct imp_ssh_string *s)
{
    struct imp_ssh_string f = {.p = s->p};
    while (s->n > 0 && !is_blank(*s->p)) {
        s->p++;
        s->n--;
        f.n++;
    }
    skip(s);
    return f;
}

static struct imp_ssh_string cut(struct imp_ssh_string *text)
{
    const uint8_t *end = memchr(text->p, '\n', text->n);
    struct imp_ssh_string whole = {.p = text->p, .n = end ? (size_t)(end - text->p) + 1 : text->n};
    text->p += whole.n;
    text->n -= whole.n;
    return whole;
}

static bool read_marker(struct imp_known_line *line, struct imp_ssh_string *rest)
{
    line->marker = IMP_KNOWN_UNMARKED;
    if (*rest->p != '@')
        return true;
    struct imp_ssh_string word = field(rest);
    line->marker = imp_ssh_string_is(word, "@revoked") ? IMP_KNOWN_REVOKED : IMP_KNOWN_AUTHORITY;
    return line->marker == IMP_KNOWN_REVOKED || imp_ssh_string_is(word, "@cert-authority");
}

/* The type stands in the key once more (RFC 4253 section 6.6). */
static bool read_key(struct imp_known_line *line, struct imp_ssh_string base64)
{
    int n = base64.n
                ? imp_base64_decode(line->key, sizeof line->key, (const char *)base64.p, base64.n)
                : -1;
    struct imp_ssh_reader r = {.p = line->key, .n = n > 0 ? (size_t)n : 0};
    struct imp_ssh_string type = imp_ssh_get_string(&r);
    line->key_n = r.bad ? 0 : (size_t)n;
    return !r.bad && type.n > 0 && type.n == line->type.n &&
           memcmp(type.p, line->type.p, type.n) == 0;
}

enum imp_known_kind imp_known_read(struct imp_known_line *line, struct imp_ssh_string *text)
{
    *line = (struct imp_known_line){.key_n = 0};
    if (text->n == 0)
        return IMP_KNOWN_END;
    line->whole = cut(text);
    struct imp_ssh_string rest = line->whole;
    rest.n -= rest.p[rest.n - 1] == '\n';
    skip(&rest);
    if (rest.n == 0 || *rest.p == '#')
        return IMP_KNOWN_IDLE;
    if (memchr(rest.p, 0, rest.n) || !read_marker(line, &rest))
        return IMP_KNOWN_BAD;
    line->hosts = field(&rest);
    line->type = field(&rest);
    bool good = read_key(line, field(&rest));
    line->comment = rest;
    return good ? IMP_KNOWN_ENTRY : IMP_KNOWN_BAD;
}

/* ---- writing -----------------------------------------------------------------------------------
 */
static void put(struct imp_ssh_writer *w, const char *text)
{
    imp_ssh_put_raw(w, text, strlen(text));
}

void imp_known_write(struct imp_ssh_writer *w, enum imp_known_marker marker, const char *hosts,
                     const uint8_t *key, size_t n)
{
    static const char *const markers[] = {
        [IMP_KNOWN_REVOKED] = "@revoked ", [IMP_KNOWN_AUTHORITY] = "@cert-authority "};
    char base64[TEXT_MAX];
    struct imp_ssh_reader r = {.p = key, .n = n};
    struct imp_ssh_string type = imp_ssh_get_string(&r);
    if (marker != IMP_KNOWN_UNMARKED)
        put(w, markers[marker]);
    put(w, hosts);
    put(w, " ");
    imp_ssh_put_raw(w, type.p, type.n);
    put(w, " ");
    if (r.bad || imp_base64_encode(base64, sizeof base64, key, n) < 0)
        w->bad = true;
    else
        put(w, base64);
    put(w, "\n");
}

void imp_known_forget(struct imp_env *env, struct imp_ssh_writer *w, struct imp_ssh_string text,
                      const char *host)
{
    struct imp_known_line line;
    enum imp_known_kind kind;
    while ((kind = imp_known_read(&line, &text)) != IMP_KNOWN_END)
        if (kind != IMP_KNOWN_ENTRY || line.marker != IMP_KNOWN_UNMARKED ||
            !imp_known_is(env, &line, host))
            imp_ssh_put_raw(w, line.whole.p, line.whole.n);
}

void imp_known_revoke(struct imp_ssh_writer *w, struct imp_ssh_string text)
{
    struct imp_known_line line;
    enum imp_known_kind kind;
    while ((kind = imp_known_read(&line, &text)) != IMP_KNOWN_END) {
        if (kind == IMP_KNOWN_ENTRY && line.marker == IMP_KNOWN_UNMARKED)
            put(w, "@revoked ");
        imp_ssh_put_raw(w, line.whole.p, line.whole.n);
    }
}
