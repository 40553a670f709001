/* SPDX-License-Identifier: GPL-2.0-only */
#include "mechanism.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME(id, text) text,
#define NAME_OP(id, text, unit) text,

const struct imp_addr imp_to_all = {0};

bool imp_addr_equal(const struct imp_addr *a, const struct imp_addr *b)
{
    return a->n == b->n && memcmp(a->bytes, b->bytes, a->n) == 0;
}

const char *imp_class_name(enum imp_class c)
{
    static const char *const names[] = {IMP_CLASSES(NAME)};
    return names[c];
}

const char *imp_phase_name(enum imp_phase p)
{
    static const char *const names[] = {IMP_PHASES(NAME)};
    return names[p];
}

const char *imp_role_kind_name(enum imp_role_kind k)
{
    static const char *const names[] = {IMP_ROLE_KINDS(NAME)};
    return names[k];
}

const char *imp_service_name(enum imp_service s)
{
    static const char *const names[] = {IMP_SERVICES(NAME)};
    return names[s];
}

const char *imp_act_kind_name(enum imp_act_kind a)
{
    static const char *const names[] = {IMP_ACT_KINDS(NAME)};
    return names[a];
}

const char *imp_option_type_name(enum imp_option_type t)
{
    static const char *const names[] = {IMP_OPTION_TYPES(NAME)};
    return names[t];
}

const char *imp_op_name(enum imp_op op)
{
    static const char *const names[] = {IMP_OPS(NAME_OP)};
    return names[op];
}

/* All tables start with a name and end with a NULL one. */
#define COUNT(table)                                                                               \
    size_t n = 0;                                                                                  \
    while ((table) && (table)[n].name)                                                             \
        n++;                                                                                       \
    return n

#define FIND(table, wanted)                                                                        \
    for (int i = 0; (table) && (table)[i].name; i++)                                               \
        if (strcmp((table)[i].name, wanted) == 0)                                                  \
            return i;                                                                              \
    return -1

int imp_role_find(const struct imp_mechanism *m, const char *name)
{
    FIND(m->roles, name);
}

int imp_option_find(const struct imp_mechanism *m, const char *name)
{
    FIND(m->options, name);
}

int imp_flaw_find(const struct imp_mechanism *m, const char *name)
{
    FIND(m->flaws, name);
}

size_t imp_role_count(const struct imp_mechanism *m)
{
    COUNT(m->roles);
}

bool imp_role_takes_part(const struct imp_mechanism *m, int role, const struct imp_value *options)
{
    const char *name = m->roles[role].only_with;
    int option = name ? imp_option_find(m, name) : -1;
    return option < 0 || options[option].i != 0;
}

bool imp_role_is_apart(const struct imp_mechanism *m, int role, unsigned parts)
{
    bool others = false;
    for (int i = 0; m->roles[i].name; i++)
        others =
            others || (m->roles[i].kind == IMP_ROLE_SERVER && !m->roles[i].apart && parts >> i & 1);
    return others && m->roles[role].apart && parts >> role & 1;
}

bool imp_channel_is_there(const struct imp_mechanism *m, int channel,
                          struct imp_value *const *options)
{
    const struct imp_channel *c = &m->channels[channel];
    return imp_role_takes_part(m, c->a, options[c->a]) &&
           imp_role_takes_part(m, c->b, options[c->b]) &&
           (c->without == 0 || !imp_role_takes_part(m, c->without, options[c->without]));
}

size_t imp_channel_count(const struct imp_mechanism *m)
{
    COUNT(m->channels);
}

size_t imp_option_count(const struct imp_mechanism *m)
{
    COUNT(m->options);
}

size_t imp_flaw_count(const struct imp_mechanism *m)
{
    COUNT(m->flaws);
}

static int parse_bool(struct imp_value *out, const char *text, char *error, size_t cap)
{
    if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0) {
        out->i = text[0] == 't';
        return 0;
    }
    snprintf(error, cap, "expected true or false, not \"%.40s\"", text);
    return -1;
}

