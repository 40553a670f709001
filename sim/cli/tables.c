/* SPDX-License-Identifier: GPL-2.0-only */
/* Reads the commands' tables and writes what is made of them. */
#include "manual.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* ---- a parser's table
 * ------------------------------------------------------------------------------- */
static void visit_all(const struct argp *argp, cli_visit_option *visit, void *context)
{
    for (const struct argp_option *o = argp->options; o && (o->name || o->doc); o++)
        if (o->name && !(o->flags & (OPTION_HIDDEN | OPTION_ALIAS | OPTION_DOC)))
            visit(context, o);
    for (const struct argp_child *c = argp->children; c && c->argp; c++)
        visit_all(c->argp, visit, context);
}

void cli_options(const struct argp *argp, cli_visit_option *visit, void *context)
{
    static const struct argp_option own[] = {
        {"help", '?', NULL, 0, "Tell about the command", 0},
        {"usage", 0, NULL, 0, "Name the options in a line", 0}};
    visit_all(argp, visit, context);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        visit(context, &own[i]);
}

void cli_places(char *out, size_t cap, const struct argp *argp)
{
    const char *p = argp->args_doc ? argp->args_doc : "";
    size_t n = 0;
    while (isupper((unsigned char)*p)) {
        while (isupper((unsigned char)*p) && n + 2 < cap)
            out[n++] = *p++;
        p += strspn(p, ". ");
        if (isupper((unsigned char)*p))
            out[n++] = ' ';
    }
    out[n] = '\0';
}

/* ---- files
 * ------------------------------------------------------------------------------------------ */
struct writing { /* `reader` first: the reader is this */
    struct cli_reader reader;
    enum { PAGES, BASH, ZSH } what;
    FILE *f;
    const char *dir, *date;
    bool failed, taken;
};

static FILE *begin_file(const char *dir, const char *name, char *path, size_t cap)
{
    snprintf(path, cap, "%s/%s", dir, name);
    return fopen(path, "we");
}

static int end_file(FILE *f, const char *path)
{
    bool good = f && !ferror(f);
    if (f && fclose(f) != 0)
        good = false;
    return good ? CLI_GOOD : cli_fail("%s: cannot be written: %s", path, strerror(errno));
}

static void write_page(struct writing *w, const char *command, const struct argp *argp)
{
    char name[60], path[4300];
    snprintf(name, sizeof name, "imprint-%s.1", command);
    FILE *f = begin_file(w->dir, name, path, sizeof path);
    for (const struct cli_command *c = cli_commands; f && c->name; c++)
        if (strcmp(c->name, command) == 0)
            cli_manual_page(f, c, argp, w->date);
    w->failed = end_file(f, path) != CLI_GOOD || w->failed;
}

static void take(const struct cli_reader *r, const char *command, const struct argp *argp)
{
    struct writing *w = (struct writing *)r;
    w->taken = true;
    if (w->what == PAGES)
        write_page(w, command, argp);
    else if (w->what == BASH)
        cli_bash_command(w->f, command, argp);
    else
        cli_zsh_command(w->f, command, argp);
}

static int each_command(struct writing *w)
{
    cli_read_tables(&w->reader);
    for (const struct cli_command *c = cli_commands; c->name; c++) {
        char name[40], *argv[] = {name, NULL};
        snprintf(name, sizeof name, "imprint %s", c->name);
        w->taken = false;
        c->run(1, argv);
        if (!w->taken)
            w->failed = cli_fail("imprint %s has no table", c->name) != CLI_GOOD;
    }
    cli_read_tables(NULL);
    return w->failed ? CLI_INPUT : CLI_GOOD;
}

/* ---- marks
 * ------------------------------------------------------------------------------------------ */
static void mark_synopsis(struct writing *w)
{
    (void)w;
    fputs(".Nm\n.Ar COMMAND\n.Op Ar OPTION ...\n.Op Ar WORD ...\n.Nm\n.Fl -help | -version\n",
          w->f);
}

static void mark_commands(struct writing *w)
{
    for (const struct cli_command *c = cli_commands; c->name; c++) {
        fprintf(w->f, ".It Xr imprint-%s 1\n", c->name);
        fputc(toupper((unsigned char)*c->summary), w->f);
        cli_manual_prose(w->f, c->summary + 1);
    }
}

static void mark_bash(struct writing *w)
{
    w->what = BASH;
    each_command(w);
}

static void mark_values(struct writing *w)
{
    cli_bash_values(w->f);
}

static void mark_zsh(struct writing *w)
{
    w->what = ZSH;
    each_command(w);
}

static void mark_list(struct writing *w)
{
    for (const struct cli_command *c = cli_commands; c->name; c++) {
        fprintf(w->f, "        '%s:", c->name);
        for (const char *p = c->summary; *p; p++)
            *p == '\'' ? fputs("'\\''", w->f) : fputc(*p, w->f);
        fputs("'\n", w->f);
    }
}

static const struct {
    const char *name;
    void (*write)(struct writing *w);
} marks[] = {{"@synopsis@", mark_synopsis}, {"@commands@", mark_commands}, {"@bash@", mark_bash},
             {"@values@", mark_values},     {"@zsh@", mark_zsh},           {"@list@", mark_list}};

/* Copies; a line with a mark becomes what the mark says. */
static int fill(struct writing *w, const char *source, const char *from, const char *to)
{
    char path[4300], line[2000];
    snprintf(path, sizeof path, "%s/%s", source, from);
    FILE *in = fopen(path, "re");
    if (!in)
        return cli_fail("%s: cannot be read: %s", path, strerror(errno));
    w->f = begin_file(w->dir, to, path, sizeof path);
    while (w->f && fgets(line, sizeof line, in)) {
        size_t m = 0;
        while (m < sizeof marks / sizeof *marks && !strstr(line, marks[m].name))
            m++;
        if (m < sizeof marks / sizeof *marks)
            marks[m].write(w);
        else
            fputs(line, w->f);
    }
    fclose(in);
    return end_file(w->f, path);
}

/* The date of the page that is written by hand. */
static int read_date(char *out, size_t cap, const char *source)
{
    char path[4300], line[200];
    snprintf(path, sizeof path, "%s/docs/imprint.1", source);
    FILE *f = fopen(path, "re");
    *out = '\0';
    while (f && !*out && fgets(line, sizeof line, f))
        if (strncmp(line, ".Dd ", 4) == 0)
            snprintf(out, cap, "%.*s", (int)strcspn(line + 4, "\n"), line + 4);
    if (f)
        fclose(f);
    return *out ? CLI_GOOD : cli_fail("%s: expected a page with a line .Dd DATE", path);
}

int cli_write_manual(const char *source, const char *dir)
{
    static const char *const files[][2] = {{"docs/imprint.1", "imprint.1"},
                                           {"sim/cli/completion/imprint.bash", "imprint.bash"},
                                           {"sim/cli/completion/_imprint", "_imprint"}};
    char date[100];
    struct writing w = {.reader = {take}, .what = PAGES, .dir = dir, .date = date};
    if (mkdir(dir, 0777) < 0 && errno != EEXIST)
        return cli_fail("%s: cannot be made: %s", dir, strerror(errno));
    if (read_date(date, sizeof date, source) != CLI_GOOD || each_command(&w) != CLI_GOOD)
        return CLI_INPUT;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (fill(&w, source, files[i][0], files[i][1]) != CLI_GOOD || w.failed)
            return CLI_INPUT;
    return CLI_GOOD;
}
