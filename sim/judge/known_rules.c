/* SPDX-License-Identifier: GPL-2.0-only */
/* known_rules.c - rules of derivation, and the closing of the set under them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "knowledge_internal.h"

enum { UNKNOWN = -1, SAYS_NOTHING = -2, SOURCE = 200 /* characters of a derived fact's source */ };

#define FNV UINT64_C(14695981039346656037)

static uint64_t mix(uint64_t h, const void *bytes, size_t n)
{
    const uint8_t *p = bytes;
    for (size_t i = 0; i < n; i++)
        h = (h ^ p[i]) * UINT64_C(1099511628211); /* FNV-1a */
    return h;
}

/* ---- values: equal octets have one number -------------------------------------------------------
 */
static const uint8_t *value_bytes(const struct known_rules *r, const struct known_value *v)
{
    return r->octets + v->at;
}

/* The slot of those octets: of their value, or empty. */
static size_t value_slot(const struct known_rules *r, const void *bytes, size_t n)
{
    size_t slot = mix(FNV, bytes, n) & (r->table_size - 1);
    for (; r->table[slot]; slot = (slot + 1) & (r->table_size - 1)) {
        const struct known_value *v = &r->values[r->table[slot] - 1];
        if (v->n == n && (n == 0 || memcmp(value_bytes(r, v), bytes, n) == 0))
            break;
    }
    return slot;
}

static void widen_table(struct known_rules *r)
{
    if (2 * (r->value_count + 1) <= r->table_size)
        return;
    r->table_size = r->table_size ? 2 * r->table_size : 256;
    free(r->table);
    r->table = calloc(r->table_size, sizeof *r->table);
    if (!r->table)
        abort();
    for (size_t i = 0; i < r->value_count; i++)
        r->table[value_slot(r, value_bytes(r, &r->values[i]), r->values[i].n)] = (uint32_t)i + 1;
}

static uint32_t value(struct known_rules *r, const void *bytes, size_t n)
{
    widen_table(r);
    size_t slot = value_slot(r, bytes, n);
    if (r->table[slot])
        return r->table[slot] - 1;
    if (n > UINT32_MAX - r->n)
        abort();
    r->values = known__grow(r->values, &r->value_cap, r->value_count + 1, sizeof *r->values);
    r->octets = known__grow(r->octets, &r->cap, r->n + n, 1);
    if (n)
        memcpy(r->octets + r->n, bytes, n);
    r->values[r->value_count] = (struct known_value){
        .at = (uint32_t)r->n,
        .n = (uint32_t)n,
        .fact = known__says_nothing(bytes, n) ? SAYS_NOTHING : UNKNOWN,
    };
    r->n += n;
    r->table[slot] = (uint32_t)++r->value_count;
    return (uint32_t)r->value_count - 1;
}

/* ---- rules --------------------------------------------------------------------------------------
 */
/* Both ends of a session compute the same: one rule is enough. False when it was there. */
static bool unseen(struct known_rules *r, uint64_t h)
{
    if (2 * (r->rule_count + 1) > r->seen_size) {
        size_t old_n = r->seen_size;
        uint64_t *old = r->seen;
        r->seen_size = old_n ? 2 * old_n : 256;
        r->seen = calloc(r->seen_size, sizeof *r->seen);
        if (!r->seen)
            abort();
        for (size_t i = 0; i < old_n; i++) {
            size_t slot = old[i] & (r->seen_size - 1);
            while (r->seen[slot])
                slot = (slot + 1) & (r->seen_size - 1);
            r->seen[slot] = old[i];
        }
        free(old);
    }
    size_t slot = h & (r->seen_size - 1);
    for (; r->seen[slot]; slot = (slot + 1) & (r->seen_size - 1))
        if (r->seen[slot] == h)
            return false;
    r->seen[slot] = h;
    return true;
}

static uint64_t rule_hash(const char *name, const uint32_t *in, size_t count, uint32_t out)
{
    uint64_t h = mix(FNV, name, strlen(name));
    h = mix(h, in, count * sizeof *in);
    h = mix(h, &out, sizeof out);
    return h ? h : 1;
}

