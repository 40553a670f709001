/* SPDX-License-Identifier: GPL-2.0-only */
/* What a scenario may say, and how it comes back. */
#include <criterion/criterion.h>
#include <string.h>

#include "sim/scenario/scenario.h"

static char error[400];
static int line;

static json_t *evaluate(const char *source)
{
    const struct imp_sandbox_limits limits = {.memory = 64 << 20, .instructions = 2000000};
    *error = '\0';
    return imp_scenario_evaluate(source, strlen(source), &limits, &line, error, sizeof error);
}

static void gives(const char *source, const char *json)
{
    json_t *raw = evaluate(source), *expected = json_loads(json, 0, NULL);
    cr_assert_not_null(raw, "%s: %s", source, error);
    char *text = json_dumps(raw, JSON_COMPACT | JSON_SORT_KEYS);
    cr_assert(json_equal(raw, expected), "%s gives %s, not %s", source, text, json);
    free(text);
    json_decref(raw);
    json_decref(expected);
}

static void refuses(const char *source, int at, const char *part)
{
    json_t *raw = evaluate(source);
    cr_assert_null(raw, "%s was taken", source);
    cr_assert_not_null(strstr(error, part), "%s: \"%s\" lacks \"%s\"", source, error, part);
    cr_assert_eq(line, at, "%s: line %d, not %d (%s)", source, line, at, error);
    cr_assert_null(strpbrk(error, "\n\r\t\033"), "%s: more than a line: %s", source, error);
}

Test(scenario_evaluate, one_scenario_knows_its_line)
{
    gives("\n\nreturn scenario { mechanism = 'eap-psk', devices = 3, loss = 0.5 }",
          "[{\"line\":3,\"keys\":{\"mechanism\":\"eap-psk\",\"devices\":3,\"loss\":0.5}}]");
}

Test(scenario_evaluate, whole_numbers_are_integers)
{
    gives("return scenario { a = 3.0, b = 2^40, c = -1 }",
          "[{\"line\":1,\"keys\":{\"a\":3,\"b\":1099511627776,\"c\":-1}}]");
}

Test(scenario_evaluate, lists_sweeps_and_changed_adversaries)
{
    gives("local l = {}\nfor i = 1, 2 do l[i] = scenario { n = i } end\nreturn l",
          "[{\"line\":2,\"keys\":{\"n\":1}},{\"line\":2,\"keys\":{\"n\":2}}]");
    gives("return scenario { loss = sweep { 0, 0.5 }, adversary = mitm { oob = { 'read' } } }",
          "[{\"line\":1,\"keys\":{\"loss\":{\"$sweep\":[0,0.5]},"
          "\"adversary\":{\"$mitm\":{\"oob\":[\"read\"]}}}}]");
}

Test(scenario_evaluate, pairs_goes_in_order)
{
    gives("local s = '' for k in pairs { zeta = 1, alpha = 1, [10] = 1, [2] = 1, mid = 1 } do "
          "s = s .. tostring(k) .. ' ' end return scenario { s = s }",
          "[{\"line\":1,\"keys\":{\"s\":\"2 10 alpha mid zeta \"}}]");
}

Test(scenario_evaluate, sort_is_stable)
{
    gives("local t = {} for i = 1, 300 do t[i] = { i % 3, i } end "
          "table.sort(t, function(a, b) return a[1] < b[1] end) "
          "local ok = true for i = 2, 300 do local a, b = t[i - 1], t[i] "
          "ok = ok and (a[1] < b[1] or (a[1] == b[1] and a[2] < b[2])) end "
          "local n = { 3, 1, 2 } table.sort(n) "
          "return scenario { ok = ok, n = n }",
          "[{\"line\":1,\"keys\":{\"ok\":true,\"n\":[1,2,3]}}]");
}

Test(scenario_evaluate, no_addresses)
{
    gives("return scenario { a = tostring({}), b = tostring(ipairs), c = tostring(1.5) }",
          "[{\"line\":1,\"keys\":{\"a\":\"table\",\"b\":\"function\",\"c\":\"1.5\"}}]");
}

Test(scenario_evaluate, nothing_dangerous_is_there)
{
    static const char *const names[] = {"os",           "io",      "load",          "loadfile",
                                        "dofile",       "require", "debug",         "package",
                                        "print",        "pcall",   "coroutine",     "getmetatable",
                                        "setmetatable", "next",    "collectgarbage"};
    char source[80];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(source, sizeof source, "\nlocal x = %s", names[i]);
        refuses(source, 2, "is not available in a scenario");
    }
    refuses("return scenario { x = string.dump(function() end) }", 1, "nil value");
    refuses("return scenario { x = math.random() }", 1, "nil value");
    refuses("return scenario { x = string.format('%p', {}) }", 1, "not available");
    refuses("return scenario { x = ('%s'):format({}) }", 1, "table");
    refuses("\x1bLua", 0, "");
}

