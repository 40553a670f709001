/* SPDX-License-Identifier: GPL-2.0-only */
/* twin.c - the same plan and seed without the adversary. */
#include "twin.h"

#include <stdlib.h>

#include "beside.h"
#include "world.h"

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
                                                  world_hexadecimal(c->data, c->data_n)));
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

json_t *world_twin_answer(const json_t *plan)
{
    json_t *alone = json_copy((json_t *)plan);
    json_object_set_new(alone, "adversary", imp_adversary_json(imp_adversary_find("none")));
    json_t *answer = world_run_apart(alone, WORLD_TWIN, 0, tell_twin);
    json_decref(alone);
    return answer;
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
        r->claim.data = world_octets(json_array_get(j, 6), &r->claim.data_n);
    }
}

void world_twin_take(struct world_twin *out, json_t *answer)
{
    *out = (struct world_twin){.text = json_incref(answer),
                               .row = json_object_get(answer, "row"),
                               .devices = json_object_get(answer, "devices")};
    take_claims(out);
}

void world_twin_free(struct world_twin *t)
{
    for (size_t i = 0; i < t->record_count; i++)
        free((void *)t->records[i].claim.data);
    free(t->records);
    json_decref(t->text);
    *t = (struct world_twin){0};
}