void imp_knowledge_rule(struct imp_knowledge *k, const char *name, const struct imp_piece *in,
                        size_t count, const void *out, size_t out_n)
{
    struct known_rules *r = &known__of(k)->rules;
    if (known__says_nothing(out, out_n))
        return;
    /* One more, so that a first rule without inputs finds an array too. */
    r->inputs =
        known__grow(r->inputs, &r->input_cap, r->input_count + count + 1, sizeof *r->inputs);
    uint32_t *inputs = r->inputs + r->input_count, output = value(r, out, out_n);
    for (size_t i = 0; i < count; i++)
        inputs[i] = value(r, in[i].p, in[i].n);
    if (!unseen(r, rule_hash(name, inputs, count, output)))
        return;
    r->rules = known__grow(r->rules, &r->rule_cap, r->rule_count + 1, sizeof *r->rules);
    r->waiting = known__grow(r->waiting, &r->waiting_cap, r->waiting_count + 1, sizeof *r->waiting);
    r->waiting[r->waiting_count++] = (uint32_t)r->rule_count;
    r->rules[r->rule_count++] = (struct known_rule){.name = name,
                                                    .inputs = (uint32_t)r->input_count,
                                                    .count = (uint32_t)count,
                                                    .output = output};
    r->input_count += count;
}

size_t imp_knowledge_rules(const struct imp_knowledge *k)
{
    return k->known ? k->known->rules.rule_count : 0;
}

/* ---- closing ------------------------------------------------------------------------------------
 */
static bool value_known(struct imp_knowledge *k, uint32_t number)
{
    struct known_rules *r = &k->known->rules;
    struct known_value *v = &r->values[number];
    if (v->fact == UNKNOWN && v->looked < k->count) {
        v->fact = known__find(k->known, value_bytes(r, v), v->n, v->looked);
        v->looked = k->count;
    }
    return v->fact != UNKNOWN;
}

static bool inputs_known(struct imp_knowledge *k, const struct known_rule *rule)
{
    for (uint32_t i = 0; i < rule->count; i++)
        if (!value_known(k, k->known->rules.inputs[rule->inputs + i]))
            return false;
    return true;
}

/* The first input that not everybody knows: rules name the key before the message. */
static const struct imp_fact *decisive(const struct imp_knowledge *k, const struct known_rule *rule)
{
    const struct known_rules *r = &k->known->rules;
    for (uint32_t i = 0; i < rule->count; i++) {
        int fact = r->values[r->inputs[rule->inputs + i]].fact;
        if (fact >= 0 && (k->facts[fact].rule < 0 || r->rules[k->facts[fact].rule].count > 0))
            return &k->facts[fact];
    }
    return NULL;
}

static void fire(struct imp_knowledge *k, uint32_t number)
{
    struct known_rules *r = &k->known->rules;
    const struct known_rule *rule = &r->rules[number];
    const struct known_value *v = &r->values[rule->output];
    const struct imp_fact *with = decisive(k, rule);
    char source[SOURCE];
    if (with)
        snprintf(source, sizeof source, "%s from %s", rule->name, with->source);
    else
        snprintf(source, sizeof source, "%s, which everybody can compute", rule->name);
    known__fact(k, value_bytes(r, v), v->n, source, (int)number);
    r->values[rule->output].fact = (int)k->count - 1;
}

/* One pass in the order in which the rules were added, which mostly is that of the computation.
 * Rules that fired, or whose output is known otherwise, are taken off the list. */
static bool pass(struct imp_knowledge *k)
{
    struct known_rules *r = &k->known->rules;
    size_t kept = 0, before = k->count;
    for (size_t i = 0; i < r->waiting_count; i++) {
        const struct known_rule *rule = &r->rules[r->waiting[i]];
        if (!inputs_known(k, rule))
            r->waiting[kept++] = r->waiting[i];
        else if (!value_known(k, rule->output))
            fire(k, r->waiting[i]);
    }
    r->waiting_count = kept;
    return k->count > before;
}

void imp_knowledge_close(struct imp_knowledge *k)
{
    if (!k->known)
        return;
    struct known_rules *r = &k->known->rules;
    if (r->closed_facts == k->count && r->closed_rules == r->rule_count)
        return;
    while (pass(k))
        ;
    r->closed_facts = k->count;
    r->closed_rules = r->rule_count;
}

void known_rules_free(struct known_rules *r)
{
    free(r->octets);
    free(r->values);
    free(r->table);
    free(r->inputs);
    free(r->rules);
    free(r->seen);
    free(r->waiting);
}
