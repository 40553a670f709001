/* SPDX-License-Identifier: GPL-2.0-only */
/* Drawings within the page. An id is unique in a page, so each gets its figure's name before it. */
#include "html.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static char *read_text(const char *path)
{
    char *text = NULL;
    size_t n = 0;
    FILE *in = fopen(path, "re"), *m = in ? open_memstream(&text, &n) : NULL;
    char block[1 << 14];
    if (m) {
        for (size_t k; (k = fread(block, 1, sizeof block, in)) > 0;)
            fwrite(block, 1, k, m);
        fclose(m);
    }
    if (in)
        fclose(in);
    return text;
}

/* Where an id begins, if `p` is an attribute that names or refers to one; else 0. */
static size_t before_id(const char *p)
{
    static const char *const forms[] = {" id='",    " id=\"", "\tid='", "\tid=\"", "href='#",
                                        "href=\"#", "url(#",  "url('#", "url(\"#"};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (strncmp(p, forms[i], strlen(forms[i])) == 0)
            return strlen(forms[i]);
    return 0;
}

/* Octets of an element without meaning for readers: gnuplot's titles name its own objects. */
static size_t skipped(const char *p)
{
    static const char *const names[] = {"title", "desc"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char begin[20], end[20];
        snprintf(begin, sizeof begin, "<%s>", names[i]);
        snprintf(end, sizeof end, "</%s>", names[i]);
        const char *stop = strncmp(p, begin, strlen(begin)) == 0 ? strstr(p, end) : NULL;
        if (stop)
            return (size_t)(stop - p) + strlen(end);
    }
    return 0;
}

int imp_html_svg(FILE *f, const char *path, const char *id, const char *label)
{
    char *text = read_text(path);
    const char *p = text ? strstr(text, "<svg") : NULL;
    if (p) {
        imp_html(f, "<svg role=\"img\" aria-label=\"%s\"", label);
        for (p += 4; *p;) {
            size_t skip = skipped(p), n = skip ? 0 : before_id(p);
            if (skip) {
                p += skip;
            } else if (n) {
                fprintf(f, "%.*s%s-", (int)n, p, id);
                p += n;
            } else {
                fputc(*p++, f);
            }
        }
    }
    int status = text && strstr(text, "<svg") ? 0 : -1;
    free(text);
    return status;
}

/* ---- the figures that were drawn
 * -------------------------------------------------------------------- */
static void figure(FILE *f, const char *dir, const char *name)
{
    char path[PATH_MAX], id[100], label[120];
    snprintf(path, sizeof path, "%s/plots/%s.svg", dir, name);
    snprintf(id, sizeof id, "fig-%.80s", name);
    snprintf(label, sizeof label, "Figure: %.80s", name);
    for (char *p = id; *p; p++)
        *p = *p == '_' ? '-' : *p;
    for (char *p = label; *p; p++)
        *p = *p == '_' ? ' ' : *p;
    imp_html(f, "<figure id=\"%s\">\n", id);
    imp_html_scroll(f, label);
    imp_html_svg(f, path, id, label);
    imp_html_scroll_end(f);
    imp_html(f, "<figcaption>%s.</figcaption>\n</figure>\n", label);
}

void imp_html_figures(FILE *f, const struct imp_report *r, const struct imp_figures *figures)
{
    size_t missing = 0;
    fputs("<section id=\"s-figures\" aria-labelledby=\"h-figures\">\n"
          "<h2 id=\"h-figures\">Figures</h2>\n",
          f);
    for (size_t i = 0; i < figures->count; i++) {
        const struct imp_figure *g = &figures->figure[i];
        if (*g->why_not)
            missing++;
        else if (strcmp(g->name, "verdicts") != 0) /* the page has the matrix itself */
            figure(f, r->dir, g->name);
    }
    if (missing)
        fputs("<p>Not drawn:</p>\n<ul>\n", f);
    for (size_t i = 0; i < figures->count; i++)
        if (*figures->figure[i].why_not)
            imp_html(f, "<li>%s: %s</li>\n", figures->figure[i].name, figures->figure[i].why_not);
    fputs(missing ? "</ul>\n</section>\n" : "</section>\n", f);
}
