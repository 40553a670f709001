/* SPDX-License-Identifier: GPL-2.0-only */
/* rpk_acl.c - the list of keys that the server admits: filled by scanned labels, kept in cells. */
#include <stdio.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "rpk_server.h"

/* A cell holds: suite, hash (32), second of the scan (8), flags, number (4), SPKI. */
enum { FLAG_WHOLE = 1, FLAG_CLAIMED = 2 };
enum { AT_HASH = 1, AT_LISTED = 33, AT_FLAGS = 41, AT_NUMBER = 42, AT_SPKI = 46 };
enum { CELL = AT_SPKI + RPK_SPKI };

static void cell_name(char out[16], const struct rpk_server *s, const struct rpk_entry *e)
{
    snprintf(out, 16, "acl-%03u", (unsigned)(e - s->entries) % 1000u);
}

static void put_be(uint8_t *out, uint64_t v, int n)
{
    for (int i = n - 1; i >= 0; i--, v >>= 8)
        out[i] = (uint8_t)v;
}

static uint64_t get_be(const uint8_t *in, int n)
{
    uint64_t v = 0;
    for (int i = 0; i < n; i++)
        v = v << 8 | in[i];
    return v;
}

void rpk_acl_store(struct rpk_server *s, const struct rpk_entry *e)
{
    uint8_t cell[CELL] = {(uint8_t)e->name.suite};
    char name[16];
    memcpy(cell + AT_HASH, e->name.hash, IMP_NIH_MAX);
    put_be(cell + AT_LISTED, (uint64_t)e->listed, 8);
    cell[AT_FLAGS] = (uint8_t)((e->whole ? FLAG_WHOLE : 0) | (e->claimed ? FLAG_CLAIMED : 0));
    put_be(cell + AT_NUMBER, e->number, 4);
    memcpy(cell + AT_SPKI, e->spki, RPK_SPKI);
    cell_name(name, s, e);
    s->env->ops->cell_put(s->env, name, cell, sizeof cell);
}

void rpk_acl_load(struct rpk_server *s)
{
    for (size_t i = 0; i < RPK_ENTRIES; i++) {
        struct rpk_entry *e = &s->entries[i];
        uint8_t cell[CELL];
        char name[16];
        cell_name(name, s, e);
        if (s->env->ops->cell_get(s->env, name, cell, sizeof cell) != CELL)
            continue;
        uint8_t packed[1 + IMP_NIH_MAX];
        memcpy(packed, cell, sizeof packed);
        size_t n = packed[0] == IMP_NIH_SHA_256_120 ? 15 : packed[0] == IMP_NIH_SHA_256 ? 32 : 16;
        if (rpk_id_unpack(&e->name, packed, n + 1) != 0)
            continue;
        e->used = true;
        e->listed = (imp_time)get_be(cell + AT_LISTED, 8);
        e->whole = cell[AT_FLAGS] & FLAG_WHOLE;
        e->claimed = cell[AT_FLAGS] & FLAG_CLAIMED;
        e->number = (uint32_t)get_be(cell + AT_NUMBER, 4);
        memcpy(e->spki, cell + AT_SPKI, RPK_SPKI);
        if (e->number > s->numbers)
            s->numbers = e->number;
    }
}

static struct rpk_entry *free_entry(struct rpk_server *s)
{
    for (size_t i = 0; i < RPK_ENTRIES; i++)
        if (!s->entries[i].used)
            return &s->entries[i];
    return NULL;
}

static struct rpk_entry *add(struct rpk_server *s, const struct imp_nih *name)
{
    struct rpk_entry *e = free_entry(s);
    if (!e) {
        rpk_claim(s->env, IMP_CLAIM_ALARM, "access-list-full");
        return NULL;
    }
    *e = (struct rpk_entry){.used = true, .name = *name, .listed = s->now};
    rpk_acl_store(s, e);
    return e;
}

