/* SPDX-License-Identifier: GPL-2.0-only */
/* resolve.h - from a scenario's keys, without sweeps, to a plan line with every parameter. */
#ifndef IMPRINT_RESOLVE_H
#define IMPRINT_RESOLVE_H

#include <jansson.h>
#include <stddef.h>

#include "protocols/contract/mechanism.h"

#define IMP_PLAN_SCHEMA 2
#define IMP_ERROR 600 /* octets that every error of the campaign fits into */

struct imp_resolved {
    json_t *plan;    /* plan line of replication 0 */
    json_t *sources; /* parameter ("devices", "options.peer.id") -> where its value is from */
    json_int_t replications;
};

/* `keys`: as in sim/scenario/scenario.h, sweeps expanded. `given`: parameter -> source of values
 * that are not the scenario's own, or NULL. `name`: default of `name`. Returns 0, or -1 and a
 * sentence "what; expected ..." without a place. */
int imp_resolve(struct imp_resolved *out, const json_t *keys, const json_t *given, const char *name,
                char *error, size_t cap);
void imp_resolved_free(struct imp_resolved *r);

/* ---- between resolve*.c -------------------------------------------------------------------------
 */
struct imp__resolver {
    const json_t *keys, *given;
    const struct imp_mechanism *mechanism;
    json_t *plan, *sources;
    char *error;
    size_t cap;
    unsigned parts; /* bit i: role i takes part with its options */
};

/* Writes the sentence; always -1. */
int imp__resolve_fail(struct imp__resolver *r, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Notes where the value of a parameter comes from: `given`, "scenario" when `own`, else `preset`.
 */
void imp__resolve_source(struct imp__resolver *r, const char *parameter, bool own,
                         const char *preset);
int imp__resolve_options(struct imp__resolver *r); /* options, flaws, variant */
int imp__resolve_adversary(struct imp__resolver *r);
int imp__resolve_radio(struct imp__resolver *r);   /* after medium and numbers */
int imp__resolve_hops(struct imp__resolver *r);    /* the same */
int imp__resolve_backend(struct imp__resolver *r); /* after options too */
int imp__resolve_user(struct imp__resolver *r);
int imp__resolve_expect(struct imp__resolver *r);
int imp__resolve_timeline(struct imp__resolver *r);
/* `replications`: 0 when it is not known, as in a plan line. */
int imp__resolve_stop(struct imp__resolver *r, json_int_t replications);

#endif
