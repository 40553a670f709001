/* SPDX-License-Identifier: GPL-2.0-only */
#include "manifest.h"

#include "campaign.h"
#include "program.h"
#include "sim/scenario/scenario.h"
#include "sim/world/human.h"
#include "sim/world/platform.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#define MANIFEST ((size_t)1 << 30) /* octets */

static int fail(const struct imp_manifest *m, const char *what, char *error, size_t cap)
{
    snprintf(error, cap, "%s: %s", m->path, what);
    return -1;
}

static bool well_formed(const json_t *root)
{
    return json_integer_value(json_object_get(root, "schema")) == IMP_MANIFEST_SCHEMA &&
           json_is_array(json_object_get(root, "campaigns")) &&
           json_is_object(json_object_get(root, "scenarios")) &&
           json_is_object(json_object_get(root, "parameters")) &&
           json_is_object(json_object_get(root, "figures"));
}

int imp_manifest_open(struct imp_manifest *out, const char *dir, char *error, size_t cap)
{
    struct stat st;
    size_t n;
    *out = (struct imp_manifest){.root = NULL};
    snprintf(out->path, sizeof out->path, "%s/manifest.json", dir);
    if (stat(out->path, &st) < 0 && errno == ENOENT) {
        out->root = json_pack("{s:i, s:[], s:{}, s:{}, s:{}}", "schema", IMP_MANIFEST_SCHEMA,
                              "campaigns", "scenarios", "parameters", "figures");
        return 0;
    }
    char *text = imp_file_read(out->path, MANIFEST, &n, error, cap);
    if (!text)
        return -1;
    out->root = json_loadb(text, n, 0, NULL);
    free(text);
    if (well_formed(out->root))
        return 0;
    imp_manifest_close(out);
    return fail(out, "not a manifest of this version of imprint", error, cap);
}

void imp_manifest_close(struct imp_manifest *m)
{
    json_decref(m->root);
    m->root = NULL;
    m->entry = NULL;
}

/* ---- writing
 * ------------------------------------------------------------------------------------- */
static int write_file(const char *path, const char *text, size_t n)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return -1;
    for (size_t at = 0; at < n;) {
        ssize_t put = write(fd, text + at, n - at);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0) {
            close(fd);
            return -1;
        }
        at += (size_t)put;
    }
    int status = fsync(fd);
    return close(fd) < 0 ? -1 : status;
}

int imp__manifest_save(const struct imp_manifest *m, char *error, size_t cap)
{
    char beside[4200];
    char *text = json_dumps(m->root, JSON_INDENT(2) | JSON_SORT_KEYS);
    snprintf(beside, sizeof beside, "%s.new", m->path);
    int status = text && write_file(beside, text, strlen(text)) == 0 ? rename(beside, m->path) : -1;
    free(text);
    return status == 0 ? 0 : fail(m, strerror(errno), error, cap);
}

static void time_text(char out[32])
{
    time_t now = time(NULL);
    struct tm t;
    gmtime_r(&now, &t);
    strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &t);
}

/* ---- contents
 * ------------------------------------------------------------------------------------ */
json_t *imp_program_json(void)
{
    return json_pack("{s:s, s:s, s:b, s:s, s:s, s:s, s:s}", "version", imp_program.version,
                     "commit", imp_program.commit, "dirty", imp_program.dirty, "compiler",
                     imp_program.compiler, "flags", imp_program.flags, "build",
                     imp_program.build_type, "libraries", imp_program.libraries);
}

static void processor(char *out, size_t cap)
{
    char line[300];
    FILE *f = fopen("/proc/cpuinfo", "re");
    snprintf(out, cap, "unknown");
    while (f && fgets(line, sizeof line, f)) {
        char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) != 0 || !colon)
            continue;
        colon[strcspn(colon, "\n")] = '\0';
        snprintf(out, cap, "%s", colon + 2);
        break;
    }
    if (f)
        fclose(f);
}

static json_t *host_json(void)
{
    struct utsname u;
    char cpu[200];
    uname(&u);
    processor(cpu, sizeof cpu);
    return json_pack("{s:s*, s:s*, s:s*, s:s*, s:i}", "name", u.nodename, "system", u.release,
                     "machine", u.machine, "processor", cpu, "cores",
                     (int)sysconf(_SC_NPROCESSORS_ONLN));
}

/* Scenario texts by their hash. */
static json_t *add_files(struct imp_manifest *m, const struct imp_plan *plan)
{
    json_t *hashes = json_array(), *file;
    json_t *texts = json_object_get(m->root, "scenarios");
    size_t i;
    json_array_foreach(plan->files, i, file)
    {
        const char *hash = json_string_value(json_object_get(file, "hash"));
        json_object_set(texts, hash, file);
        json_array_append_new(hashes, json_string(hash));
    }
    return hashes;
}