Test(scenario_evaluate, slips_are_told_with_their_line)
{
    refuses("return scenario { mechanism = ", 1, "near <eof>");
    refuses("\n\nscenaro { }", 3, "did you mean \"scenario\"?");
    refuses("local x = 1\nerror('my own words')", 2, "my own words");
    refuses("error({})", 1, "without a text");
    refuses("error('two\\nlines\\27[31m')", 1, "two lines");
    refuses("x = 1", 0, "returns no scenario");
    refuses("return 7", 0, "returns no scenario");
    refuses("return { 1 }", 0, "entry 1");
    refuses("\nreturn scenario { 'eap-psk' }", 2, "named entries");
    refuses("return scenario { f = function() end }", 1, "function");
    refuses("return scenario { x = 1/0 }", 1, "infinite");
    refuses("return scenario { x = '\\xff' }", 1, "UTF-8");
    refuses("return scenario { loss = sweep {} }", 1, "at least one value");
    refuses("local t = {} t.t = t return scenario(t)", 1, "nested");
}

Test(scenario_evaluate, endless_programs_end)
{
    refuses("while true do end", 1, "does not end");
    refuses("local function f() return f() end f()", 1, "does not end");
    refuses("local function f() return 1 + f() end f()", 1, "memory");
}

Test(scenario_evaluate, memory_is_limited)
{
    refuses("local t = {}\nfor i = 1, 1e12 do t[i] = ('x'):rep(1e6) end", 2, "64 MiB");
    refuses("\nlocal s = ('x'):rep(1e9)", 2, "64 MiB");
}

/* ---- together, functions, where
 * ------------------------------------------------------------------ */
Test(scenario_derive, lists_may_advance_together)
{
    gives("return scenario { a = together('x', { 1, 2 }), b = { c = together('x', { 3, 4 }) } }",
          "[{\"line\":1,\"keys\":{\"a\":{\"$sweep\":[1,2],\"$with\":\"x\"},"
          "\"b\":{\"c\":{\"$sweep\":[3,4],\"$with\":\"x\"}}}}]");
    gives("return scenario { a = together('x', { 1, 2 }), b = { c = together('x', { 3, 4 }) },"
          " d = sweep { 5, 6 }, e = function(p) return p.a + p.b.c + p.d end }",
          "[{\"line\":1,\"keys\":{\"a\":1,\"b\":{\"c\":3},\"d\":5,\"e\":9}},"
          "{\"line\":1,\"keys\":{\"a\":1,\"b\":{\"c\":3},\"d\":6,\"e\":10}},"
          "{\"line\":1,\"keys\":{\"a\":2,\"b\":{\"c\":4},\"d\":5,\"e\":11}},"
          "{\"line\":1,\"keys\":{\"a\":2,\"b\":{\"c\":4},\"d\":6,\"e\":12}}]");
}

Test(scenario_derive, values_are_derived_and_combinations_chosen)
{
    gives("local n = { 10, 20 }\n"
          "return scenario { a = sweep { 1, 2 }, o = { b = function(p) return n[p.a] end },\n"
          " where = function(p) return p.o.b > 10 end }",
          "[{\"line\":2,\"keys\":{\"a\":2,\"o\":{\"b\":20}}}]");
    gives("return { scenario { a = sweep { 1, 2 } }, scenario { a = function() return {} end } }",
          "[{\"line\":1,\"keys\":{\"a\":{\"$sweep\":[1,2]}}},{\"line\":1,\"keys\":{\"a\":{}}}]");
}

Test(scenario_derive, faults_are_told_with_their_line)
{
    refuses("return scenario { a = sweep { 1 },\n b = function(p) return p.c + 1 end }", 2,
            "arithmetic on a nil value");
    refuses("\nreturn scenario { a = sweep { 1, 2 },\n where = function(p) return p.a > 2 end }", 2,
            "holds for none of 2 combinations");
    refuses("return scenario { a = together('x', { 1, 2 }), b = together('x', { 1 }),"
            " c = function() return 1 end }",
            1, "together \"x\": its lists have from 1 to 2 values");
    refuses("return scenario { a = function() return print end }", 1, "\"print\" is not available");
    refuses("return scenario { a = function() return function() end end }", 1,
            "a: the function gives another function");
    refuses("return scenario { a = function() while true do end end }", 1, "does not end");
    refuses("return scenario { c = function() return print end, b = function() return 1 end,"
            " a = function() return function() end end, d = function() error('d') end }",
            1, "a: the function gives another function");
    refuses("return scenario { a = together({ 1 }) }", 1, "string expected");
    refuses("return scenario { a = together('x', {}) }", 1, "at least one value");
}
