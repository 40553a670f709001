/* SPDX-License-Identifier: GPL-2.0-only */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "sim/world/human.h"

/* Knuth's 64-bit linear congruential generator; the seed is the test's own. */
static double next(uint64_t *s)
{
    *s = *s * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(*s >> 11) / 9007199254740992.0;
}

static int by_value(const void *a, const void *b)
{
    imp_time x = *(const imp_time *)a, y = *(const imp_time *)b;
    return (x > y) - (x < y);
}

/* The band of the file is the 5th to the 95th percentile: press-button 5 to 20 s, median 10 s. */
Test(human, times_fall_into_the_band)
{
    enum { N = 20001 };
    static imp_time t[N];
    uint64_t seed = 42;
    for (int i = 0; i < N; i++)
        t[i] = imp_human_time("typical", IMP_ACT_PRESS_BUTTON, next(&seed), next(&seed));
    qsort(t, N, sizeof *t, by_value);
    cr_expect_float_eq((double)t[N / 2] / 1e9, 10, 0.3);
    cr_expect_float_eq((double)t[N / 20] / 1e9, 5, 0.2);
    cr_expect_float_eq((double)t[N - N / 20] / 1e9, 20, 0.8);
    cr_expect_gt(t[0], 0);
}

Test(human, the_same_numbers_give_the_same_time)
{
    cr_expect_eq(imp_human_time("typical", IMP_ACT_SCAN_QR, 0.25, 0.75),
                 imp_human_time("typical", IMP_ACT_SCAN_QR, 0.25, 0.75));
    cr_expect_eq(imp_human_time("typical", IMP_ACT_SCAN_QR, 0.25, 0.75) % IMP_MS, 0);
}

Test(human, the_ends_of_the_interval_are_finite)
{
    cr_expect_eq(imp_human_time("typical", IMP_ACT_COMPARE, 0, 0),
                 imp_human_median("typical", IMP_ACT_COMPARE));
    cr_expect_lt(imp_human_time("typical", IMP_ACT_COMPARE, 1 - 0x1p-53, 0), 3600 * IMP_S);
}

Test(human, profiles_scale_times_and_slips)
{
    cr_expect_eq(imp_human_median("typical", IMP_ACT_PRESS_BUTTON), 10 * IMP_S);
    cr_expect_eq(imp_human_median("slow", IMP_ACT_PRESS_BUTTON), 20 * IMP_S);
    cr_expect_eq(imp_human_median("expert", IMP_ACT_PRESS_BUTTON), 6 * IMP_S);
    cr_expect_float_eq(imp_human_error("typical", IMP_ACT_COMPARE), 0.1, 1e-12);
    cr_expect_float_eq(imp_human_error("slow", IMP_ACT_COMPARE), 0.2, 1e-12);
    cr_expect_float_eq(imp_human_retry("expert", IMP_ACT_SCAN_QR), 0.03, 1e-12);
    for (const char *const *p = imp_human_profiles; *p; p++)
        cr_expect(imp_human_profile_known(*p));
    cr_expect_not(imp_human_profile_known("robot"));
}

Test(human, every_act_has_figures_with_source)
{
    const struct imp_figure *f;
    size_t n = imp_human_figures(&f);
    cr_assert_eq(n, 4 * IMP_ACT_KIND_COUNT + 6);
    for (int a = 0; a < IMP_ACT_KIND_COUNT; a++)
        cr_expect_gt(imp_human_median("typical", (enum imp_act_kind)a), 0);
}

Test(human, a_bad_file_gives_one_line)
{
    char error[256] = "";
    static const char text[] = "key,value,unit,source,status\nact.scan-qr.low,4,s,x,assumed\n";
    cr_expect_eq(imp_human_check(text, sizeof text - 1, error, sizeof error), -1);
    cr_expect_str_eq(error, "human.csv: the figure 'act.scan-qr.high' is missing");
}
