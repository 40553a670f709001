/* SPDX-License-Identifier: GPL-2.0-only */
/* From a scenario's text to raw data. */
#include "internal.h"
#include "scenario.h"

#include <stdio.h>
#include <stdlib.h>

struct evaluation {
    const char *source;
    size_t n;
    json_t *result;
    const struct imp_scenario_prepare *prepare;
    struct imp_sandbox_error *error;
};

static int evaluate(lua_State *L)
{
    struct evaluation *e = lua_touserdata(L, 1);
    imp_sandbox_run(L, e->source, e->n);
    json_t *all = imp__scenario_convert(L, e->error);
    e->result = all ? imp__scenario_derive(L, all, e->prepare, e->error) : NULL;
    return 0;
}

static json_t *in_sandbox(struct evaluation *e, const struct imp_sandbox_limits *limits)
{
    struct imp_sandbox box;
    if (imp_sandbox_open(&box, "scenario", limits, imp__scenario_words, e->error) == 0)
        imp_sandbox_call(&box, evaluate, e, e->error);
    imp_sandbox_close(&box);
    imp_sandbox_clean(e->error); /* the returned texts are the program's */
    return e->result;
}

json_t *imp_scenario_evaluate(const char *source, size_t n, const struct imp_sandbox_limits *limits,
                              int *line, char *error, size_t cap)
{
    struct imp_sandbox_error why = {0};
    struct evaluation e = {.source = source, .n = n, .error = &why};
    json_t *raw = in_sandbox(&e, limits);
    *line = why.line;
    if (!raw)
        snprintf(error, cap, "%s", why.text);
    return raw;
}

/* ---- in a child process -------------------------------------------------------------------------
 */
static json_t *work(void *arg, const struct imp_sandbox_limits *limits,
                    struct imp_sandbox_error *error)
{
    struct evaluation e = *(struct evaluation *)arg;
    e.error = error;
    return in_sandbox(&e, limits);
}

json_t *imp_scenario_load_text(const char *path, const char *source, size_t n,
                               const struct imp_scenario_prepare *prepare, char *error, size_t cap)
{
    struct evaluation e = {.source = source, .n = n, .prepare = prepare};
    return imp_confined(work, &e, "scenario", path, error, cap);
}

json_t *imp_scenario_load(const char *path, char *error, size_t cap)
{
    size_t n;
    char *source = imp_file_read(path, IMP_SCENARIO_FILE, &n, error, cap);
    json_t *raw = source ? imp_scenario_load_text(path, source, n, NULL, error, cap) : NULL;
    free(source);
    return raw;
}
