/* SPDX-License-Identifier: GPL-2.0-only */
/* fixture.h - two mechanisms for tests of the campaign, in place of the real registry, and run
 * functions in place of the world. */
#ifndef IMPRINT_CAMPAIGN_FIXTURE_H
#define IMPRINT_CAMPAIGN_FIXTURE_H

#include <jansson.h>

#include "sim/campaign/plan.h"

/* "framed" (needs frames; options direction, retries, name, both-ends) and "routed" (datagrams
 * only). */

/* Plan of Lua-free keys given as JSON, e.g. "{\"mechanism\":\"framed\"}". Aborts the test on error.
 */
void fixture_plan(struct imp_plan *plan, const char *keys);

/* A result with every column: counts follow from the plan's replication. */
json_t *fixture_result(const json_t *plan);

/* Folder of its own below the system's, and its removal. */
void fixture_folder(char *out, size_t cap);
void fixture_remove(const char *dir);

#endif
