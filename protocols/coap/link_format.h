/* SPDX-License-Identifier: GPL-2.0-only */
/* link_format.h - reading CoRE Link Format (RFC 6690 section 2). */
#ifndef IMPRINT_LINK_FORMAT_H
#define IMPRINT_LINK_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

struct imp_text { /* borrowed, not NUL-terminated */
    const char *p;
    size_t n;
};

struct imp_link {
    struct imp_text target; /* between the angle brackets */
    struct imp_text params; /* everything behind them */
};

/* Takes the next link off *rest. Returns 1 with *out, 0 at the end, -1 on bad syntax. */
int imp_link_next(struct imp_link *out, struct imp_text *rest);
/* Value of parameter `name` (quotes removed); false when it is absent. */
bool imp_link_param(struct imp_text *out, const struct imp_link *link, const char *name);
/* `word` is one of the space-separated words of a value (rt, if). */
bool imp_link_has_word(struct imp_text value, const char *word);
bool imp_text_is(struct imp_text text, const char *word);

#endif
