/* SPDX-License-Identifier: GPL-2.0-only */
#include "house.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct testimony {
    struct testimony *next;
    int role;
    enum imp_claim_kind kind;
    char layer[16], name[24];
    uint8_t data[64];
};

struct witness {
    struct testimony *latest;
};

static void claimed(void *arg, const struct imp_env *env, const struct imp_claim *claim)
{
    struct witness *w = arg;
    struct testimony *t = calloc(1, sizeof *t);
    if (!t)
        abort();
    t->next = w->latest;
    t->role = env->role;
    t->kind = claim->kind;
    snprintf(t->layer, sizeof t->layer, "%s", claim->layer ? claim->layer : "");
    snprintf(t->name, sizeof t->name, "%s", claim->name ? claim->name : "");
    if (claim->data)
        memcpy(t->data, claim->data,
               claim->data_n < sizeof t->data ? claim->data_n : sizeof t->data);
    w->latest = t;
    if (claim->kind == IMP_CLAIM_REJECT || claim->kind == IMP_CLAIM_ALARM)
        printf("%s: %s (%s)\n", env->name, t->name, t->layer);
}

static void said(void *arg, const struct imp_env *env, const char *sentence)
{
    (void)arg;
    printf("%s: %s\n", env->name, sentence);
}

struct witness *witness_new(void)
{
    struct witness *w = calloc(1, sizeof *w);
    if (!w)
        abort();
    return w;
}

void witness_free(struct witness *w)
{
    while (w->latest) {
        struct testimony *t = w->latest;
        w->latest = t->next;
        free(t);
    }
    free(w);
}

struct imp_live_watch witness_watch(struct witness *w)
{
    return (struct imp_live_watch){.arg = w, .claimed = claimed, .said = said};
}

size_t witness_claims(const struct witness *w, int role, enum imp_claim_kind kind,
                      const char *layer, const char *name, uint8_t data[64])
{
    size_t n = 0;
    for (const struct testimony *t = w->latest; t; t = t->next) {
        if (t->role != role || t->kind != kind || (layer && strcmp(t->layer, layer) != 0) ||
            (name && strcmp(t->name, name) != 0))
            continue;
        if (n++ == 0 && data)
            memcpy(data, t->data, sizeof t->data);
    }
    return n;
}

void interop_do(interop_setter *f, struct imp_live *l, const char *text)
{
    char error[512];
    if (f(l, text, error, sizeof error) == 0)
        return;
    fprintf(stderr, "%s\n", error);
    abort();
}

void interop_start(struct imp_live *l)
{
    char error[512];
    if (imp_live_start(l, error, sizeof error) == 0)
        return;
    fprintf(stderr, "%s\n", error);
    abort();
}
