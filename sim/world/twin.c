/* SPDX-License-Identifier: GPL-2.0-only */
#include "twin.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "world.h"

typedef json_t *work(const json_t *plan);

/* The child's share: its answer goes to the pipe, and it ends without tidying up. */
static _Noreturn void child(int fd, work *f, const json_t *plan, pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* it does not outlive the run */
    if (getppid() != parent)
        _exit(1);
    json_t *answer = f(plan);
    _exit(answer && json_dumpfd(answer, fd, JSON_COMPACT | JSON_SORT_KEYS) == 0 ? 0 : 1);
}

/* Runs `f` in a child; NULL when it gave no answer. */
static json_t *in_child(work *f, const json_t *plan)
{
    int fds[2], status = 1;
    pid_t parent = getpid(), pid;
    json_error_t error;
    if (pipe(fds) != 0)
        return NULL;
    pid = fork();
    if (pid == 0) {
        close(fds[0]);
        child(fds[1], f, plan, parent);
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

/* A failed run's reason. Returns -1. */
static int say_why(const json_t *answer, char *why, size_t cap)
{
    const char *reason = json_string_value(json_object_get(answer, "why"));
    snprintf(why, cap, "%s%s", reason ? ": " : "", reason ? reason : "");
    return -1;
}

/* ---- the undisturbed twin
 * ------------------------------------------------------------------------ */
static json_t *hexadecimal(const uint8_t *p, size_t n)
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

static uint8_t *octets(const json_t *j, size_t *n)
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

static json_t *claims(const struct world *w)
{
    json_t *list = json_array();
    for (size_t i = 0; i < w->record_count; i++) {
        const struct imp_record *r = &w->records[i];
        if (r->claim.kind != IMP_CLAIM_NEGOTIATED)
            continue;
        json_array_append_new(list,
                              json_pack("[i, i, I, s, s, o]", r->party, r->device,
                                        (json_int_t)r->at, r->claim.layer ? r->claim.layer : "",
                                        r->claim.name ? r->claim.name : "",
                                        hexadecimal(r->claim.data, r->claim.data_n)));
    }
    return list;
}

static json_t *tell_twin(struct world *w, json_t *result)
{
    json_t *answer = json_pack("{s:O, s:O, s:O, s:o}", "row", json_object_get(result, "row"),
                               "devices", json_object_get(result, "devices"), "digest",
                               json_object_get(result, "digest"), "claims", claims(w));
    json_decref(result);
    return answer;
}

static json_t *twin_work(const json_t *plan)
{
    return world_run_apart(plan, WORLD_TWIN, tell_twin);
}

static void take_claims(struct world_twin *t)
{
    const json_t *list = json_object_get(t->text, "claims"), *j;
    size_t i;
    t->records = calloc(json_array_size(list) + 1, sizeof *t->records);
    if (!t->records)
        abort();
    json_array_foreach(list, i, j)
    {
        struct imp_record *r = &t->records[t->record_count++];
        *r = (struct imp_record){.party = (int)json_integer_value(json_array_get(j, 0)),
                                 .device = (int)json_integer_value(json_array_get(j, 1)),
                                 .at = json_integer_value(json_array_get(j, 2)),
                                 .order = i};
        r->claim = (struct imp_claim){.kind = IMP_CLAIM_NEGOTIATED,
                                      .layer = json_string_value(json_array_get(j, 3)),
                                      .name = json_string_value(json_array_get(j, 4))};
        r->claim.data = octets(json_array_get(j, 5), &r->claim.data_n);
    }
}

int world_twin_run(struct world_twin *out, const json_t *plan, char *why, size_t cap)
{
    json_t *alone = json_copy((json_t *)plan);
    json_object_set_new(alone, "adversary", imp_adversary_json(imp_adversary_find("none")));
    *out = (struct world_twin){.text = in_child(twin_work, alone)};
    json_decref(alone);
    out->row = json_object_get(out->text, "row");
    if (!out->row)
        return say_why(out->text, why, cap);
    out->devices = json_object_get(out->text, "devices");
    take_claims(out);
    return 0;
}

void world_twin_free(struct world_twin *t)
{
    for (size_t i = 0; i < t->record_count; i++)
        free((void *)t->records[i].claim.data);
    free(t->records);
    json_decref(t->text);
    *t = (struct world_twin){0};
}

/* ---- the second session
 * -------------------------------------------------------------------------- */
static json_t *tell_views(struct world *w, json_t *result)
{
    json_t *answer = json_array();
    json_decref(result);
    for (int d = 0; d < LEDGER_VIEWS; d++) {
        json_t *list = json_array();
        for (size_t i = 0; i < w->ledger.views[d].count; i++)
            json_array_append_new(
                list, hexadecimal(w->ledger.views[d].unit[i].bytes, w->ledger.views[d].unit[i].n));
        json_array_append_new(answer, list);
    }
    return answer;
}

static json_t *again_work(const json_t *plan)
{
    return world_run_apart(plan, WORLD_AGAIN, tell_views);
}

int world_again_run(struct world_view views[LEDGER_VIEWS], const json_t *plan, char *why,
                    size_t cap)
{
    json_t *two = json_copy((json_t *)plan);
    json_object_set_new(two, "devices", json_integer(LEDGER_VIEWS));
    json_object_set_new(two, "timeline", json_array());
    json_t *answer = in_child(again_work, two);
    json_decref(two);
    for (int d = 0; json_is_array(answer) && d < LEDGER_VIEWS; d++) {
        const json_t *list = json_array_get(answer, (size_t)d), *j;
        size_t i;
        views[d] =
            (struct world_view){.unit = calloc(json_array_size(list) + 1, sizeof *views->unit)};
        if (!views[d].unit)
            abort();
        json_array_foreach(list, i, j)
        {
            struct imp_fact *f = &views[d].unit[views[d].count++];
            f->bytes = octets(j, &f->n);
            f->rule = -1;
        }
    }
    int status = json_is_array(answer) ? 0 : say_why(answer, why, cap);
    json_decref(answer);
    return status;
}
