/* SPDX-License-Identifier: GPL-2.0-only */
/* plan_template.h - the lines of a combination, which differ in their replication alone.
 *
 * Making each line and key from JSON would take most of the time of a large plan. */
#ifndef IMPRINT_PLAN_TEMPLATE_H
#define IMPRINT_PLAN_TEMPLATE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* A text with a number in it. */
struct imp__slot {
    char *text;  /* owned; with the replication 0 */
    size_t n;    /* its length */
    size_t from; /* where the 0 stands */
};

struct imp__template {
    struct imp__slot line; /* the canonical plan line */
    struct imp__slot bare; /* of it, what the key is made from */
    double weight;
    size_t group;
};

/* `line`: of any replication; borrowed. Aborts without memory. */
void imp__template_make(struct imp__template *out, const json_t *line, size_t group);
void imp__template_free(struct imp__template *t);

/* The text with another replication; malloc'ed, or NULL. */
char *imp__slot_fill(const struct imp__slot *s, json_int_t replication, size_t *n);

/* Whether n octets are the line with another replication, which is set. */
bool imp__template_reads(const struct imp__template *t, const char *text, size_t n,
                         json_int_t *replication);

#endif
