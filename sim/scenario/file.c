/* SPDX-License-Identifier: GPL-2.0-only */
#include "scenario.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *imp_file_read(const char *path, size_t limit, size_t *n, char *error, size_t cap)
{
    char *text = NULL;
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) < 0) {
        snprintf(error, cap, "%s: %s", path, strerror(errno));
        goto out;
    }
    if (!S_ISREG(st.st_mode) || (size_t)st.st_size > limit) {
        snprintf(error, cap, S_ISREG(st.st_mode) ? "%s: larger than %zu octets" : "%s: not a file",
                 path, limit);
        goto out;
    }
    size_t used = 0, room = (size_t)st.st_size;
    ssize_t got = 0;
    text = malloc(room + 1);
    while (text && used < room && (got = read(fd, text + used, room - used)) > 0)
        used += (size_t)got;
    if (!text || got < 0) {
        snprintf(error, cap, "%s: %s", path, text ? strerror(errno) : "no memory");
        free(text);
        text = NULL;
        goto out;
    }
    text[used] = '\0';
    *n = used;
out:
    if (fd >= 0)
        close(fd);
    return text;
}