static void list(struct rpk_server *s, const struct imp_nih *name)
{
    for (size_t i = 0; i < RPK_ENTRIES; i++)
        if (s->entries[i].used && imp_nih_equal(&s->entries[i].name, name)) {
            s->entries[i].listed = s->now; /* scanned once more */
            s->entries[i].claimed = false;
            rpk_acl_store(s, &s->entries[i]);
            return;
        }
    add(s, name);
}

void rpk_acl_scan(struct rpk_server *s, const struct imp_event *label)
{
    struct imp_nih name;
    if (imp_nih_parse(&name, (const char *)label->bytes, label->n, false) != 0)
        rpk_claim(s->env, IMP_CLAIM_REJECT, "bad-label");
    else
        list(s, &name);
}

void rpk_acl_deliver(struct rpk_server *s)
{
    static const char read[] = "delivered";
    uint8_t packed[1 + IMP_NIH_MAX];
    struct imp_nih name;
    if (s->env->ops->cell_get(s->env, read, NULL, 0) >= 0)
        return;
    s->env->ops->cell_put(s->env, read, "", 1);
    for (size_t i = 0;; i++) {
        char cell[RPK_DELIVERED];
        rpk_delivered_cell(cell, i);
        int n = s->env->ops->cell_get(s->env, cell, packed, sizeof packed);
        if (n < 0)
            return;
        if ((size_t)n <= sizeof packed && rpk_id_unpack(&name, packed, (size_t)n) == 0)
            list(s, &name);
    }
}

/* A label that nobody came for is struck off. */
static bool expired(const struct rpk_server *s, const struct rpk_entry *e)
{
    return e->number == 0 && s->now - e->listed > imp_opt(s->env, RPK_OPT_PENDING) * IMP_S;
}

struct rpk_entry *rpk_acl_find(struct rpk_server *s, const uint8_t *spki)
{
    struct imp_nih name = {0};
    for (size_t i = 0; i < RPK_ENTRIES; i++) {
        struct rpk_entry *e = &s->entries[i];
        if (!e->used || expired(s, e))
            continue;
        if (e->whole) {
            if (imp_equal(e->spki, spki, RPK_SPKI))
                return e;
            continue;
        }
        if (name.suite != e->name.suite)
            imp_nih_of(s->env, &name, e->name.suite, spki, RPK_SPKI);
        if (imp_nih_equal(&name, &e->name))
            return e;
    }
    return NULL;
}

struct rpk_entry *rpk_acl_enter(struct rpk_server *s, const uint8_t *spki)
{
    struct rpk_entry *e = rpk_acl_find(s, spki);
    struct imp_nih name;
    if (!e) {
        imp_nih_of(s->env, &name, rpk_suite(s->env), spki, RPK_SPKI);
        e = add(s, &name);
    }
    if (!e)
        return NULL;
    memcpy(e->spki, spki, RPK_SPKI);
    e->whole = true;
    return e;
}

static void strike(struct rpk_server *s, struct rpk_entry *e)
{
    char name[16];
    cell_name(name, s, e);
    s->env->ops->cell_erase(s->env, name);
    e->used = false;
}

void rpk_acl_clear(struct rpk_server *s)
{
    for (size_t i = 0; i < RPK_ENTRIES; i++)
        if (s->entries[i].used)
            strike(s, &s->entries[i]);
}

/* Decimal digits; 0: something else. */
static uint64_t number_of(const uint8_t *text, size_t n)
{
    uint64_t v = 0;
    if (n > 10)
        return 0;
    for (size_t i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9')
            return 0;
        v = 10 * v + text[i] - '0';
    }
    return v;
}

const struct rpk_entry *rpk_acl_strike(struct rpk_server *s, const uint8_t *name, size_t n)
{
    struct imp_nih label;
    uint64_t number = number_of(name, n);
    bool is_label = imp_nih_parse(&label, (const char *)name, n, false) == 0;
    for (size_t i = 0; i < RPK_ENTRIES; i++) {
        struct rpk_entry *e = &s->entries[i];
        if (!e->used ||
            !(is_label ? imp_nih_equal(&e->name, &label) : number > 0 && e->number == number))
            continue;
        strike(s, e);
        return e;
    }
    return NULL;
}
