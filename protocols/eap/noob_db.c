/* SPDX-License-Identifier: GPL-2.0-only */
/* The EAP-NOOB server's database: ephemeral associations in memory, persistent ones in cells, one
 * cell each, and index cells that list their PeerIds so that a user reset finds them. */
#include <stdio.h>
#include <string.h>

#include "noob_method.h"

/* ---- ephemeral
 * ------------------------------------------------------------------------------------------ */
struct noob_record *noob_db_find(struct noob_server *db, const char *peer_id)
{
    for (size_t i = 0; i < NOOB_RECORDS; i++)
        if (db->ids[i][0] && strcmp(db->ids[i], peer_id) == 0)
            return &db->records[i];
    return NULL;
}

void noob_db_drop(struct noob_server *db, struct noob_record *record)
{
    db->ids[record - db->records][0] = '\0';
    imp_wipe(record, sizeof *record);
}

struct noob_record *noob_db_new(struct noob_server *db, const char *peer_id)
{
    size_t free_one = 0;
    for (size_t i = 0; i < NOOB_RECORDS; i++) {
        if (!db->ids[i][0]) {
            free_one = i;
            break;
        }
        if (db->records[i].order < db->records[free_one].order)
            free_one = i;
    }
    struct noob_record *r = &db->records[free_one];
    memset(r, 0, sizeof *r);
    r->order = ++db->orders;
    snprintf(db->ids[free_one], sizeof db->ids[free_one], "%s", peer_id);
    return r;
}

struct noob_record *noob_db_latest_waiting(struct noob_server *db)
{
    struct noob_record *latest = NULL;
    for (size_t i = 0; i < NOOB_RECORDS; i++) {
        struct noob_record *r = &db->records[i];
        if (db->ids[i][0] && r->state == NOOB_WAITING && (!latest || r->order > latest->order))
            latest = r;
    }
    return latest;
}

/* ---- persistent
 * ------------------------------------------------------------------------------------------- */
struct cell_name {
    char text[8 + NOOB_PEER_ID_MAX];
};

static struct cell_name association_cell(const char *peer_id)
{
    struct cell_name name;
    snprintf(name.text, sizeof name.text, "peer/%s", peer_id);
    return name;
}

static struct cell_name index_cell(uint64_t chunk)
{
    struct cell_name name;
    snprintf(name.text, sizeof name.text, "peers/%llu", (unsigned long long)chunk);
    return name;
}

struct chunk {
    char ids[NOOB_INDEX_CHUNK][NOOB_PEER_ID_LEN];
};

/* Returns how many PeerIds chunk k lists. */
static size_t chunk_load(struct imp_env *env, struct chunk *c, uint64_t k)
{
    int n = env->ops->cell_get(env, index_cell(k).text, c, sizeof *c);
    return n > 0 && (size_t)n <= sizeof *c ? (size_t)n / NOOB_PEER_ID_LEN : 0;
}

static uint64_t count_registered(struct imp_env *env)
{
    struct chunk c;
    uint64_t count = 0;
    size_t n;

    for (uint64_t k = 0; (n = chunk_load(env, &c, k)) > 0; k++)
        count += n;
    return count;
}

void noob_db_open(struct noob_server *db, struct imp_env *env)
{
    memset(db->ids, 0, sizeof db->ids); /* a record is cleared when it is taken */
    db->orders = 0;
    db->registered = count_registered(env);
}

bool noob_db_load(struct imp_env *env, struct noob_association *out, const char *peer_id)
{
    uint8_t cell[NOOB_CELL_MAX];
    int n = env->ops->cell_get(env, association_cell(peer_id).text, cell, sizeof cell);
    bool good =
        n > 0 && (size_t)n <= sizeof cell && noob_association_read(out, cell, (size_t)n) == 0;
    imp_wipe(cell, sizeof cell);
    return good;
}

/* Adds to the index when the association is new; `registered` PeerIds are in it. Returns how many
 * are in it then. */
static uint64_t save(struct imp_env *env, const struct noob_association *a, uint64_t registered)
{
    struct cell_name name = association_cell(a->peer_id);
    struct chunk c;
    uint8_t any;

    if (env->ops->cell_get(env, name.text, &any, 1) < 0) {
        uint64_t k = registered / NOOB_INDEX_CHUNK;
        size_t n = registered % NOOB_INDEX_CHUNK;
        if (n > 0)
            chunk_load(env, &c, k);
        memcpy(c.ids[n], a->peer_id, NOOB_PEER_ID_LEN);
        env->ops->cell_put(env, index_cell(k).text, &c, (n + 1) * NOOB_PEER_ID_LEN);
        registered++;
    }
    noob_store(env, name.text, a);
    return registered;
}

void noob_db_save(struct noob_server *db, struct imp_env *env, const struct noob_association *a)
{
    db->registered = save(env, a, db->registered);
}

void noob_db_provision(struct imp_env *env, const struct noob_association *a)
{
    save(env, a, count_registered(env));
}

void noob_db_erase(struct imp_env *env, const char *peer_id)
{
    /* Its entry in the index stays; it leads nowhere any more. */
    env->ops->cell_erase(env, association_cell(peer_id).text);
}

void noob_db_clear(struct noob_server *db, struct imp_env *env)
{
    struct chunk c;
    char id[NOOB_PEER_ID_LEN + 1];
    size_t n;

    for (uint64_t k = 0; (n = chunk_load(env, &c, k)) > 0; k++) {
        for (size_t i = 0; i < n; i++) {
            snprintf(id, sizeof id, "%.*s", NOOB_PEER_ID_LEN, c.ids[i]);
            noob_db_erase(env, id);
        }
        env->ops->cell_erase(env, index_cell(k).text);
    }
    for (size_t i = 0; i < NOOB_RECORDS; i++)
        if (db->ids[i][0])
            noob_db_drop(db, &db->records[i]);
    db->registered = 0;
}
