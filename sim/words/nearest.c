/* SPDX-License-Identifier: GPL-2.0-only */
#include "nearest.h"

#include <stdio.h>
#include <string.h>

#define LONGEST 63

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Optimal string alignment distance, row by row. */
size_t imp_edit_distance(const char *a, const char *b)
{
    size_t rows[3][LONGEST + 1];
    size_t na = least(strlen(a), LONGEST), nb = least(strlen(b), LONGEST);
    size_t *before = rows[0], *last = rows[1], *row = rows[2];
    for (size_t j = 0; j <= nb; j++)
        last[j] = j;
    for (size_t i = 1; i <= na; i++) {
        row[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            size_t change = last[j - 1] + (a[i - 1] != b[j - 1]);
            row[j] = least(change, least(last[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
        size_t *spare = before;
        before = last;
        last = row;
        row = spare;
    }
    return last[nb];
}

void imp_nearest_offer(struct imp_nearest *best, const char *wanted, const char *candidate)
{
    size_t n = strlen(wanted);
    size_t tolerated = n < 4 ? 1 : n < 8 ? 2 : 3;
    size_t d = imp_edit_distance(wanted, candidate);
    /* "psk" for "eap-psk": a part of the name is meant too, but a typing slip is likelier. */
    if (d > tolerated && n >= 3 && strstr(candidate, wanted))
        d = tolerated;
    if (d <= tolerated && (!best->name || d < best->distance))
        *best = (struct imp_nearest){.name = candidate, .distance = d};
}

void imp_nearest_hint(const struct imp_nearest *best, char *out, size_t cap)
{
    if (best->name)
        snprintf(out, cap, "; did you mean \"%s\"?", best->name);
    else if (cap)
        *out = '\0';
}
