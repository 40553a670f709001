/* SPDX-License-Identifier: GPL-2.0-only */
/* What the page and the tables of a report say of stores that are written here. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/report/choose.h"
#include "sim/report/html.h"
#include "sim/report/report.h"
#include "sim/report/survey.h"
#include "tests/sim/report/rows.h"

static char dir[] = "/tmp/imprint-report-XXXXXX";
static char error[700], path[200];
static struct imp_store *store;
static char *text;

static void make(void)
{
    store = rows_open(dir);
    snprintf(path, sizeof path, "%s/page.html", dir);
}

static void drop(void)
{
    free(text);
    rows_close(store, dir);
}

TestSuite(report, .init = make, .fini = drop);

static void read_back(void)
{
    FILE *f = fopen(path, "r");
    size_t n = 0, k;
    char block[4096];
    FILE *m;
    cr_assert_not_null(f);
    free(text);
    m = open_memstream(&text, &n);
    while ((k = fread(block, 1, sizeof block, f)) > 0)
        fwrite(block, 1, k, m);
    fclose(m);
    fclose(f);
}

static void page(void)
{
    static const struct imp_figures none = {.count = 0};
    struct imp_report r;
    cr_assert_eq(imp_report_read(&r, imp_store_db(store), dir, error, sizeof error), 0, "%s",
                 error);
    cr_assert_eq(imp_report_html(&r, &none, path, error, sizeof error), 0, "%s", error);
    imp_report_free(&r);
    read_back();
}

/* The text of a table, written by `write`. */
static void write_table(const struct imp_table *t, imp_table_writer *write)
{
    size_t n;
    free(text);
    FILE *f = open_memstream(&text, &n);
    write(f, t);
    fclose(f);
}

static void expect(const char *part)
{
    cr_expect_not_null(strstr(text, part), "%s", part);
}

static void expect_not(const char *part)
{
    cr_expect_null(strstr(text, part), "%s", part);
}

static void sql(const char *statement)
{
    cr_assert_eq(sqlite3_exec(imp_store_db(store), statement, NULL, NULL, NULL), SQLITE_OK, "%s",
                 sqlite3_errmsg(imp_store_db(store)));
}

/* ---- the page
 * --------------------------------------------------------------------------------------- */
Test(report, undisturbed_runs_have_a_row_and_no_matrix)
{
    rows_put_some(store, "first", "eap-psk", "managed", "none", "holds");
    page();
    expect("data-class=\"managed\" data-survives=\"not tested\"");
    expect("data-v=\"10\">10.00 \u00b1&nbsp;");
    expect("This store holds undisturbed runs only");
    expect("<h3 id=\"m-eap-psk\"");
    expect("Not in this store: bluetooth-mesh");
    expect_not("class=\"matrix\"");
}

Test(report, a_broken_cell_links_to_its_account_and_a_held_one_says_so)
{
    rows_put_some(store, "s", "eap-psk", "managed", "none", "holds");
    rows_put_some(store, "s", "eap-psk", "managed", "race", "broken");
    rows_put_some(store, "s", "eap-psk", "managed", "passive", "holds");
    sql("INSERT INTO verdict VALUES ('s/eap-psk/race/1/0/2', 'g1_secrecy', 'broken',"
        " 'MSK of device-1 is known: <by guess>')");
    page();
    expect("\u2717 broken g1</a>");
    expect("href=\"#a-2\"");
    expect("<details class=\"account\" id=\"a-2\">");
    expect("MSK of device-1 is known: &lt;by guess&gt;.");
    expect("<code>s/eap-psk/race/1/0/2</code>");
    expect("\u2713 holds</span>");
    expect("data-survives=\"passive\"");
}

