/* SPDX-License-Identifier: GPL-2.0-only */
/* Files of a report: written beside their place and renamed, so that none is half there. */
#include "html.h"
#include "survey.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct file {
    FILE *f;
    const char *path;
    char half[PATH_MAX + 20];
};

static int fail(const struct file *w, char *error, size_t cap)
{
    snprintf(error, cap, "%.300s: cannot be written: %s", w->path, strerror(errno));
    return -1;
}

/* A device or a pipe is written to as it is. */
static int begin(struct file *w, const char *path, char *error, size_t cap)
{
    struct stat st;
    bool plain = stat(path, &st) < 0 || S_ISREG(st.st_mode);
    *w = (struct file){.path = path};
    snprintf(w->half, sizeof w->half, plain ? "%.4000s.half" : "%.4000s", path);
    w->f = fopen(w->half, "we");
    return w->f ? 0 : fail(w, error, cap);
}

static int end(struct file *w, char *error, size_t cap)
{
    bool bad = ferror(w->f), plain = strcmp(w->half, w->path) != 0;
    bad = fclose(w->f) != 0 || bad;
    if (!bad && (!plain || rename(w->half, w->path) == 0))
        return 0;
    fail(w, error, cap);
    if (plain)
        unlink(w->half);
    return -1;
}

/* ---- the page
 * --------------------------------------------------------------------------------------- */
static void head(FILE *f)
{
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
          "'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">\n"
          "<meta name=\"color-scheme\" content=\"light dark\">\n"
          "<link rel=\"icon\" href=\"data:,\">\n"
          "<title>Secure bootstrapping: report of a campaign</title>\n<style>\n",
          f);
    fputs(imp__page_css, f);
    fputs("</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the content</a>\n",
          f);
}

static void banner(FILE *f, const struct imp_report *r)
{
    imp_html(f,
             "<header>\n<h1>Secure bootstrapping: report of a campaign</h1>\n"
             "<p>%zu mechanisms, %zu runs, %zu of them against adversaries, %zu failed as runs. "
             "Made by <em>imprint</em>, which runs the mechanisms with their real octets and "
             "cryptography over simulated networks.</p>\n",
             r->mechanisms, r->runs, r->disturbed, r->failed);
    fputs("<nav aria-label=\"Sections\"><ul>\n"
          "<li><a href=\"#s-summary\">Summary</a></li>\n"
          "<li><a href=\"#s-statistics\">Statistics</a></li>\n"
          "<li><a href=\"#s-comparisons\">Comparisons</a></li>\n"
          "<li><a href=\"#s-figures\">Figures</a></li>\n"
          "<li><a href=\"#s-matrix\">Verdicts</a></li>\n"
          "<li><a href=\"#s-mechanisms\">Mechanisms</a></li>\n"
          "<li><a href=\"#s-tables\">Terms and classes</a></li>\n"
          "<li><a href=\"#s-manifest\">Manifest</a></li>\n"
          "<li><a href=\"#s-citation\">How to cite</a></li>\n"
          "</ul></nav>\n</header>\n<main id=\"main\" tabindex=\"-1\">\n",
          f);
}

/* JSON in a script element must not hold "</script" nor "<!--". */
static void data(FILE *f, const struct imp_report *r)
{
    struct imp_table summary, verdicts;
    char *text = NULL;
    size_t n = 0;
    FILE *m = open_memstream(&text, &n);
    imp_report_summary(&summary, NULL, r);
    imp_report_verdicts(&verdicts, r);
    if (m) {
        fputs("{\"summary\":", m);
        imp_table_json(m, &summary);
        fputs(",\"verdicts\":", m);
        imp_table_json(m, &verdicts);
        fputs("}", m);
        fclose(m);
    }
    fputs("<script type=\"application/json\" id=\"data\">\n", f);
    for (const char *p = text; p && *p; p++)
        if (*p == '<')
            fputs("\\u003c", f);
        else
            fputc(*p, f);
    fputs("\n</script>\n", f);
    free(text);
    imp_table_free(&summary);
    imp_table_free(&verdicts);
}

int imp_report_html(const struct imp_report *r, const struct imp_figures *figures, const char *path,
                    char *error, size_t cap)
{
    struct file w;
    if (begin(&w, path, error, cap) < 0)
        return -1;
    head(w.f);
    banner(w.f, r);
    imp_html_summary(w.f, r);
    imp_html_statistics(w.f, r);
    imp_html_comparisons(w.f, r);
    imp_html_figures(w.f, r, figures);
    imp_html_matrix(w.f, r);
    imp_html_mechanisms(w.f, r);
    imp_html_tables(w.f);
    imp_html_manifest(w.f, r);
    imp_html_citation(w.f, r);
    fputs("</main>\n", w.f);
    data(w.f, r);
    fprintf(w.f, "<script>\n%s</script>\n</body>\n</html>\n", imp__page_js);
    return end(&w, error, cap);
}

/* ---- the tables alone
 * ------------------------------------------------------------------------------- */
static void tables(FILE *f, const struct imp_report *r, imp_table_writer *write)
{
    struct imp_table t;
    imp_report_summary(&t, NULL, r);
    write(f, &t);
    imp_table_free(&t);
    imp_report_spread(&t, r);
    if (t.rows > 0)
        write(f, &t);
    imp_table_free(&t);
    imp_report_differences(&t, r);
    if (t.rows > 0)
        write(f, &t);
    imp_table_free(&t);
    imp_report_verdicts(&t, r);
    if (t.rows > 0)
        write(f, &t);
    imp_table_free(&t);
    imp_survey_terminology(&t, imp_mechanisms);
    write(f, &t);
    imp_table_free(&t);
    imp_survey_classification(&t, imp_mechanisms);
    write(f, &t);
    imp_table_free(&t);
}

int imp_report_markdown(const struct imp_report *r, const char *path, char *error, size_t cap)
{
    struct file w;
    if (begin(&w, path, error, cap) < 0)
        return -1;
    tables(w.f, r, imp_table_markdown);
    return end(&w, error, cap);
}

int imp_report_latex(const struct imp_report *r, const char *path, char *error, size_t cap)
{
    struct file w;
    if (begin(&w, path, error, cap) < 0)
        return -1;
    imp_latex_preamble(w.f);
    tables(w.f, r, imp_table_latex);
    return end(&w, error, cap);
}
