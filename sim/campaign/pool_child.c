/* SPDX-License-Identifier: GPL-2.0-only */
/* A message is "imprint-run LENGTH LENGTH\n", the result without its trace, the trace, "\n". The
 * parent stores the trace as text and need not parse it. */
#include "pool_child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/lua/sanitized.h"

#define MARK "imprint-run" /* before what a run hands to its parent */

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

static void confine(const struct imp_pool *pool, const struct imp_pool_job *job, pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* no run outlives the campaign */
    if (getppid() != parent)
        _exit(1);
    signal(SIGINT, SIG_IGN); /* the parent decides; the terminal signals the whole group */
    signal(SIGTERM, SIG_DFL);
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    if (pool->memory && !IMP_SANITIZED)
        setrlimit(RLIMIT_AS, &(struct rlimit){pool->memory, pool->memory});
    if (job->wall_s > 0) { /* processor time cannot exceed it either, should the parent hang */
        rlim_t s = (rlim_t)job->wall_s + 2;
        setrlimit(RLIMIT_CPU, &(struct rlimit){s, s});
    }
}

/* What the run prints must not mix with the parent's table; it is kept for the reason of a failure.
 */
static void redirect(int words)
{
    int to = words >= 0 ? words : open("/dev/null", O_WRONLY);
    if (to >= 0) {
        dup2(to, STDOUT_FILENO);
        dup2(to, STDERR_FILENO);
    }
}

/* The last two lines: a library says what is wrong, then the C++ runtime that it ends. */
static const char *last_lines(char *text, ssize_t n)
{
    text[n] = '\0';
    char *last = strrchr(text, '\n');
    if (!last)
        return text;
    *last = '|';
    char *before = strrchr(text, '\n');
    return before ? before + 1 : text;
}

void imp__pool_last_words(char *why, size_t cap, int words)
{
    char text[400];
    off_t end = words >= 0 ? lseek(words, 0, SEEK_END) : 0;
    off_t from = end > (off_t)sizeof text - 1 ? end - (off_t)(sizeof text - 1) : 0;
    ssize_t n = end > 0 ? pread(words, text, sizeof text - 1, from) : 0;
    while (n > 0 && text[n - 1] == '\n')
        n--;
    if (n <= 0)
        return;
    const char *said = last_lines(text, n);
    for (unsigned char *p = (unsigned char *)text; *p; p++)
        if (*p < ' ' || *p > '~') /* it goes into JSON and onto terminals */
            *p = '?';
    size_t used = strlen(why);
    snprintf(why + used, cap - used, "; its last words: %s", said);
}

_Noreturn void imp__pool_child(const struct imp_pool *pool, const struct imp_pool_job *job,
                               const struct imp__pool_ends *ends, pid_t parent)
{
    char head[80];
    confine(pool, job, parent);
    redirect(ends->words);
    if (job->pcap_dir && mkdir(job->pcap_dir, 0777) < 0)
        _exit(1);
    json_t *plan = json_loads(job->line, 0, NULL);
    json_t *result = pool->run(plan, job->pcap_dir);
    json_t *trace = json_incref(json_object_get(result, "trace"));
    json_object_del(result, "trace");
    char *text = json_dumps(result, JSON_COMPACT | JSON_SORT_KEYS);
    char *trace_text = trace ? json_dumps(trace, JSON_COMPACT | JSON_SORT_KEYS) : strdup("");
    if (!text || !trace_text)
        _exit(1);
    int n = snprintf(head, sizeof head, MARK " %zu %zu\n", strlen(text), strlen(trace_text));
    write_all(ends->result, head, (size_t)n);
    write_all(ends->result, text, strlen(text));
    write_all(ends->result, trace_text, strlen(trace_text));
    write_all(ends->result, "\n", 1);
    _exit(0); /* no destructors: ns-3's take longer than a small run */
}

/* Reads the number of octets that stands after a blank; false when there is none. */
static bool read_size(size_t *out, char **at)
{
    if ((*at)[0] != ' ' || (*at)[1] < '0' || (*at)[1] > '9')
        return false;
    errno = 0;
    *out = strtoul(*at + 1, at, 10);
    return errno == 0;
}

/* Splits the message in place. Returns false when it is not whole. */
static bool split(char *text, size_t n, char **result, size_t *result_n, char **trace,
                  size_t *trace_n)
{
    char *line = n ? memchr(text, '\n', n < 80 ? n : 80) : NULL;
    if (!line)
        return false;
    *line = '\0';
    char *at = text + strlen(MARK);
    if (strncmp(text, MARK, strlen(MARK)) != 0 || !read_size(result_n, &at) ||
        !read_size(trace_n, &at) || *at != '\0')
        return false;
    size_t head = (size_t)(line - text) + 1, body = n - head;
    if (*result_n > body || *trace_n > body || *result_n + *trace_n + 1 != body)
        return false;
    *result = line + 1;
    *trace = *result + *result_n;
    (*trace)[*trace_n] = '\0';
    return true;
}

static void say_why(struct imp_pool_result *out, int status, bool late,
                    const struct imp_pool_job *job)
{
    if (late)
        snprintf(out->why, sizeof out->why, "the run took more than %g s", job->wall_s);
    else if (WIFSIGNALED(status))
        snprintf(out->why, sizeof out->why, "the run ended by signal %d (%s)", WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    else if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
        snprintf(out->why, sizeof out->why, "the run ended with status %d and without a result",
                 WEXITSTATUS(status));
    else
        snprintf(out->why, sizeof out->why, "the run ended without a whole result");
}

void imp__pool_understand(struct imp_pool_result *out, char *text, size_t n, int status, bool late,
                          const struct imp_pool_job *job)
{
    char *result, *trace;
    size_t result_n, trace_n;
    bool clean = !late && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (!clean || !split(text, n, &result, &result_n, &trace, &trace_n)) {
        say_why(out, status, late, job);
        return;
    }
    json_error_t error;
    out->result = json_loadb(result, result_n, JSON_REJECT_DUPLICATES, &error);
    out->trace = trace_n ? trace : NULL;
    if (!out->result)
        snprintf(out->why, sizeof out->why, "the run's result is no JSON: %s", error.text);
}