static int parse_int(struct imp_value *out, const struct imp_option *o, const char *text,
                     char *error, size_t cap)
{
    char *end;
    errno = 0;
    long long v = strtoll(text, &end, 10);
    if (errno == 0 && end != text && *end == '\0' && v >= o->min && v <= o->max) {
        out->i = v;
        return 0;
    }
    snprintf(error, cap, "expected an integer from %" PRId64 " to %" PRId64 "%s%s, not \"%.40s\"",
             o->min, o->max, o->unit ? " " : "", o->unit ? o->unit : "", text);
    return -1;
}

static int parse_choice(struct imp_value *out, const struct imp_option *o, const char *text,
                        char *error, size_t cap)
{
    size_t used = (size_t)snprintf(error, cap, "expected one of");
    for (int i = 0; o->choices[i]; i++) {
        if (strcmp(o->choices[i], text) == 0) {
            out->i = i;
            return 0;
        }
        if (used < cap)
            used +=
                (size_t)snprintf(error + used, cap - used, "%s %s", i ? "," : "", o->choices[i]);
    }
    if (used < cap)
        snprintf(error + used, cap - used, "; not \"%.40s\"", text);
    return -1;
}

static int parse_string(struct imp_value *out, const struct imp_option *o, const char *text,
                        char *error, size_t cap)
{
    size_t n = strlen(text);
    if ((int64_t)n >= o->min && (int64_t)n <= o->max) {
        out->s = text;
        out->i = strcmp(text, o->preset) != 0;
        return o->check && !o->check(text, error, cap) ? -1 : 0;
    }
    snprintf(error, cap, "expected %" PRId64 " to %" PRId64 " octets of text, not %zu", o->min,
             o->max, n);
    return -1;
}

int imp_option_parse(struct imp_value *out, const struct imp_option *o, const char *text,
                     char *error, size_t cap)
{
    *out = (struct imp_value){0};
    switch (o->type) {
    case IMP_OPTION_BOOL:
        return parse_bool(out, text, error, cap);
    case IMP_OPTION_INT:
        return parse_int(out, o, text, error, cap);
    case IMP_OPTION_CHOICE:
        return parse_choice(out, o, text, error, cap);
    case IMP_OPTION_STRING:
    default:
        return parse_string(out, o, text, error, cap);
    }
}

/* Is the value among those of the list "value,value"? */
static bool among(const struct imp_option *o, int64_t value, const char *list)
{
    char one[64], why[200];
    struct imp_value v;
    for (size_t n; *list; list += n + (list[n] == ',')) {
        n = strcspn(list, ",");
        snprintf(one, sizeof one, "%.*s", (int)n, list);
        if (imp_option_parse(&v, o, one, why, sizeof why) == 0 && v.i == value)
            return true;
    }
    return false;
}

static bool is_preset(const struct imp_option *o, const struct imp_value *v)
{
    return o->type == IMP_OPTION_STRING ? v->i == 0 : among(o, v->i, o->preset);
}

static bool is_needing(const struct imp_option *o, const struct imp_value *v)
{
    return o->needs && (o->needing ? among(o, v->i, o->needing) : !is_preset(o, v));
}

static bool has_need(const struct imp_mechanism *m, int role, const char *needs,
                     const struct imp_value *values)
{
    char name[64];
    size_t n = strcspn(needs, "=");
    snprintf(name, sizeof name, "%.*s", (int)n, needs);
    int o = imp_option_find(m, name);
    if (o >= 0 && !(m->options[o].roles >> role & 1))
        return true; /* the other end has it, which is asked itself */
    return o >= 0 && needs[n] && among(&m->options[o], values[o].i, needs + n + 1);
}

int imp_option_unmet(const struct imp_mechanism *m, int role, const struct imp_value *values)
{
    for (size_t i = 0; i < imp_option_count(m); i++) {
        const struct imp_option *o = &m->options[i];
        if (o->roles >> role & 1 && is_needing(o, &values[i]) &&
            !has_need(m, role, o->needs, values))
            return (int)i;
    }
    return -1;
}
