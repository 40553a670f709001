/* SPDX-License-Identifier: GPL-2.0-only */
/* The EAP-NOOB server outside of conversations: start, out-of-band messages, user reset. */
#include <string.h>

#include "noob_oob.h"
#include "noob_server.h"

void noob_server_start(void *shared, struct imp_env *env, imp_time now)
{
    struct noob_server *db = shared;
    const char *info = imp_eap_opt_str(env, "server-info", NOOB_SERVER_INFO);
    (void)now;

    noob_db_open(db, env);
    if (noob_info_text(db->self, sizeof db->self, info, strlen(info), "ServerName") <= 0)
        strncpy(db->self, env->name, sizeof db->self - 1);
    imp_eap_claim_identity(env, db->self);
}

/* ---- out-of-band output
 * ----------------------------------------------------------------------------------- */
void noob_show(struct noob_record *record, struct imp_env *env, imp_time now)
{
    struct noob_oob m;
    char text[NOOB_OOB_MAX + 1];

    noob_sent_new(env, &record->e, NOOB_SERVER_TO_PEER, now, &m);
    size_t n = noob_oob_write(text, sizeof text, "", &m);
    imp_oob(env, noob_oob_channel(env, NOOB_OOB_TO_PEER),
            noob_oob_label(env, NOOB_OOB_TO_PEER_MESSAGE), text, n);
}

/* ---- out-of-band input
 * ------------------------------------------------------------------------------------ */
/* Section 3.6.5: the user is told, the network is not. */
static void reject_oob(struct noob_server *db, struct noob_record *record, struct imp_env *env,
                       const char *why)
{
    noob_alarm(env, why);
    if (record && ++record->e.oob_failures >= imp_eap_opt(env, "oob-retries", 5)) {
        noob_db_drop(db, record);
    }
}

static void oob_received(struct noob_server *db, struct imp_env *env, const struct imp_event *event)
{
    struct noob_oob m;
    bool flawed = imp_eap_flawed(env, "server-no-oob-check");

    if (noob_oob_parse(&m, event->bytes, event->n) < 0) {
        reject_oob(db, NULL, env, "oob-message-malformed");
        return;
    }
    struct noob_record *record = noob_db_find(db, m.peer_id);
    if (!record && flawed)
        record = noob_db_latest_waiting(db);
    if (!record) {
        reject_oob(db, NULL, env, "oob-peerid-unrecognized");
        return;
    }
    if (record->state != NOOB_WAITING || !(record->e.dirp & NOOB_PEER_TO_SERVER)) {
        noob_alarm(env, "oob-message-not-expected"); /* redundant, or the wrong direction */
        return;
    }
    if (!noob_hoob_matches(env, &record->e, NOOB_PEER_TO_SERVER, &m) && !flawed) {
        reject_oob(db, record, env, "oob-hoob-mismatch");
        return;
    }
    memcpy(record->e.received, m.noob, NOOB_NOOB);
    noob_claim_oob(env, m.noob);
    record->state = NOOB_OOB_RECEIVED;
}

/* ---- user reset (section 3.4.3)
 * ----------------------------------------------------------------------------- */
/* `bytes` names one association by its PeerId; without it all go. */
static void reset(struct noob_server *db, struct imp_env *env, const struct imp_event *event)
{
    char id[NOOB_PEER_ID_MAX + 1] = "";

    if (event->n == 0 || event->n > NOOB_PEER_ID_MAX) {
        noob_db_clear(db, env);
        return;
    }
    memcpy(id, event->bytes, event->n);
    struct noob_record *record = noob_db_find(db, id);
    if (record)
        noob_db_drop(db, record);
    noob_db_erase(env, id);
}

void noob_server_event(void *shared, struct imp_env *env, const struct imp_event *event,
                       imp_time now)
{
    struct noob_server *db = shared;
    (void)now;

    if (event->kind == IMP_EVENT_RECEIVE &&
        event->channel == noob_oob_channel(env, NOOB_OOB_TO_SERVER))
        oob_received(db, env, event);
    else if (event->kind == IMP_EVENT_RESET)
        reset(db, env, event);
}

void noob_server_end(void *session, void *shared, struct imp_env *env, bool success, imp_time now)
{
    struct noob_session *s = session;
    (void)shared;
    (void)env;
    (void)now;
    imp_wipe(&s->pair, sizeof s->pair);
    imp_wipe(&s->e, sizeof s->e);
    imp_wipe(&s->r, sizeof s->r);
    /* On success the keys are still to be exported. */
    if (!success)
        imp_wipe(&s->keys, sizeof s->keys);
}

bool noob_server_export(const void *session, struct imp_eap_export *out)
{
    const struct noob_session *s = session;
    if (s->has_keys)
        noob_export(out, &s->keys, s->peer_id);
    return s->has_keys;
}
