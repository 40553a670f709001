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

typedef json_t *work(const json_t *plan, unsigned session);

/* The child's share: its answer goes to the pipe, and it ends without tidying up. */
static _Noreturn void child(int fd, work *f, const json_t *plan, unsigned session, pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* it does not outlive the run */
    if (getppid() != parent)
        _exit(1);
    json_t *answer = f(plan, session);
    _exit(answer && json_dumpfd(answer, fd, JSON_COMPACT | JSON_SORT_KEYS) == 0 ? 0 : 1);
}

/* Runs `f` in a child; NULL when it gave no answer. */
static json_t *in_child(work *f, const json_t *plan, unsigned session)
{
    int fds[2], status = 1;
    pid_t parent = getpid(), pid;
    json_error_t error;
    if (pipe(fds) != 0)
        return NULL;
    pid = fork();
    if (pid == 0) {
        close(fds[0]);
        child(fds[1], f, plan, session, parent);
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

/* Claims with which those of the disturbed run are compared. */
static bool compared(enum imp_claim_kind kind)
{
    return kind == IMP_CLAIM_NEGOTIATED || kind == IMP_CLAIM_ALARM || kind == IMP_CLAIM_REJECT;
}

static json_t *claims(const struct world *w)
{
    json_t *list = json_array();
    for (size_t i = 0; i < w->record_count; i++) {
        const struct imp_record *r = &w->records[i];
        const struct imp_claim *c = &r->claim;
        if (compared(c->kind))
            json_array_append_new(list, json_pack("[i, i, I, i, s, s, o]", r->party, r->device,
                                                  (json_int_t)r->at, (int)c->kind,
                                                  c->layer ? c->layer : "", c->name ? c->name : "",
                                                  hexadecimal(c->data, c->data_n)));
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

static json_t *twin_work(const json_t *plan, unsigned session)
{
    return world_run_apart(plan, WORLD_TWIN, session, tell_twin);
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
        r->claim = (struct imp_claim){
            .kind = (enum imp_claim_kind)json_integer_value(json_array_get(j, 3)),
            .layer = json_string_value(json_array_get(j, 4)),
            .name = json_string_value(json_array_get(j, 5))};
        r->claim.data = octets(json_array_get(j, 6), &r->claim.data_n);
    }
}

int world_twin_run(struct world_twin *out, const json_t *plan, char *why, size_t cap)
{
    json_t *alone = json_copy((json_t *)plan);
    json_object_set_new(alone, "adversary", imp_adversary_json(imp_adversary_find("none")));
    *out = (struct world_twin){.text = in_child(twin_work, alone, 0)};
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

/* ---- other sessions
 * ------------------------------------------------------------------------------ */
#define SESSION_S 60      /* simulated time: identities show early */
#define SESSION_DEVICES 8 /* crowds are not brought along */

static json_t *tell_view(struct world *w, json_t *result)
{
    json_t *list = json_array();
    const struct world_view *v = &w->ledger.view;
    json_decref(result);
    for (size_t i = 0; i < v->count; i++)
        json_array_append_new(list, hexadecimal(v->unit[i].bytes, v->unit[i].n));
    return list;
}

static json_t *again_work(const json_t *plan, unsigned session)
{
    return world_run_apart(plan, WORLD_AGAIN, session, tell_view);
}

static json_t *other_work(const json_t *plan, unsigned session)
{
    return world_run_apart(plan, WORLD_OTHER, session, tell_view);
}

/* The plan of a session: short, and with one device more; one of them stays off. */
static json_t *session_plan(const json_t *plan)
{
    json_t *p = json_copy((json_t *)plan);
    json_int_t devices = json_integer_value(json_object_get(p, "devices"));
    json_int_t cell = json_integer_value(json_object_get(p, "cell"));
    double limit = json_number_value(json_object_get(p, "limit_s"));
    devices = (devices > SESSION_DEVICES ? 1 : devices) + 1;
    json_object_set_new(p, "devices", json_integer(devices));
    json_object_set_new(p, "cell", json_integer(cell < devices ? devices : cell));
    json_object_set_new(p, "limit_s", json_real(limit < SESSION_S ? limit : SESSION_S));
    json_object_set_new(p, "timeline", json_array());
    return p;
}

static int session_view(struct world_view *out, work *f, const json_t *plan, unsigned session,
                        char *why, size_t cap)
{
    json_t *answer = in_child(f, plan, session);
    const json_t *j;
    size_t i;
    if (!json_is_array(answer)) {
        say_why(answer, why, cap);
        json_decref(answer);
        return -1;
    }
    out->unit = calloc(json_array_size(answer) + 1, sizeof *out->unit);
    if (!out->unit)
        abort();
    json_array_foreach(answer, i, j)
    {
        struct imp_fact *fact = &out->unit[out->count++];
        fact->bytes = octets(j, &fact->n);
        fact->rule = -1;
    }
    json_decref(answer);
    return 0;
}

/* Do the sessions so far leave a doubt? Nothing recurs: none. So long a stretch that it has an
 * identifier of its own length in it, between octets that all devices send: none either. A short
 * stretch may be chance. */
static bool doubtful(const struct world_sessions *s)
{
    struct imp_view again[TWIN_SESSIONS], other[TWIN_SESSIONS];
    const uint8_t *at;
    if (s->count < 2)
        return true;
    for (size_t i = 0; i < s->count; i++) {
        again[i] = (struct imp_view){s->again[i].unit, s->again[i].count};
        other[i] = (struct imp_view){s->other[i].unit, s->other[i].count};
    }
    struct imp_worlds w = {.here = again[0], .again = again, .other = other, .count = s->count};
    size_t n = imp_worlds_telling(&w, &at);
    return n > 0 && n < 3 * IMP_WINDOW_OCTETS - 2;
}

int world_sessions_run(struct world_sessions *out, const json_t *plan, char *why, size_t cap)
{
    json_t *p = session_plan(plan);
    int status = 0;
    *out = (struct world_sessions){0};
    while (status == 0 && out->count < TWIN_SESSIONS && doubtful(out)) {
        unsigned session = (unsigned)out->count + 1;
        if (session_view(&out->again[out->count], again_work, p, session, why, cap) != 0 ||
            session_view(&out->other[out->count], other_work, p, session, why, cap) != 0)
            status = -1;
        out->count++;
    }
    json_decref(p);
    return status;
}

void world_sessions_free(struct world_sessions *s)
{
    for (size_t i = 0; i < TWIN_SESSIONS; i++) {
        world_view_free(&s->again[i]);
        world_view_free(&s->other[i]);
    }
    s->count = 0;
}
