/* SPDX-License-Identifier: GPL-2.0-only */
/* Strategies that live on keys, places and guesses: reveal, kci, corrupt, compromised-peer,
 * previous-owner, thief, guess, crack. */
#include <criterion/criterion.h>
#include <string.h>

#include "fake.h"

#define ALWAYS                                                                                     \
    {                                                                                              \
        .when = IMP_WHEN_ALWAYS                                                                    \
    }
#define POST                                                                                       \
    {                                                                                              \
        .when = IMP_WHEN_POST                                                                      \
    }

static void grant(struct fake *f, const char *role, enum imp_reveal what, struct imp_window when)
{
    size_t i = 0;
    while (f->rights.keys[i].role)
        i++;
    f->rights.keys[i] = (struct imp_key_right){role, -1, what, when};
}

Test(keys, revealed_when_their_time_comes)
{
    struct fake f;
    fake_open(&f, "reveal", NULL);
    grant(&f, "device", IMP_REVEAL_LTK, (struct imp_window)POST);
    grant(&f, "server", IMP_REVEAL_SESSION, (struct imp_window)ALWAYS);
    fake_moment(&f, IMP_MOMENT_START, -1);
    fake_expect(&f, "reveal session of server\n");
    fake_moment(&f, IMP_MOMENT_DEVICE_UP, 0);
    fake_expect(&f, "");
    fake_moment(&f, IMP_MOMENT_ALL_DONE, -1);
    fake_expect(&f, "reveal ltk of device-1\nreveal ltk of device-2\nreveal session of server\n");
    fake_close(&f);
}

Test(keys, a_right_names_roles_kinds_and_devices)
{
    struct fake f;
    fake_open(&f, "reveal", NULL);
    grant(&f, "point", IMP_REVEAL_LTK, (struct imp_window){.when = IMP_WHEN_BEFORE});
    f.rights.keys[1] =
        (struct imp_key_right){"*", 1, IMP_REVEAL_PAST, {.when = IMP_WHEN_BETWEEN, .until = 9}};
    fake_moment(&f, IMP_MOMENT_START, -1);
    fake_expect(&f, "reveal ltk of access-1\nreveal ltk of access-2\n");
    fake_moment(&f, IMP_MOMENT_WINDOW, -1);
    fake_expect(&f, "reveal past of device-2\n");
    fake_close(&f);
}

Test(keys, kci_adopts_before_it_plays)
{
    struct fake f;
    fake_open(&f, "kci", NULL);
    grant(&f, "device", IMP_REVEAL_LTK, (struct imp_window)ALWAYS);
    fake_moment(&f, IMP_MOMENT_START, -1);
    fake_expect(&f, "reveal ltk of device-1\nreveal ltk of device-2\nadopt\nstart own/server\n"
                    "start own/access-1\nstart own/access-2\n");
    cr_expect_eq(fake_seen(&f, 0, DEVICE_1, ACCESS_1, HELLO, "a"), IMP_BLOCK);
    fake_expect(&f, "feed own/access-1 from device-1: a\n");
    fake_close(&f);
}

Test(keys, corrupt_goes_on_or_falls_silent)
{
    struct fake f;
    fake_open(&f, "corrupt", "then", "silence", NULL);
    grant(&f, "access", IMP_REVEAL_CORRUPT, (struct imp_window)ALWAYS);
    fake_moment(&f, IMP_MOMENT_START, -1);
    fake_expect(&f, "corrupt access-1\ncorrupt access-2\n");
    cr_expect_eq(fake_seen(&f, 0, ACCESS_1, DEVICE_1, KEY, "a"), IMP_BLOCK);
    cr_expect_eq(fake_seen(&f, 0, DEVICE_1, ACCESS_1, KEY, "b"), IMP_PASS);
    fake_close(&f);
    fake_open(&f, "corrupt", NULL);
    grant(&f, "access", IMP_REVEAL_CORRUPT, (struct imp_window)ALWAYS);
    cr_expect_eq(fake_seen(&f, 0, ACCESS_1, DEVICE_1, KEY, "a"), IMP_PASS);
    fake_close(&f);
}

Test(keys, compromised_peer_shows_what_the_honest_one_shows)
{
    struct fake f;
    fake_open(&f, "compromised-peer", NULL);
    fake_moment(&f, IMP_MOMENT_START, -1);
    fake_expect(&f, "corrupt device-1\n");
    cr_expect_eq(fake_oob(&f, 0, "A"), IMP_BLOCK, "nothing to show yet: the user waits");
    fake_expect(&f, "");
    cr_expect_eq(fake_oob(&f, 1, "B"), IMP_PASS);
    fake_expect(&f, "oob-write label of device-1: B\n");
    cr_expect_eq(fake_oob(&f, 0, "A again"), IMP_BLOCK);
    fake_expect(&f, "oob-write label of device-1: B\n");
    fake_close(&f);
    cr_expect_not_null(strstr(fake_refusal("compromised-peer", 1, NULL), "devices"));
}

