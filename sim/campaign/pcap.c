/* SPDX-License-Identifier: GPL-2.0-only */
#include "pcap.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HALF ".half-" /* prefix of a folder that is being written */

static void final_path(char *out, size_t cap, const char *dir, const char *key)
{
    snprintf(out, cap, "%s/pcap/%s", dir, key);
}

static void half_path(char *out, size_t cap, const char *dir, const char *key)
{
    snprintf(out, cap, "%s/pcap/" HALF "%s", dir, key);
}

/* Removes a folder of files. */
static void remove_folder(const char *path)
{
    char file[4400];
    DIR *d = opendir(path);
    if (!d)
        return;
    for (const struct dirent *e; (e = readdir(d)) != NULL;) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        snprintf(file, sizeof file, "%s/%s", path, e->d_name);
        unlink(file);
    }
    closedir(d);
    rmdir(path);
}

static int fail(const char *path, char *error, size_t cap)
{
    snprintf(error, cap, "%s: %s", path, strerror(errno));
    return -1;
}

bool imp_pcap_has(const char *dir, const char *key)
{
    char path[4200];
    struct stat st;
    final_path(path, sizeof path, dir, key);
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int imp_pcap_prepare(const char *dir, char *error, size_t cap)
{
    char path[4200], half[4600];
    snprintf(path, sizeof path, "%s/pcap", dir);
    if (mkdir(path, 0777) < 0 && errno != EEXIST)
        return fail(path, error, cap);
    DIR *d = opendir(path);
    if (!d)
        return fail(path, error, cap);
    for (const struct dirent *e; (e = readdir(d)) != NULL;) {
        if (strncmp(e->d_name, HALF, strlen(HALF)) != 0)
            continue;
        snprintf(half, sizeof half, "%s/%s", path, e->d_name);
        remove_folder(half);
    }
    closedir(d);
    return 0;
}

void imp_pcap_path(const char *dir, const char *key, char *out, size_t cap)
{
    half_path(out, cap, dir, key);
}

int imp_pcap_keep(const char *dir, const char *key, char *error, size_t cap)
{
    char half[4200], path[4200];
    half_path(half, sizeof half, dir, key);
    final_path(path, sizeof path, dir, key);
    remove_folder(path);
    return rename(half, path) < 0 ? fail(path, error, cap) : 0;
}

void imp_pcap_drop(const char *dir, const char *key)
{
    char half[4200];
    half_path(half, sizeof half, dir, key);
    remove_folder(half);
}