/* Three of four runs completed; the second mechanism met the same random numbers. */
Test(report, spreads_and_differences_are_told)
{
    rows_put_some(store, "s", "eap-noob", "ad-hoc", "none", "holds");
    rows_put_some(store, "s", "eap-psk", "managed", "none", "holds");
    rows_put_some(store, "s", "eap-psk", "managed", "race", "holds");
    page();
    expect("which say little where fewer than 5 runs completed");
    expect("<th scope=\"col\" class=\"n\">Share (%)</th>");
    expect("<td class=\"n\">3 of 4</td><td class=\"n\">75.0 [30.1, 95.4]</td>");
    expect("<table id=\"differences\">");
    expect("<td>eap-noob </td><td class=\"n\">3 of 4</td><td class=\"n\">0 \u00b1&nbsp;0</td>");
}

Test(report, an_adversary_that_never_acted_is_not_survived)
{
    rows_put_some(store, "s", "eap-psk", "managed", "none", "holds");
    rows_put_some(store, "s", "eap-psk", "managed", "passive", "never-acted");
    page();
    expect("? never acted");
    expect("data-survives=\"none\"");
}

Test(report, texts_of_a_store_are_no_markup)
{
    rows_put_some(store, "</script><b title=\"x\" id='y'>&", "eap-psk", "managed", "none", "holds");
    page();
    expect("&lt;/script&gt;&lt;b title=&quot;x&quot; id=&#39;y&#39;&gt;&amp;");
    expect("\\u003c/script>\\u003cb title=");
    expect_not("</script><b");
}

Test(report, equal_stores_give_equal_pages_without_anything_from_elsewhere)
{
    rows_put_some(store, "s", "duckling", "leap-of-faith", "none", "holds");
    page();
    char *first = text;
    text = NULL;
    page();
    cr_expect_str_eq(first, text);
    expect_not("src=\"http");
    expect_not("<link rel=\"stylesheet\"");
    free(first);
}

Test(report, a_store_without_runs_and_a_place_that_cannot_be_written_are_told)
{
    struct imp_report r;
    static const struct imp_figures none = {.count = 0};
    cr_expect_eq(imp_report_read(&r, imp_store_db(store), dir, error, sizeof error), -1);
    cr_expect_not_null(strstr(error, "no run is in the store yet"), "%s", error);
    rows_put_some(store, "s", "duckling", "leap-of-faith", "none", "holds");
    cr_assert_eq(imp_report_read(&r, imp_store_db(store), dir, error, sizeof error), 0);
    cr_expect_eq(imp_report_html(&r, &none, "/nonexistent/page", error, sizeof error), -1);
    cr_expect_not_null(strstr(error, "/nonexistent/page: cannot be written"), "%s", error);
    imp_report_free(&r);
}

Test(report, a_figure_is_drawn_within_the_page_with_ids_of_its_own)
{
    size_t n;
    FILE *f = fopen(path, "w");
    fputs("<?xml version=\"1.0\"?>\n<svg width=\"9\">\n<title>Gnuplot</title><path id='p0'/>"
          "<use xlink:href='#p0'/><g clip-path=\"url(#c)\"/></svg>\n",
          f);
    fclose(f);
    f = open_memstream(&text, &n);
    cr_expect_eq(imp_html_svg(f, path, "fig-a", "Figure: <a>"), 0);
    cr_expect_eq(imp_html_svg(f, "/nonexistent", "fig-b", "b"), -1);
    fclose(f);
    cr_expect_str_eq(text, "<svg role=\"img\" aria-label=\"Figure: &lt;a&gt;\" width=\"9\">\n"
                           "<path id='fig-a-p0'/><use xlink:href='#fig-a-p0'/>"
                           "<g clip-path=\"url(#fig-a-c)\"/></svg>\n");
}

/* ---- tables
 * ----------------------------------------------------------------------------------------- */
static struct imp_table two_by_two(void)
{
    static const struct imp_table_column columns[] = {{"name", "Name", false},
                                                      {"size", "Size", true}};
    struct imp_table t;
    imp_table_init(&t, "t", "A 100 % table", columns, 2);
    imp_table_add(&t, "a|b_c, \"d\"");
    imp_table_addf(&t, "%d \u00b1 %d", 12, 3);
    imp_table_add(&t, "x\\y&#<$~^{}");
    return t;
}

