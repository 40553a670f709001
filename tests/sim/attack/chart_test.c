/* SPDX-License-Identifier: GPL-2.0-only */
/* A small trace as a chart: lanes, arrows, the adversary's acts. */
#include "sim/report/chart.h"
#include "sim/report/chart_svg.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add(json_t *trace, double ms, const char *kind, const char *from, const char *to,
                const char *message, const char *channel, int n, int device)
{
    json_array_append_new(trace, json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:i}", "t",
                                           (json_int_t)(ms * 1e6), "kind", kind, "from", from, "to",
                                           to, "message", message, "phase", "", "channel", channel,
                                           "n", n, "device", device));
}

/* The device's hello is kept back and replaced; the server's answer arrives. */
static json_t *attacked(void)
{
    json_t *t = json_array();
    add(t, 0, "claim", "server", "", "identity", "x", 0, -1);
    add(t, 1, "send", "device-1", "server", "Hello", "c", 10, 0);
    add(t, 1, "inject", "adversary/device-1", "", "Hello", "c", 12, 0);
    add(t, 2, "block", "adversary", "server", "", "c", 10, 0);
    add(t, 3, "receive", "", "server", "", "c", 12, 0);
    add(t, 4, "send", "server", "device-1", "Welcome", "c", 20, 0);
    add(t, 5, "receive", "", "device-1", "", "c", 20, 0);
    add(t, 6, "claim", "device-1", "", "commit", "x", 32, 0);
    add(t, 6, "claim", "device-1", "", "K", "x", 16, 0);
    return t;
}

static const char *line(const json_t *lines, size_t i)
{
    const char *s = json_string_value(json_array_get(lines, i));
    cr_assert_not_null(s, "no line %zu", i);
    return s;
}

Test(chart, shows_the_adversary_between_its_victims)
{
    json_t *t = attacked();
    struct imp_chart_view view = {.device = -1, .party = "device-1", .claim = "K"};
    json_t *lines = imp_chart_lines(t, &view);
    cr_assert_eq(json_array_size(lines), 5);
    const char *head = line(lines, 0);
    const char *device = strstr(head, "device-1"), *adversary = strstr(head, "adversary"),
               *server = strstr(head, "server");
    cr_assert(device && adversary && server, "%s", head);
    cr_expect(device < adversary && adversary < server, "%s", head);
    cr_expect_eq(line(lines, 1)[0], '#');
    cr_expect_not_null(strstr(line(lines, 1), "x|"), "%s", line(lines, 1));
    cr_expect_not_null(strstr(line(lines, 1), "Hello, 10 octets, blocked"));
    cr_expect_eq(line(lines, 2)[0], '#');
    cr_expect_not_null(strstr(line(lines, 2), ">|"), "%s", line(lines, 2));
    cr_expect_not_null(strstr(line(lines, 2), "Hello, 12 octets, injected as device-1"));
    cr_expect_eq(line(lines, 3)[0], ' ');
    cr_expect_not_null(strstr(line(lines, 3), "|<"));
    cr_expect_eq(line(lines, 4)[0], '!', "%s", line(lines, 4));
    cr_expect_not_null(strstr(line(lines, 4), "device-1 claims x: commit, K"));
    json_decref(lines);
    json_decref(t);
}

Test(chart, says_what_does_not_arrive)
{
    json_t *t = json_array();
    struct imp_chart_view view = {.device = -1};
    add(t, 1, "send", "device-1", "server", "Hello", "c", 10, 0);
    char *text = imp_chart_text(t, &view);
    cr_expect_not_null(strstr(text, "Hello, 10 octets, does not arrive"), "%s", text);
    free(text);
    json_decref(t);
}

/* A phase is named where it begins; what the adversary puts into the out-of-band channel arrives.
 */
