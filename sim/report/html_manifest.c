/* SPDX-License-Identifier: GPL-2.0-only */
/* What made the store, and how to cite the program. */
#include "html.h"

#include <stdlib.h>
#include <string.h>

static const char *word(const json_t *j, const char *key)
{
    const char *s = json_string_value(json_object_get(j, key));
    return s ? s : "";
}

static void entry(FILE *f, const char *name, const char *value)
{
    if (*value)
        imp_html(f, "<dt>%s</dt><dd>%s</dd>\n", name, value);
}

static void number(FILE *f, const char *name, const json_t *j)
{
    char text[40];
    if (!json_is_integer(j))
        return;
    snprintf(text, sizeof text, "%lld", (long long)json_integer_value(j));
    entry(f, name, text);
}

static void campaign(FILE *f, const json_t *c)
{
    const json_t *program = json_object_get(c, "program"), *host = json_object_get(c, "host");
    char *seeds = json_dumps(json_object_get(c, "seeds"), JSON_COMPACT);
    imp_html(f, "<h3><code>%s</code></h3>\n<dl>\n", word(c, "command"));
    entry(f, "Started", word(c, "started"));
    entry(f, "Ended", word(c, "ended"));
    entry(f, "Outcome", word(c, "outcome"));
    number(f, "Runs of its plan", json_object_get(c, "runs"));
    number(f, "Made", json_object_get(c, "made"));
    number(f, "Failed", json_object_get(c, "failed"));
    entry(f, "Seeds", seeds ? seeds : "");
    entry(f, "Plan", word(c, "plan"));
    entry(f, "Version", word(program, "version"));
    entry(f, "Commit", word(program, "commit"));
    if (json_is_true(json_object_get(program, "dirty")))
        entry(f, "Changed", "files differed from that commit");
    entry(f, "Compiler", word(program, "compiler"));
    entry(f, "Flags", word(program, "flags"));
    entry(f, "Libraries", word(program, "libraries"));
    entry(f, "Host", word(host, "name"));
    entry(f, "Processor", word(host, "processor"));
    entry(f, "System", word(host, "system"));
    fputs("</dl>\n", f);
    free(seeds);
}

static void scenarios(FILE *f, const json_t *all)
{
    const char *hash;
    json_t *s;
    json_object_foreach((json_t *)all, hash, s)
    {
        imp_html(f, "<details><summary>%s</summary>\n<p>BLAKE2b-256 <code>%s</code></p>\n",
                 word(s, "file"), hash);
        imp_html_scroll(f, "Text of the scenario");
        imp_html(f, "<pre>%s</pre>\n", word(s, "text"));
        imp_html_scroll_end(f);
        fputs("</details>\n", f);
    }
}

/* Platforms and people: the same figures for all runs. */
static void figures(FILE *f, const json_t *all)
{
    static const struct imp_table_column columns[] = {{"figure", "Figure", false},
                                                      {"value", "Value", true},
                                                      {"unit", "Unit", false},
                                                      {"status", "Status", false},
                                                      {"source", "Source", false}};
    const char *name;
    json_t *list, *row;
    size_t i, n = 0;
    json_object_foreach((json_t *)all, name, list)
    {
        struct imp_table t;
        char id[40], caption[200];
        snprintf(id, sizeof id, "figures-%zu", n++);
        snprintf(caption, sizeof caption, "Figures of %.150s", name);
        imp_table_init(&t, id, caption, columns, 5);
        json_array_foreach(list, i, row)
        {
            imp_table_add(&t, word(row, "key"));
            imp_table_add(&t, word(row, "value"));
            imp_table_add(&t, word(row, "unit"));
            imp_table_add(&t, word(row, "status"));
            imp_table_add(&t, word(row, "source"));
        }
        imp_html(f, "<details><summary>%s</summary>\n", caption);
        imp_html_table(f, &t, false);
        fputs("</details>\n", f);
        imp_table_free(&t);
    }
}

void imp_html_manifest(FILE *f, const struct imp_report *r)
{
    const json_t *campaigns = json_object_get(r->manifest, "campaigns"), *c;
    size_t i;
    fputs("<section id=\"s-manifest\" aria-labelledby=\"h-manifest\">\n"
          "<h2 id=\"h-manifest\">Manifest</h2>\n",
          f);
    if (json_array_size(campaigns) == 0)
        fputs("<p>This store has no manifest.</p>\n", f);
    json_array_foreach(campaigns, i, c) campaign(f, c);
    scenarios(f, json_object_get(r->manifest, "scenarios"));
    figures(f, json_object_get(r->manifest, "figures"));
    if (json_array_size(campaigns) > 0)
        fputs("<p>Every parameter of every run, with unit and source, is in "
              "<code>manifest.json</code> beside the store.</p>\n",
              f);
    fputs("</section>\n", f);
}

/* ---- how to cite
 * -------------------------------------------------------------------------------------- */
/* The value of a line `key: value` of CITATION.cff, without its quotes. */
static void cff(char *out, size_t cap, const char *key)
{
    size_t n = strlen(key);
    *out = '\0';
    for (const char *p = imp__citation; p; p = strchr(p, '\n')) {
        p += *p == '\n';
        p += strspn(p, " -");
        if (strncmp(p, key, n) != 0 || p[n] != ':')
            continue;
        p += n + 1;
        p += strspn(p, " \"");
        snprintf(out, cap, "%.*s", (int)strcspn(p, "\"\n"), p);
        return;
    }
}

void imp_html_citation(FILE *f, const struct imp_report *r)
{
    char title[300], version[60], author[200], licence[60];
    const json_t *last = json_object_get(r->manifest, "campaigns");
    last = json_array_get(last, json_array_size(last) ? json_array_size(last) - 1 : 0);
    const char *commit = word(json_object_get(last, "program"), "commit");
    cff(title, sizeof title, "title");
    cff(version, sizeof version, "version");
    cff(author, sizeof author, "name");
    cff(licence, sizeof licence, "license");
    imp_html(f,
             "<section id=\"s-citation\" aria-labelledby=\"h-citation\">\n"
             "<h2 id=\"h-citation\">How to cite</h2>\n"
             "<p>%s. <cite>%s</cite>. Version %s%s%s. %s.</p>\n",
             author, title, version, *commit ? ", commit " : "", commit, licence);
    imp_html_scroll(f, "BibTeX entry");
    imp_html(f,
             "<pre>@software{imprint,\n  author  = {{%s}},\n  title   = {%s},\n"
             "  version = {%s},\n  license = {%s}%s%s%s\n}</pre>\n",
             author, title, version, licence, *commit ? ",\n  note    = {commit " : "", commit,
             *commit ? "}" : "");
    imp_html_scroll_end(f);
    fputs("</section>\n", f);
}