Test(report, tables_are_written_for_people_and_programs)
{
    struct imp_table t = two_by_two();
    cr_expect_eq(t.rows, 2);
    write_table(&t, imp_table_csv);
    cr_expect_str_eq(text, "name,size\n\"a|b_c, \"\"d\"\"\",12 \u00b1 3\nx\\y&#<$~^{},\n");
    write_table(&t, imp_table_text);
    cr_expect_str_eq(text, "A 100 % table\n\nName           Size\na|b_c, \"d\"   12 \u00b1 3\n"
                           "x\\y&#<$~^{}\n");
    write_table(&t, imp_table_markdown);
    expect("| a\\|b\\_c, \"d\" | 12 \u00b1 3 |\n| x\\\\y&amp;#&lt;$\\~^{} |  |\n");
    write_table(&t, imp_table_latex);
    expect("A 100 \\% table");
    expect("a\\textbar{}b\\_c, \\textquotedbl{}d\\textquotedbl{} & 12 \\ensuremath{\\pm}~3\\\\");
    expect("x\\textbackslash{}y\\&\\#\\textless{}\\$\\textasciitilde{}\\textasciicircum{}\\{\\} "
           "& \\\\");
    imp_table_free(&t);
}

/* Columns have room for their longest pieces; a table that no page is wide enough for is turned. */
Test(report, a_wide_table_is_turned_in_latex)
{
    static const struct imp_table_column columns[] = {{"a", "Abcdefghijklmnopqrstuvwxyz", false},
                                                      {"b", "Abcdefghijklmnopqrstuvwxyz", false},
                                                      {"c", "Abcdefghijklmnopqrstuvwxyz", true},
                                                      {"d", "Abcdefghijklmnopqrstuvwxyz", true}};
    struct imp_table t;
    imp_table_init(&t, "t", "Caption", columns, 2);
    imp_table_add(&t, "one-two");
    imp_table_add(&t, "key=value");
    write_table(&t, imp_table_latex);
    expect("key=\\allowbreak{}value");
    expect_not("landscape");
    imp_table_free(&t);
    imp_table_init(&t, "t", "Caption", columns, 4);
    write_table(&t, imp_table_latex);
    expect("\\begin{landscape}{\\scriptsize");
    expect("\\end{longtable}}\\end{landscape}");
    imp_table_free(&t);
}

Test(report, long_cells_of_a_terminal_are_broken_at_blanks)
{
    static const struct imp_table_column columns[] = {{"a", "A", false}, {"b", "B", false}};
    struct imp_table t;
    imp_table_init(&t, "t", "Caption", columns, 2);
    imp_table_add(&t, "one two three four five six seven, and then ten");
    imp_table_add(&t, "end");
    write_table(&t, imp_table_text);
    cr_expect_str_eq(text, "Caption\n\nA                                   B\n"
                           "one two three four five six seven,  end\nand then ten\n");
    imp_table_free(&t);
}

Test(report, every_mechanism_has_its_terms_and_its_class)
{
    struct imp_table t;
    size_t count = 0;
    while (imp_mechanisms[count])
        count++;
    imp_survey_terminology(&t, imp_mechanisms);
    cr_expect_eq(t.rows, count);
    for (size_t i = 0; i < t.rows; i++)
        cr_expect_str_neq(imp_table_at(&t, i, 3), "-", "%s: bootstrapping", imp_table_at(&t, i, 0));
    imp_table_free(&t);
    imp_survey_classification(&t, imp_mechanisms);
    cr_expect_eq(t.rows, count);
    for (size_t i = 0; i < t.rows; i++)
        for (size_t c = 1; c < t.columns; c++)
            cr_expect_str_neq(imp_table_at(&t, i, c), "-", "%s: %s", imp_table_at(&t, i, 0),
                              t.column[c].key);
    imp_table_free(&t);
}

/* ---- choice
 * ----------------------------------------------------------------------------------------- */
