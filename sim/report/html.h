/* SPDX-License-Identifier: GPL-2.0-only */
/* html.h - the parts of the report's page. Within sim/report. */
#ifndef IMPRINT_HTML_H
#define IMPRINT_HTML_H

#include "report.h"
#include "table.h"

/* Text with its markup signs escaped; control characters become U+FFFD. */
void imp_html_text(FILE *f, const char *text);

/* printf for markup: texts of %s are escaped; %zu is known beside it, nothing else. */
void imp_html(FILE *f, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A name made fit for an id: letters, digits and hyphens. */
void imp_html_id(FILE *f, const char *name);

/* Opens and closes a region that scrolls by itself, also by keys, under the name `label`. */
void imp_html_scroll(FILE *f, const char *label);
void imp_html_scroll_end(FILE *f);

/* A table under its caption, heads of columns and rows marked. `linked`: first cells link to the
 * sections of mechanisms. */
void imp_html_table(FILE *f, const struct imp_table *t, bool linked);

/* An SVG file's drawing within the page, its ids made the figure's own. Returns 0, or -1 when it
 * cannot be read or is none. */
int imp_html_svg(FILE *f, const char *path, const char *id, const char *label);

/* ---- sections, in the page's order
 * ------------------------------------------------------------------- */
void imp_html_summary(FILE *f, const struct imp_report *r);
void imp_html_tables(FILE *f); /* terminology, classification */
void imp_html_mechanisms(FILE *f, const struct imp_report *r);
void imp_html_statistics(FILE *f, const struct imp_report *r);
void imp_html_comparisons(FILE *f, const struct imp_report *r);
void imp_html_figures(FILE *f, const struct imp_report *r, const struct imp_figures *figures);
void imp_html_matrix(FILE *f, const struct imp_report *r);
void imp_html_account(FILE *f, const struct imp_report *r, size_t group);
void imp_html_manifest(FILE *f, const struct imp_report *r);
void imp_html_citation(FILE *f, const struct imp_report *r);

/* ---- files that the build embeds
 * --------------------------------------------------------------------- */
extern const char imp__page_css[], imp__page_js[], imp__citation[];

#endif
