/* SPDX-License-Identifier: GPL-2.0-only */
/* Captures of one folder for another. */
#include "pcap.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

static int fail(const char *path, char *error, size_t cap)
{
    snprintf(error, cap, "%s: %s", path, strerror(errno));
    return -1;
}

static bool copy_octets(int in, int out)
{
    ssize_t n;
    while ((n = sendfile(out, in, NULL, 1 << 20)) > 0 || (n < 0 && errno == EINTR))
        ;
    return n == 0;
}

/* Captures are never changed, so one file may have two names. */
static bool link_or_copy(const char *from, const char *to)
{
    if (link(from, to) == 0)
        return true;
    int in = open(from, O_RDONLY | O_CLOEXEC);
    int out = in >= 0 ? open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666) : -1;
    bool good = out >= 0 && copy_octets(in, out);
    if (out >= 0 && close(out) < 0)
        good = false;
    if (in >= 0)
        close(in);
    return good;
}

static int join_run(const char *dir, const char *from, const char *key, char *error, size_t cap)
{
    char source[4300], half[4300], file[4700], copy[4700];
    int status = 0;
    snprintf(source, sizeof source, "%s/pcap/%s", from, key);
    imp_pcap_path(dir, key, half, sizeof half);
    DIR *d = opendir(source);
    if (!d || mkdir(half, 0777) < 0)
        status = fail(d ? half : source, error, cap);
    for (const struct dirent *e; status == 0 && (e = readdir(d)) != NULL;) {
        if (e->d_name[0] == '.')
            continue;
        snprintf(file, sizeof file, "%s/%s", source, e->d_name);
        snprintf(copy, sizeof copy, "%s/%s", half, e->d_name);
        if (!link_or_copy(file, copy))
            status = fail(copy, error, cap);
    }
    if (d)
        closedir(d);
    if (status == 0)
        return imp_pcap_keep(dir, key, error, cap);
    imp_pcap_drop(dir, key);
    return status;
}

int imp_pcap_join(const char *dir, const char *from, char *error, size_t cap)
{
    char path[4300];
    int status = 0;
    snprintf(path, sizeof path, "%s/pcap", from);
    DIR *d = opendir(path);
    if (!d)
        return errno == ENOENT ? 0 : fail(path, error, cap);
    if (imp_pcap_prepare(dir, error, cap) < 0)
        status = -1;
    for (const struct dirent *e; status == 0 && (e = readdir(d)) != NULL;)
        if (e->d_name[0] != '.' && !imp_pcap_has(dir, e->d_name))
            status = join_run(dir, from, e->d_name, error, cap);
    closedir(d);
    return status;
}
