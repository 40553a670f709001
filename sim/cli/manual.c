/* SPDX-License-Identifier: GPL-2.0-only */
/* A command's table as a manual page in mdoc(7). */
#include "manual.h"

#include <ctype.h>
#include <string.h>

static void text(FILE *f, const char *s, size_t n)
{
    if (n && (*s == '.' || *s == '\''))
        fputs("\\&", f);
    for (size_t i = 0; i < n; i++)
        s[i] == '\\' ? fputs("\\e", f) : fputc(s[i], f);
}

/* Each sentence begins a line, each empty line a paragraph. */
void cli_manual_prose(FILE *f, const char *s)
{
    while (*s) {
        const char *end = s;
        while (*end && *end != '\n' && !(strchr(".:?", *end) && end[1] == ' ' && isupper(end[2])))
            end++;
        text(f, s, (size_t)(end - s) + (*end && *end != '\n'));
        fputc('\n', f);
        if (*end == '\n' && end[1] == '\n')
            fputs(".Pp\n", f);
        s = *end ? end + 1 : end;
        s += strspn(s, " \n");
    }
}

/* ---- options
 * ---------------------------------------------------------------------------------------- */
static void option_words(FILE *f, const struct argp_option *o)
{
    if (o->key > ' ' && o->key < 0x7f)
        fprintf(f, "Fl %c , ", o->key);
    fprintf(f, "Fl -%s", o->name);
    if (o->arg)
        fprintf(f, " Ns = Ns Ar %s", o->arg);
}

static void option_item(void *context, const struct argp_option *o)
{
    FILE *f = context;
    fputs(".It ", f);
    option_words(f, o);
    fputc('\n', f);
    cli_manual_prose(f, o->doc);
}

struct synopsis {
    FILE *f;
    const char *words; /* what stands there already */
};

static void option_synopsis(void *context, const struct argp_option *o)
{
    const struct synopsis *s = context;
    char name[60];
    snprintf(name, sizeof name, "--%s ", o->name);
    if (s->words && strstr(s->words, name) && !strchr(s->words, '['))
        return;
    fprintf(s->f, ".Op Fl -%s%s%s\n", o->name, o->arg ? " Ns = Ns Ar " : "", o->arg ? o->arg : "");
}

/* "FILE... --out DIR" as macros; what is in brackets is among the options. */
static void synopsis(FILE *f, const char *command, const struct argp *argp)
{
    char words[200], *save = NULL;
    fprintf(f, ".Sh SYNOPSIS\n.Nm imprint %s\n", command);
    snprintf(words, sizeof words, "%s", argp->args_doc ? argp->args_doc : "");
    if (!strchr(words, '['))
        for (char *w = strtok_r(words, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
            char *dots = strstr(w, "...");
            if (dots)
                *dots = '\0';
            if (w[0] == '-' && w[1] == '-')
                fprintf(f, ".Fl %s\n", w + 1);
            else
                fprintf(f, ".Ar %s%s\n", w, dots ? " ..." : "");
        }
    cli_options(argp, option_synopsis, &(struct synopsis){f, argp->args_doc});
}

/* ---- the page
 * ---------------------------------------------------------------------------------------- */
static void examples(FILE *f, const struct cli_page *p)
{
    if (!p || !p->example[0].words)
        return;
    fputs(".Sh EXAMPLES\n", f);
    for (size_t i = 0; i < CLI_EXAMPLES && p->example[i].words; i++) {
        fputs(i ? ".Pp\n" : "", f);
        cli_manual_prose(f, p->example[i].what);
        fprintf(f, ".Pp\n.Dl $ %s\n", p->example[i].words);
    }
}

static void upper(FILE *f, const char *s)
{
    for (; *s; s++)
        fputc(toupper((unsigned char)*s), f);
}

void cli_manual_page(FILE *f, const struct cli_command *c, const struct argp *argp,
                     const char *date)
{
    const struct cli_page *page = cli_page(c->name);
    const char *doc = argp->doc ? argp->doc : "";
    char before[4000];
    snprintf(before, sizeof before, "%.*s", (int)strcspn(doc, "\v"), doc);
    /* In two pieces, or it would be taken for this file's own. */
    fprintf(f,
            ".\\\" SPDX-License-"
            "Identifier: GPL-2.0-only\n.Dd %s\n.Dt IMPRINT-",
            date);
    upper(f, c->name);
    fprintf(f, " 1\n.Os\n.Sh NAME\n.Nm imprint-%s\n.Nd %s\n", c->name, c->summary);
    synopsis(f, c->name, argp);
    fputs(".Sh DESCRIPTION\n", f);
    cli_manual_prose(f, before);
    fputs(".Pp\nThe options are as follows.\n.Bl -tag -width Ds\n", f);
    cli_options(argp, option_item, f);
    fputs(".El\n", f);
    if (*cli_after(argp)) {
        fputs(".Pp\n", f);
        cli_manual_prose(f, cli_after(argp));
    }
    if (page && page->notes) {
        fputs(".Pp\n", f);
        cli_manual_prose(f, page->notes);
    }
    fputs(".Sh EXIT STATUS\nAs\n.Xr imprint 1\ntells.\n", f);
    examples(f, page);
    fputs(".Sh SEE ALSO\n.Xr imprint 1\n", f);
}
