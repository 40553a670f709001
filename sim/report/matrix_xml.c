/* SPDX-License-Identifier: GPL-2.0-only */
/* The matrix as JUnit XML and as a heat map in SVG. */
#include "matrix.h"

#include "sim/adversary/rights.h"
#include "xml.h"

#include <string.h>

static void attribute(FILE *f, const char *name, const char *text)
{
    fprintf(f, " %s=\"", name);
    imp_xml_text(f, text);
    fputc('"', f);
}

/* ---- JUnit
 * ------------------------------------------------------------------------------------------- */
static void junit_case(FILE *f, const struct imp_cell *c)
{
    const struct imp_expected *r = c->row;
    char name[300], class[800], found[200], message[400];
    snprintf(name, sizeof name, "%s against %s%s", imp_cell_goal(c), r->adversary,
             r->line ? "" : " (flaw table)");
    snprintf(class, sizeof class, "%s.%s", r->mechanism, r->variant);
    imp_cell_found(found, sizeof found, c);
    snprintf(message, sizeof message, "expected %s, found %s", imp_verdict_name(r->expected),
             found);
    fputs("    <testcase", f);
    attribute(f, "classname", class);
    attribute(f, "name", name);
    if (c->agrees) {
        fputs("/>\n", f);
        return;
    }
    const char *kind = c->found.missing ? "error" : "failure";
    fprintf(f, ">\n      <%s", kind);
    attribute(f, "message", message);
    fputs(" type=\"verdict\">why: ", f);
    imp_xml_text(f, c->why);
    fputs("\nexpected because: ", f);
    imp_xml_text(f, r->reason);
    fputs("\nsource: ", f);
    imp_xml_text(f, r->source);
    fputs("\nrun: ", f);
    imp_xml_text(f, *c->key ? c->key : "(none)");
    fprintf(f, "\n      </%s>\n    </testcase>\n", kind);
}

static void counts(FILE *f, size_t tests, size_t failures, size_t errors)
{
    fprintf(f, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\"", tests, failures, errors);
}

/* One suite a mechanism; `from` is its first cell. */
static void junit_suite(FILE *f, const struct imp_matrix *m, const char *mechanism)
{
    size_t tests = 0, failures = 0, errors = 0;
    for (size_t i = 0; i < m->count; i++) {
        const struct imp_cell *c = &m->cell[i];
        if (strcmp(c->row->mechanism, mechanism) != 0)
            continue;
        tests++;
        errors += !c->agrees && c->found.missing;
        failures += !c->agrees && !c->found.missing;
    }
    fputs("  <testsuite", f);
    attribute(f, "name", mechanism);
    counts(f, tests, failures, errors);
    fputs(">\n", f);
    for (size_t i = 0; i < m->count; i++)
        if (strcmp(m->cell[i].row->mechanism, mechanism) == 0)
            junit_case(f, &m->cell[i]);
    fputs("  </testsuite>\n", f);
}

static bool appeared_before(const struct imp_matrix *m, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (strcmp(m->cell[i].row->mechanism, m->cell[at].row->mechanism) == 0)
            return true;
    return false;
}

void imp_matrix_junit(FILE *f, const struct imp_matrix *m)
{
    size_t errors = 0;
    for (size_t i = 0; i < m->count; i++)
        errors += !m->cell[i].agrees && m->cell[i].found.missing;
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"imprint attack\"", f);
    counts(f, m->count, m->differing - errors, errors);
    fputs(">\n", f);
    for (size_t i = 0; i < m->count; i++)
        if (!appeared_before(m, i))
            junit_suite(f, m, m->cell[i].row->mechanism);
    fputs("</testsuites>\n", f);
}

/* ---- SVG
 * --------------------------------------------------------------------------------------------- */
enum {             /* pixels */
       BOX = 22,   /* one goal */
       GAP = 10,   /* between adversaries */
       LEFT = 470, /* where the first column begins */
       TOP = 170,  /* where the first row begins */
       LINE = BOX + 4,
       FOOT = 150,
};

/* Light and dark apart, so that grey prints and every kind of colour vision tell them (Okabe and
 * Ito's blue and vermilion, lightened and darkened); the symbol says it a third time. */
static const struct look {
    char symbol;
    const char *fill, *ink, *word;
} looks[] = {
    {'+', "#cfe8f6", "#000000", "holds"},          {'!', "#a13d00", "#ffffff", "broken"},
    {'~', "#e69f00", "#000000", "seeds differ"},   {'?', "#f0e442", "#000000", "never acted"},
    {'-', "#ffffff", "#000000", "not applicable"}, {'x', "#595959", "#ffffff", "no result"},
};

/* Width of one adversary's column. */
static int place(const struct imp_grid *g)
{
    return BOX * g->goals + GAP;
}

static const struct look *look_of(char symbol)
{
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++)
        if (looks[i].symbol == symbol)
            return &looks[i];
    return &looks[4];
}

static void text_at(FILE *f, int x, int y, const char *rest, const char *text)
{
    fprintf(f, "<text x=\"%d\" y=\"%d\"%s>", x, y, rest);
    imp_xml_text(f, text);
    fputs("</text>\n", f);
}

