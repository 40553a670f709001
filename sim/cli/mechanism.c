/* SPDX-License-Identifier: GPL-2.0-only */
/* A mechanism's descriptor as JSON and as text. */
#include "cli.h"

#include <string.h>

/* A text that may be absent in a descriptor. */
static json_t *maybe(const char *text)
{
    return text ? json_string(text) : json_null();
}

static json_t *roles_json(const struct imp_mechanism *m)
{
    json_t *list = json_array();
    for (const struct imp_role *r = m->roles; r->name; r++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:b}", "name", r->name, "kind",
                                              imp_role_kind_name(r->kind), "summary",
                                              maybe(r->summary), "optional", r->optional));
    return list;
}

static json_t *option_roles(const struct imp_mechanism *m, const struct imp_option *o)
{
    json_t *list = json_array();
    for (size_t i = 0; m->roles[i].name; i++)
        if (o->roles >> i & 1)
            json_array_append_new(list, json_string(m->roles[i].name));
    return list;
}

static json_t *option_json(const struct imp_mechanism *m, const struct imp_option *o)
{
    json_t *j =
        json_pack("{s:s, s:s, s:s, s:o, s:o, s:o}", "name", o->name, "type",
                  imp_option_type_name(o->type), "default", o->preset, "unit", maybe(o->unit),
                  "summary", maybe(o->summary), "roles", option_roles(m, o));
    if (o->type == IMP_OPTION_INT || o->type == IMP_OPTION_STRING) {
        json_object_set_new(j, "min", json_integer(o->min));
        json_object_set_new(j, "max", json_integer(o->max));
    }
    if (o->type == IMP_OPTION_CHOICE) {
        json_t *choices = json_array();
        for (size_t i = 0; o->choices[i]; i++)
            json_array_append_new(choices, json_string(o->choices[i]));
        json_object_set_new(j, "choices", choices);
    }
    if (o->needs)
        json_object_set_new(j, "needs", json_string(o->needs));
    if (o->needing)
        json_object_set_new(j, "needing", json_string(o->needing));
    return j;
}

static json_t *options_json(const struct imp_mechanism *m)
{
    json_t *list = json_array();
    for (const struct imp_option *o = m->options; o && o->name; o++)
        json_array_append_new(list, option_json(m, o));
    return list;
}

static json_t *channels_json(const struct imp_mechanism *m)
{
    json_t *list = json_array();
    for (const struct imp_channel *c = m->channels; c && c->name; c++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:i, s:s, s:s, s:s*, s:o}", "name",
                                              c->name, "service", imp_service_name(c->service),
                                              "number", (int)c->number, "from", m->roles[c->a].name,
                                              "to", m->roles[c->b].name, "without",
                                              c->without ? m->roles[c->without].name : NULL,
                                              "summary", maybe(c->summary)));
    return list;
}

static json_t *flaws_json(const struct imp_mechanism *m)
{
    json_t *list = json_array();
    for (const struct imp_flaw *f = m->flaws; f && f->name; f++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}", "name", f->name,
                                              "role", m->roles[f->role].name, "summary",
                                              maybe(f->summary), "broken_by", maybe(f->broken_by),
                                              "goal", maybe(f->goal), "with", maybe(f->with)));
    return list;
}

static json_t *inapplicable_json(const struct imp_mechanism *m)
{
    json_t *list = json_array();
    for (const struct imp_inapplicable *i = m->inapplicable; i && i->goal; i++)
        json_array_append_new(list, json_pack("{s:s, s:s}", "goal", i->goal, "reason", i->reason));
    return list;
}

static json_t *requirements_json(const struct imp_mechanism *m)
{
    json_t *list = json_array();
    for (const struct imp_requirement *r = m->requirements; r && r->name; r++)
        json_array_append_new(list, json_pack("{s:s, s:o, s:o}", "name", r->name, "value",
                                              maybe(r->value), "summary", maybe(r->summary)));
    return list;
}

