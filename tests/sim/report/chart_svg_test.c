/* SPDX-License-Identifier: GPL-2.0-only */
/* A trace as SVG and for mscgen: what is there to be read, and that every tag closes. */
#include "sim/report/chart_svg.h"

#include "sim/report/chart_mscgen.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static void add(json_t *trace, double ms, const char *kind, const char *from, const char *to,
                const char *message, int n)
{
    const char *phase = strcmp(kind, "send") == 0 ? "bootstrapping" : "";
    json_array_append_new(trace, json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:i}", "t",
                                           (json_int_t)(ms * 1e6), "kind", kind, "from", from, "to",
                                           to, "message", message, "phase", phase, "channel", "c",
                                           "n", n, "device", 0));
}

/* A message and its arrival. */
static void pass(json_t *trace, double ms, const char *from, const char *to, const char *message,
                 int n)
{
    add(trace, ms, "send", from, to, message, n);
    add(trace, ms + 1, "receive", "", to, "", n);
}

static char *svg(json_t *trace, const struct imp_chart_view *view,
                 const struct imp_chart_page *page)
{
    char *text = NULL;
    size_t n;
    FILE *f = open_memstream(&text, &n);
    imp_chart_svg(f, trace, view, page);
    fclose(f);
    return text;
}

static char *whole(json_t *trace)
{
    return svg(trace, &(struct imp_chart_view){.device = -1}, &(struct imp_chart_page){.id = "x"});
}

static char *mscgen(json_t *trace)
{
    char *text = NULL;
    size_t n;
    FILE *f = open_memstream(&text, &n);
    imp_chart_mscgen(f, trace, &(struct imp_chart_view){.device = -1});
    fclose(f);
    return text;
}

/* Every tag that opens closes in turn, and no quote of an attribute stays open. */
static void expect_closed(const char *xml)
{
    char open[40][20];
    size_t depth = 0;
    for (const char *p = strchr(xml, '<'); p; p = strchr(p, '<')) {
        const char *end = strchr(p, '>');
        cr_assert_not_null(end, "no end: %.40s", p);
        size_t quotes = 0, name = strcspn(p + 1, " />");
        for (const char *q = p; q < end; q++)
            quotes += *q == '"';
        cr_expect_eq(quotes % 2, 0, "%.80s", p);
        if (p[1] == '/') {
            cr_assert_gt(depth, 0, "%.20s", p);
            depth--;
            cr_expect(strncmp(open[depth], p + 2, strlen(open[depth])) == 0, "%s, %.20s",
                      open[depth], p);
        } else if (p[1] != '?' && end[-1] != '/') {
            cr_assert_lt(depth, 40);
            snprintf(open[depth++], sizeof *open, "%.*s", (int)name, p + 1);
        }
        p = end;
    }
    cr_expect_eq(depth, 0);
}

static size_t count(const char *text, const char *word)
{
    size_t n = 0;
    for (const char *p = text; (p = strstr(p, word)) != NULL; p += strlen(word))
        n++;
    return n;
}

Test(chart_svg, holds_names_times_and_sizes_as_text)
{
    json_t *t = json_array();
    pass(t, 1.5, "device-1", "server", "ClientHello", 105);
    pass(t, 3000, "server", "device-1", "ServerHello", 747);
    char *a = whole(t), *b = whole(t);
    expect_closed(a);
    cr_expect_str_eq(a, b);
    cr_expect_not_null(strstr(a, ">ClientHello</tspan>"), "%s", a);
    cr_expect_not_null(strstr(a, ">0.0015</text>"));
    cr_expect_not_null(strstr(a, ">747</text>"));
    cr_expect_not_null(strstr(a, ">+ 3.00 s</text>"), "a pause is told");
    cr_expect_not_null(strstr(a, "2 messages between device-1 and server"));
    cr_expect_eq(count(a, ">bootstrapping</text>"), 1);
    cr_expect_null(strstr(a, "does not arrive"));
    free(a);
    free(b);
    json_decref(t);
}

Test(chart_svg, escapes_what_xml_and_mscgen_would_take_for_their_own)
{
    json_t *t = json_array();
    pass(t, 1, "device-1", "server", "a<b & \"c\" \\ \x01", 5);
    char *a = svg(t, &(struct imp_chart_view){.device = -1},
                  &(struct imp_chart_page){.title = "<script>\"&"});
    char *m = mscgen(t);
    expect_closed(a);
    cr_expect_not_null(strstr(a, "a&lt;b &amp; &quot;c&quot; \\ ?"), "%s", a);
    cr_expect_null(strstr(a, "<script"));
    cr_expect_not_null(strstr(m, "a<b & \\\"c\\\" \\\\  , 5 octets"), "%s", m);
    free(a);
    free(m);
    json_decref(t);
}

Test(chart_svg, marks_what_the_adversary_does_and_explains_only_that)
{
    json_t *t = json_array();
    add(t, 1, "send", "device-1", "server", "Hello", 10);
    add(t, 1, "inject", "adversary/device-1", "", "Hello", 12);
    add(t, 2, "block", "adversary", "server", "", 10);
    add(t, 3, "receive", "", "server", "", 12);
    char *a = whole(t), *m = mscgen(t);
    expect_closed(a);
    cr_expect_not_null(strstr(a, "Hello, blocked"));
    cr_expect_not_null(strstr(a, "Hello, injected as device-1"));
    cr_expect_not_null(strstr(a, "kept back by the adversary"));
    cr_expect_not_null(strstr(a, "injected by the adversary"));
    cr_expect_null(strstr(a, "out of band"), "no user carried anything");
    cr_expect_not_null(strstr(a, "2 of them touched by an adversary"));
    cr_expect_not_null(strstr(m, "\"device-1\" -x \"adversary\""), "%s", m);
    cr_expect_not_null(strstr(m, "\"adversary\" => \"server\""), "%s", m);
    free(a);
    free(m);
    json_decref(t);
}

