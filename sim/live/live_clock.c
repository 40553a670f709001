/* SPDX-License-Identifier: GPL-2.0-only */
/* live_clock.c - time since the parties began. With a folder they have begun when it was made: what
 * they keep there (tickets, lifetimes) has times that mean the same in the next process. */
#include "live_internal.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char file[] = "began"; /* in the folder: seconds since the Unix epoch */

static imp_time of(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (imp_time)t.tv_sec * IMP_S + t.tv_nsec;
}

imp_time live_now(const struct imp_live *l)
{
    return l->before + of(CLOCK_MONOTONIC) - l->start;
}

/* A process that comes at the same time finds the file whole: it gets its name last, and only if
 * there is none. */
static int write_down(const char *path, imp_time now)
{
    char next[PATH_MAX + 32];
    snprintf(next, sizeof next, "%s%%%ld", path, (long)getpid());
    FILE *f = fopen(next, "w");
    if (!f)
        return -1;
    bool good = fprintf(f, "%lld\n", (long long)(now / IMP_S)) > 0;
    good = fclose(f) == 0 && good;
    good = good && (link(next, path) == 0 || errno == EEXIST);
    unlink(next);
    return good ? 0 : -1;
}

static int read_back(const char *path, long long *seconds)
{
    char rest;
    FILE *f = fopen(path, "r");
    if (!f)
        return -1;
    int n = fscanf(f, "%lld %c", seconds, &rest);
    fclose(f);
    errno = 0;
    return n == 1 && *seconds >= 0 && *seconds <= INT64_MAX / IMP_S ? 0 : -1;
}

int live_clock_start(struct imp_live *l, char *error, size_t cap)
{
    char path[PATH_MAX];
    long long began;
    imp_time now = of(CLOCK_REALTIME);
    l->start = of(CLOCK_MONOTONIC);
    l->started = true;
    if (!l->folder[0])
        return 0;
    int n = snprintf(path, sizeof path, "%s/%s", l->folder, file);
    bool fits = n > 0 && (size_t)n < sizeof path;
    if (!fits || (access(path, F_OK) != 0 && write_down(path, now) != 0) ||
        read_back(path, &began) != 0) {
        snprintf(error, cap, "%s/%s: %s", l->folder, file,
                 errno ? strerror(errno) : "expected the second of the Unix epoch when it began");
        return -1;
    }
    imp_time since = now - began * IMP_S;
    l->before = since > 0 ? since : 0; /* a clock that was set back: time does not run backwards */
    return 0;
}
