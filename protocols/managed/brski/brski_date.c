/* SPDX-License-Identifier: GPL-2.0-only */
/* brski_date.c - dates of RFC 3339, in the proleptic Gregorian calendar. */
#include "brski_voucher.h"

#include <stdio.h>
#include <string.h>

enum { DAY = 86400, ERA = 146097 /* days of 400 years */ };

/* Days since 1970-01-01; years begin in March, so that the leap day is the last. */
static int64_t days(int64_t y, int m, int d)
{
    y -= m <= 2;
    int64_t era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;
    int64_t of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * ERA + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void brski_date_write(char out[BRSKI_DATE], int64_t seconds)
{
    int64_t day = seconds / DAY - (seconds % DAY < 0), rest = seconds - day * DAY;
    int64_t z = day + 719468, era = (z >= 0 ? z : z - ERA + 1) / ERA, doe = z - era * ERA;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    int d = (int)(doy - (153 * mp + 2) / 5 + 1), m = (int)(mp < 10 ? mp + 3 : mp - 9);
    snprintf(out, BRSKI_DATE, "%04d-%02d-%02dT%02d:%02d:%02dZ",
             (int)(yoe + era * 400 + (m <= 2)) % 10000, m, d, (int)(rest / 3600),
             (int)(rest / 60 % 60), (int)(rest % 60));
}

/* Digits of a fixed number; -1: others. */
static int number(const char **at, int digits)
{
    int v = 0;
    for (int i = 0; i < digits; i++, ++*at) {
        if (**at < '0' || **at > '9')
            return -1;
        v = v * 10 + (**at - '0');
    }
    return v;
}

static bool mark(const char **at, char wanted)
{
    return *(*at)++ == wanted;
}

/* "Z", or hours and minutes east of Greenwich, and nothing behind it. */
static int zone(int64_t *offset, const char *at)
{
    *offset = 0;
    if (strcmp(at, "Z") == 0)
        return 0;
    int sign = *at == '-' ? -1 : 1;
    if (*at != '+' && *at != '-')
        return -1;
    at++;
    int h = number(&at, 2);
    if (h < 0 || h > 23 || !mark(&at, ':'))
        return -1;
    int m = number(&at, 2);
    if (m < 0 || m > 59 || *at)
        return -1;
    *offset = sign * (h * 3600 + m * 60);
    return 0;
}

int brski_date_read(int64_t *seconds, const char *text)
{
    static const struct {
        int digits, min, max;
        char then;
    } fields[] = {{4, 0, 9999, '-'}, {2, 1, 12, '-'}, {2, 1, 31, 'T'},
                  {2, 0, 23, ':'},   {2, 0, 59, ':'}, {2, 0, 60, 0}};
    int v[6];
    int64_t offset;
    for (int i = 0; i < 6; i++) {
        v[i] = number(&text, fields[i].digits);
        if (v[i] < fields[i].min || v[i] > fields[i].max ||
            (fields[i].then && !mark(&text, fields[i].then)))
            return -1;
    }
    if (*text == '.') {
        size_t n = strspn(text + 1, "0123456789");
        if (n == 0)
            return -1;
        text += 1 + n;
    }
    if (zone(&offset, text) != 0)
        return -1;
    *seconds = days(v[0], v[1], v[2]) * DAY + v[3] * 3600 + v[4] * 60 + v[5] - offset;
    return 0;
}
