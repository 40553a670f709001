/* SPDX-License-Identifier: GPL-2.0-only */
#define _GNU_SOURCE /* pipe2, memfd_create, sched_getaffinity, wait4 */
#include "pool.h"

#include "pool_child.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MOST_JOBS 512
#define CHUNK ((size_t)1 << 16)
#define RESULT ((size_t)4 << 30) /* octets that one run may hand over */

struct worker {
    pid_t pid; /* 0: free */
    int in;
    int words; /* what it printed, or -1 */
    size_t job;
    char *text;
    size_t n, room;
    double started;
    bool late;  /* killed for its time */
    bool flood; /* handed over too much */
};

struct state {
    const struct imp_pool *pool;
    const struct imp_pool_job *jobs;
    size_t *order; /* positions, heaviest first */
    size_t count, next, finished, failed;
    double weight_total, weight_done;
    struct worker *workers;
    unsigned worker_count;
    double started;
    bool stopping;
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

unsigned imp_pool_cores(void)
{
    cpu_set_t set;
    int n = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    return n > 0 ? (unsigned)n : 1;
}

static const struct imp_pool_job *sorting; /* qsort has no argument of its own */

static int heaviest_first(const void *pa, const void *pb)
{
    size_t a = *(const size_t *)pa, b = *(const size_t *)pb;
    double wa = sorting[a].weight, wb = sorting[b].weight;
    if (wa != wb)
        return wa > wb ? -1 : 1;
    return a < b ? -1 : a > b;
}

static bool prepare(struct state *s)
{
    unsigned jobs = s->pool->jobs ? s->pool->jobs : imp_pool_cores();
    s->worker_count = jobs < MOST_JOBS ? jobs : MOST_JOBS;
    s->workers = calloc(s->worker_count, sizeof *s->workers);
    s->order = calloc(s->count ? s->count : 1, sizeof *s->order);
    if (!s->workers || !s->order)
        return false;
    for (size_t i = 0; i < s->count; i++) {
        s->order[i] = i;
        s->weight_total += s->jobs[i].weight;
    }
    sorting = s->jobs;
    qsort(s->order, s->count, sizeof *s->order, heaviest_first);
    s->started = now();
    return true;
}

static void report(struct state *s)
{
    if (!s->pool->progress)
        return;
    struct imp_pool_progress p = {.done = s->finished - s->failed,
                                  .failed = s->failed,
                                  .total = s->count,
                                  .elapsed_s = now() - s->started,
                                  .eta_s = -1};
    for (unsigned i = 0; i < s->worker_count; i++)
        p.running += s->workers[i].pid != 0;
    if (s->weight_done > 0)
        p.eta_s = p.elapsed_s * (s->weight_total - s->weight_done) / s->weight_done;
    s->pool->progress(s->pool->arg, &p);
}

/* Hands a result on; false from the receiver stops the pool. */
static void hand_over(struct state *s, size_t job, struct imp_pool_result *r)
{
    s->finished++;
    s->failed += r->result == NULL;
    s->weight_done += s->jobs[job].weight;
    if (!s->pool->done(s->pool->arg, job, r))
        s->stopping = true;
    json_decref(r->result);
}

static void start(struct state *s, struct worker *w)
{
    size_t job = s->order[s->next++];
    int ends[2];
    pid_t parent = getpid();
    fflush(NULL);
    int words = memfd_create("words", MFD_CLOEXEC);
    pid_t pid = pipe2(ends, O_CLOEXEC) == 0 ? fork() : -2;
    if (pid == 0) {
        for (unsigned i = 0; i < s->worker_count; i++)
            if (s->workers[i].pid)
                close(s->workers[i].in);
        close(ends[0]);
        const struct imp__pool_ends child = {.result = ends[1], .words = words};
        imp__pool_child(s->pool, &s->jobs[job], &child, parent);
    }
    if (pid < 0) {
        struct imp_pool_result r = {.result = NULL};
        snprintf(r.why, sizeof r.why, "no process for the run: %s", strerror(errno));
        if (pid == -1) {
            close(ends[0]);
            close(ends[1]);
        }
        if (words >= 0)
            close(words);
        hand_over(s, job, &r);
        return;
    }
    close(ends[1]);
    *w = (struct worker){.pid = pid, .in = ends[0], .words = words, .job = job, .started = now()};
}

static double seconds(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec * 1e-6;
}

/* Waits for the child and frees the worker. */
static int reap(struct worker *w, struct imp_cost *cost)
{
    int status = 0;
    struct rusage used = {{0}};
    close(w->in);
    while (wait4(w->pid, &status, 0, &used) < 0 && errno == EINTR)
        ;
    *cost = (struct imp_cost){.cpu_s = seconds(used.ru_utime) + seconds(used.ru_stime),
                              .wall_s = now() - w->started,
                              .memory = (size_t)used.ru_maxrss * 1024};
    w->pid = 0;
    return status;
}

/* Which limit the run may have died of. */
static void limit_words(char *why, size_t cap, const struct imp_pool *pool,
                        const struct imp_cost *cost)
{
    size_t used = strlen(why);
    snprintf(why + used, cap - used, " with %zu MiB resident, of at most %zu MiB of address space",
             cost->memory >> 20, pool->memory >> 20);
}

static void finish(struct state *s, struct worker *w)
{
    struct imp_pool_result r = {.result = NULL};
    int status = reap(w, &r.cost);
    if (w->flood)
        snprintf(r.why, sizeof r.why, "the run's result is larger than %zu octets", RESULT);
    else
        imp__pool_understand(&r, w->text, w->n, status, w->late, &s->jobs[w->job]);
    if (!r.result) {
        if (s->pool->tight && WIFSIGNALED(status) && !w->late)
            limit_words(r.why, sizeof r.why, s->pool, &r.cost);
        imp__pool_last_words(r.why, sizeof r.why, w->words);
    }
    if (w->words >= 0)
        close(w->words);
    hand_over(s, w->job, &r);
    free(w->text);
    w->text = NULL;
}

/* Reads what is there; the end of the pipe ends the worker. */
static void receive(struct state *s, struct worker *w)
{
    if (w->n + CHUNK > w->room) {
        size_t room = w->room * 2 + 2 * CHUNK;
        char *bigger = room <= RESULT ? realloc(w->text, room) : NULL;
        if (!bigger) {
            w->flood = true;
            kill(w->pid, SIGKILL);
            finish(s, w);
            return;
        }
        w->text = bigger;
        w->room = room;
    }
    ssize_t got = read(w->in, w->text + w->n, CHUNK);
    if (got > 0)
        w->n += (size_t)got;
    else if (got == 0 || (errno != EINTR && errno != EAGAIN))
        finish(s, w);
}

/* Nothing more is started. */
static bool stopped(const struct state *s)
{
    return s->stopping || (s->pool->stop && *s->pool->stop);
}

/* Nor is anything waited for. */
static bool given_up(const struct state *s)
{
    return s->stopping || (s->pool->stop && *s->pool->stop > 1);
}

static void watch(const struct state *s, struct worker *w)
{
    double limit = s->jobs[w->job].wall_s;
    if (limit > 0 && !w->late && now() - w->started > limit)
        w->late = kill(w->pid, SIGKILL) == 0;
}

/* Waits for output of a worker or a tick, and deals with all that is ready. */
static void turn(struct state *s)
{
    struct pollfd fds[MOST_JOBS];
    unsigned who[MOST_JOBS], n = 0;
    for (unsigned i = 0; i < s->worker_count; i++) {
        if (!s->workers[i].pid)
            continue;
        fds[n] = (struct pollfd){.fd = s->workers[i].in, .events = POLLIN};
        who[n++] = i;
    }
    int ready = poll(fds, n, 200);
    for (unsigned i = 0; i < n; i++) {
        struct worker *w = &s->workers[who[i]];
        if (ready > 0 && fds[i].revents)
            receive(s, w);
        else
            watch(s, w);
    }
    report(s);
}

static void abandon(struct state *s)
{
    for (unsigned i = 0; i < s->worker_count; i++) {
        struct worker *w = &s->workers[i];
        if (w->pid) {
            struct imp_cost unused;
            kill(w->pid, SIGKILL);
            reap(w, &unused);
            if (w->words >= 0)
                close(w->words);
        }
        free(w->text);
    }
}

static bool fill(struct state *s)
{
    bool any = false;
    for (unsigned i = 0; i < s->worker_count; i++) {
        if (!s->workers[i].pid && s->next < s->count && !stopped(s))
            start(s, &s->workers[i]);
        any = any || s->workers[i].pid;
    }
    return any || (s->next < s->count && !stopped(s));
}

/* Parties' memory is large, zeroed and hardly touched: fresh from the system it costs only what is
 * touched, where the heap would clear all of it. A fixed threshold, since glibc's own one grows. */
enum { LARGE = 128 * 1024 };

size_t imp_pool_run(const struct imp_pool *pool, const struct imp_pool_job *jobs, size_t count)
{
    struct state s = {.pool = pool, .jobs = jobs, .count = count};
    mallopt(M_MMAP_THRESHOLD, LARGE);
    if (prepare(&s)) {
        while (!given_up(&s) && fill(&s))
            turn(&s);
        abandon(&s);
    }
    free(s.workers);
    free(s.order);
    return s.finished;
}
