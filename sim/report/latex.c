/* SPDX-License-Identifier: GPL-2.0-only */
/* Tables in LaTeX. */
#include "table.h"

#include "show_grid.h"

#include <string.h>

#define WIDTH 0.95  /* of the line for text and its columns' gaps */
#define PORTRAIT 80 /* characters of \scriptsize that the line of an article has */
#define LONG 40     /* characters beyond which a column grows no more */

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
    {"=", "=\\allowbreak{}"},
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
    {"\u00b1 ", "\\ensuremath{\\pm}~"}, /* an interval stays with its sign */
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
          "\\usepackage{textcomp,longtable,array,lscape}\n",
          f);
}

/* ---- widths
 * ------------------------------------------------------------------------------------------ */
/* Characters of the longest piece between places where a line may break. */
static size_t longest_piece(const char *text)
{
    static const char stays[] = "\u00b1 ";
    size_t longest = 0, n = 0;
    while (*text) {
        bool sign = strncmp(text, stays, sizeof stays - 1) == 0;
        n += sign ? 2 : *text != ' ' && (*text & 0xc0) != 0x80;
        longest = n > longest ? n : longest;
        if (!sign && strchr(" -=", *text))
            n = 0;
        text += sign ? sizeof stays - 1 : 1;
    }
    return longest + 1; /* capitals are wider */
}

struct measure {
    size_t piece, cell; /* the longest of each, in characters */
};

static struct measure measure(const struct imp_table *t, size_t c)
{
    struct measure m = {0};
    for (size_t r = 0; r <= t->rows; r++) {
        const char *text = r < t->rows ? imp_table_at(t, r, c) : t->column[c].title;
        size_t piece = longest_piece(text), cell = imp_grid_width(text);
        m.piece = piece > m.piece ? piece : m.piece;
        m.cell = cell > m.cell ? cell : m.cell;
    }
    m.piece = m.piece < 4 ? 4 : m.piece;
    m.cell = m.cell > LONG ? LONG : m.cell;
    m.cell = m.cell < m.piece ? m.piece : m.cell;
    return m;
}

static size_t pieces(const struct imp_table *t)
{
    size_t all = 0;
    for (size_t c = 0; c < t->columns; c++)
        all += measure(t, c).piece;
    return all;
}

/* Each column has room for its longest piece; what is left goes to those with longer cells. */
static void columns(FILE *f, const struct imp_table *t, size_t line)
{
    size_t all = pieces(t), wanted = 0;
    for (size_t c = 0; c < t->columns; c++)
        wanted += measure(t, c).cell;
    double spare = line > all ? (double)(line - all) : 0;
    double each = wanted > all ? spare / (double)(wanted - all) : 0;
    each = each > 1 ? 1 : each;
    double sum = (double)all + each * (double)(wanted - all);
    for (size_t c = 0; c < t->columns; c++) {
        struct measure m = measure(t, c);
        double width = (double)m.piece + each * (double)(m.cell - m.piece);
        fprintf(f, ">{%s\\arraybackslash}p{\\dimexpr %.3f\\linewidth-2\\tabcolsep}\n",
                t->column[c].number ? "\\raggedleft" : "\\raggedright", WIDTH * width / sum);
    }
}

/* ---- the table
 * -------------------------------------------------------------------------------------- */
void imp_table_latex(FILE *f, const struct imp_table *t)
{
    bool wide = pieces(t) > PORTRAIT;
    fprintf(f, "\n%s{\\scriptsize\\setlength{\\tabcolsep}{2pt}\n\\begin{longtable}{",
            wide ? "\\begin{landscape}" : "");
    columns(f, t, wide ? PORTRAIT * 8 / 5 : PORTRAIT);
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
    fprintf(f, "\\end{longtable}}%s\n", wide ? "\\end{landscape}" : "");
}
