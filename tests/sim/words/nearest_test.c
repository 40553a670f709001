/* SPDX-License-Identifier: GPL-2.0-only */
#include <criterion/criterion.h>

#include "sim/words/nearest.h"

Test(scenario_nearest, distances)
{
    cr_expect_eq(imp_edit_distance("", ""), 0);
    cr_expect_eq(imp_edit_distance("abc", ""), 3);
    cr_expect_eq(imp_edit_distance("devises", "devices"), 1);
    cr_expect_eq(imp_edit_distance("lsos", "loss"), 1); /* swapped neighbours */
    cr_expect_eq(imp_edit_distance("kitten", "sitting"), 3);
    cr_expect_eq(imp_edit_distance("sitting", "kitten"), 3);
}

Test(scenario_nearest, long_names_are_cut)
{
    char a[200], b[200];
    for (size_t i = 0; i < sizeof a; i++)
        a[i] = b[i] = 'x';
    a[199] = b[199] = '\0';
    b[100] = 'y';
    cr_expect_eq(imp_edit_distance(a, b), 0);
}

static const char *nearest(const char *wanted)
{
    static const char *const names[] = {"devices", "distance_m", "loss", "eap-psk", "eap-noob"};
    struct imp_nearest best = {0};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        imp_nearest_offer(&best, wanted, names[i]);
    return best.name ? best.name : "";
}

Test(scenario_nearest, what_was_meant)
{
    cr_expect_str_eq(nearest("devises"), "devices");
    cr_expect_str_eq(nearest("device"), "devices");
    cr_expect_str_eq(nearest("los"), "loss");
    cr_expect_str_eq(nearest("psk"), "eap-psk");
    cr_expect_str_eq(nearest("distance"), "distance_m");
    cr_expect_str_eq(nearest("colour"), "");
    cr_expect_str_eq(nearest(""), "");
}
