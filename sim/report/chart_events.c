/* SPDX-License-Identifier: GPL-2.0-only */
/* What became of each message, and in which order the parties stand. */
#include "chart_events.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SECOND INT64_C(1000000000)
#define PATIENCE (2 * SECOND) /* a message that travels longer on a link is lost */

static const char *const kinds[] = {
    [IMP_ROW_SEND] = "send",     [IMP_ROW_RECEIVE] = "receive", [IMP_ROW_BLOCK] = "block",
    [IMP_ROW_INJECT] = "inject", [IMP_ROW_OOB] = "oob",         [IMP_ROW_USER] = "user",
    [IMP_ROW_CLAIM] = "claim"};

bool imp_chart_adversary(const char *party)
{
    return strncmp(party, "adversary", 9) == 0 && (party[9] == '\0' || party[9] == '/');
}

static const char *text(const json_t *j, const char *member)
{
    const char *s = json_string_value(json_object_get(j, member));
    return s ? s : "";
}

static struct imp_chart_event take(const json_t *j)
{
    struct imp_chart_event e = {.kind = IMP_ROW_OTHER,
                                .t = json_integer_value(json_object_get(j, "t")),
                                .n = json_integer_value(json_object_get(j, "n")),
                                .from = text(j, "from"),
                                .to = text(j, "to"),
                                .message = text(j, "message"),
                                .channel = text(j, "channel"),
                                .word = text(j, "kind"),
                                .device = (int)json_integer_value(json_object_get(j, "device")),
                                .fate = SIZE_MAX};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(e.word, kinds[i]) == 0)
            e.kind = (enum imp_event_row)i;
    return e;
}

/* ---- fates
 * ------------------------------------------------------------------------------------------ */
static bool fits(const struct imp_chart_event *s, const struct imp_chart_event *r,
                 enum imp_event_row kind)
{
    bool anyone = s->kind != IMP_ROW_SEND || strcmp(s->to, "everyone") == 0;
    return r->kind == kind && !r->fate_of_another && r->n == s->n &&
           strcmp(r->channel, s->channel) == 0 && (anyone || strcmp(r->to, s->to) == 0) &&
           strcmp(r->to, s->from) != 0;
}

static size_t find_fate(const struct imp_chart_events *e, size_t i, enum imp_event_row kind)
{
    const struct imp_chart_event *s = &e->event[i];
    json_int_t limit = s->kind == IMP_ROW_OOB ? INT64_MAX : s->t + PATIENCE;
    for (size_t k = i + 1; k < e->count && e->event[k].t <= limit; k++)
        if (fits(s, &e->event[k], kind))
            return k;
    return SIZE_MAX;
}

/* A blocked message is never received, so blocks are looked for first; else the first arrival of
 * that size on that channel is it. */
static void find_fates(struct imp_chart_events *e)
{
    for (size_t i = 0; i < e->count; i++) {
        struct imp_chart_event *s = &e->event[i];
        if (s->kind == IMP_ROW_SEND)
            s->fate = find_fate(e, i, IMP_ROW_BLOCK);
        if (s->fate == SIZE_MAX &&
            (s->kind == IMP_ROW_SEND || s->kind == IMP_ROW_OOB || s->kind == IMP_ROW_INJECT))
            s->fate = find_fate(e, i, IMP_ROW_RECEIVE);
        if (s->fate != SIZE_MAX)
            e->event[s->fate].fate_of_another = true;
    }
}

/* ---- lanes
 * ------------------------------------------------------------------------------------------ */
size_t imp_chart_lane(const struct imp_chart_events *e, const char *party)
{
    if (imp_chart_adversary(party))
        party = "adversary";
    for (size_t i = 0; i < e->lanes; i++)
        if (strcmp(e->lane[i], party) == 0)
            return i;
    return SIZE_MAX;
}

static void add_lane(struct imp_chart_events *e, const char *party)
{
    if (!*party || strcmp(party, "everyone") == 0 || imp_chart_adversary(party) ||
        imp_chart_lane(e, party) != SIZE_MAX)
        return;
    const char **bigger =
        realloc(e->lane, (e->lanes + 2) * sizeof *bigger); /* one for the adversary */
    if (!bigger)
        abort();
    e->lane = bigger;
    e->lane[e->lanes++] = party;
}

/* Those who talk with somebody placed already, until nobody is added: from devices inwards. */
static void add_neighbours(struct imp_chart_events *e)
{
    for (size_t before = SIZE_MAX; before != e->lanes;) {
        before = e->lanes;
        for (size_t i = 0; i < e->count && e->lanes == before; i++) {
            const struct imp_chart_event *s = &e->event[i];
            if (s->kind != IMP_ROW_SEND)
                continue;
            if (imp_chart_lane(e, s->from) != SIZE_MAX)
                add_lane(e, s->to);
            else if (imp_chart_lane(e, s->to) != SIZE_MAX)
                add_lane(e, s->from);
        }
    }
}

/* The outermost lane that an act of the adversary touches; SIZE_MAX when the event is none. */
static size_t touched(const struct imp_chart_events *e, const struct imp_chart_event *s)
{
    const struct imp_chart_event *fate = s->fate == SIZE_MAX ? NULL : &e->event[s->fate];
    const char *mask = strchr(s->from, '/'), *from = s->from;
    if (s->kind == IMP_ROW_INJECT)
        from = mask ? mask + 1 : "";
    else if (s->kind != IMP_ROW_SEND || !fate || fate->kind != IMP_ROW_BLOCK)
        return SIZE_MAX;
    size_t a = imp_chart_lane(e, from), b = fate ? imp_chart_lane(e, fate->to) : SIZE_MAX;
    return a < b ? a : b;
}

/* The adversary stands behind the first party that it touches. */
static void add_adversary(struct imp_chart_events *e)
{
    size_t first = SIZE_MAX;
    bool acted = false;
    for (size_t i = 0; i < e->count; i++) {
        size_t lane = touched(e, &e->event[i]);
        first = lane < first ? lane : first;
        acted = acted || e->event[i].kind == IMP_ROW_BLOCK || e->event[i].kind == IMP_ROW_INJECT;
    }
    if (!acted || e->lanes == 0)
        return;
    if (first == SIZE_MAX)
        first = e->lanes - 1;
    for (size_t i = e->lanes; i > first + 1; i--)
        e->lane[i] = e->lane[i - 1];
    e->lane[first + 1] = "adversary";
    e->lanes++;
}

static void order_lanes(struct imp_chart_events *e)
{
    for (size_t i = 0; i < e->count; i++) {
        const struct imp_chart_event *s = &e->event[i];
        if (strncmp(s->from, "device-", 7) == 0)
            add_lane(e, s->from);
        else if (s->kind == IMP_ROW_SEND && s->device >= 0 && e->lanes == 0)
            add_lane(e, s->from);
    }
    add_neighbours(e);
    for (size_t i = 0; i < e->count; i++)
        add_lane(e, e->event[i].from);
    add_adversary(e);
}

struct imp_chart_events imp_chart_events(const json_t *trace, int device)
{
    struct imp_chart_events e = {.event = calloc(json_array_size(trace) + 1, sizeof *e.event)};
    const json_t *j;
    size_t i;
    if (!e.event)
        abort();
    json_array_foreach(trace, i, j)
    {
        struct imp_chart_event one = take(j);
        if (device < 0 || one.device < 0 || one.device == device)
            e.event[e.count++] = one;
    }
    find_fates(&e);
    order_lanes(&e);
    return e;
}

void imp_chart_events_free(struct imp_chart_events *e)
{
    free(e->event);
    free(e->lane);
    *e = (struct imp_chart_events){0};
}