Test(chart_svg, tells_retransmissions_from_repetitions_and_pieces)
{
    json_t *t = json_array();
    add(t, 0, "send", "device-1", "server", "Hello", 10); /* lost */
    pass(t, 1000, "device-1", "server", "Hello", 10);     /* again */
    pass(t, 1010, "server", "device-1", "Welcome", 20);   /* something came back */
    pass(t, 2000, "device-1", "server", "Hello", 10);     /* a new one */
    pass(t, 2010, "device-1", "server", "Segment", 30);   /* pieces follow at once */
    pass(t, 2012, "device-1", "server", "Segment", 30);
    char *a = whole(t), *m = mscgen(t);
    expect_closed(a);
    cr_expect_eq(count(a, ">Hello, again</tspan>"), 1, "%s", a);
    cr_expect_eq(count(a, ">Hello, does not arrive</tspan>"), 1);
    cr_expect_eq(count(a, ">Hello</tspan>"), 1);
    cr_expect_eq(count(a, ">Segment</tspan>"), 2);
    cr_expect_not_null(strstr(a, "sent again, since nothing came back"));
    cr_expect_eq(count(m, "\"device-1\" >> \"server\""), 1, "%s", m);
    cr_expect_eq(count(m, "\"device-1\" -x \"server\""), 1, "%s", m);
    free(a);
    free(m);
    json_decref(t);
}

Test(chart_svg, an_answer_to_a_retransmission_is_one)
{
    json_t *t = json_array();
    pass(t, 0, "device-1", "server", "Hello", 10);
    add(t, 10, "send", "server", "device-1", "Welcome", 20); /* lost */
    pass(t, 1000, "device-1", "server", "Hello", 10);
    pass(t, 1010, "server", "device-1", "Welcome", 20);
    char *a = whole(t);
    cr_expect_eq(count(a, ">Hello, again</tspan>"), 1, "%s", a);
    cr_expect_eq(count(a, ">Welcome, again</tspan>"), 1, "%s", a);
    free(a);
    json_decref(t);
}

Test(chart_svg, joins_the_pieces_of_a_stream_and_counts_copies)
{
    json_t *t = json_array();
    add(t, 1, "send", "server", "device-1", "Certificate", 700);
    add(t, 2, "receive", "", "device-1", "", 536);
    add(t, 3, "receive", "", "device-1", "", 164);
    pass(t, 10, "device-1", "server", "Beacon", 21);
    add(t, 12, "receive", "", "server", "", 21);
    add(t, 13, "receive", "", "server", "", 21);
    char *a = whole(t);
    cr_expect_not_null(strstr(a, ">Certificate</tspan>"), "%s", a);
    cr_expect_null(strstr(a, "536"), "pieces are not shown");
    cr_expect_not_null(strstr(a, ">Beacon, arrives 2 times more</tspan>"), "%s", a);
    free(a);
    json_decref(t);
}

Test(chart_svg, several_stand_in_one_page)
{
    json_t *t = json_array();
    add(t, 1, "user", "device-1", "", "press-button", 0);
    struct imp_chart_view view = {.device = -1};
    struct imp_chart_page page = {.title = "one", .id = "run-1", .embedded = true};
    char *a = svg(t, &view, &page);
    expect_closed(a);
    cr_expect_eq(strncmp(a, "<svg ", 5), 0, "%.40s", a);
    cr_expect_not_null(strstr(a, "aria-labelledby=\"run-1-title run-1-desc\""));
    cr_expect_eq(count(a, " id=\""), 2, "%s", a);
    cr_expect_null(strstr(a, "#fff"), "the page's background stays");
    cr_expect_not_null(strstr(a, "user: press-button"));
    free(a);
    json_decref(t);
}

Test(chart_svg, takes_whatever_a_trace_may_hold)
{
    json_t *t = json_array();
    char *a = whole(t), *m = mscgen(t);
    expect_closed(a);
    cr_expect_not_null(strstr(m, "\"nobody\";"));
    free(a);
    free(m);
    json_array_append_new(t, json_object());
    json_array_append_new(t, json_integer(4));
    add(t, 1, "event", "device-1", "", "power-off", 0);
    add(t, 2, "inject", "adversary", "nobody", "?", 1);
    add(t, 3, "send", "server", "", "lost in space", 1);
    for (int i = 0; i < 100; i++)
        add(t, 4 + i, "user", "device-1", "", "press-button", 0);
    a = svg(t, &(struct imp_chart_view){.device = 0, .head = 3, .tail = 2},
            &(struct imp_chart_page){.title = NULL});
    expect_closed(a);
    cr_expect_not_null(strstr(a, "events left out"), "%s", a);
    cr_expect_lt(count(a, "press-button</tspan>"), 6);
    free(a);
    json_decref(t);
}
