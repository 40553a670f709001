/* SPDX-License-Identifier: GPL-2.0-only */
#include "workers.h"

#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define RENEWED 2000 /* scripts after which a process is replaced: runs may leave memory behind */

struct request {
    unsigned count;
    struct imp_decision script[IMP_SCRIPT_LONGEST];
};

/* ---- child --------------------------------------------------------------------------------------
 */
static _Noreturn void serve(const struct imp_workers *w, int fd)
{
    struct request q;
    mallopt(M_MMAP_THRESHOLD, 1 << 18);   /* large zeroed tables come from the kernel, untouched */
    mallopt(M_TRIM_THRESHOLD, INT32_MAX); /* what a run gives back is for the next one */
    mallopt(M_TOP_PAD, 1 << 22);
    while (imp__read_all(fd, &q, sizeof q)) {
        struct imp_search_report r;
        imp__report_init(&r, w->known, q.count, q.count <= w->search->full);
        w->search->run(w->search->arg, q.script, q.count, &r);
        if (!imp__report_write(fd, &r))
            break;
        imp__report_free(&r);
    }
    _exit(0);
}

static int start(struct imp_workers *w, struct imp_worker *k)
{
    int ends[2];
    pid_t parent = getpid();
    *k = (struct imp_worker){.pid = 0};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return -1;
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
            _exit(1);
        signal(SIGINT, SIG_IGN); /* the parent decides */
        for (unsigned i = 0; i < w->count; i++)
            if (w->worker[i].pid)
                close(w->worker[i].fd);
        close(ends[0]);
        serve(w, ends[1]);
    }
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        return -1;
    }
    k->pid = pid;
    k->fd = ends[0];
    return 0;
}

/* ---- parent -------------------------------------------------------------------------------------
 */
static void end(struct imp_worker *k)
{
    if (!k->pid)
        return;
    close(k->fd);
    kill(k->pid, SIGKILL);
    while (waitpid(k->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    k->pid = 0;
}

int imp__workers_open(struct imp_workers *w, const struct imp_search *s,
                      const struct imp_states *known)
{
    unsigned jobs = s->jobs ? s->jobs : 1;
    *w = (struct imp_workers){.search = s, .known = known};
    for (; w->count < jobs && w->count < IMP_WORKERS_MOST; w->count++)
        if (start(w, &w->worker[w->count]) != 0)
            break;
    return w->count ? 0 : -1;
}

void imp__workers_close(struct imp_workers *w)
{
    for (unsigned i = 0; i < w->count; i++)
        end(&w->worker[i]);
}

/* The least busy one, so that a short level is shared too. */
struct imp_worker *imp__workers_idle(struct imp_workers *w)
{
    struct imp_worker *best = NULL;
    for (unsigned i = 0; i < w->count; i++) {
        struct imp_worker *k = &w->worker[i];
        if (k->pid && k->count == 0 && k->made >= RENEWED) {
            end(k);
            start(w, k);
        }
        if (k->pid && k->count < IMP_WORKER_AHEAD && k->made < RENEWED &&
            (!best || k->count < best->count))
            best = k;
    }
    return best;
}

void imp__worker_give(struct imp_worker *k, size_t item, const struct imp_decision *script,
                      size_t count)
{
    struct request q;
    memset(&q, 0, sizeof q);
    q.count = (unsigned)count;
    if (count)
        memcpy(q.script, script, count * sizeof *script);
    k->item[k->count++] = item;
    k->made++;
    imp__write_all(k->fd, &q, sizeof q); /* a worker that is gone is noticed when it is read */
}

static size_t take_first(struct imp_worker *k)
{
    size_t item = k->item[0];
    memmove(k->item, k->item + 1, --k->count * sizeof *k->item);
    return item;
}

/* The process died over its first script. */
static size_t died(struct imp_workers *w, struct imp_worker *k, struct imp_search_report *r,
                   void (*again)(void *, size_t), void *arg)
{
    size_t item = k->count ? take_first(k) : SIZE_MAX;
    imp__report_free(r);
    imp__report_init(r, NULL, 0, true);
    imp_search_failed(r, "the run's process died");
    while (k->count)
        again(arg, take_first(k));
    end(k);
    start(w, k);
    return item;
}

size_t imp__workers_wait(struct imp_workers *w, struct imp_search_report *r, int ms,
                         void (*again)(void *, size_t), void *arg)
{
    struct pollfd fds[IMP_WORKERS_MOST];
    unsigned who[IMP_WORKERS_MOST], n = 0;
    for (unsigned i = 0; i < w->count; i++)
        if (w->worker[i].pid) {
            fds[n] = (struct pollfd){.fd = w->worker[i].fd, .events = POLLIN};
            who[n++] = i;
        }
    if (poll(fds, n, ms) <= 0)
        return SIZE_MAX;
    for (unsigned i = 0; i < n; i++) {
        struct imp_worker *k = &w->worker[who[i]];
        if (!fds[i].revents)
            continue;
        return imp__report_read(k->fd, r) && k->count ? take_first(k) : died(w, k, r, again, arg);
    }
    return SIZE_MAX;
}
