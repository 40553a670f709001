/* SPDX-License-Identifier: GPL-2.0-only */
/* What became of each message, and in which order the parties stand. */
#include "chart_events.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SECOND INT64_C(1000000000)
#define PIECES (SECOND / 10)  /* what follows sooner are pieces of one message */
#define PATIENCE (8 * SECOND) /* what travels longer is lost; a LoRaWAN downlink waits for 6 s */

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
                                .phase = text(j, "phase"),
                                .word = text(j, "kind"),
                                .device = (int)json_integer_value(json_object_get(j, "device")),
                                .fate = SIZE_MAX,
                                .cause = SIZE_MAX};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(e.word, kinds[i]) == 0)
            e.kind = (enum imp_event_row)i;
    if (*e.to && strcmp(e.to, e.from) == 0) /* a stream's other end, before somebody is there */
        e.to = "";
    return e;
}

/* ---- fates
 * ------------------------------------------------------------------------------------------ */
static bool fits(const struct imp_chart_event *s, const struct imp_chart_event *r,
                 enum imp_event_row kind)
{
    bool anyone = s->kind != IMP_ROW_SEND || !*s->to || strcmp(s->to, "everyone") == 0;
    return r->kind == kind && !r->fate_of_another && r->n == s->n &&
           strcmp(r->channel, s->channel) == 0 && (anyone || strcmp(r->to, s->to) == 0) &&
           strcmp(r->to, s->from) != 0;
}

static bool ends(const struct imp_chart_event *e)
{
    return e->kind == IMP_ROW_RECEIVE || e->kind == IMP_ROW_BLOCK;
}

static bool travels(const struct imp_chart_event *e)
{
    return e->kind == IMP_ROW_SEND || e->kind == IMP_ROW_OOB || e->kind == IMP_ROW_INJECT;
}

/* The latest event that event `k` may be the end of; of those that have an end when `ended`. */
static size_t find_cause(const struct imp_chart_events *e, size_t k, bool ended)
{
    const struct imp_chart_event *r = &e->event[k];
    for (size_t i = k; i-- > 0;) {
        const struct imp_chart_event *s = &e->event[i];
        bool able = r->kind == IMP_ROW_BLOCK ? s->kind == IMP_ROW_SEND : travels(s);
        if (able && (s->fate != SIZE_MAX) == ended &&
            (s->kind == IMP_ROW_OOB || r->t - s->t <= PATIENCE) && fits(s, r, r->kind))
            return i;
    }
    return SIZE_MAX;
}

static void join(struct imp_chart_events *e, size_t cause, size_t end)
{
    e->event[cause].fate = end;
    e->event[end].cause = cause;
    e->event[end].fate_of_another = true;
}

/* A stream delivers in pieces: the arrivals at one party that make up the message. Returns the
 * last of them. */
static size_t find_pieces(struct imp_chart_events *e, size_t i, bool take)
{
    const struct imp_chart_event *s = &e->event[i];
    const char *to = NULL;
    json_int_t left = s->n;
    for (size_t k = i + 1; k < e->count && e->event[k].t <= s->t + PATIENCE; k++) {
        struct imp_chart_event *r = &e->event[k];
        struct imp_chart_event piece = *s;
        piece.n = r->n;
        if (r->n <= 0 || !fits(&piece, r, IMP_ROW_RECEIVE) || (to && strcmp(r->to, to) != 0))
            continue;
        to = r->to;
        left -= r->n;
        if (left < 0)
            return SIZE_MAX;
        if (take)
            r->fate_of_another = true;
        if (left == 0)
            return k;
    }
    return SIZE_MAX;
}

/* An arrival or a block ends the latest message of that size on that channel that has no end yet:
 * of a message and its retransmission, it is the second. What is left are pieces of streams, and
 * copies, as radios that repeat themselves deliver them. */
static void find_fates(struct imp_chart_events *e)
{
    size_t cause;
    for (size_t k = 0; k < e->count; k++)
        if (ends(&e->event[k]) && (cause = find_cause(e, k, false)) != SIZE_MAX)
            join(e, cause, k);
    for (size_t i = 0; i < e->count; i++)
        if (e->event[i].kind == IMP_ROW_SEND && e->event[i].fate == SIZE_MAX &&
            find_pieces(e, i, false) != SIZE_MAX)
            join(e, i, find_pieces(e, i, true));
    for (size_t k = 0; k < e->count; k++)
        if (e->event[k].kind == IMP_ROW_RECEIVE && !e->event[k].fate_of_another)
            e->event[k].cause = find_cause(e, k, true);
}

/* ---- retransmissions
 * ----------------------------------------------------------------------------------- */
static bool same_message(const struct imp_chart_event *a, const struct imp_chart_event *b)
{
    return a->kind == IMP_ROW_SEND && a->n == b->n && a->device == b->device &&
           strcmp(a->from, b->from) == 0 && strcmp(a->to, b->to) == 0 &&
           strcmp(a->message, b->message) == 0 && strcmp(a->channel, b->channel) == 0;
}

/* Something new reaches the sender of `s` by this event. */
static bool news(const struct imp_chart_events *e, const struct imp_chart_event *r,
                 const struct imp_chart_event *s)
{
    return r->kind == IMP_ROW_RECEIVE && strcmp(r->to, s->from) == 0 &&
           strcmp(r->channel, s->channel) == 0 && (r->device < 0 || r->device == s->device) &&
           (r->cause == SIZE_MAX || (r->fate_of_another && !e->event[r->cause].again));
}

static bool is_again(const struct imp_chart_events *e, size_t i)
{
    const struct imp_chart_event *s = &e->event[i];
    for (size_t k = i; k-- > 0 && !news(e, &e->event[k], s);)
        if (s->t - e->event[k].t >= PIECES && same_message(&e->event[k], s))
            return true;
    return false;
}

static void find_repeats(struct imp_chart_events *e)
{
    for (size_t i = 0; i < e->count; i++)
        e->event[i].again = e->event[i].kind == IMP_ROW_SEND && is_again(e, i);
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
    find_repeats(&e);
    order_lanes(&e);
    return e;
}

void imp_chart_events_free(struct imp_chart_events *e)
{
    free(e->event);
    free(e->lane);
    *e = (struct imp_chart_events){0};
}
