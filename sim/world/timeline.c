/* SPDX-License-Identifier: GPL-2.0-only */
/* timeline.c - what happens to parties after their first bootstrapping: power lost and back,
 * factory reset, and words of the mechanism ("reauthenticate", "revoke"). A run goes on until the
 * last of these has had its time; its row still tells of the first bootstrapping. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

#define SETTLE (60 * IMP_S) /* what the last happening has */

static int parse_one(struct world_happening *out, const struct imp_mechanism *m, const json_t *j,
                     char *error, size_t cap)
{
    static const char *const verbs[] = {"power-off", "power-on", "reset"};
    const json_t *at = json_object_get(j, "at_s");
    const char *role = json_string_value(json_object_get(j, "role"));
    const char *event = json_string_value(json_object_get(j, "event"));
    int r = role ? imp_role_find(m, role) : -1;
    if (!json_is_number(at) || json_number_value(at) < 0 || r < 0 || !event) {
        snprintf(error, cap, "plan: timeline: expected at_s >= 0, role of %s and event", m->name);
        return -1;
    }
    *out = (struct world_happening){.at = (imp_time)(json_number_value(at) * 1e3) * IMP_MS,
                                    .role = r,
                                    .verb = WORLD_CONTROL,
                                    .word = event};
    for (int i = 0; i < 3; i++)
        if (strcmp(verbs[i], event) == 0)
            out->verb = (enum world_verb)i;
    return 0;
}

int world_timeline_parse(struct world_spec *s, const json_t *list, char *error, size_t cap)
{
    const json_t *item;
    size_t i;
    if (json_array_size(list) > WORLD_MAX_TIMELINE) {
        snprintf(error, cap, "plan: timeline: at most %d entries", WORLD_MAX_TIMELINE);
        return -1;
    }
    json_array_foreach(list, i, item)
    {
        struct world_happening *h = &s->timeline[s->timeline_count++];
        if (parse_one(h, s->mechanism, item, error, cap) != 0)
            return -1;
        if (h->at + SETTLE > s->timeline_end)
            s->timeline_end = h->at + SETTLE;
    }
    return 0;
}

static void power_on(struct world *w, struct world_party *p)
{
    if (p->env.device >= 0)
        eng_power(w->devices[p->env.device].port, true); /* the link's coming up starts it */
    else
        world_party_start(p, -1);
}

static void power_off(struct world *w, struct world_party *p)
{
    if (p->env.device >= 0)
        eng_power(w->devices[p->env.device].port, false);
    world_party_power_off(p);
}

void world_happen(struct world *w, struct world_party *p, const struct world_happening *h)
{
    world_ledger_happened(w, p, h);
    imp_trace_add(w->trace,
                  &(struct imp_trace_entry){.t = eng_now(),
                                            .kind = "event",
                                            .from = p->name,
                                            .to = "",
                                            .message = h->word,
                                            .phase = "",
                                            .channel = "",
                                            .device = p->env.device},
                  NULL);
    struct imp_event e = {.kind = IMP_EVENT_RESET};
    switch (h->verb) {
    case WORLD_POWER_OFF:
        power_off(w, p);
        return;
    case WORLD_POWER_ON:
        power_on(w, p);
        return;
    case WORLD_CONTROL:
        e = (struct imp_event){
            .kind = IMP_EVENT_CONTROL, .bytes = (const uint8_t *)h->word, .n = strlen(h->word)};
        break;
    case WORLD_RESET:
    default:
        break;
    }
    world_party_event(p, &e, p->env.device >= 0 ? p->env.device : 0);
}

struct appointment {
    struct world *w;
    const struct world_happening *h;
};

static void happen(void *arg)
{
    struct appointment *a = arg;
    struct world *w = a->w;
    for (size_t i = 0; i < w->honest; i++)
        if (w->parties[i].env.role == a->h->role)
            world_happen(w, &w->parties[i], a->h);
    free(a);
}

void world_timeline_schedule(struct world *w)
{
    for (size_t i = 0; i < w->spec.timeline_count; i++) {
        struct appointment *a = malloc(sizeof *a);
        if (!a)
            abort();
        *a = (struct appointment){w, &w->spec.timeline[i]};
        eng_after(w->spec.timeline[i].at, happen, a);
    }
}