static struct imp_choice choose(const struct imp_wish *wish)
{
    struct imp_report r;
    struct imp_choice c;
    cr_assert_eq(imp_report_read(&r, imp_store_db(store), dir, error, sizeof error), 0, "%s",
                 error);
    imp_choose(&c, &r, wish);
    imp_report_free(&r);
    return c;
}

/* Why a mechanism does not fit; "" when it does. */
static const char *why_not(const struct imp_choice *c, const char *mechanism)
{
    for (size_t i = 0; i < c->others.rows; i++)
        if (strcmp(imp_table_at(&c->others, i, 0), mechanism) == 0)
            return imp_table_at(&c->others, i, 3);
    return "";
}

static void put_three(void)
{
    rows_put(store, &(struct row){"s", "eap-psk", "managed", "wifi", "none", "holds", 0, 1, 12});
    rows_put(store,
             &(struct row){"s", "duckling", "leap-of-faith", "lr-wpan", "none", "holds", 0, 1, 9});
    rows_put(store, &(struct row){"s", "dtls-rpk", "hybrid", "lr-wpan", "none", "holds", 0, 1, 20});
    rows_put(store,
             &(struct row){"s", "duckling", "leap-of-faith", "lr-wpan", "race", "broken", 0, 1, 9});
    rows_put(store, &(struct row){"s", "dtls-rpk", "hybrid", "lr-wpan", "race", "holds", 0, 1, 20});
}

Test(report, what_fits_is_ranked_by_the_measure_that_was_asked_for)
{
    struct imp_wish w = imp_wish_default;
    put_three();
    w.rank = IMP_MEASURE_messages_device;
    struct imp_choice c = choose(&w);
    cr_assert_eq(c.fits.rows, 3);
    cr_expect_str_eq(imp_table_at(&c.fits, 0, 1), "duckling");
    cr_expect_str_eq(imp_table_at(&c.fits, 1, 1), "eap-psk");
    cr_expect_str_eq(imp_table_at(&c.fits, 2, 1), "dtls-rpk");
    cr_expect_str_eq(why_not(&c, "eap-noob"), "not measured");
    imp_choice_free(&c);
}

Test(report, what_does_not_fit_is_told_with_every_reason)
{
    static const char *const adversaries[] = {"race"}, *const nothing[] = {"none"};
    struct imp_wish w = imp_wish_default;
    put_three();
    w.medium = "lr-wpan";
    w.adversaries = (struct imp_wish_words){adversaries, 1, true};
    w.credentials = (struct imp_wish_words){nothing, 1, true};
    struct imp_choice c = choose(&w);
    cr_expect_eq(c.fits.rows, 0);
    cr_expect_str_eq(why_not(&c, "duckling"), "race breaks g1_secrecy");
    cr_expect_not_null(strstr(why_not(&c, "eap-psk"), "measured over wifi; needs credential: psk"));
    cr_expect_not_null(strstr(why_not(&c, "eap-psk"), "; not measured against race"));
    cr_expect_not_null(strstr(why_not(&c, "dtls-rpk"), "needs credential: P-256 key pair"));
    imp_choice_free(&c);
}

Test(report, budgets_and_conditions_count)
{
    struct imp_wish w = imp_wish_default;
    put_three();
    w.user_acts = 1;
    w.energy_mj = 9;
    w.latency_ms = 1499;
    w.loss = 0.1;
    w.devices = 2;
    w.platform = "esp32";
    struct imp_choice c = choose(&w);
    cr_expect_str_eq(why_not(&c, "duckling"),
                     "measured on nrf52840; measured with a loss of 0; measured with 1 device; "
                     "user acts: 2, more than 1; latency: 1500 ms, more than 1499");
    imp_choice_free(&c);
}

Test(report, words_that_no_mechanism_knows_are_told)
{
    static const char *const words[] = {"psk", "IDevID", "none", "ps"};
    cr_expect_null(imp_wish_unknown("credential", &(struct imp_wish_words){words, 3, true}));
    cr_expect_str_eq(imp_wish_unknown("credential", &(struct imp_wish_words){words, 4, true}),
                     "ps");
}
