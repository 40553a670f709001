/* SPDX-License-Identifier: GPL-2.0-only */
/* downgrade.c - strips an offered option: where a chosen message holds certain octets, others stand
 * in their place. Octets are a text, or hexadecimal digits behind "0x". Length fields elsewhere in
 * the message are not adapted; replacements of equal length need none. */
#include "params.h"
#include "select.h"

#include <stdio.h>
#include <string.h>

#define MOST 128 /* octets of a pattern */
#define MESSAGE 2048

struct octets {
    uint8_t bytes[MOST];
    size_t n;
};
struct downgrade {
    struct imp_select select;
    struct octets find, replace;
};

static int digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

static int octets(struct octets *out, const char *text)
{
    size_t n = strlen(text);
    bool hex = strncmp(text, "0x", 2) == 0;
    if ((hex ? (n - 2) / 2 : n) > MOST || (hex && n % 2))
        return -1;
    out->n = 0;
    if (!hex) {
        memcpy(out->bytes, text, n);
        out->n = n;
        return 0;
    }
    for (const char *p = text + 2; *p; p += 2) {
        if (digit(p[0]) < 0 || digit(p[1]) < 0)
            return -1;
        out->bytes[out->n++] = (uint8_t)(digit(p[0]) << 4 | digit(p[1]));
    }
    return 0;
}

static int octets_check(const struct imp_adversary *a, const char *name, const char *preset,
                        char *error, size_t cap)
{
    struct octets o;
    const char *text = imp_adversary_param(a, name, preset);
    if (text && octets(&o, text) == 0 && (preset || o.n))
        return 0;
    snprintf(
        error, cap,
        "adversary.strategy.%s: expected a text, or 0x and hexadecimal digits in lower case, of "
        "at most %d octets",
        name, MOST);
    return -1;
}

static int check(const struct imp_adversary *a, const struct imp_mechanism *m, char *error,
                 size_t cap)
{
    return imp_select_check(a, m, error, cap) || octets_check(a, "find", NULL, error, cap) ||
                   octets_check(a, "replace", "", error, cap)
               ? -1
               : 0;
}

static int open_(struct imp_adv *a, char *error, size_t cap)
{
    struct downgrade *s = a->state;
    (void)error;
    (void)cap;
    imp_select_open(&s->select, a);
    octets(&s->find, imp_adversary_param(a->rights, "find", ""));
    octets(&s->replace, imp_adversary_param(a->rights, "replace", ""));
    return 0;
}

/* Copies with every occurrence replaced; returns the length, or 0 when there is none or no room. */
static size_t replaced(const struct downgrade *s, const struct imp_unit *u, uint8_t out[MESSAGE])
{
    size_t n = 0, found = 0;
    for (size_t i = 0; i < u->n;) {
        bool here = u->n - i >= s->find.n && memcmp(u->bytes + i, s->find.bytes, s->find.n) == 0;
        const uint8_t *from = here ? s->replace.bytes : u->bytes + i;
        size_t k = here ? s->replace.n : 1;
        if (n + k > MESSAGE)
            return 0;
        memcpy(out + n, from, k);
        n += k;
        i += here ? s->find.n : 1;
        found += here;
    }
    return found ? n : 0;
}

static enum imp_answer seen(struct imp_adv *a, const struct imp_unit *u)
{
    struct downgrade *s = a->state;
    uint8_t changed[MESSAGE];
    size_t n = u->bytes && u->from >= 0 ? replaced(s, u, changed) : 0;
    if (n == 0 || !imp_select(a, &s->select, u))
        return IMP_PASS;
    struct imp_letter l = {.channel = u->channel,
                           .message = u->message,
                           .as = u->from,
                           .to = u->group ? (struct imp_addr){0} : u->target,
                           .device = u->device,
                           .bytes = changed,
                           .n = n};
    a->ops->inject(a, &l);
    return IMP_BLOCK;
}

static const struct imp_strategy_param params[] = {
    IMP_PARAMS_SELECT,
    {"find", NULL, "octets of the offer: a text, or 0x and hexadecimal digits"},
    {"replace", "", "what stands there instead"},
    {0}};

const struct imp_strategy imp_strategy_downgrade = {
    .name = "downgrade",
    .summary = "Strips or changes an offered option in messages under way.",
    .state_size = sizeof(struct downgrade),
    .params = params,
    .check = check,
    .open = open_,
    .seen = seen,
};
