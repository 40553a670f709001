/* SPDX-License-Identifier: GPL-2.0-only */
/* filter_term.h - one comparison of a filter. */
#ifndef IMPRINT_FILTER_TERM_H
#define IMPRINT_FILTER_TERM_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum imp__filter_op {
    IMP__EQUAL,
    IMP__UNEQUAL,
    IMP__BELOW,
    IMP__AT_MOST,
    IMP__ABOVE,
    IMP__AT_LEAST
};

struct imp__term {
    char name[120];
    enum imp__filter_op op;
    char values[600]; /* apart by commas */
};

/* Reads n octets. Returns 0, or -1 and a sentence. */
int imp__term_parse(struct imp__term *out, const char *text, size_t n, char *error, size_t cap);

/* Calls f for each value that a plan line has under a name, until it returns true; whether one did.
 * `none` is set when the line has no such parameter. */
typedef bool imp__value_function(void *arg, const json_t *value);
bool imp__values_any(const json_t *line, const char *name, imp__value_function *f, void *arg,
                     bool *none);

bool imp__term_holds(const struct imp__term *t, const json_t *line);

/* A value as it stands in an expression; malloc'ed. */
char *imp__value_text(const json_t *value);

#endif
