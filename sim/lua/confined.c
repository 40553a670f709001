/* SPDX-License-Identifier: GPL-2.0-only */
/* The child process around a Lua program, and its parent's patience. */
#define _GNU_SOURCE /* pipe2 */
#include "sandbox.h"

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
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sanitized.h"

#define SLACK ((size_t)128 << 20) /* octets: program, libraries, JSON beside Lua's memory */

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
    limit(RLIMIT_CPU, IMP_SANDBOX_CPU_S, IMP_SANDBOX_CPU_S + 1);
    if (!IMP_SANITIZED) /* else only Lua's own memory is limited */
        limit(RLIMIT_AS, IMP_SANDBOX_MEMORY + SLACK, IMP_SANDBOX_MEMORY + SLACK);
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

/* Sends {"answer": ...} or {"line": n, "error": "..."} and ends. */
static _Noreturn void child(int out, volatile int *line_seen, imp_confined_work *work, void *arg)
{
    struct imp_sandbox_error error = {0};
    const struct imp_sandbox_limits limits = {
        .memory = IMP_SANDBOX_MEMORY, .instructions = IMP_SANDBOX_INSTRUCTIONS, .line = line_seen};
    json_t *done = work(arg, &limits, &error);
    json_t *answer = done ? json_pack("{s:o}", "answer", done)
                          : json_pack("{s:i, s:s}", "line", error.line, "error", error.text);
    if (!answer) /* the message itself was no UTF-8 */
        answer =
            json_pack("{s:i, s:s}", "line", error.line, "error", "error with an unprintable text");
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
    int64_t deadline = now_ms() + INT64_C(1000) * IMP_SANDBOX_WALL_S;
    size_t room = 0;
    for (*text = NULL, *n = 0;;) {
        struct pollfd p = {.fd = in, .events = POLLIN};
        int64_t left = deadline - now_ms();
        if (left <= 0)
            return false;
        if (poll(&p, 1, (int)left) <= 0)
            continue;
        if (*n + 65536 > room) {
            char *bigger = realloc(*text, room = room * 2 + ((size_t)2 << 16));
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

struct task {
    imp_confined_work *work;
    void *arg;
    const char *what, *path;
    volatile int *line; /* shared with the child */
    char *error;
    size_t cap;
};

/* Says why the child ended without an answer. */
static void explain(const struct task *t, int status)
{
    int line = *t->line;
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        snprintf(t->error, t->cap, "%s:%d: the %s needs more than %d s of processor time", t->path,
                 line, t->what, IMP_SANDBOX_CPU_S);
    else if (WIFSIGNALED(status))
        snprintf(t->error, t->cap, "%s:%d: the %s was stopped (%s)", t->path, line, t->what,
                 strsignal(WTERMSIG(status)));
    else
        snprintf(t->error, t->cap, "%s:%d: the %s could not be evaluated within its limits",
                 t->path, line, t->what);
}

static json_t *understand(const struct task *t, const char *text, size_t n)
{
    json_t *message = json_loadb(text, n, JSON_DECODE_ANY, NULL);
    json_t *answer = json_incref(json_object_get(message, "answer"));
    const char *why = json_string_value(json_object_get(message, "error"));
    int line = (int)json_integer_value(json_object_get(message, "line"));
    if (!answer && line > 0)
        snprintf(t->error, t->cap, "%s:%d: %s", t->path, line, why ? why : "no answer");
    else if (!answer)
        snprintf(t->error, t->cap, "%s: %s", t->path, why ? why : "no answer");
    json_decref(message);
    return answer;
}

/* Forks, waits, and leaves text and the exit status. Returns false when there is no process. */
static bool converse(const struct task *t, char **text, size_t *text_n, int *status)
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
        child(ends[1], t->line, t->work, t->arg);
    }
    close(ends[1]);
    if (!receive(ends[0], text, text_n))
        kill(pid, SIGKILL);
    close(ends[0]);
    while (waitpid(pid, status, 0) < 0 && errno == EINTR)
        ;
    return true;
}

json_t *imp_confined(imp_confined_work *work, void *arg, const char *what, const char *path,
                     char *error, size_t cap)
{
    char *text = NULL;
    size_t text_n = 0;
    int status = 0;
    json_t *answer = NULL;
    int *line = mmap(NULL, sizeof *line, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct task t = {work, arg, what, path, line, error, cap};
    if (line == MAP_FAILED || !converse(&t, &text, &text_n, &status))
        snprintf(error, cap, "%s: no process to evaluate it in: %s", path, strerror(errno));
    else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        explain(&t, status);
    else
        answer = understand(&t, text, text_n);
    free(text);
    if (line != MAP_FAILED)
        munmap(line, sizeof *line);
    return answer;
}