Test(keys, previous_owner_comes_back)
{
    struct fake f;
    fake_open(&f, "previous-owner", "return_s", "30", NULL);
    grant(&f, "access", IMP_REVEAL_LTK, (struct imp_window)POST);
    fake_moment(&f, IMP_MOMENT_DEVICE_UP, 0);
    cr_expect_eq(fake_seen(&f, 0, DEVICE_1, ACCESS_1, HELLO, "a"), IMP_PASS);
    fake_expect(&f, "");
    fake_moment(&f, IMP_MOMENT_ALL_DONE, -1);
    fake_expect(&f, "reveal ltk of access-1\nreveal ltk of access-2\nadopt\n");
    fake_pass(&f, 29999);
    fake_expect(&f, "");
    fake_pass(&f, 30000);
    fake_expect(&f, "start own/server\nstart own/access-1\nstart own/access-2\n"
                    "say let-go to own/access-1\nsay let-go to own/access-2\n");
    cr_expect_eq(fake_seen(&f, 30001, DEVICE_1, ACCESS_1, HELLO, "a"), IMP_BLOCK);
    fake_expect(&f, "feed own/access-1 from device-1: a\n");
    fake_close(&f);
}

Test(keys, thief_reads_and_resets)
{
    struct fake f;
    fake_open(&f, "thief", "act", "both", "device", "2", NULL);
    memset(f.may, 0, sizeof f.may);
    fake_moment(&f, IMP_MOMENT_ALL_DONE, -1);
    fake_pass(&f, 60000);
    fake_expect(&f, "memory of device-2\nadopt\ntouch device-2: \n");
    fake_close(&f);
    fake_open(&f, "thief", NULL);
    f.refuses = true;
    fake_moment(&f, IMP_MOMENT_ALL_DONE, -1);
    fake_pass(&f, 60000);
    fake_expect(&f, "memory of device-1\nstart own/server\nstart own/access-1\n"
                    "start own/access-2\nstart own/device-1\nstart own/device-2\n");
    fake_close(&f);
    cr_expect_not_null(strstr(fake_refusal("thief", 1, "device", "2", NULL), "only 1"));
}

Test(keys, guess_tries_one_candidate_after_the_other)
{
    struct fake f;
    fake_open(&f, "guess", "every_s", "10", NULL);
    f.tries = 2;
    fake_moment(&f, IMP_MOMENT_START, -1);
    fake_expect(&f, "start own/server\nstart own/access-1\nstart own/access-2\n");
    fake_moment(&f, IMP_MOMENT_DEVICE_UP, 0);
    fake_expect(&f, "learn 0\nadopt\nstart own/device-1\n");
    cr_expect_eq(fake_seen(&f, 1, DEVICE_1, ACCESS_1, HELLO, "a"), IMP_BLOCK);
    fake_expect(&f, "feed own/access-1 from device-1: a\n");
    f.adopts = 1; /* the second one is right */
    fake_pass(&f, 10001);
    fake_expect(&f, "learn 1\nadopt\nstart own/server\nstart own/access-1\nstart own/access-2\n"
                    "start own/device-1\nstart own/device-2\n");
    fake_pass(&f, 30000); /* no tries are left */
    fake_expect(&f, "");
    cr_expect_eq(fake_seen(&f, 30001, DEVICE_1, ACCESS_1, HELLO, "a"), IMP_PASS);
    fake_close(&f);
    cr_expect_not_null(strstr(fake_refusal("guess", 1, "secret", "puk", NULL), "\"puk\""));
}

Test(keys, crack_takes_part_with_what_it_finds)
{
    struct fake f;
    fake_open(&f, "crack", "then", "impersonate", NULL);
    cr_expect_eq(fake_seen(&f, 0, DEVICE_1, ACCESS_1, HELLO, "a"), IMP_PASS);
    fake_pass(&f, 1000);
    fake_expect(&f, "crack\n");
    f.found = 1;
    cr_expect_eq(fake_seen(&f, 2000, DEVICE_1, ACCESS_1, HELLO, "b"), IMP_PASS);
    fake_pass(&f, 3000);
    fake_expect(&f, "crack\nadopt\nstart own/server\nstart own/access-1\nstart own/access-2\n"
                    "start own/device-1\nstart own/device-2\n");
    cr_expect_eq(fake_seen(&f, 4000, DEVICE_1, ACCESS_1, HELLO, "c"), IMP_BLOCK);
    fake_expect(&f, "feed own/access-1 from device-1: c\n");
    fake_close(&f);
}

Test(keys, crack_that_only_wants_to_know_interferes_with_nothing)
{
    struct fake f;
    fake_open(&f, "crack", NULL);
    f.found = 1;
    cr_expect_eq(fake_seen(&f, 0, DEVICE_1, ACCESS_1, HELLO, "a"), IMP_PASS);
    fake_pass(&f, 10000);
    fake_expect(&f, "");
    fake_close(&f);
}
