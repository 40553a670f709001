/* SPDX-License-Identifier: GPL-2.0-only */
#include "runner.h"

#include <criterion/criterion.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/campaign/resolve.h"
#include "sim/world/run.h"

static void child(int fd, const json_t *plan, const char *pcap_dir)
{
    imp_world_warm();
    json_t *result = imp_world_run(plan, pcap_dir);
    int status = json_dumpfd(result, fd, JSON_COMPACT | JSON_SORT_KEYS);
    json_decref(result);
    _exit(status == 0 ? 0 : 1);
}

static json_t *run_plan(const json_t *plan, const char *pcap_dir)
{
    int fds[2], status;
    json_error_t error;
    cr_assert_eq(pipe(fds), 0);
    pid_t pid = fork();
    cr_assert_geq(pid, 0);
    if (pid == 0) {
        close(fds[0]);
        child(fds[1], plan, pcap_dir);
    }
    close(fds[1]);
    FILE *f = fdopen(fds[0], "r");
    json_t *result = json_loadf(f, 0, &error);
    fclose(f);
    waitpid(pid, &status, 0);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the run died (status %d)", status);
    cr_assert_not_null(result, "the run's result: %s", error.text);
    cr_assert_str_eq(json_string_value(json_object_get(result, "status")), "ok", "%s",
                     json_string_value(json_object_get(result, "why")));
    return result;
}

json_t *runner_capture(json_t *keys, const char *pcap_dir)
{
    struct imp_resolved r;
    char error[IMP_ERROR];
    cr_assert_eq(imp_resolve(&r, keys, NULL, "test", error, sizeof error), 0, "%s", error);
    json_t *result = run_plan(r.plan, pcap_dir);
    imp_resolved_free(&r);
    json_decref(keys);
    return result;
}

json_t *runner_run(json_t *keys)
{
    return runner_capture(keys, NULL);
}

static const json_t *verdict(const json_t *result, const char *goal)
{
    const json_t *list = json_object_get(result, "verdicts"), *v;
    size_t i;
    json_array_foreach(list, i, v)
    {
        const char *name = json_string_value(json_object_get(v, "goal"));
        if (strncmp(name, goal, strlen(goal)) == 0) /* the first: g1 before g10 */
            return v;
    }
    cr_assert_fail("no verdict on goal %s", goal);
    return NULL;
}

const char *runner_verdict(const json_t *result, const char *goal)
{
    return json_string_value(json_object_get(verdict(result, goal), "verdict"));
}

const char *runner_why(const json_t *result, const char *goal)
{
    return json_string_value(json_object_get(verdict(result, goal), "why"));
}

double runner_column(const json_t *result, const char *column)
{
    const json_t *v = json_object_get(json_object_get(result, "row"), column);
    cr_assert_not_null(v, "no column %s", column);
    return json_number_value(v);
}

bool runner_completed(const json_t *result)
{
    return runner_column(result, "completed") == 1;
}
