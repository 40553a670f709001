/* SPDX-License-Identifier: GPL-2.0-only */
/* Scripts as text, both ways. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script.h"

#define WORD(id, word, text) word,
#define TEXT(id, word, text) text,
static const char *const words[] = {IMP_DEVIATIONS(WORD)};
static const char *const texts[] = {IMP_DEVIATIONS(TEXT)};

const char *imp_deviation_text(enum imp_deviation d)
{
    return texts[d];
}

static bool numbered(enum imp_deviation d)
{
    return d == IMP_DEVIATE_REPLAY || d == IMP_DEVIATE_REDIRECT || d == IMP_DEVIATE_RESEND ||
           d == IMP_DEVIATE_COPY;
}

/* A number from `low` to `high` at *at, which moves behind it; -1 when there is none. */
static long number(const char **at, long low, long high)
{
    char *end;
    if (**at < '0' || **at > '9')
        return -1;
    long v = strtol(*at, &end, 10);
    *at = end;
    return v >= low && v <= high ? v : -1;
}

/* The word at *at with its number, up to a blank or the end. */
static bool option(struct imp_option_taken *out, const char **at)
{
    size_t n = strcspn(*at, " ");
    for (int d = 0; d < IMP_DEVIATION_COUNT; d++) {
        size_t w = strlen(words[d]);
        if (n < w || strncmp(*at, words[d], w) != 0)
            continue;
        if (!numbered((enum imp_deviation)d) && n == w) {
            *out = (struct imp_option_taken){.deviation = (uint8_t)d};
            *at += n;
            return true;
        }
        const char *p = *at + w + 1;
        long v = numbered((enum imp_deviation)d) && (*at)[w] == '-' ? number(&p, 1, 255) : -1;
        if (v > 0 && p == *at + n) {
            *out = (struct imp_option_taken){.deviation = (uint8_t)d, .number = (uint8_t)v};
            *at = p;
            return true;
        }
    }
    return false;
}

int imp_script_parse(struct imp_decision out[IMP_SCRIPT_LONGEST], const char *text, char *error,
                     size_t cap)
{
    int count = 0;
    for (const char *at = text; *at;) {
        const char *start = at;
        long point = number(&at, 0, 1000000);
        bool ordered = point >= 0 && (count == 0 || (unsigned)point > out[count - 1].point);
        if (count == IMP_SCRIPT_LONGEST || !ordered || *at++ != ':' ||
            !option(&out[count].option, &at) || (*at == ' ' && !at[1])) {
            snprintf(error, cap,
                     "decisions: \"%.40s\": expected at most %d times POINT:WORD such as 3:drop, "
                     "points increasing, one blank between",
                     start, IMP_SCRIPT_LONGEST);
            return -1;
        }
        out[count++].point = (unsigned)point;
        at += *at == ' ';
    }
    return count;
}

size_t imp_script_print(char *out, size_t cap, const struct imp_decision *d, size_t count)
{
    size_t used = 0;
    if (cap)
        *out = '\0';
    for (size_t i = 0; i < count; i++) {
        const struct imp_option_taken *o = &d[i].option;
        char number_text[8] = "";
        if (o->number)
            snprintf(number_text, sizeof number_text, "-%u", o->number);
        used += (size_t)snprintf(used < cap ? out + used : NULL, used < cap ? cap - used : 0,
                                 "%s%u:%s%s", i ? " " : "", d[i].point, words[o->deviation],
                                 number_text);
    }
    return used;
}
