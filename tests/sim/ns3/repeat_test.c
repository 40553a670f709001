/* SPDX-License-Identifier: GPL-2.0-only */
/* The same run gives the same octets: twice, after a warm-up, and without capturing. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cell.h"

static struct cell cell;
static uint64_t digest = 1469598103934665603u; /* FNV-1a of what was received, and when */

static void mix(const void *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        digest = (digest ^ ((const uint8_t *)p)[i]) * 1099511628211u;
}

static void talk(void *arg)
{
    int *left = arg;
    cell_datagram(&cell, cell.socks[*left % 3], cell.hub, "one of many words that are said");
    eng_frame_send(cell.hub, eng_link_address(cell.stations[*left % 3]), ETHERTYPE, "frame", 5);
    mix(&cell.hub_in.at, sizeof cell.hub_in.at);
    mix(&cell.in[0].at, sizeof cell.in[0].at);
    if (--*left > 0)
        eng_after(11 * MILLI, talk, left);
}

static void run(enum eng_kind kind, const char *pcap)
{
    int left = 60;
    cell_open(&cell, &(struct cell_options){.kind = kind, .stations = 3, .loss = 0.1});
    cell_start(&cell);
    if (pcap)
        cr_assert_eq(eng_pcap(cell.hub, pcap), 0, "%s", eng_message());
    eng_after(SECOND, talk, &left);
    eng_run(3 * SECOND);
    mix(&cell.hub_in.count, sizeof cell.hub_in.count);
    eng_close();
}

/* In a child, so that each run starts from the same process. */
static uint64_t run_apart(enum eng_kind kind, const char *pcap, bool warm)
{
    int fd[2];
    uint64_t got = 0;
    cr_assert_eq(pipe(fd), 0);
    pid_t child = fork();
    if (child == 0) {
        if (warm)
            eng_warm();
        run(kind, pcap);
        _exit(write(fd[1], &digest, sizeof digest) != sizeof digest);
    }
    cr_assert_eq(read(fd[0], &got, sizeof got), (ssize_t)sizeof got);
    int status;
    waitpid(child, &status, 0);
    cr_assert_eq(status, 0);
    close(fd[0]);
    close(fd[1]);
    return got;
}

static char *slurp(const char *path, long *n)
{
    FILE *f = fopen(path, "rb");
    cr_assert(f, "%s", path);
    fseek(f, 0, SEEK_END);
    *n = ftell(f);
    rewind(f);
    char *b = malloc((size_t)*n);
    cr_assert_eq(fread(b, 1, (size_t)*n, f), (size_t)*n);
    fclose(f);
    return b;
}

static void same_twice(enum eng_kind kind)
{
    char dir[] = "/tmp/imprint-repeat-XXXXXX", one[64], two[64];
    cr_assert(mkdtemp(dir));
    snprintf(one, sizeof one, "%s/1.pcap", dir);
    snprintf(two, sizeof two, "%s/2.pcap", dir);
    uint64_t first = run_apart(kind, one, false);
    cr_expect_eq(run_apart(kind, two, true), first, "a warm-up changed the run");
    cr_expect_eq(run_apart(kind, NULL, false), first, "a capture changed the run");
    long n, m;
    char *a = slurp(one, &n), *b = slurp(two, &m);
    cr_expect_gt(n, 4000);
    cr_expect_eq(n, m);
    cr_expect_eq(memcmp(a, b, (size_t)n), 0, "the captures differ");
    free(a);
    free(b);
    unlink(one);
    unlink(two);
    rmdir(dir);
}

Test(repeat, wifi)
{
    same_twice(ENG_WIFI);
}

Test(repeat, lrwpan)
{
    same_twice(ENG_LRWPAN);
}

Test(repeat, ethernet)
{
    same_twice(ENG_ETHERNET);
}

Test(repeat, unwritable_capture)
{
    cell_open(&cell, &(struct cell_options){.kind = ENG_WIFI});
    cr_expect_eq(eng_pcap(cell.hub, "/nonexistent/x.pcap"), ENG_EFILE);
    eng_close();
}
