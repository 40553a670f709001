/* SPDX-License-Identifier: GPL-2.0-only */
/* The child process around a scenario, and its parent's patience. */
#define _GNU_SOURCE /* pipe2 */
#include "scenario.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sanitized.h"

#define SLACK ((size_t)128 << 20) /* octets: program, libraries, JSON beside Lua's memory */

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

static void limit(int what, rlim_t soft, rlim_t hard)
{
    setrlimit(what, &(struct rlimit){.rlim_cur = soft, .rlim_max = hard});
}

static void confine(pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
    limit(RLIMIT_CORE, 0, 0);
    limit(RLIMIT_CPU, IMP_SCENARIO_CPU_S, IMP_SCENARIO_CPU_S + 1);
    if (!IMP_SANITIZED) /* else only Lua's own memory is limited */
        limit(RLIMIT_AS, IMP_SCENARIO_MEMORY + SLACK, IMP_SCENARIO_MEMORY + SLACK);
    setlocale(LC_ALL, "C");
}

static void write_all(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t put = write(fd, p, n);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            _exit(1);
        p += put;
        n -= (size_t)put;
    }
}

/* Sends {"raw": [...]} or {"line": n, "error": "..."} and ends. */
static _Noreturn void child(int out, volatile int *line_seen, const char *source, size_t n)
{
    char error[500] = "";
    int line;
    struct imp_scenario_limits limits = {.memory = IMP_SCENARIO_MEMORY,
                                         .instructions = IMP_SCENARIO_INSTRUCTIONS,
                                         .line = line_seen};
    json_t *raw = imp_scenario_evaluate(source, n, &limits, &line, error, sizeof error);
    json_t *answer = raw ? json_pack("{s:o}", "raw", raw)
                         : json_pack("{s:i, s:s+}", "line", line, "error", error, "");
    if (!answer) /* the message itself was no UTF-8 */
        answer = json_pack("{s:i, s:s}", "line", line, "error", "error with an unprintable text");
    char *text = json_dumps(answer, JSON_COMPACT);
    if (!text)
        _exit(1);
    write_all(out, text, strlen(text));
    _exit(0);
}

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Reads until the child closes its end (true) or its time is over. */
static bool receive(int in, char **text, size_t *n)
{
    int64_t deadline = now_ms() + IMP_SCENARIO_WALL_S * 1000;
    size_t room = 0;
    for (*text = NULL, *n = 0;;) {
        struct pollfd p = {.fd = in, .events = POLLIN};
        int64_t left = deadline - now_ms();
        if (left <= 0)
            return false;
        if (poll(&p, 1, (int)left) <= 0)
            continue;
        if (*n + 65536 > room) {
            char *bigger = realloc(*text, room = room * 2 + 65536 * 2);
            if (!bigger)
                return false;
            *text = bigger;
        }
        ssize_t got = read(in, *text + *n, 65536);
        if (got == 0)
            return true;
        if (got > 0)
            *n += (size_t)got;
        else if (errno != EINTR)
            return false;
    }
}

/* Says why the child ended without an answer. */
static void explain(int status, const char *path, int line, char *error, size_t cap)
{
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        snprintf(error, cap, "%s:%d: the scenario needs more than %d s of processor time", path,
                 line, IMP_SCENARIO_CPU_S);
    else if (WIFSIGNALED(status))
        snprintf(error, cap, "%s:%d: the scenario was stopped (%s)", path, line,
                 strsignal(WTERMSIG(status)));
    else
        snprintf(error, cap, "%s:%d: the scenario could not be evaluated within its limits", path,
                 line);
}

static json_t *understand(const char *text, size_t n, const char *path, char *error, size_t cap)
{
    json_t *answer = json_loadb(text, n, 0, NULL);
    json_t *raw = json_incref(json_object_get(answer, "raw"));
    const char *why = json_string_value(json_object_get(answer, "error"));
    int line = (int)json_integer_value(json_object_get(answer, "line"));
    if (!raw && line > 0)
        snprintf(error, cap, "%s:%d: %s", path, line, why ? why : "no answer");
    else if (!raw)
        snprintf(error, cap, "%s: %s", path, why ? why : "no answer");
    json_decref(answer);
    return raw;
}

/* Forks, waits, and leaves text and the exit status. Returns false with a sentence. */
static bool converse(const char *source, size_t n, volatile int *line, char **text, size_t *text_n,
                     int *status)
{
    int ends[2];
    pid_t parent = getpid();
    fflush(NULL);
    if (pipe2(ends, O_CLOEXEC) < 0)
        return false;
    pid_t pid = fork();
    if (pid < 0) {
        close(ends[0]);
        close(ends[1]);
        return false;
    }
    if (pid == 0) {
        close(ends[0]);
        confine(parent);
        child(ends[1], line, source, n);
    }
    close(ends[1]);
    if (!receive(ends[0], text, text_n))
        kill(pid, SIGKILL);
    close(ends[0]);
    while (waitpid(pid, status, 0) < 0 && errno == EINTR)
        ;
    return true;
}

json_t *imp_scenario_load_text(const char *path, const char *source, size_t n, char *error,
                               size_t cap)
{
    char *text = NULL;
    size_t text_n = 0;
    int status = 0;
    json_t *raw = NULL;
    int *line = mmap(NULL, sizeof *line, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (line == MAP_FAILED || !converse(source, n, line, &text, &text_n, &status))
        snprintf(error, cap, "%s: no process to evaluate it in: %s", path, strerror(errno));
    else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        explain(status, path, *line, error, cap);
    else
        raw = understand(text, text_n, path, error, cap);
    free(text);
    if (line != MAP_FAILED)
        munmap(line, sizeof *line);
    return raw;
}

json_t *imp_scenario_load(const char *path, char *error, size_t cap)
{
    size_t n;
    char *source = imp_file_read(path, IMP_SCENARIO_FILE, &n, error, cap);
    json_t *raw = source ? imp_scenario_load_text(path, source, n, error, cap) : NULL;
    free(source);
    return raw;
}
