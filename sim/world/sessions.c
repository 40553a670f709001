/* SPDX-License-Identifier: GPL-2.0-only */
/* sessions.c - what the adversary reads in other sessions, with this device and with another. */
#include "sessions.h"

#include <stdlib.h>

#include "beside.h"
#include "world.h"

#define SESSION_S 60      /* simulated time: identities show early */
#define SESSION_DEVICES 8 /* crowds are not brought along */

static json_t *tell_view(struct world *w, json_t *result)
{
    json_t *list = json_array();
    const struct world_view *v = &w->ledger.view;
    json_decref(result);
    for (size_t i = 0; i < v->count; i++)
        json_array_append_new(list, world_hexadecimal(v->unit[i].bytes, v->unit[i].n));
    return list;
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

static void take_view(struct world_view *out, const json_t *list)
{
    const json_t *j;
    size_t i;
    out->unit = calloc(json_array_size(list) + 1, sizeof *out->unit);
    if (!out->unit)
        abort();
    json_array_foreach(list, i, j)
    {
        struct imp_fact *fact = &out->unit[out->count++];
        fact->bytes = world_octets(j, &fact->n);
        fact->rule = -1;
    }
}

static void take_session(struct world_sessions *out, const json_t *session)
{
    take_view(&out->again[out->count], json_array_get(session, 0));
    take_view(&out->other[out->count], json_array_get(session, 1));
    out->count++;
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

/* [view again, view of the other], or the failed run's answer. */
static json_t *session(const json_t *plan, unsigned number)
{
    json_t *again = world_run_apart(plan, WORLD_AGAIN, number, tell_view);
    if (!json_is_array(again))
        return again;
    json_t *other = world_run_apart(plan, WORLD_OTHER, number, tell_view);
    if (!json_is_array(other)) {
        json_decref(again);
        return other;
    }
    return json_pack("[o, o]", again, other);
}

json_t *world_sessions_answer(const json_t *plan)
{
    json_t *p = session_plan(plan), *list = json_array();
    struct world_sessions so_far = {0};
    while (json_is_array(list) && so_far.count < TWIN_SESSIONS && doubtful(&so_far)) {
        json_t *next = session(p, (unsigned)so_far.count + 1);
        if (json_is_array(next)) {
            take_session(&so_far, next);
            json_array_append_new(list, next);
        } else {
            json_decref(list);
            list = next;
        }
    }
    world_sessions_free(&so_far);
    json_decref(p);
    return list;
}

void world_sessions_take(struct world_sessions *out, const json_t *answer)
{
    const json_t *j;
    size_t i;
    *out = (struct world_sessions){0};
    json_array_foreach(answer, i, j)
    {
        take_session(out, j);
    }
}

void world_sessions_free(struct world_sessions *s)
{
    for (size_t i = 0; i < TWIN_SESSIONS; i++) {
        world_view_free(&s->again[i]);
        world_view_free(&s->other[i]);
    }
    s->count = 0;
}
