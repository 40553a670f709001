/* SPDX-License-Identifier: GPL-2.0-only */
/* A command's table as bash and zsh want it. */
#include "manual.h"

#include "sim/campaign/columns.h"
#include "sim/report/plot.h"

#include <string.h>

/* ---- words of a value that the program has in a table */
static const char *measure_name(size_t i)
{
    return i < IMP_MEASURE_COUNT ? imp_measures[i].name : NULL;
}

static const struct value {
    const char *arg; /* as options have it */
    const char *(*word)(size_t i);
} values[] = {{"FIGURE", imp_plot_name}, {"MEASURE", measure_name}};
enum { VALUES = sizeof values / sizeof *values };

static void put_words(FILE *f, const struct value *v)
{
    for (size_t i = 0; v->word(i); i++)
        fprintf(f, "%s%s", i ? " " : "", v->word(i));
}

static const struct value *value_of(const char *arg)
{
    for (size_t i = 0; i < VALUES; i++)
        if (strcmp(values[i].arg, arg) == 0)
            return &values[i];
    return NULL;
}

void cli_bash_values(FILE *f)
{
    for (size_t i = 0; i < VALUES; i++) {
        fprintf(f, "    %s) echo '", values[i].arg);
        put_words(f, &values[i]);
        fputs("' ;;\n", f);
    }
}

/* ---- bash: one line of options with the words of their values, one of places */
static void bash_option(void *context, const struct argp_option *o)
{
    fprintf(context, " '--%s%s%s'", o->name, o->arg ? "=" : "", o->arg ? o->arg : "");
}

void cli_bash_command(FILE *f, const char *command, const struct argp *argp)
{
    char places[100];
    cli_places(places, sizeof places, argp);
    fprintf(f, "    %s)\n        places='%s'\n        options=(", command, places);
    cli_options(argp, bash_option, f);
    fputs(") ;;\n", f);
}

/* ---- zsh: specifications of _arguments */
static void zsh_text(FILE *f, const char *s)
{
    for (; *s; s++) {
        if (strchr("[]:\\", *s))
            fputc('\\', f);
        if (*s == '\'')
            fputs("'\\'", f);
        fputc(*s, f);
    }
}

static const char *zsh_action(const char *word, bool place)
{
    if (strcmp(word, "DIR") == 0)
        return "_files -/";
    if (strcmp(word, "FILE") == 0)
        return place ? "_files -g \"*.(lua|jsonl)\"" : "_files";
    if (strcmp(word, "RUN") == 0)
        return "_imprint_runs";
    return "";
}

static void zsh_option(void *context, const struct argp_option *o)
{
    FILE *f = context;
    fprintf(f, "\n            '%s--%s%s[", o->arg ? "*" : "", o->name, o->arg ? "=" : "");
    zsh_text(f, o->doc);
    fputc(']', f);
    const struct value *value = o->arg ? value_of(o->arg) : NULL;
    if (o->arg && strcmp(o->arg, "NAME") == 0)
        fprintf(f, ":NAME: _imprint_names %s", o->name);
    else if (o->arg && strcmp(o->arg, "NAME,...") == 0)
        fprintf(f, ":NAME,...: _sequence _imprint_names %s", o->name);
    else if (value) {
        fprintf(f, ":%s:(", o->arg);
        put_words(f, value);
        fputc(')', f);
    } else if (o->arg) {
        fputc(':', f);
        zsh_text(f, o->arg);
        fprintf(f, ":%s", zsh_action(o->arg, false));
    }
    fputc('\'', f);
}

void cli_zsh_command(FILE *f, const char *command, const struct argp *argp)
{
    char places[100], *save = NULL;
    int at = 1;
    bool many = argp->args_doc && strstr(argp->args_doc, "...");
    cli_places(places, sizeof places, argp);
    fprintf(f, "    %s)\n        specs=(", command);
    cli_options(argp, zsh_option, f);
    for (char *w = strtok_r(places, " ", &save); w; w = strtok_r(NULL, " ", &save), at++) {
        if (many)
            fprintf(f, "\n            '*:%s:", w);
        else
            fprintf(f, "\n            '%d:%s:", at, w);
        fprintf(f, "%s'", strcmp(w, "NAME") == 0 ? " _imprint_names" : zsh_action(w, true));
    }
    fputs(") ;;\n", f);
}
