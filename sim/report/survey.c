/* SPDX-License-Identifier: GPL-2.0-only */
#include "survey.h"

#include <string.h>

#define CELL 1200

static void append(char *out, const char *between, const char *text)
{
    size_t n = strlen(out);
    snprintf(out + n, CELL - n, "%s%s", n ? between : "", text);
}

/* ---- terminology
 * ------------------------------------------------------------------------------------ */
static void phase_words(char *out, const struct imp_mechanism *m, enum imp_phase phase)
{
    char term[400];
    *out = '\0';
    for (const struct imp_term *t = m->terms; t && t->word; t++) {
        if (t->phase != phase)
            continue;
        snprintf(term, sizeof term, t->source ? "%s (%s)" : "%s", t->word, t->source);
        append(out, "; ", term);
    }
    if (!*out)
        append(out, "", "-");
}

void imp_survey_terminology(struct imp_table *out, const struct imp_mechanism *const *mechanisms)
{
    static const struct imp_table_column columns[] = {
        {"mechanism", "Mechanism", false},       {"reference", "Standard", false},
        {"discovery", "Discovery", false},       {"bootstrapping", "Bootstrapping", false},
        {"provisioning", "Provisioning", false}, {"registration", "Registration", false},
    };
    char words[CELL];
    imp_table_init(out, "terminology",
                   "What each standard calls the phases of a bootstrapping (and where)", columns,
                   sizeof columns / sizeof *columns);
    for (; *mechanisms; mechanisms++) {
        imp_table_add(out, (*mechanisms)->name);
        imp_table_add(out, (*mechanisms)->reference);
        for (int p = 0; p < IMP_PHASE_COUNT; p++) {
            phase_words(words, *mechanisms, (enum imp_phase)p);
            imp_table_add(out, words);
        }
    }
}

/* ---- classification
 * --------------------------------------------------------------------------------- */
static void requirement(char *out, const struct imp_mechanism *m, const char *name)
{
    *out = '\0';
    for (const struct imp_requirement *r = m->requirements; r && r->name; r++)
        if (strcmp(r->name, name) == 0)
            append(out, ", ", r->value ? r->value : "");
    if (!*out)
        append(out, "", "-");
}

void imp_survey_classification(struct imp_table *out, const struct imp_mechanism *const *mechanisms)
{
    static const struct imp_table_column columns[] = {
        {"mechanism", "Mechanism", false},       {"class", "Class", false},
        {"oob", "Out-of-band channel", false},   {"credential", "Credentials", false},
        {"third-party", "Third parties", false}, {"interface", "Device's interface", false},
        {"user-acts", "User acts", false},       {"link", "Link", false},
    };
    enum { COLUMNS = sizeof columns / sizeof *columns };
    char words[CELL];
    imp_table_init(out, "classification", "Classes of the survey and what a deployment must bring",
                   columns, COLUMNS);
    for (; *mechanisms; mechanisms++) {
        imp_table_add(out, (*mechanisms)->name);
        imp_table_add(out, imp_class_name((*mechanisms)->class));
        for (int c = 2; c < COLUMNS; c++) {
            requirement(words, *mechanisms, columns[c].key);
            imp_table_add(out, words);
        }
    }
}
