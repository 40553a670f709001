/* SPDX-License-Identifier: GPL-2.0-only */
/* derivation.c - how a secret that is known was computed, as the last events of a run's trace. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "derivation.h"

enum { STEPS_TEXT = 2400 }; /* octets: the last steps, some dozen */

/* The secret of which the judge's sentence speaks: "NAME of PARTY is known: ...". */
static const struct imp_claim *spoken_of(const struct world *w, const char *why)
{
    char begin[120];
    for (size_t i = 0; i < w->judged_records; i++) {
        const struct imp_claim *c = &w->records[i].claim;
        int n = snprintf(begin, sizeof begin, "%s of %s is known: ", c->name ? c->name : "",
                         w->parties[w->records[i].party].name);
        if (c->kind == IMP_CLAIM_SECRET && n < (int)sizeof begin &&
            strncmp(why, begin, (size_t)n) == 0 &&
            imp_knowledge_find(&w->knowledge, c->data, c->data_n))
            return c;
    }
    return NULL;
}

static json_t *event(const char *line, size_t n)
{
    return json_pack("{s:I, s:s, s:s, s:s, s:s%, s:s, s:s, s:i, s:i}", "t", (json_int_t)eng_now(),
                     "kind", "derive", "from", "adversary", "to", "", "message", line, n, "phase",
                     "", "channel", "", "n", 0, "device", -1);
}

void world_derivation(const struct world *w, const struct imp_verdict *secrecy, json_t *trace)
{
    const struct imp_claim *c =
        secrecy->value == IMP_VERDICT_BROKEN ? spoken_of(w, secrecy->why) : NULL;
    const struct imp_fact *f = c ? imp_knowledge_find(&w->knowledge, c->data, c->data_n) : NULL;
    char text[STEPS_TEXT];
    if (!f || f->rule < 0)
        return; /* read as it is */
    imp_knowledge_explain(&w->knowledge, f, text, sizeof text);
    for (const char *line = text, *end; (end = strchr(line, '\n')) != NULL; line = end + 1)
        json_array_append_new(trace, event(line, (size_t)(end - line)));
}
