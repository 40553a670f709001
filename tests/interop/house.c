/* SPDX-License-Identifier: GPL-2.0-only */
/* house.c - namespaces, files and foreign programs for the interoperability tests. */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "house.h"

bool interop_namespace(void)
{
    struct ifreq ifr = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING | IFF_LOOPBACK};
    if (unshare(CLONE_NEWNET) != 0) {
        printf("skipped: no network namespace (%s); run as root\n", strerror(errno));
        return false;
    }
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    int status = s < 0 ? -1 : ioctl(s, SIOCSIFFLAGS, &ifr);
    if (s >= 0)
        close(s);
    if (status != 0)
        printf("skipped: lo does not come up (%s)\n", strerror(errno));
    return status == 0;
}

bool interop_program(const char *program)
{
    const char *path = getenv("PATH");
    char all[4096], file[4096];
    snprintf(all, sizeof all, "%s:/usr/sbin:/sbin", path ? path : "/usr/bin");
    setenv("PATH", all, 1);
    char *rest = all;
    for (const char *dir; (dir = strsep(&rest, ":")) != NULL;) {
        snprintf(file, sizeof file, "%.2000s/%.80s", dir, program);
        if (access(file, X_OK) == 0)
            return true;
    }
    printf("skipped: %s is not installed\n", program);
    return false;
}

void interop_write(const char *dir, const char *name, const char *format, ...)
{
    char path[4096];
    va_list args;
    snprintf(path, sizeof path, "%.2000s/%.80s", dir, name);
    FILE *f = fopen(path, "w");
    if (!f)
        abort();
    va_start(args, format);
    vfprintf(f, format, args);
    va_end(args);
    fclose(f);
}

int interop_spawn(const char *dir, const char *log, const char *const *argv)
{
    char path[4096];
    snprintf(path, sizeof path, "%.2000s/%.80s", dir, log);
    unlink(path); /* whoever waits for a line must not find an earlier program's */
    int pid = fork();
    if (pid != 0)
        return pid;
    int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0600);
    dup2(fd, 1);
    dup2(fd, 2);
    execvp(argv[0], (char *const *)argv);
    _exit(127);
}

int interop_wait(int pid, int seconds)
{
    int status;
    for (int i = 0; i < seconds * 20; i++) {
        if (waitpid(pid, &status, WNOHANG) == pid)
            return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    }
    interop_kill(pid);
    return -1;
}

void interop_kill(int pid)
{
    kill(pid, SIGTERM);
    for (int i = 0; i < 40; i++) {
        if (waitpid(pid, NULL, WNOHANG) == pid)
            return;
        nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    }
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

static char *read_log(const char *dir, const char *log)
{
    char path[4096];
    snprintf(path, sizeof path, "%.2000s/%.80s", dir, log);
    FILE *f = fopen(path, "r");
    char *text = calloc(1, 1 << 20);
    if (f) {
        if (fread(text, 1, (1 << 20) - 1, f) == 0)
            text[0] = 0;
        fclose(f);
    }
    return text;
}

bool interop_log_has(const char *dir, const char *log, const char *text)
{
    char *all = read_log(dir, log);
    bool found = strstr(all, text) != NULL;
    free(all);
    return found;
}

void interop_log_print(const char *dir, const char *log)
{
    char *all = read_log(dir, log);
    printf("---- %s ----\n%s\n", log, all);
    free(all);
}
