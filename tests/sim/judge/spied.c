/* SPDX-License-Identifier: GPL-2.0-only */
#include "spied.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "tests/support/memnet_internal.h"

enum { DRAWS = 32 };

static void operation(void *arg, const struct imp_operation *op)
{
    imp_knowledge_rule(arg, op->name, op->in, op->count, op->out.p, op->out.n);
}

void spy(struct spied *s, const char *mechanism, const char *const *settings)
{
    imp_crypto_init();
    *s = (struct spied){0};
    const struct imp_mechanism *m = imp_mechanism_find(mechanism);
    imp_observe(operation, &s->k);
    s->net = memnet_new(m, SEED, settings);
    memnet_start(s->net);
    memnet_run(s->net, 600 * IMP_S);
    imp_observe(NULL, NULL);
    cr_assert(memnet_complete(s->net), "%s", mechanism);
    for (size_t i = 0; i < memnet_message_count(s->net); i++) {
        const struct memnet_message *sent = memnet_message(s->net, i);
        char source[80];
        snprintf(source, sizeof source, "read message %zu", i);
        if (m->channels[sent->channel].service != IMP_SERVICE_OOB)
            imp_knowledge_add(&s->k, sent->bytes, sent->n, source);
    }
    imp_knowledge_close(&s->k);
}

void over(struct spied *s)
{
    imp_knowledge_free(&s->k);
    memnet_free(s->net);
}

void read_oob(struct spied *s)
{
    const struct imp_mechanism *m = memnet_env(s->net, 0)->mechanism;
    for (size_t i = 0; i < memnet_message_count(s->net); i++) {
        const struct memnet_message *sent = memnet_message(s->net, i);
        if (m->channels[sent->channel].service == IMP_SERVICE_OOB)
            imp_knowledge_add(&s->k, sent->bytes, sent->n, "read out of band");
    }
    imp_knowledge_close(&s->k);
}

void reveal(struct spied *s, int role, const char *cell)
{
    uint8_t bytes[4096];
    char source[80];
    int n = memnet_cell(s->net, role, cell, bytes, sizeof bytes);
    cr_assert(n > 0 && n <= (int)sizeof bytes, "no cell %s", cell);
    snprintf(source, sizeof source, "cell %s revealed", cell);
    imp_knowledge_add(&s->k, bytes, (size_t)n, source);
    imp_knowledge_close(&s->k);
}

void reveal_all_but(struct spied *s, int role, const char *cell)
{
    const struct memnet_party *p = (const struct memnet_party *)memnet_env(s->net, role);
    for (const struct memnet_cell *c = p->cells; c; c = c->next)
        if (strcmp(c->name, cell) != 0)
            reveal(s, role, c->name);
}

/* What the device drew from that stream: the k-th draw begins the key stream under nonce k. */
void reveal_draws(struct spied *s, const char *purpose)
{
    struct imp_rng rng;
    uint8_t bytes[32];
    imp_rng_seed(&rng, SEED, "device-1", purpose);
    for (int i = 0; i < DRAWS; i++) {
        imp_rng_fill(&rng, bytes, sizeof bytes);
        imp_knowledge_add(&s->k, bytes, sizeof bytes, "draw revealed");
    }
    imp_knowledge_close(&s->k);
}

/* How many of the secrets claimed under that name are known, of how many. */
struct tally {
    size_t known, all;
};
static struct tally secrets(const struct spied *s, const char *name)
{
    struct tally t = {0};
    for (size_t i = 0; i < memnet_claim_count(s->net); i++) {
        const struct imp_claim *c = &memnet_claim(s->net, i)->claim;
        if (c->kind != IMP_CLAIM_SECRET || (name && strcmp(c->name, name) != 0))
            continue;
        t.all++;
        t.known += imp_knowledge_find(&s->k, c->data, c->data_n) != NULL;
    }
    return t;
}

void expect_none(const struct spied *s)
{
    struct tally t = secrets(s, NULL);
    cr_assert_gt(t.all, 0u);
    cr_expect_eq(t.known, 0u, "%zu of %zu secrets are known", t.known, t.all);
}

void expect_all(const struct spied *s)
{
    struct tally t = secrets(s, NULL);
    cr_assert_gt(t.all, 0u);
    cr_expect_eq(t.known, t.all, "%zu of %zu secrets are known", t.known, t.all);
}

void expect_known(const struct spied *s, const char *name, bool known)
{
    struct tally t = secrets(s, name);
    cr_assert_gt(t.all, 0u, "%s", name);
    cr_expect_eq(t.known, known ? t.all : 0, "%s: %zu of %zu are known", name, t.known, t.all);
}

const struct imp_fact *fact_of_secret(const struct spied *s, const char *name)
{
    for (size_t i = 0; i < memnet_claim_count(s->net); i++) {
        const struct imp_claim *c = &memnet_claim(s->net, i)->claim;
        if (c->kind == IMP_CLAIM_SECRET && strcmp(c->name, name) == 0)
            return imp_knowledge_find(&s->k, c->data, c->data_n);
    }
    return NULL;
}

void reveal_secret(struct spied *s, const char *name)
{
    for (size_t i = 0; i < memnet_claim_count(s->net); i++) {
        const struct imp_claim *c = &memnet_claim(s->net, i)->claim;
        if (c->kind == IMP_CLAIM_SECRET && strcmp(c->name, name) == 0)
            imp_knowledge_add(&s->k, c->data, c->data_n, name);
    }
    imp_knowledge_close(&s->k);
}
