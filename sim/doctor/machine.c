/* SPDX-License-Identifier: GPL-2.0-only */
/* What belongs to the machine: cores, memory, clock, room for results. */
#include "machine.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#define MIB (UINT64_C(1) << 20)
#define ROOM_WANTED (100 * MIB)      /* of disk: some thousands of runs */
#define MEMORY_WANTED (512 * MIB)    /* some workers with room to spare */
#define RELEASED INT64_C(1735689600) /* 2025-01-01: no right clock is before it */

void imp_check_cores(struct imp_check *c)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    uint64_t memory = pages > 0 && page > 0 ? (uint64_t)pages * (uint64_t)page : 0;
    c->good = cores >= 1 && memory >= MEMORY_WANTED;
    snprintf(c->found, sizeof c->found, "%ld cores, %llu MiB of memory", cores,
             (unsigned long long)(memory / MIB));
}

void imp_check_clock(struct imp_check *c)
{
    struct timespec now, step;
    struct tm utc;
    char text[40] = "?";
    bool read =
        clock_gettime(CLOCK_REALTIME, &now) == 0 && clock_getres(CLOCK_MONOTONIC, &step) == 0;
    c->good = read && now.tv_sec >= RELEASED;
    if (read && gmtime_r(&now.tv_sec, &utc))
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    snprintf(c->found, sizeof c->found, "%s, in steps of %ld ns", text, read ? step.tv_nsec : -1);
}

/* A file is made there and removed. */
static bool can_write(const char *folder, char *why, size_t cap)
{
    char path[4200];
    int n = snprintf(path, sizeof path, "%s/.imprint-doctor-%ld", folder, (long)getpid());
    FILE *f = n > 0 && (size_t)n < sizeof path ? fopen(path, "wxe") : NULL;
    bool written = f && fputs("x", f) >= 0;
    if (f && fclose(f) != 0)
        written = false;
    snprintf(why, cap, "%s", written ? "" : strerror(errno));
    if (f)
        remove(path);
    return written;
}

void imp_check_folder(struct imp_check *c, const char *folder)
{
    char why[100];
    struct statvfs st;
    if (!can_write(folder, why, sizeof why)) {
        snprintf(c->found, sizeof c->found, "%.180s: cannot be written: %s", folder, why);
        return;
    }
    if (statvfs(folder, &st) < 0) {
        snprintf(c->found, sizeof c->found, "%.180s: %s", folder, strerror(errno));
        return;
    }
    uint64_t room = (uint64_t)st.f_bavail * st.f_frsize;
    c->good = room >= ROOM_WANTED;
    snprintf(c->found, sizeof c->found, "%.180s: %llu MiB free", folder,
             (unsigned long long)(room / MIB));
}
