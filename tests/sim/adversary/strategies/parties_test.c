/* SPDX-License-Identifier: GPL-2.0-only */
/* Strategies with parties of their own: race, rogue-server, rogue-device, substitute-key,
 * swap-label, photograph-label. */
#include <criterion/criterion.h>
#include <string.h>

#include "fake.h"

Test(parties, race_answers_and_blocks_nothing)
{
    struct fake f;
    fake_open(&f, "race", NULL);
    fake_moment(&f, IMP_MOMENT_START, -1);
    fake_moment(&f, IMP_MOMENT_DEVICE_UP, 0);
    fake_expect(&f, "start own/server\nstart own/access-1\nstart own/access-2\n"
                    "start own/device-1\n");
    cr_expect_eq(fake_seen(&f, 0, DEVICE_1, ACCESS_1, HELLO, "a"), IMP_PASS);
    fake_expect(&f, "feed own/access-1 from device-1: a\n");
    cr_expect_eq(fake_seen(&f, 0, DEVICE_1, -1, HELLO, "b"), IMP_PASS);
    fake_expect(&f, "feed own/access-1 from device-1: b\n");
    fake_own(&f, ACCESS_1, DEVICE_1, KEY, "c");
    fake_expect(&f, "inject key as own/access-1 to device-1: c\n");
    fake_close(&f);
}

Test(parties, without_powers_they_stay_off)
{
    struct fake f;
    fake_open(&f, "race", NULL);
    memset(f.may, 0, sizeof f.may);
    fake_moment(&f, IMP_MOMENT_START, -1);
    fake_moment(&f, IMP_MOMENT_DEVICE_UP, 0);
    fake_expect(&f, "");
    f.may[IMP_LINK_DEVICE][IMP_POWER_INJECT] = true; /* the window opens late */
    fake_moment(&f, IMP_MOMENT_ALL_DONE, -1);
    fake_expect(&f, "start own/server\nstart own/access-1\nstart own/access-2\n"
                    "start own/device-1\nstart own/device-2\n");
    fake_close(&f);
}

Test(parties, rogue_server_plays_the_network_side_only)
{
    struct fake f;
    fake_open(&f, "rogue-server", "block", "yes", NULL);
    fake_moment(&f, IMP_MOMENT_START, -1);
    fake_moment(&f, IMP_MOMENT_DEVICE_UP, 0);
    fake_expect(&f, "start own/server\nstart own/access-1\nstart own/access-2\n");
    cr_expect_eq(fake_seen(&f, 0, DEVICE_1, ACCESS_1, HELLO, "a"), IMP_PASS);
    cr_expect_eq(fake_seen(&f, 0, ACCESS_1, DEVICE_1, KEY, "b"), IMP_BLOCK, "the rival's answer");
    fake_expect(&f, "feed own/access-1 from device-1: a\n");
    fake_close(&f);
}

Test(parties, rogue_device_plays_devices_only)
{
    struct fake f;
    fake_open(&f, "rogue-device", NULL);
    fake_moment(&f, IMP_MOMENT_START, -1);
    fake_moment(&f, IMP_MOMENT_DEVICE_UP, 1);
    fake_expect(&f, "start own/device-2\n");
    cr_expect_eq(fake_seen(&f, 0, DEVICE_2, ACCESS_2, HELLO, "a"), IMP_PASS);
    cr_expect_eq(fake_seen(&f, 0, ACCESS_2, DEVICE_2, KEY, "b"), IMP_PASS);
    fake_expect(&f, "feed own/device-2 from access-2: b\n");
    fake_own(&f, DEVICE_2, ACCESS_2, KEY, "c");
    fake_expect(&f, "inject key as own/device-2 to access-2: c\n");
    fake_close(&f);
}

Test(parties, substitute_key_waits_for_its_own)
{
    struct fake f;
    fake_open(&f, "substitute-key", "message", "key", NULL);
    cr_expect_eq(fake_seen(&f, 0, DEVICE_1, ACCESS_1, HELLO, "h"), IMP_PASS);
    cr_expect_eq(fake_seen(&f, 1, ACCESS_1, DEVICE_1, KEY, "honest"), IMP_BLOCK);
    fake_expect(&f,
                "feed own/access-1 from device-1: h\nfeed own/device-1 from access-1: honest\n");
    fake_own(&f, ACCESS_1, DEVICE_1, HELLO, "not wanted");
    fake_expect(&f, "");
    fake_own(&f, ACCESS_1, DEVICE_1, KEY, "own");
    fake_expect(&f, "inject key as access-1 to device-1: own\n");
    fake_own(&f, DEVICE_1, ACCESS_1, KEY, "own too");
    fake_expect(&f, "");
    cr_expect_eq(fake_seen(&f, 2, DEVICE_1, ACCESS_1, KEY, "honest"), IMP_BLOCK);
    fake_expect(&f, "feed own/access-1 from device-1: honest\n"
                    "inject key as device-1 to access-1: own too\n");
    fake_close(&f);
    cr_expect_not_null(strstr(fake_refusal("substitute-key", 1, NULL), "message"));
}

Test(parties, swap_label_for_its_own)
{
    struct fake f;
    fake_open(&f, "swap-label", NULL);
    f.oob_read = f.oob_write = true;
    cr_expect_eq(fake_oob(&f, 0, "honest"), IMP_BLOCK);
    fake_expect(&f, "feed own/server from nowhere: honest\n");
    fake_own_oob(&f, 0, "own");
    fake_expect(&f, "oob-write label of device-1: own\n");
    f.oob_write = false;
    cr_expect_eq(fake_oob(&f, 0, "honest"), IMP_PASS);
    fake_close(&f);
}

Test(parties, swap_labels_of_two_devices)
{
    struct fake f;
    fake_open(&f, "swap-label", "with", "other", NULL);
    f.oob_write = true;
    fake_moment(&f, IMP_MOMENT_DEVICE_UP, 0);
    cr_expect_eq(fake_oob(&f, 0, "first"), IMP_BLOCK);
    fake_expect(&f, "");
    cr_expect_eq(fake_oob(&f, 1, "second"), IMP_BLOCK);
    fake_expect(&f, "oob-write label of device-2: first\noob-write label of device-1: second\n");
    cr_expect_eq(fake_seen(&f, 0, DEVICE_1, ACCESS_1, KEY, "a"), IMP_PASS);
    fake_close(&f);
    cr_expect_not_null(strstr(fake_refusal("swap-label", 1, "with", "other", NULL), "two devices"));
}

Test(parties, photograph_label_leaves_the_user_alone)
{
    struct fake f;
    fake_open(&f, "photograph-label", NULL);
    f.oob_read = true;
    cr_expect_eq(fake_oob(&f, 0, "seen"), IMP_PASS);
    fake_expect(&f, "feed own/server from nowhere: seen\n");
    cr_expect_eq(fake_seen(&f, 0, DEVICE_1, ACCESS_1, HELLO, "a"), IMP_BLOCK);
    fake_close(&f);
}
