/* SPDX-License-Identifier: GPL-2.0-only */
/* Timers: order, ties, cancelling, negative delays, stopping. */
#include <criterion/criterion.h>
#include <string.h>

#include "cell.h"

static char order[16];
static eng_timer victim;

static void note(void *arg)
{
    strncat(order, arg, 1);
}

static void cancel(void *arg)
{
    (void)arg;
    eng_cancel(victim);
    eng_cancel(victim);
}

static void stop(void *arg)
{
    (void)arg;
    eng_stop();
}

Test(timer, fire_in_order_of_time_then_of_making)
{
    eng_open(1, 1);
    eng_after(3 * MILLI, note, "d");
    eng_after(MILLI, note, "a");
    eng_after(2 * MILLI, note, "b");
    eng_after(2 * MILLI, note, "c");
    eng_run(SECOND);
    cr_expect_str_eq(order, "abcd");
    cr_expect_geq(eng_events(), 4);
    eng_close();
}

Test(timer, cancelled_ones_do_not_fire)
{
    eng_open(1, 1);
    victim = eng_after(2 * MILLI, note, "x");
    eng_after(MILLI, cancel, NULL);
    eng_after(3 * MILLI, note, "a");
    eng_run(SECOND);
    cr_expect_str_eq(order, "a");
    eng_close();
}

Test(timer, an_old_handle_cancels_nothing)
{
    eng_open(1, 1);
    victim = eng_after(MILLI, note, "a");
    eng_run(2 * MILLI);
    eng_timer next = eng_after(MILLI, note, "b"); /* takes the place of the first */
    eng_cancel(victim);
    eng_cancel(0);
    cr_expect_neq(next, victim);
    eng_run(SECOND);
    cr_expect_str_eq(order, "ab");
    eng_close();
}

Test(timer, a_negative_delay_is_none)
{
    eng_open(1, 1);
    eng_run(5 * MILLI);
    eng_time before = eng_now();
    eng_after(-SECOND, note, "a");
    eng_run(6 * MILLI);
    cr_expect_str_eq(order, "a");
    cr_expect_geq(eng_now(), before);
    eng_close();
}

Test(timer, stop_and_go_on)
{
    eng_open(1, 1);
    eng_after(MILLI, note, "a");
    eng_after(2 * MILLI, stop, NULL);
    eng_after(20 * MILLI, note, "b");
    eng_run(10 * MILLI);
    cr_expect_str_eq(order, "a");
    cr_expect_eq(eng_now(), 2 * MILLI);
    eng_run(30 * MILLI); /* the first run's end must not end this one */
    cr_expect_str_eq(order, "ab");
    cr_expect_eq(eng_now(), 30 * MILLI);
    eng_close();
}
