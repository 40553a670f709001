/* SPDX-License-Identifier: GPL-2.0-only */
/* live_cells.c - persistent cells: a list in memory and, with a folder, a file each. */
#include "live_internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct live_cell *find(const struct live_party *p, const char *name)
{
    struct live_cell *c = p->cells;
    while (c && strcmp(c->name, name) != 0)
        c = c->next;
    return c;
}

/* Other octets than letters, digits and "-_.@" stand as %XX. */
static void file_name(char out[3 * LIVE_CELL_NAME + 1], const char *name)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_@";
    char *o = out;
    for (const char *c = name; *c; c++) {
        if (strchr(plain, *c) || (*c == '.' && c > name))
            *o++ = *c;
        else
            o += sprintf(o, "%%%02X", (unsigned char)*c);
    }
    *o = 0;
}

static void cell_name(char out[LIVE_CELL_NAME], const char *file)
{
    size_t n = 0;
    for (; *file && n < LIVE_CELL_NAME - 1; file++) {
        unsigned octet = (unsigned char)*file;
        if (octet == '%' && sscanf(file + 1, "%2x", &octet) == 1)
            file += 2;
        out[n++] = (char)octet;
    }
    out[n] = 0;
}

static bool path_of(char out[PATH_MAX], const struct live_party *p, const char *file,
                    const char *end)
{
    int n = snprintf(out, PATH_MAX, "%s/%s/%s%s", p->live->folder,
                     p->live->m->roles[p->env.role].name, file, end);
    return n > 0 && n < PATH_MAX;
}

/* Whole or not at all. */
static int keep(const struct live_party *p, const struct live_cell *c)
{
    char file[3 * LIVE_CELL_NAME + 1], path[PATH_MAX], next[PATH_MAX];
    file_name(file, c->name);
    if (!path_of(path, p, file, "") || !path_of(next, p, file, "%new"))
        return -1;
    FILE *f = fopen(next, "wb");
    if (!f)
        return -1;
    bool good = fwrite(c->bytes, 1, c->n, f) == c->n;
    good = fflush(f) == 0 && fsync(fileno(f)) == 0 && good;
    good = fclose(f) == 0 && good;
    if (good && rename(next, path) == 0)
        return 0;
    unlink(next);
    return -1;
}

int live_cell_get(const struct live_party *p, const char *name, void *out, size_t cap)
{
    const struct live_cell *c = find(p, name);
    if (!c)
        return -1;
    if (out)
        memcpy(out, c->bytes, c->n < cap ? c->n : cap);
    return (int)c->n;
}

int live_cell_put(struct live_party *p, const char *name, const void *bytes, size_t n)
{
    struct live_cell *c = find(p, name);
    uint8_t *copy = malloc(n ? n : 1);
    if (!copy || strlen(name) >= LIVE_CELL_NAME)
        abort();
    memcpy(copy, bytes, n);
    if (!c) {
        c = calloc(1, sizeof *c);
        if (!c)
            abort();
        snprintf(c->name, sizeof c->name, "%s", name);
        c->next = p->cells;
        p->cells = c;
    }
    free(c->bytes);
    c->bytes = copy;
    c->n = n;
    return p->here && p->live->folder[0] ? keep(p, c) : 0;
}

void live_cell_erase(struct live_party *p, const char *name)
{
    char file[3 * LIVE_CELL_NAME + 1], path[PATH_MAX];
    struct live_cell **at = &p->cells;
    while (*at && strcmp((*at)->name, name) != 0)
        at = &(*at)->next;
    if (!*at)
        return;
    struct live_cell *c = *at;
    *at = c->next;
    file_name(file, name);
    if (p->here && p->live->folder[0] && path_of(path, p, file, ""))
        unlink(path);
    free(c->bytes);
    free(c);
}

void live_cells_free(struct live_party *p)
{
    while (p->cells) {
        struct live_cell *c = p->cells;
        p->cells = c->next;
        free(c->bytes);
        free(c);
    }
}

/* ---- a folder that was there before
 * ----------------------------------------------------------------- */
static int load(struct live_party *p, const char *file)
{
    static uint8_t bytes[LIVE_PACKET];
    char path[PATH_MAX];
    struct live_cell *c = calloc(1, sizeof *c);
    FILE *f = path_of(path, p, file, "") ? fopen(path, "rb") : NULL;
    size_t n = f ? fread(bytes, 1, sizeof bytes, f) : 0;
    bool good = f && !ferror(f) && feof(f);
    if (f)
        fclose(f);
    if (!c || !good || !(c->bytes = malloc(n ? n : 1))) {
        free(c);
        return -1;
    }
    cell_name(c->name, file);
    memcpy(c->bytes, bytes, c->n = n);
    c->next = p->cells;
    p->cells = c;
    return 0;
}

static int load_all(struct live_party *p, char *error, size_t cap)
{
    char path[PATH_MAX];
    if (!path_of(path, p, "", "") || (mkdir(path, 0700) != 0 && errno != EEXIST)) {
        snprintf(error, cap, "%s: %s", path, strerror(errno));
        return -1;
    }
    DIR *d = opendir(path);
    int status = d ? 0 : -1;
    for (struct dirent *e; d && (e = readdir(d));)
        if (e->d_name[0] != '.' && !strstr(e->d_name, "%new") && load(p, e->d_name) != 0)
            status = -1;
    if (status != 0)
        snprintf(error, cap, "%s: its cells cannot be read", path);
    if (d)
        closedir(d);
    return status;
}

int imp_live_folder(struct imp_live *l, const char *folder, char *error, size_t cap)
{
    snprintf(l->folder, sizeof l->folder, "%s", folder);
    if (strlen(folder) >= sizeof l->folder || (mkdir(folder, 0700) != 0 && errno != EEXIST)) {
        snprintf(error, cap, "%s: %s", folder, strerror(errno));
        return -1;
    }
    for (size_t r = 0; r < l->roles; r++)
        if (l->parties[r].here && load_all(&l->parties[r], error, cap) != 0)
            return -1;
    return 0;
}
