/* SPDX-License-Identifier: GPL-2.0-only */
/* ttls_resume.c - sessions of EAP-TTLS that go on where an earlier one ended, RFC 5281 section 7.5.
 *
 * TLS gives tickets before the password is said, so a ticket alone proves nothing: the server keeps
 * for each by whom, and how, it was shown, once it was. Of others it takes none. */
#include <stdio.h>
#include <string.h>

#include "../crypto/crypto.h"
#include "ttls.h"

enum { EXPIRY = 8, HEAD = EXPIRY + 1, /* and the inner protocol */ RECORD = HEAD + IMP_EAP_ID_MAX };
enum { CELL = sizeof TTLS_CELL_TICKET + 2 * ETLS_TICKET_ID };

static void cell_name(char out[CELL], const uint8_t id[ETLS_TICKET_ID])
{
    int n = snprintf(out, CELL, "%s", TTLS_CELL_TICKET);
    for (size_t i = 0; i < ETLS_TICKET_ID; i++)
        n += snprintf(out + n, CELL - (size_t)n, "%02x", id[i]);
}

static imp_time expiry(const uint8_t p[EXPIRY])
{
    uint64_t t = 0;
    for (int i = 0; i < EXPIRY; i++)
        t = t << 8 | p[i];
    return (imp_time)t;
}

/* Whose ticket it is, who must still have an account. */
static bool is_recorded(struct ttls_server *s, const struct imp_piece *ticket, imp_time now)
{
    struct imp_env *env = s->end.env;
    uint8_t record[RECORD];
    char cell[CELL];
    imp_sha256(env, s->ticket, ticket, 1);
    cell_name(cell, s->ticket);
    int n = env->ops->cell_get(env, cell, record, sizeof record);
    if (n <= HEAD || n > RECORD)
        return false;
    if (expiry(record) <= now) {
        env->ops->cell_erase(env, cell);
        return false;
    }
    s->inner = (enum ttls_inner)record[EXPIRY];
    s->named = ttls_find_user(s, env, record + HEAD, (size_t)n - HEAD);
    return s->named;
}

/* With more than one at once it would be open which of them TLS takes. */
void ttls_admit_ticket(struct ttls_server *s, imp_time now)
{
    struct imp_piece ticket;
    if (!imp_eap_opt(s->end.env, "resumption", 0))
        return;
    int offered = imp_tls_offered(&ticket, s->end.in.bytes, s->end.in.n);
    if (offered == 0 || (offered == 1 && is_recorded(s, &ticket, now)))
        etls_take_tickets(&s->end);
}

void ttls_record_tickets(struct ttls_server *s, imp_time now)
{
    struct imp_env *env = s->end.env;
    uint8_t record[RECORD];
    char cell[CELL];
    size_t n = strlen(s->user);
    uint64_t until = (uint64_t)(now + imp_eap_opt(env, "ticket-lifetime", 3600) * IMP_S);
    for (int i = 0; i < EXPIRY; i++)
        record[i] = (uint8_t)(until >> 8 * (EXPIRY - 1 - i));
    record[EXPIRY] = (uint8_t)s->inner;
    memcpy(record + HEAD, s->user, n);
    for (size_t i = 0; i < s->end.given_n; i++) {
        cell_name(cell, s->end.given[i]);
        env->ops->cell_put(env, cell, record, HEAD + n);
    }
    if (s->named && s->end.given_n > 0) { /* the new ones take its place */
        cell_name(cell, s->ticket);
        env->ops->cell_erase(env, cell);
    }
}