static json_t *terms_json(const struct imp_mechanism *m)
{
    json_t *list = json_array();
    for (const struct imp_term *t = m->terms; t && t->word; t++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:o}", "phase", imp_phase_name(t->phase),
                                              "word", t->word, "source", maybe(t->source)));
    return list;
}

json_t *cli_mechanism_json(const struct imp_mechanism *m)
{
    json_t *j = json_pack("{s:s, s:s, s:s, s:s, s:s, s:b}", "name", m->name, "title", m->title,
                          "class", imp_class_name(m->class), "reference", m->reference, "summary",
                          m->summary, "own_profile", m->own_profile);
    json_object_set_new(j, "roles", roles_json(m));
    json_object_set_new(j, "options", options_json(m));
    json_object_set_new(j, "channels", channels_json(m));
    json_object_set_new(j, "flaws", flaws_json(m));
    json_object_set_new(j, "requirements", requirements_json(m));
    json_object_set_new(j, "goals_not_applicable", inapplicable_json(m));
    json_object_set_new(j, "terms", terms_json(m));
    return j;
}

/* ---- text
 * ------------------------------------------------------------------------------------------ */
#define NAME_WIDTH 24
#define TEXT_AT (NAME_WIDTH + 4)

static void item(const char *name, const char *text)
{
    printf("  %-*s  ", NAME_WIDTH, name);
    cli_wrap(stdout, text ? text : "", TEXT_AT,
             strlen(name) > NAME_WIDTH ? (int)strlen(name) + 4 : TEXT_AT);
}

static void print_roles(const struct imp_mechanism *m)
{
    puts("\nRoles");
    for (const struct imp_role *r = m->roles; r->name; r++) {
        char text[600];
        snprintf(text, sizeof text, "(%s%s) %s", imp_role_kind_name(r->kind),
                 r->optional ? ", optional" : "", r->summary ? r->summary : "");
        item(r->name, text);
    }
}

static void print_channels(const struct imp_mechanism *m)
{
    puts("\nChannels");
    for (const struct imp_channel *c = m->channels; c && c->name; c++) {
        char text[700];
        if (c->service == IMP_SERVICE_OOB)
            snprintf(text, sizeof text, "(out of band by %s, %u bits, %s to %s) %s",
                     imp_act_kind_name(c->act), c->bits, m->roles[c->a].name, m->roles[c->b].name,
                     c->summary ? c->summary : "");
        else
            snprintf(text, sizeof text,
                     c->service == IMP_SERVICE_FRAME ? "(%s 0x%04x, %s and %s%s%s) %s"
                                                     : "(%s %u, %s and %s%s%s) %s",
                     imp_service_name(c->service), (unsigned)c->number, m->roles[c->a].name,
                     m->roles[c->b].name, c->without ? " without " : "",
                     c->without ? m->roles[c->without].name : "", c->summary ? c->summary : "");
        item(c->name, text);
    }
}

static void print_messages(const struct imp_mechanism *m)
{
    puts("\nMessages");
    for (const struct imp_message *x = m->messages; x && x->name; x++) {
        char text[200];
        snprintf(text, sizeof text, "%s, on %s", imp_phase_name(x->phase),
                 m->channels[x->channel].name);
        printf("  %-40s %s\n", x->name, text);
    }
}

static void option_range(const struct imp_option *o, char *out, size_t cap)
{
    size_t used = 0;
    if (o->type == IMP_OPTION_CHOICE)
        for (size_t i = 0; o->choices[i] && used < cap; i++)
            used += (size_t)snprintf(out + used, cap - used, "%s%s", i ? " | " : "", o->choices[i]);
    else if (o->type == IMP_OPTION_BOOL)
        snprintf(out, cap, "true | false");
    else
        snprintf(out, cap, "%s%lld..%lld %s", o->type == IMP_OPTION_STRING ? "text of " : "",
                 (long long)o->min, (long long)o->max, o->unit ? o->unit : "");
}

static void option_needs(const struct imp_option *o, char *out, size_t cap)
{
    if (o->needing)
        snprintf(out, cap, " With %s it needs %s", o->needing, o->needs);
    else if (o->needs)
        snprintf(out, cap, " Needs %s", o->needs);
}