Test(chart, phases_begin_and_injected_words_arrive)
{
    static const char *const phases[] = {"discovery", "discovery", "", "bootstrapping"};
    json_t *t = json_array();
    struct imp_chart_view view = {.device = -1};
    for (size_t i = 0; i < sizeof phases / sizeof *phases; i++) {
        add(t, (double)i, "send", "device-1", "server", "Hello", "c", 10 + (int)i, 0);
        json_object_set_new(json_array_get(t, i), "phase", json_string(phases[i]));
    }
    add(t, 9, "inject", "adversary", "server", "out-of-band message", "oob", 16, 0);
    json_t *lines = imp_chart_lines(t, &view);
    cr_assert_eq(json_array_size(lines), 6);
    cr_expect_not_null(strstr(line(lines, 1), "[discovery]"), "%s", line(lines, 1));
    cr_expect_null(strchr(line(lines, 2), '['), "%s", line(lines, 2));
    cr_expect_null(strchr(line(lines, 3), '['), "%s", line(lines, 3));
    cr_expect_not_null(strstr(line(lines, 4), "[bootstrapping]"), "%s", line(lines, 4));
    json_decref(lines);
    char *svg = NULL;
    size_t n;
    FILE *f = open_memstream(&svg, &n);
    cr_assert_not_null(f);
    imp_chart_svg(f, t, &view, &(struct imp_chart_page){.title = NULL});
    fclose(f);
    cr_expect_not_null(strstr(svg, "arrives at 0.009000 s"), "%s", svg);
    free(svg);
    json_decref(t);
}

Test(chart, leaves_out_the_middle_but_not_the_marked_claim)
{
    json_t *t = json_array();
    struct imp_chart_view view = {
        .device = -1, .head = 2, .tail = 1, .party = "device-1", .claim = "K"};
    for (int i = 0; i < 20; i++)
        add(t, i, i == 10 ? "claim" : "user", "device-1", "", "K", "", 0, 0);
    json_t *lines = imp_chart_lines(t, &view);
    /* heading, 2, gap, marked, gap, 1 */
    cr_assert_eq(json_array_size(lines), 7);
    cr_expect_eq(line(lines, 4)[0], '!');
    cr_expect_not_null(strstr(line(lines, 3), "8 events left out"), "%s", line(lines, 3));
    json_decref(lines);
    json_decref(t);
}

Test(chart, sixty_messages_stay_within_their_columns)
{
    json_t *t = json_array();
    struct imp_chart_view view = {.device = -1};
    for (int i = 0; i < 60; i++) {
        const char *from = i % 3 == 0 ? "device-1" : i % 3 == 1 ? "authenticator" : "server";
        const char *to = i % 3 == 0 ? "authenticator" : i % 3 == 1 ? "server" : "authenticator";
        add(t, i, "send", from, to,
            "EAP-NOOB type 2 request (Initial Exchange, negotiation), a very long name", "c", i, 0);
        add(t, i + 0.5, "receive", "", to, "", "c", i, 0);
    }
    char *text = imp_chart_text(t, &view);
    size_t lines = 0;
    for (char *p = text, *end; (end = strchr(p, '\n')) != NULL; p = end + 1, lines++)
        cr_expect_leq(end - p, IMP_CHART_WIDTH, "line %zu has %td columns", lines, end - p);
    cr_expect_gt(lines, 60);
    free(text);
    json_decref(t);
}

Test(chart, takes_whatever_a_trace_may_hold)
{
    json_t *t = json_array();
    struct imp_chart_view view = {.device = 0, .width = 30};
    char *text = imp_chart_text(t, &view);
    cr_expect_not_null(text);
    free(text);
    json_array_append_new(t, json_object());
    json_array_append_new(t, json_integer(4));
    add(t, 1, "event", "device-1", "", "power-off", "", 0, 0);
    add(t, 2, "send", "device-2", "server", "other device", "c", 1, 1);
    add(t, 3, "inject", "adversary", "nobody", "?", "c", 1, 0);
    text = imp_chart_text(t, &view);
    cr_expect_null(strstr(text, "other device"), "%s", text);
    cr_expect_not_null(strstr(text, "power-off"), "%s", text);
    free(text);
    json_decref(t);
}
