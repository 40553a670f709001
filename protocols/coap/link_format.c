/* SPDX-License-Identifier: GPL-2.0-only */
#include "link_format.h"

#include <string.h>

bool imp_text_is(struct imp_text text, const char *word)
{
    return text.n == strlen(word) && memcmp(text.p, word, text.n) == 0;
}

static void skip(struct imp_text *text, size_t n)
{
    text->p += n;
    text->n -= n;
}

static bool starts(struct imp_text text, char c)
{
    return text.n > 0 && text.p[0] == c;
}

static bool take(struct imp_text *text, char c)
{
    if (!starts(*text, c))
        return false;
    skip(text, 1);
    return true;
}

/* parmname of RFC 5987 and ptoken share these; neither holds a separator of the format. */
static bool is_token_char(char c)
{
    return c > 0x20 && c < 0x7f && !strchr("\",;<>", c);
}

static struct imp_text take_token(struct imp_text *text, bool name)
{
    struct imp_text token = {text->p, 0};
    while (token.n < text->n && is_token_char(text->p[token.n]) &&
           !(name && text->p[token.n] == '='))
        token.n++;
    skip(text, token.n);
    return token;
}

/* The inside of a quoted-string; a backslash protects the octet behind it. */
static bool take_quoted(struct imp_text *out, struct imp_text *text)
{
    if (!take(text, '"'))
        return false;
    for (size_t i = 0; i < text->n; i++) {
        if (text->p[i] == '\\') {
            i++;
        } else if (text->p[i] == '"') {
            *out = (struct imp_text){text->p, i};
            skip(text, i + 1);
            return true;
        }
    }
    return false;
}

/* One ";name[=value]". Returns 1, 0 when none follows, -1 on bad syntax. */
static int take_param(struct imp_text *name, struct imp_text *value, struct imp_text *text)
{
    if (!take(text, ';'))
        return 0;
    *name = take_token(text, true);
    *value = (struct imp_text){name->p, 0};
    if (name->n == 0)
        return -1;
    if (!take(text, '='))
        return 1;
    if (starts(*text, '"'))
        return take_quoted(value, text) ? 1 : -1;
    *value = take_token(text, false);
    return value->n ? 1 : -1;
}

int imp_link_next(struct imp_link *out, struct imp_text *rest)
{
    struct imp_text text = *rest, name, value;
    int more;
    if (text.n == 0)
        return 0;
    const char *end = starts(text, '<') ? memchr(text.p, '>', text.n) : NULL;
    if (!end)
        return -1;
    out->target = (struct imp_text){text.p + 1, (size_t)(end - text.p) - 1};
    skip(&text, out->target.n + 2);
    out->params = text;
    while ((more = take_param(&name, &value, &text)) > 0)
        ;
    out->params.n -= text.n;
    if (more < 0 || (text.n > 0 && (!take(&text, ',') || text.n == 0)))
        return -1; /* a comma must be followed by another link */
    *rest = text;
    return 1;
}

bool imp_link_param(struct imp_text *out, const struct imp_link *link, const char *wanted)
{
    struct imp_text params = link->params, name, value;
    while (take_param(&name, &value, &params) > 0)
        if (imp_text_is(name, wanted)) {
            *out = value;
            return true;
        }
    return false;
}

bool imp_link_has_word(struct imp_text value, const char *word)
{
    while (value.n) {
        const char *space = memchr(value.p, ' ', value.n);
        size_t n = space ? (size_t)(space - value.p) : value.n;
        if (imp_text_is((struct imp_text){value.p, n}, word))
            return true;
        skip(&value, space ? n + 1 : n);
    }
    return false;
}
