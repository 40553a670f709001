/* SPDX-License-Identifier: GPL-2.0-only */
#include "plan_template.h"

#include "canonical.h"
#include "plan.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The canonical text for a replication; `bare`: of what the run key is made from. */
static char *text_of(const json_t *line, json_int_t replication, bool bare)
{
    json_t *copy = bare ? imp_run_bare(line) : json_copy((json_t *)line);
    json_object_set_new(copy, "replication", json_integer(replication));
    char *text = imp_canonical(copy);
    json_decref(copy);
    if (!text)
        abort();
    return text;
}

/* Two replications of one digit differ in one place. */
static void make_slot(struct imp__slot *s, const json_t *line, bool bare)
{
    char *one = text_of(line, 1, bare);
    s->text = text_of(line, 0, bare);
    s->n = strlen(s->text);
    for (s->from = 0; s->text[s->from] == one[s->from];)
        s->from++;
    free(one);
}

void imp__template_make(struct imp__template *out, const json_t *line, size_t group)
{
    *out = (struct imp__template){.weight = imp_plan_weight(line), .group = group};
    make_slot(&out->line, line, false);
    make_slot(&out->bare, line, true);
}

void imp__template_free(struct imp__template *t)
{
    free(t->line.text);
    free(t->bare.text);
    *t = (struct imp__template){.group = 0};
}

char *imp__slot_fill(const struct imp__slot *s, json_int_t replication, size_t *n)
{
    char number[24], *out;
    size_t digits = (size_t)snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, replication);
    *n = s->n - 1 + digits;
    out = malloc(*n + 1);
    if (!out)
        return NULL;
    memcpy(out, s->text, s->from);
    memcpy(out + s->from, number, digits);
    memcpy(out + s->from + digits, s->text + s->from + 1, s->n - s->from); /* with its end */
    return out;
}

bool imp__template_reads(const struct imp__template *t, const char *text, size_t n,
                         json_int_t *replication)
{
    const struct imp__slot *s = &t->line;
    size_t digits = n - s->n + 1; /* wraps when the text is shorter: then it is too many */
    if (!s->text || digits < 1 || digits > 7 || memcmp(text, s->text, s->from) != 0 ||
        memcmp(text + s->from + digits, s->text + s->from + 1, s->n - s->from - 1) != 0 ||
        (digits > 1 && text[s->from] == '0'))
        return false;
    *replication = 0;
    for (size_t i = 0; i < digits; i++) {
        char c = text[s->from + i];
        if (c < '0' || c > '9')
            return false;
        *replication = *replication * 10 + (c - '0');
    }
    return true;
}
