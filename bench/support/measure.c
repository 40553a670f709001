/* SPDX-License-Identifier: GPL-2.0-only */
#include "measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sim/campaign/resolve.h"

static double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double resident(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (double)u.ru_maxrss;
}

static struct measure once(measured_work *work, void *arg)
{
    struct measure m;
    int fds[2], status;
    if (pipe(fds) != 0)
        exit(3);
    pid_t pid = fork();
    if (pid == 0) {
        double t = cpu_seconds(), r = resident();
        work(arg);
        m = (struct measure){cpu_seconds() - t, resident() - r};
        _exit(write(fds[1], &m, sizeof m) == sizeof m ? 0 : 1);
    }
    close(fds[1]);
    ssize_t n = read(fds[0], &m, sizeof m);
    close(fds[0]);
    waitpid(pid, &status, 0);
    if (pid < 0 || n != sizeof m || status != 0) {
        fprintf(stderr, "bench: a measured run died\n");
        exit(3);
    }
    return m;
}

struct measure measure(measured_work *work, void *arg, int repeats)
{
    struct measure best = once(work, arg);
    for (int i = 1; i < repeats; i++) {
        struct measure m = once(work, arg);
        best.seconds = m.seconds < best.seconds ? m.seconds : best.seconds;
        best.rss = m.rss < best.rss ? m.rss : best.rss;
    }
    return best;
}

json_t *measure_plan(const char *keys)
{
    struct imp_resolved r;
    char error[IMP_ERROR];
    json_t *j = json_loads(keys, 0, NULL);
    if (!j || imp_resolve(&r, j, NULL, "bench", error, sizeof error) != 0) {
        fprintf(stderr, "bench: %s\n", j ? error : keys);
        exit(2);
    }
    json_t *plan = json_incref(r.plan);
    imp_resolved_free(&r);
    json_decref(j);
    return plan;
}