/* All parameters of each resolved scenario, by the key of its first run. */
static json_t *add_parameters(struct imp_manifest *m, const struct imp_plan *plan)
{
    json_t *keys = json_array(), *resolved, *all = json_object_get(m->root, "parameters");
    size_t i;
    json_array_foreach(plan->parameters, i, resolved)
    {
        char key[IMP_RUN_KEY];
        const json_t *line = json_object_get(resolved, "plan");
        imp_run_key(key, line);
        json_array_append_new(keys, json_pack("{s:s, s:O}", "first_run", key, "replications",
                                              json_object_get(resolved, "replications")));
        if (!json_object_get(all, key))
            json_object_set_new(all, key, imp_explain(line, json_object_get(resolved, "sources")));
    }
    return keys;
}

static json_t *figures_json(const struct imp_figure *rows, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:s}", "key", rows[i].key,
                                              "value", rows[i].value, "unit", rows[i].unit,
                                              "source", rows[i].source, "status", rows[i].status));
    return list;
}

static void add_platform(json_t *figures, const json_t *line, const char *member)
{
    const char *name = json_string_value(json_object_get(line, member));
    const struct imp_platform *p = name ? imp_platform_find(name) : NULL;
    const struct imp_figure *rows;
    char key[120];
    if (!p)
        return;
    size_t n = imp_platform_figures(p, &rows);
    snprintf(key, sizeof key, "platforms/%s", name);
    if (!json_object_get(figures, key))
        json_object_set_new(figures, key, figures_json(rows, n));
}

/* The constants behind the models: platforms and human acts, with unit, source and status. */
static void add_figures(struct imp_manifest *m, const struct imp_plan *plan)
{
    json_t *figures = json_object_get(m->root, "figures"), *resolved;
    const struct imp_figure *rows;
    size_t i;
    json_array_foreach(plan->parameters, i, resolved)
    {
        const json_t *line = json_object_get(resolved, "plan");
        add_platform(figures, line, "platform");
        add_platform(figures, line, "access_platform");
        add_platform(figures, line, "server_platform");
    }
    size_t n = imp_human_figures(&rows);
    json_object_set_new(figures, "human", figures_json(rows, n));
}

static json_t *seeds(const struct imp_plan *plan)
{
    json_t *list = json_array(), *resolved;
    json_int_t last = -1;
    size_t i;
    json_array_foreach(plan->parameters, i, resolved)
    {
        const json_t *line = json_object_get(resolved, "plan");
        json_int_t seed = json_integer_value(json_object_get(line, "seed"));
        if (seed != last)
            json_array_append_new(list, json_integer(seed));
        last = seed;
    }
    return list;
}

/* Which runs: the plan by the hash over all its keys, and the part of it. */
static json_t *plan_json(const struct imp_plan *plan)
{
    char hash[IMP_RUN_KEY];
    bool parted = plan->part.hash[0] != '\0';
    imp_plan_hash(hash, plan);
    return json_pack("{s:s, s:I, s:I, s:i, s:i}", "plan", parted ? plan->part.hash : hash, "runs",
                     (json_int_t)plan->count, "plan_runs",
                     (json_int_t)(parted ? plan->part.runs : plan->count), "shard",
                     (int)plan->part.shard, "shards", (int)plan->part.shards);
}

int imp_manifest_begin(struct imp_manifest *m, const struct imp_plan *plan, const char *command,
                       char *error, size_t cap)
{
    char started[32];
    time_text(started);
    add_figures(m, plan);
    m->entry =
        json_pack("{s:s*, s:s, s:o, s:o, s:o, s:o, s:o}", "command", command, "started", started,
                  "scenarios", add_files(m, plan), "parameters", add_parameters(m, plan), "seeds",
                  seeds(plan), "program", imp_program_json(), "host", host_json());
    json_object_update_new(m->entry, plan_json(plan));
    json_array_append_new(json_object_get(m->root, "campaigns"), m->entry);
    return imp__manifest_save(m, error, cap);
}

int imp_manifest_end(struct imp_manifest *m, const struct imp_outcome *o, const char *how,
                     char *error, size_t cap)
{
    char ended[32];
    time_text(ended);
    json_object_set_new(m->entry, "ended", json_string(ended));
    json_object_set_new(m->entry, "made", json_integer((json_int_t)o->made));
    json_object_set_new(m->entry, "failed", json_integer((json_int_t)o->failed));
    json_object_set_new(m->entry, "spared", json_integer((json_int_t)o->spared));
    json_object_set_new(m->entry, "outcome", json_string(how));
    return imp__manifest_save(m, error, cap);
}
