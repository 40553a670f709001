/* SPDX-License-Identifier: GPL-2.0-only */
#include "beside.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sessions.h"
#include "twin.h"

json_t *world_hexadecimal(const uint8_t *p, size_t n)
{
    char *text = malloc(2 * n + 1);
    if (!text)
        abort();
    for (size_t i = 0; i < n; i++)
        snprintf(text + 2 * i, 3, "%02x", p[i]);
    text[2 * n] = '\0';
    json_t *j = json_string(text);
    free(text);
    return j;
}

uint8_t *world_octets(const json_t *j, size_t *n)
{
    const char *text = json_string_value(j);
    *n = text ? strlen(text) / 2 : 0;
    uint8_t *p = malloc(*n + 1);
    if (!p)
        abort();
    for (size_t i = 0; i < *n; i++) {
        char two[3] = {text[2 * i], text[2 * i + 1], '\0'};
        p[i] = (uint8_t)strtoul(two, NULL, 16);
    }
    return p;
}

/* {"twin", "sessions"}, or {"what", "why"} when one of them gave no result. */
static json_t *answer_of(const json_t *plan, bool sessions)
{
    json_t *twin = world_twin_answer(plan);
    if (!json_object_get(twin, "row")) {
        json_object_set_new(twin, "what", json_string("the same run without the adversary"));
        return twin;
    }
    json_t *list = sessions ? world_sessions_answer(plan) : json_array();
    if (!json_is_array(list)) {
        json_decref(twin);
        json_object_set_new(list, "what", json_string("another session"));
        return list;
    }
    return json_pack("{s:o, s:o}", "twin", twin, "sessions", list);
}

/* The child's share: its answer goes to the pipe, and it ends without tidying up. */
static _Noreturn void child(int fd, const json_t *plan, bool sessions, pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* it does not outlive the run */
    if (getppid() != parent)
        _exit(1);
    json_t *answer = answer_of(plan, sessions);
    _exit(json_dumpfd(answer, fd, JSON_COMPACT | JSON_SORT_KEYS) == 0 ? 0 : 1);
}

/* NULL when the child gave no answer. */
static json_t *ask_child(const json_t *plan, bool sessions)
{
    int fds[2], status = 1;
    pid_t parent = getpid(), pid;
    json_error_t error;
    if (pipe(fds) != 0)
        return NULL;
    pid = fork();
    if (pid == 0) {
        close(fds[0]);
        child(fds[1], plan, sessions, parent);
    }
    close(fds[1]);
    FILE *in = fdopen(fds[0], "r");
    json_t *answer = pid > 0 && in ? json_loadf(in, 0, &error) : NULL;
    if (in)
        fclose(in);
    else
        close(fds[0]);
    while (pid > 0 && waitpid(pid, &status, 0) < 0)
        ;
    if (status != 0) {
        json_decref(answer);
        return NULL;
    }
    return answer;
}

int world_beside_run(struct world_twin *twin, struct world_sessions *others, const json_t *plan,
                     bool sessions, char *why, size_t cap)
{
    json_t *answer = ask_child(plan, sessions);
    const char *what = json_string_value(json_object_get(answer, "what"));
    const char *reason = json_string_value(json_object_get(answer, "why"));
    if (!answer || what) {
        snprintf(why, cap, "%s%s%s%s", what ? what : "", what ? " gave no result" : "",
                 reason ? ": " : "", reason ? reason : "");
        json_decref(answer);
        return -1;
    }
    world_twin_take(twin, json_object_get(answer, "twin"));
    world_sessions_take(others, json_object_get(answer, "sessions"));
    json_decref(answer);
    return 0;
}
