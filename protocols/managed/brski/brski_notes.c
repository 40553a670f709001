/* SPDX-License-Identifier: GPL-2.0-only */
/* brski_notes.c - what a registrar knows of a device and what the operator wants of it: it holds in
 * whatever session the device comes. */
#include "brski.h"

#include <stdio.h>
#include <string.h>

bool brski_is_noted(const struct imp_env *env, const char *what, const char *serial)
{
    char cell[BRSKI_SERIAL + 16];
    brski_cell(cell, sizeof cell, what, serial);
    return env->ops->cell_get((struct imp_env *)env, cell, NULL, 0) >= 0;
}

static void note(struct imp_env *env, const char *what, const char *serial, bool holds)
{
    char cell[BRSKI_SERIAL + 16];
    brski_cell(cell, sizeof cell, what, serial);
    if (holds)
        env->ops->cell_put(env, cell, "", 0);
    else
        env->ops->cell_erase(env, cell);
}

void brski_decline(struct imp_env *env, const struct imp_event *e)
{
    static const char verb[] = "decline ";
    const size_t skip = sizeof verb - 1;
    char serial[BRSKI_SERIAL];
    if (e->n <= skip || e->n - skip >= sizeof serial || memcmp(e->bytes, verb, skip) != 0)
        return;
    snprintf(serial, sizeof serial, "%.*s", (int)(e->n - skip), (const char *)e->bytes + skip);
    note(env, BRSKI_DECLINED, serial, true);
}

/* Whose else was the device? RFC 8995 section 5.8.3 leaves to the operator what follows. */
void brski_heed_log(struct imp_env *env, const struct brski_heeded *x, const uint8_t *json,
                    size_t n)
{
    static struct brski_log log; /* filled and used within the call */
    bool strict = x->audit == BRSKI_AUDIT_STRICT, nonced = x->audit == BRSKI_AUDIT_NONCED;
    if (n == 0 || brski_log_read(&log, json, n) != 0) {
        brski_claim(env, IMP_CLAIM_REJECT, "no-audit-log");
        note(env, BRSKI_REFUSED, x->serial, strict || nonced);
        return;
    }
    const struct brski_others others = brski_log_others(&log, x->ca, x->registrar);
    if (others.any)
        brski_claim(env, IMP_CLAIM_ALARM, "another-domain-in-log");
    note(env, BRSKI_REFUSED, x->serial, (strict && others.any) || (nonced && others.nonceless));
}
