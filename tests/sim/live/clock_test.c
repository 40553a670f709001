/* SPDX-License-Identifier: GPL-2.0-only */
/* The time of parties that keep a folder: it goes on from one process to the next. */
#include "sim/live/live_internal.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static char folder[100], error[512];

static void make(void)
{
    strcpy(folder, "/tmp/imprint-clock-XXXXXX");
    cr_assert(mkdtemp(folder));
}

static void remove_all(void)
{
    char command[120];
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    cr_expect_eq(system(command), 0);
}

TestSuite(live_clock, .init = make, .fini = remove_all);

static void began(const char *text)
{
    char path[120];
    snprintf(path, sizeof path, "%s/began", folder);
    FILE *f = fopen(path, "w");
    cr_assert(f);
    fputs(text, f);
    fclose(f);
}

static void began_before(long seconds)
{
    char text[40];
    snprintf(text, sizeof text, "%ld\n", (long)time(NULL) - seconds);
    began(text);
}

/* Of a process that begins now; -1: it is refused. */
static imp_time at_start(bool keeps)
{
    struct imp_live *l = imp_live_new(imp_mechanism_find("ssh-tofu"), &(struct imp_live_watch){0});
    cr_assert_eq(imp_live_role(l, "client", error, sizeof error), 0);
    cr_assert_eq(imp_live_connect(l, "ssh=127.0.0.1:9", error, sizeof error), 0);
    if (keeps)
        cr_assert_eq(imp_live_folder(l, folder, error, sizeof error), 0);
    imp_time now = imp_live_start(l, error, sizeof error) == 0 ? live_now(l) : -1;
    imp_live_free(l);
    return now;
}

Test(live_clock, a_folder_remembers_when_it_was_made)
{
    char path[120];
    long long seconds = 0;
    cr_expect_geq(at_start(true), 0);
    snprintf(path, sizeof path, "%s/began", folder);
    FILE *f = fopen(path, "r");
    cr_assert(f);
    cr_expect_eq(fscanf(f, "%lld", &seconds), 1);
    fclose(f);
    cr_expect_gt(seconds, 0);
    cr_expect_leq(seconds, (long long)time(NULL));
    cr_expect_geq(at_start(true), 0);
}

Test(live_clock, the_next_process_goes_on_from_there)
{
    began_before(100000);
    cr_expect_geq(at_start(true), 100000 * IMP_S);
    cr_expect_lt(at_start(false), 100000 * IMP_S, "without the folder it begins");
}

Test(live_clock, a_clock_that_was_set_back_does_not_make_it_negative)
{
    began_before(-100000);
    cr_expect_geq(at_start(true), 0);
}

Test(live_clock, what_is_no_time_is_refused)
{
    static const char *const bad[] = {"", "yesterday", "-5", "12 34", "9300000000000"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        began(bad[i]);
        cr_expect_eq(at_start(true), -1, "\"%s\"", bad[i]);
        cr_expect(strstr(error, "began: expected the second"), "%s", error);
    }
}
