/* SPDX-License-Identifier: GPL-2.0-only */
/* Strategies that work on messages under way: drop, delay, replay, reorder, reflect, redirect,
 * relay, parallel-session, downgrade. */
#include <criterion/criterion.h>
#include <string.h>

#include "fake.h"

static void expect_refusal(const char *sentence, const char *words)
{
    cr_expect_not_null(strstr(sentence, words), "\"%s\" should say \"%s\"", sentence, words);
}

Test(network, drop_takes_the_messages_it_is_told_to)
{
    struct fake f;
    fake_open(&f, "drop", "message", "key", "from", "device", "skip", "1", "count", "1", NULL);
    cr_expect_eq(fake_seen(&f, 0, DEVICE_1, ACCESS_1, HELLO, "h"), IMP_PASS, "other label");
    cr_expect_eq(fake_seen(&f, 1, ACCESS_1, DEVICE_1, KEY, "a"), IMP_PASS, "other sender");
    cr_expect_eq(fake_seen(&f, 2, DEVICE_1, ACCESS_1, KEY, "b"), IMP_PASS, "the first is let go");
    cr_expect_eq(fake_seen(&f, 3, DEVICE_1, ACCESS_1, KEY, "c"), IMP_BLOCK);
    cr_expect_eq(fake_seen(&f, 4, DEVICE_1, ACCESS_1, KEY, "d"), IMP_PASS, "one only");
    fake_expect(&f, "");
    fake_close(&f);
}

Test(network, drop_draws_lots)
{
    struct fake f;
    fake_open(&f, "drop", "probability", "0.5", NULL);
    f.dice = 0x7f;
    cr_expect_eq(fake_seen(&f, 0, DEVICE_1, ACCESS_1, KEY, "a"), IMP_BLOCK);
    f.dice = 0x80;
    cr_expect_eq(fake_seen(&f, 0, DEVICE_1, ACCESS_1, KEY, "a"), IMP_PASS);
    fake_close(&f);
}

Test(network, bad_selections_are_refused)
{
    expect_refusal(fake_refusal("drop", 1, "message", "kee", NULL), "no message \"kee\"");
    expect_refusal(fake_refusal("drop", 1, "probability", "2", NULL), "from 0 to 1, not \"2\"");
    expect_refusal(fake_refusal("drop", 1, "skip", "x", NULL), "skip");
    expect_refusal(fake_refusal("drop", 1, "from", "moon", NULL), "from: expected a role");
    expect_refusal(fake_refusal("drop", 1, "at", "moon", NULL), "at: expected device or backend");
    cr_expect_str_empty(fake_refusal("drop", 1, "message", "key", "from", "point", NULL));
}

Test(network, delay_keeps_the_order)
{
    struct fake f;
    fake_open(&f, "delay", "delay_ms", "100", NULL);
    cr_expect_eq(fake_seen(&f, 0, DEVICE_1, ACCESS_1, HELLO, "a"), IMP_BLOCK);
    cr_expect_eq(fake_seen(&f, 60, ACCESS_1, DEVICE_1, KEY, "b"), IMP_BLOCK);
    fake_pass(&f, 99);
    fake_expect(&f, "");
    fake_pass(&f, 100);
    fake_expect(&f, "inject hello as device-1 to access-1: a\n");
    fake_pass(&f, 160);
    fake_expect(&f, "inject key as access-1 to device-1: b\n");
    fake_seen(&f, 170, DEVICE_1, -1, HELLO, "kept until the end");
    fake_close(&f);
}

Test(network, replay_in_the_same_session)
{
    struct fake f;
    fake_open(&f, "replay", "message", "key", NULL);
    cr_expect_eq(fake_seen(&f, 0, DEVICE_1, ACCESS_1, KEY, "a"), IMP_PASS);
    fake_pass(&f, 1000);
    fake_expect(&f, "inject key as device-1 to access-1: a\n");
    fake_close(&f);
}

Test(network, replay_in_a_later_session)
{
    struct fake f;
    fake_open(&f, "replay", "session", "later", NULL);
    fake_seen(&f, 0, DEVICE_1, ACCESS_1, HELLO, "a");
    fake_seen(&f, 1, ACCESS_1, DEVICE_1, KEY, "b");
    fake_pass(&f, 1000);
    fake_expect(&f, "");
    fake_moment(&f, IMP_MOMENT_ALL_DONE, -1);
    fake_pass(&f, 2000);
    fake_expect(&f, "inject hello as device-1 to access-1: a\n"
                    "inject key as access-1 to device-1: b\n");
    fake_close(&f);
}

Test(network, replay_in_the_session_of_another_device)
{
    struct fake f;
    fake_open(&f, "replay", "session", "other", NULL);
    fake_moment(&f, IMP_MOMENT_DEVICE_UP, 0);
    fake_seen(&f, 0, DEVICE_1, ACCESS_1, HELLO, "a");
    fake_seen(&f, 1, ACCESS_1, DEVICE_1, KEY, "b");
    fake_moment(&f, IMP_MOMENT_DEVICE_UP, 1);
    fake_pass(&f, 1000);
    fake_expect(&f, "inject hello as device-2 to access-1: a\n"
                    "inject key as access-1 to device-2: b\n");
    fake_close(&f);
    expect_refusal(fake_refusal("replay", 1, "session", "other", NULL), "two devices");
    expect_refusal(fake_refusal("replay", 2, "session", "next", NULL), "same, later or other");
}

