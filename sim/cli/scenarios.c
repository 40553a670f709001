/* SPDX-License-Identifier: GPL-2.0-only */
/* The folder of scenarios: in the tree of the sources, or where imprint was installed. */
#include "cli.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool cli_scenario_folder(char *out, size_t cap)
{
    /* From the program's folder: as installed, then as built. */
    static const char *const places[] = {IMPRINT_SCENARIOS_INSTALLED, IMPRINT_SCENARIOS_BUILT};
    const char *given = getenv("IMPRINT_SCENARIOS");
    char program[2000], path[4096], *real = NULL;
    if (given && *given) {
        snprintf(out, cap, "%s", given);
        return is_folder(out);
    }
    ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
    if (n <= 0)
        return false;
    program[n] = '\0';
    *strrchr(program, '/') = '\0';
    for (size_t i = 0; !real && i < sizeof places / sizeof *places; i++) {
        snprintf(path, sizeof path, "%s/%s", program, places[i]);
        if (is_folder(path))
            real = realpath(path, NULL);
    }
    if (real)
        snprintf(out, cap, "%s", real);
    free(real);
    return real != NULL;
}

/* The first sentence of the opening comment, over as many lines as it takes. */
static void read_summary(struct cli_scenario *s)
{
    char line[300];
    size_t used = 0;
    FILE *f = fopen(s->path, "re");
    while (f && fgets(line, sizeof line, f) && strncmp(line, "--", 2) == 0) {
        const char *p = line + strspn(line, "-");
        p += strspn(p, " ");
        if (strncmp(p, "SPDX-", 5) == 0 || *p == '\n')
            continue;
        const char *end = strstr(p, ". ");
        int n = (int)(end ? (size_t)(end - p) + 1 : strcspn(p, "\n"));
        if (used < sizeof s->summary)
            used += (size_t)snprintf(s->summary + used, sizeof s->summary - used, "%s%.*s",
                                     used ? " " : "", n, p);
        if (p[n - 1] == '.')
            break;
    }
    if (f)
        fclose(f);
}

struct found {
    struct cli_scenario *list;
    size_t count, room;
};

static void add(struct found *all, const char *root, const char *sub, const char *file)
{
    size_t n = strlen(file);
    if (n < 5 || strcmp(file + n - 4, ".lua") != 0)
        return;
    if (all->count == all->room) {
        all->room = all->room ? all->room * 2 : 16;
        struct cli_scenario *bigger = realloc(all->list, all->room * sizeof *bigger);
        if (!bigger)
            abort();
        all->list = bigger;
    }
    struct cli_scenario *s = &all->list[all->count++];
    *s = (struct cli_scenario){.summary = ""};
    snprintf(s->name, sizeof s->name, "%s%s%.*s", sub, *sub ? "/" : "", (int)(n - 4), file);
    snprintf(s->path, sizeof s->path, "%s/%s%s%s", root, sub, *sub ? "/" : "", file);
    read_summary(s);
}

/* One folder and, from the root, its subfolders. */
static void scan(struct found *all, const char *root, const char *sub)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", root, sub);
    DIR *d = opendir(path);
    if (!d)
        return;
    for (const struct dirent *e; (e = readdir(d)) != NULL;) {
        char child[4400];
        snprintf(child, sizeof child, "%s/%s", path, e->d_name);
        if (*e->d_name != '.' && is_folder(child) && !*sub)
            scan(all, root, e->d_name);
        else
            add(all, root, sub, e->d_name);
    }
    closedir(d);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct cli_scenario *)a)->name, ((const struct cli_scenario *)b)->name);
}

size_t cli_scenarios(struct cli_scenario **out)
{
    struct found all = {.list = NULL};
    char root[3000];
    if (cli_scenario_folder(root, sizeof root))
        scan(&all, root, "");
    if (all.count)
        qsort(all.list, all.count, sizeof *all.list, by_name);
    *out = all.list;
    return all.count;
}