static void box(FILE *f, int x, int y, char symbol, bool differs)
{
    const struct look *k = look_of(symbol);
    char ink[80], text[2] = {symbol == '-' ? '-' : symbol, '\0'};
    fprintf(f,
            "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\" stroke=\"#000000\" "
            "stroke-width=\"%s\"/>\n",
            x + 1, y + 1, BOX - 2, BOX - 2, k->fill, differs ? "3" : "0.5");
    snprintf(ink, sizeof ink, " fill=\"%s\" text-anchor=\"middle\" font-weight=\"bold\"", k->ink);
    text_at(f, x + BOX / 2, y + BOX / 2 + 5, ink, text);
}

static void svg_cell(FILE *f, const struct imp_cell *c, int x, int y)
{
    char found[200], title[1200];
    imp_cell_found(found, sizeof found, c);
    snprintf(title, sizeof title, "%s, %s, against %s: %s: expected %s, found %s: %s",
             c->row->mechanism, c->row->variant, c->row->adversary, imp_cell_goal(c),
             imp_verdict_name(c->row->expected), found, c->why);
    fputs("<g><title>", f);
    imp_xml_text(f, title);
    fputs("</title>\n", f);
    box(f, x, y, imp_cell_symbol(c), !c->agrees);
    fputs("</g>\n", f);
}

static void svg_row(FILE *f, const struct imp_grid *g, const struct imp_matrix *m, size_t row,
                    int y)
{
    text_at(f, LEFT - 10, y + BOX / 2 + 5, " text-anchor=\"end\"", g->first[row]->row->variant);
    for (size_t k = 0; k < g->columns; k++)
        for (int i = 0; i < g->goals; i++) {
            const struct imp_cell *c = imp_grid_at(g, m, row, k, g->goal[i]);
            if (c)
                svg_cell(f, c, LEFT + (int)k * place(g) + i * BOX, y);
        }
}

static void svg_heading(FILE *f, const struct imp_grid *g)
{
    for (size_t k = 0; k < g->columns; k++) {
        int x = LEFT + (int)k * place(g);
        char turn[80];
        snprintf(turn, sizeof turn, " transform=\"rotate(-35 %d %d)\"", x + BOX, TOP - 26);
        text_at(f, x + BOX, TOP - 26, turn, g->adversary[k]);
        for (int i = 0; i < g->goals; i++) {
            char name[8];
            const char *full = imp_goal_name(g->goal[i]);
            snprintf(name, sizeof name, "%.*s", (int)strcspn(full, "_"), full);
            text_at(f, x + i * BOX + BOX / 2, TOP - 8, " text-anchor=\"middle\" font-size=\"10\"",
                    name);
        }
    }
}

static void svg_legend(FILE *f, const struct imp_grid *g, int y)
{
    int x = 20;
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
        box(f, x, y, looks[i].symbol, false);
        text_at(f, x + BOX + 6, y + BOX / 2 + 5, "", looks[i].word);
        x += 150;
    }
    text_at(f, 20, y + 50, "", "Thick border: not as expected. Empty: no expectation.");
    x = 20;
    for (int i = 0; i < g->goals; i++)
        text_at(f, x + i % 8 * 150, y + 74 + i / 8 * 20, "", imp_goal_name(g->goal[i]));
}

static int svg_height(const struct imp_grid *g)
{
    int mechanisms = 0;
    for (size_t i = 0; i < g->rows; i++)
        mechanisms +=
            i == 0 || strcmp(g->first[i]->row->mechanism, g->first[i - 1]->row->mechanism) != 0;
    return TOP + LINE * ((int)g->rows + mechanisms) + FOOT;
}

void imp_matrix_svg(FILE *f, const struct imp_matrix *m)
{
    struct imp_grid g = imp_grid_make(m);
    int width = LEFT + (int)g.columns * place(&g) + 160, height = svg_height(&g), y = TOP;
    const char *mechanism = "";
    if (width < 960)
        width = 960;
    fprintf(f,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
            "viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"t d\" "
            "font-family=\"sans-serif\" font-size=\"13\">\n"
            "<title id=\"t\">Verdicts: mechanism variants against adversaries</title>\n"
            "<desc id=\"d\">%zu cells, %zu as expected, %zu differ. Each cell carries a symbol: "
            "+ holds, ! broken.</desc>\n<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>\n",
            width, height, width, height, m->count, m->agreeing, m->differing, width, height);
    svg_heading(f, &g);
    for (size_t i = 0; i < g.rows; i++, y += LINE) {
        if (strcmp(g.first[i]->row->mechanism, mechanism) != 0) {
            mechanism = g.first[i]->row->mechanism;
            text_at(f, 10, y + BOX / 2 + 5, " font-weight=\"bold\"", mechanism);
            y += LINE;
        }
        svg_row(f, &g, m, i, y);
    }
    svg_legend(f, &g, y + 20);
    fputs("</svg>\n", f);
    imp_grid_free(&g);
}
