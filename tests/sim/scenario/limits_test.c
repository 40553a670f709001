/* SPDX-License-Identifier: GPL-2.0-only */
/* The child process around a scenario: whatever the file does, the parent gets one sentence. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sim/scenario/scenario.h"

static char error[600];

static json_t *load(const char *source)
{
    *error = '\0';
    return imp_scenario_load_text("dir/f.lua", source, strlen(source), NULL, error, sizeof error);
}

static void refuses(const char *source, const char *start, const char *part)
{
    cr_assert_null(load(source), "%s was taken", source);
    cr_assert_eq(strncmp(error, start, strlen(start)), 0, "\"%s\" does not start with \"%s\"",
                 error, start);
    cr_assert_not_null(strstr(error, part), "\"%s\" lacks \"%s\"", error, part);
    cr_assert_null(strchr(error, '\n'));
}

Test(scenario_child, gives_what_the_file_returns)
{
    json_t *raw = load("return scenario { mechanism = 'x' }");
    cr_assert_not_null(raw, "%s", error);
    cr_assert_eq(json_array_size(raw), 1);
    json_decref(raw);
}

Test(scenario_child, a_pattern_bomb_is_stopped_by_processor_time)
{
    refuses("\nstring.find(('a'):rep(40000), ('a*'):rep(40) .. 'b')",
            "dir/f.lua:2: ", "processor time");
}

Test(scenario_child, an_endless_loop_is_stopped)
{
    refuses("\n\nwhile true do end", "dir/f.lua:3: ", "");
}

Test(scenario_child, a_memory_bomb_is_stopped)
{
    refuses("local t = {}\nfor i = 1, 1e12 do t[i] = ('x'):rep(1e6) end",
            "dir/f.lua:2: ", "more than 2");
}

Test(scenario_child, a_huge_result_is_refused)
{
    refuses("local t = {}\nfor i = 1, 300000 do t[i] = i end\nreturn scenario { x = t }",
            "dir/f.lua:3: ", "more than 200000 values");
}

Test(scenario_child, files_that_cannot_be_read)
{
    cr_assert_null(imp_scenario_load("/nowhere/at/all.lua", error, sizeof error));
    cr_assert_not_null(strstr(error, "/nowhere/at/all.lua: No such file"), "%s", error);
    cr_assert_null(imp_scenario_load("/dev/zero", error, sizeof error));
    cr_assert_not_null(strstr(error, "not a file"), "%s", error);
    cr_assert_null(imp_scenario_load("/", error, sizeof error));
}

Test(scenario_child, leaves_nothing_in_the_parents_streams)
{
    fputs("", stdout); /* a child that flushed the parent's buffers would print them twice */
    json_t *raw = load("return scenario { a = ('x'):rep(300000) }");
    cr_assert_not_null(raw, "%s", error);
    const json_t *keys = json_object_get(json_array_get(raw, 0), "keys");
    cr_assert_eq(strlen(json_string_value(json_object_get(keys, "a"))), 300000);
    json_decref(raw);
}