static void print_options(const struct imp_mechanism *m)
{
    puts("\nOptions (default in brackets)");
    for (const struct imp_option *o = m->options; o && o->name; o++) {
        char range[300] = "", roles[200] = "", needs[200] = "", text[1400];
        size_t used = 0;
        option_range(o, range, sizeof range);
        for (size_t i = 0; m->roles[i].name && used < sizeof roles; i++)
            if (o->roles >> i & 1)
                used += (size_t)snprintf(roles + used, sizeof roles - used, "%s%s",
                                         used ? ", " : "", m->roles[i].name);
        option_needs(o, needs, sizeof needs);
        snprintf(text, sizeof text, "%s [%s]; %s. %s%s", range, o->preset, roles,
                 o->summary ? o->summary : "", needs);
        item(o->name, text);
    }
}

static void print_inapplicable(const struct imp_mechanism *m)
{
    if (!m->inapplicable)
        return;
    puts("\nGoals that do not apply");
    for (const struct imp_inapplicable *i = m->inapplicable; i->goal; i++)
        item(i->goal, i->reason);
}

static void print_flaws(const struct imp_mechanism *m)
{
    puts("\nChecks that can be left out (flaws)");
    for (const struct imp_flaw *f = m->flaws; f && f->name; f++) {
        char text[900];
        snprintf(text, sizeof text, "%s: %s Broken by %s (%s)%s%s.", m->roles[f->role].name,
                 f->summary ? f->summary : "", f->broken_by ? f->broken_by : "-",
                 f->goal ? f->goal : "-", f->with ? " with " : "", f->with ? f->with : "");
        item(f->name, text);
    }
}

static void print_guesses(const struct imp_mechanism *m)
{
    if (m->guesses)
        puts("\nSecrets that may be weak, for an adversary with work_bits");
    for (const struct imp_guess *g = m->guesses; g && g->name; g++) {
        char text[400];
        snprintf(text, sizeof text, "%s: %s", m->roles[g->role].name, g->summary);
        item(g->name, text);
    }
}

static void print_facts(const struct imp_mechanism *m)
{
    puts("\nRequirements");
    for (const struct imp_requirement *r = m->requirements; r && r->name; r++) {
        char text[700];
        snprintf(text, sizeof text, "%s. %s", r->value ? r->value : "",
                 r->summary ? r->summary : "");
        item(r->name, text);
    }
    puts("\nIts own words for the phases");
    for (const struct imp_term *t = m->terms; t && t->word; t++) {
        char text[400];
        snprintf(text, sizeof text, "%s (%s)", t->word, t->source ? t->source : "");
        item(imp_phase_name(t->phase), text);
    }
}

/* Which message is legal in which state; everything else takes the role's error path. */
static void print_legality(const struct imp_mechanism *m)
{
    puts("\nLegal messages by state");
    for (const struct imp_role *r = m->roles; r->name; r++) {
        for (int s = 0; r->states && r->states[s]; s++) {
            char text[2000] = "none", name[120];
            size_t used = 0;
            for (const struct imp_legal *l = r->legal; l && l->message >= 0; l++)
                if (l->state == s && used < sizeof text)
                    used += (size_t)snprintf(text + used, sizeof text - used, "%s%s",
                                             used ? ", " : "", m->messages[l->message].name);
            snprintf(name, sizeof name, "%s.%s", r->name, r->states[s]);
            printf("  %-36s  ", name);
            cli_wrap(stdout, text, 40, 40);
        }
    }
}

void cli_describe_mechanism(const struct imp_mechanism *m)
{
    printf("%s: %s\nclass %s; %s%s\n\n", m->name, m->title, imp_class_name(m->class), m->reference,
           m->own_profile ? "; the wire format is imprint's own profile" : "");
    cli_wrap(stdout, m->summary, 0, 0);
    print_roles(m);
    print_channels(m);
    print_messages(m);
    print_options(m);
    print_flaws(m);
    print_inapplicable(m);
    print_guesses(m);
    print_facts(m);
    print_legality(m);
}
