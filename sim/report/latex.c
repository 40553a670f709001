/* SPDX-License-Identifier: GPL-2.0-only */
/* Tables in LaTeX. */
#include "table.h"

#include <string.h>

#define WIDTH 0.95 /* of the line for text and its columns' gaps */

/* Signs with a meaning of their own, and those beyond ASCII that our tables use. */
static const struct {
    const char *sign, *latex;
} signs[] = {
    {"\\", "\\textbackslash{}"},
    {"{", "\\{"},
    {"}", "\\}"},
    {"$", "\\$"},
    {"&", "\\&"},
    {"%", "\\%"},
    {"#", "\\#"},
    {"_", "\\_"},
    {"~", "\\textasciitilde{}"},
    {"^", "\\textasciicircum{}"},
    {"<", "\\textless{}"},
    {">", "\\textgreater{}"},
    {"|", "\\textbar{}"},
    {"\"", "\\textquotedbl{}"},
    {"[", "{[}"}, /* no argument of \\ or \hline */
    {"]", "{]}"},
    {"-", "{-}"}, /* no dash is made of two, nor a line end of one */
    {"\n", " "},
    {"\r", " "},
    {"\u00b1", "\\ensuremath{\\pm}"},
    {"\u00d7", "\\ensuremath{\\times}"},
    {"\u2264", "\\ensuremath{\\leq}"},
    {"\u2265", "\\ensuremath{\\geq}"},
    {"\u2212", "\\ensuremath{-}"},
    {"\u00b5", "\\textmu{}"},
    {"\u2026", "\\ldots{}"},
};

void imp_latex_text(FILE *f, const char *text)
{
    while (*text) {
        size_t i = 0, count = sizeof signs / sizeof *signs;
        while (i < count && strncmp(text, signs[i].sign, strlen(signs[i].sign)) != 0)
            i++;
        if (i < count) {
            fputs(signs[i].latex, f);
            text += strlen(signs[i].sign);
        } else {
            if ((unsigned char)*text >= ' ')
                fputc(*text, f);
            text++;
        }
    }
}

void imp_latex_preamble(FILE *f)
{
    fputs("% Needs in the preamble: \\usepackage[T1]{fontenc} "
          "\\usepackage{textcomp,longtable,array}\n",
          f);
}

/* Longest cell, between 6 and 40 signs: how much of the line a column may have. */
static size_t share(const struct imp_table *t, size_t c)
{
    size_t longest = strlen(t->column[c].title);
    for (size_t r = 0; r < t->rows; r++) {
        size_t n = strlen(imp_table_at(t, r, c));
        longest = n > longest ? n : longest;
    }
    return longest < 6 ? 6 : longest > 40 ? 40 : longest;
}

static void columns(FILE *f, const struct imp_table *t)
{
    size_t all = 0;
    for (size_t c = 0; c < t->columns; c++)
        all += share(t, c);
    for (size_t c = 0; c < t->columns; c++)
        fprintf(f, ">{%s\\arraybackslash\\hspace{0pt}}p{\\dimexpr %.3f\\linewidth-2\\tabcolsep}\n",
                t->column[c].number ? "\\raggedleft" : "\\raggedright",
                WIDTH * (double)share(t, c) / (double)all);
}

void imp_table_latex(FILE *f, const struct imp_table *t)
{
    fputs("\n{\\footnotesize\\setlength{\\tabcolsep}{2pt}\n\\begin{longtable}{", f);
    columns(f, t);
    fputs("}\n\\caption{", f);
    imp_latex_text(f, t->caption);
    fprintf(f, ".}\\label{tab:imprint-%s}\\\\\n\\hline\n", t->id);
    for (size_t c = 0; c < t->columns; c++) {
        fputs(c ? " & " : "", f);
        imp_latex_text(f, t->column[c].title);
    }
    fputs("\\\\\n\\hline\n\\endhead\n\\hline\n\\endfoot\n", f);
    for (size_t r = 0; r < t->rows; r++) {
        for (size_t c = 0; c < t->columns; c++) {
            fputs(c ? " & " : "", f);
            imp_latex_text(f, imp_table_at(t, r, c));
        }
        fputs("\\\\\n", f);
    }
    fputs("\\end{longtable}}\n", f);
}