Test(network, reorder_lets_one_pass)
{
    struct fake f;
    fake_open(&f, "reorder", "count", "1", NULL);
    cr_expect_eq(fake_seen(&f, 0, DEVICE_1, ACCESS_1, HELLO, "a"), IMP_BLOCK);
    cr_expect_eq(fake_seen(&f, 5, ACCESS_1, DEVICE_1, KEY, "x"), IMP_PASS);
    fake_pass(&f, 10);
    fake_expect(&f, "");
    cr_expect_eq(fake_seen(&f, 11, DEVICE_1, ACCESS_1, KEY, "b"), IMP_PASS);
    fake_pass(&f, 20);
    fake_expect(&f, "inject hello as device-1 to access-1: a\n");
    fake_close(&f);
}

Test(network, reorder_is_not_patient_for_ever)
{
    struct fake f;
    fake_open(&f, "reorder", "patience_ms", "50", NULL);
    fake_seen(&f, 0, DEVICE_1, ACCESS_1, HELLO, "a");
    fake_pass(&f, 50);
    fake_expect(&f, "inject hello as device-1 to access-1: a\n");
    fake_close(&f);
}

Test(network, reflect_one_and_all)
{
    struct fake f;
    fake_open(&f, "reflect", "count", "1", NULL);
    cr_expect_eq(fake_seen(&f, 0, DEVICE_1, ACCESS_1, KEY, "a"), IMP_BLOCK);
    cr_expect_eq(fake_seen(&f, 1, DEVICE_1, ACCESS_1, KEY, "b"), IMP_PASS);
    fake_expect(&f, "inject key as access-1 to device-1: a\n");
    fake_close(&f);
    fake_open(&f, "reflect", "block", "no", NULL);
    cr_expect_eq(fake_seen(&f, 0, DEVICE_2, -1, HELLO, "a"), IMP_PASS, "to a group");
    cr_expect_eq(fake_seen(&f, 1, ACCESS_2, DEVICE_2, KEY, "b"), IMP_PASS);
    fake_expect(&f, "inject hello as access-2 to device-2: a\n"
                    "inject key as device-2 to access-2: b\n");
    fake_close(&f);
}

Test(network, redirect_to_another_of_the_same_role)
{
    struct fake f;
    fake_open(&f, "redirect", "message", "key", NULL);
    cr_expect_eq(fake_seen(&f, 0, ACCESS_1, DEVICE_1, KEY, "a"), IMP_BLOCK);
    cr_expect_eq(fake_seen(&f, 0, DEVICE_1, ACCESS_1, HELLO, "b"), IMP_PASS);
    fake_expect(&f, "inject key as access-1 to device-2: a\n");
    fake_close(&f);
}

Test(network, relay_joins_two_cells)
{
    struct fake f;
    fake_open(&f, "relay", NULL);
    cr_expect_eq(fake_seen(&f, 0, DEVICE_1, ACCESS_1, HELLO, "a"), IMP_BLOCK);
    cr_expect_eq(fake_seen(&f, 1, ACCESS_2, DEVICE_2, KEY, "b"), IMP_BLOCK);
    cr_expect_eq(fake_seen(&f, 2, DEVICE_2, ACCESS_2, HELLO, "c"), IMP_BLOCK);
    cr_expect_eq(fake_seen(&f, 3, ACCESS_1, DEVICE_1, KEY, "d"), IMP_BLOCK);
    fake_expect(&f, "inject hello as device-2 to access-2: a\n"
                    "inject key as access-1 to device-1: b\n");
    fake_close(&f);
    expect_refusal(fake_refusal("relay", 2, "victim", "3", NULL), "device 3");
}

Test(network, parallel_session_copies)
{
    struct fake f;
    fake_open(&f, "parallel-session", "message", "key", NULL);
    cr_expect_eq(fake_seen(&f, 0, DEVICE_1, ACCESS_1, KEY, "a"), IMP_PASS);
    cr_expect_eq(fake_seen(&f, 1, ACCESS_2, DEVICE_2, KEY, "b"), IMP_PASS);
    fake_expect(&f, "inject key as device-2 to access-1: a\n"
                    "inject key as access-2 to device-1: b\n");
    fake_close(&f);
    expect_refusal(fake_refusal("parallel-session", 1, NULL), "two devices");
}

Test(network, downgrade_strips_an_offer)
{
    struct fake f;
    fake_open(&f, "downgrade", "find", "1,2", "replace", "  2", NULL);
    cr_expect_eq(fake_seen(&f, 0, ACCESS_1, DEVICE_1, HELLO, "[1,2]"), IMP_BLOCK);
    cr_expect_eq(fake_seen(&f, 0, ACCESS_1, DEVICE_1, HELLO, "[1, 2]"), IMP_PASS);
    fake_expect(&f, "inject hello as access-1 to device-1: [  2]\n");
    fake_close(&f);
    fake_open(&f, "downgrade", "find", "0x612c", NULL);
    cr_expect_eq(fake_seen(&f, 0, ACCESS_1, DEVICE_1, HELLO, "a,a,b"), IMP_BLOCK);
    fake_expect(&f, "inject hello as access-1 to device-1: b\n");
    fake_close(&f);
    expect_refusal(fake_refusal("downgrade", 1, "find", "", NULL), "find");
    expect_refusal(fake_refusal("downgrade", 1, "find", "0xabc", NULL), "hexadecimal");
    expect_refusal(fake_refusal("downgrade", 1, NULL), "find");
}
