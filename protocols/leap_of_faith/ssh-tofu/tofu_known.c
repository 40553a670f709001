/* SPDX-License-Identifier: GPL-2.0-only */
/* tofu_known.c - the keys of others: known_hosts of a client, authorized_keys of a server. A line
 * is a key with the number of the revocation after which it was written: whoever revokes strikes
 * off all older lines, which stay, so that their keys are known as revoked. */
#include <stdio.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/ssh/known_hosts.h"
#include "tofu.h"

enum { CELL = 80, LINE = 32 + 1, LINES = TOFU_LINES * LINE };

static void cell_of(char out[CELL], const char *of, const char *name)
{
    snprintf(out, CELL, "%s%s%s", of, *name ? "-" : "", name);
}

static void cell_of_octets(char out[CELL], const char *of, const uint8_t octets[32])
{
    char text[65];
    for (size_t i = 0; i < 32; i++)
        snprintf(text + 2 * i, 3, "%02x", octets[i]);
    cell_of(out, of, text);
}

static uint8_t revocations(struct imp_env *env)
{
    uint8_t count = 0;
    env->ops->cell_get(env, "revocations", &count, 1);
    return count;
}

static void install(struct imp_env *env, const char *cell, const uint8_t key[32])
{
    uint8_t line[LINE];
    memcpy(line, key, 32);
    line[32] = revocations(env);
    env->ops->cell_put(env, cell, line, sizeof line);
}

/* Lines of one cell: a name may have more than one key. Returns how many. */
static size_t lines_of(struct imp_env *env, const char *cell, uint8_t lines[LINES])
{
    int n = env->ops->cell_get(env, cell, lines, LINES);
    return n > 0 && n <= LINES ? (size_t)n / LINE : 0;
}

static const uint8_t *line_of(const uint8_t *lines, size_t count, const uint8_t key[32])
{
    for (size_t i = 0; i < count; i++)
        if (imp_equal(lines + i * LINE, key, 32))
            return lines + i * LINE;
    return NULL;
}

/* Beside what the cell has. */
static void add(struct imp_env *env, const char *cell, const uint8_t key[32])
{
    uint8_t lines[LINES];
    size_t count = lines_of(env, cell, lines);
    if (count == TOFU_LINES) {
        tofu_claim(env, IMP_CLAIM_ALARM, "known-keys-full");
        return;
    }
    memcpy(lines + count * LINE, key, 32);
    lines[count * LINE + 32] = revocations(env);
    env->ops->cell_put(env, cell, lines, (count + 1) * LINE);
}

static void revoke(struct imp_env *env)
{
    uint8_t count = revocations(env);
    count += count < UINT8_MAX;
    env->ops->cell_put(env, "revocations", &count, 1);
}

/* ---- hosts -------------------------------------------------------------------------------------
 */
static bool has_file(const struct imp_env *env)
{
    return imp_opt(env, TOFU_OPT_KNOWN) == TOFU_FILE;
}

void tofu_host_install(struct imp_env *env, const char *name, const uint8_t key[32])
{
    char cell[CELL];
    if (has_file(env)) {
        tofu_file_add(env, name, key);
        return;
    }
    cell_of(cell, "known-host", name);
    install(env, cell, key);
}

void tofu_host_add(struct imp_env *env, const char *name, const uint8_t key[32])
{
    char cell[CELL];
    cell_of(cell, "known-host", name);
    add(env, cell, key);
}

/* As a client shows it: SHA-256 of the key as it stands on the wire. */
static void fingerprint_cell(struct imp_env *env, char out[CELL], const uint8_t key[32])
{
    uint8_t blob[IMP_SSH_HOST_KEY], hash[32];
    imp_ssh_host_key_blob(blob, key);
    imp_sha256(env, hash, &IMP_PIECE(blob, sizeof blob), 1);
    cell_of_octets(out, "fingerprint", hash);
}

void tofu_fingerprint_install(struct imp_env *env, const uint8_t key[32])
{
    char cell[CELL];
    fingerprint_cell(NULL, cell, key);
    env->ops->cell_put(env, cell, "", 1);
}

static enum tofu_verdict refuse(struct imp_env *env, const char *why)
{
    tofu_claim(env, IMP_CLAIM_REJECT, why);
    return TOFU_REFUSED;
}

/* The key of that host, for whoever looks at the screen. */
static void show(struct imp_env *env, const char *name, const char *what, const uint8_t key[32])
{
    uint8_t blob[IMP_SSH_HOST_KEY];
    char print[IMP_KNOWN_PRINT], text[128];
    if (!env->ops->show)
        return;
    imp_ssh_host_key_blob(blob, key);
    imp_known_fingerprint(print, blob, sizeof blob);
    snprintf(text, sizeof text, "host %s%s%s: %s", name, *name ? " " : "", what, print);
    imp_show(env, text);
}

/* Nobody of that name is known yet. A difference from the fingerprint that the human holds in his
 * hand is in his face: what he makes of it he says. */
static enum tofu_verdict unknown(struct imp_env *env, const char *name, const uint8_t key[32])
{
    char cell[CELL];
    int64_t policy = imp_opt(env, TOFU_OPT_POLICY);
    cell_of(cell, "refused-host", name);
    if (env->ops->cell_get(env, cell, NULL, 0) >= 0)
        return refuse(env, "host-key-refused");
    if (policy == TOFU_STRICT)
        return refuse(env, "host-key-unknown");
    if (policy == TOFU_ACCEPT_NEW)
        return TOFU_GOOD;
    fingerprint_cell(env, cell, key);
    if (env->ops->cell_get(env, cell, NULL, 0) < 0)
        tofu_claim(env, IMP_CLAIM_ALARM, "fingerprint-differs");
    show(env, name, "is unknown", key);
    return TOFU_TO_ASK;
}

static bool takes_changed(const struct imp_env *env)
{
    return imp_flawed(env,
                      env->role == TOFU_DEVICE ? TOFU_FLAW_CHANGED_KEY : TOFU_FLAW_CHANGED_DEVICE);
}

static size_t host_lines(struct imp_env *env, const char *name, uint8_t lines[LINES])
{
    char cell[CELL];
    cell_of(cell, "known-host", name);
    return lines_of(env, cell, lines);
}

static enum tofu_line find(struct imp_env *env, const char *name, const uint8_t key[32])
{
    uint8_t lines[LINES];
    if (has_file(env))
        return tofu_file_find(env, name, key);
    size_t have = host_lines(env, name, lines);
    const uint8_t *line = line_of(lines, have, key);
    if (line)
        return line[32] == revocations(env) ? TOFU_SAME : TOFU_STRUCK;
    return have ? TOFU_OTHER : TOFU_ABSENT;
}

bool tofu_host_is_known(struct imp_env *env, const char *name, const uint8_t key[32])
{
    enum tofu_line line = find(env, name, key);
    return line == TOFU_SAME || line == TOFU_STRUCK;
}

/* As OpenSSH, which leaves the file alone where a line of that host is marked @revoked. */
void tofu_host_update(struct imp_env *env, const char *name, const uint8_t (*keys)[32], size_t n)
{
    char cell[CELL];
    uint8_t lines[LINES], now[LINES];
    if (has_file(env)) {
        tofu_file_update(env, name, keys, n);
        return;
    }
    size_t count = host_lines(env, name, lines);
    for (size_t i = 0; i < count; i++)
        if (lines[i * LINE + 32] != revocations(env))
            return;
    for (size_t i = 0; i < n; i++) {
        memcpy(now + i * LINE, keys[i], 32);
        now[i * LINE + 32] = revocations(env);
    }
    cell_of(cell, "known-host", name);
    if (count != n || memcmp(lines, now, n * LINE) != 0)
        env->ops->cell_put(env, cell, now, n * LINE);
}

/* Absent, equal or another. A key is stored after its proof and never overwritten. */
enum tofu_verdict tofu_host_verdict(struct imp_env *env, const char *name, const uint8_t key[32])
{
    if (env->adversary)
        return TOFU_GOOD;
    enum tofu_line line = find(env, name, key);
    if (line == TOFU_SAME)
        return TOFU_GOOD;
    if (line == TOFU_STRUCK)
        return refuse(env, "host-key-revoked");
    if (line == TOFU_OTHER && !takes_changed(env)) {
        tofu_claim(env, IMP_CLAIM_ALARM, "host-key-changed");
        show(env, name, "has changed its key", key);
        return TOFU_CHANGED;
    }
    if (line == TOFU_OTHER && has_file(env))
        tofu_file_forget(env, name);
    enum tofu_verdict v = line == TOFU_OTHER ? TOFU_GOOD : unknown(env, name, key);
    if (v == TOFU_GOOD)
        tofu_host_install(env, name, key);
    return v;
}

void tofu_host_said(struct imp_env *env, const char *name, const uint8_t key[32], bool good)
{
    char cell[CELL];
    if (good) {
        tofu_host_install(env, name, key);
        return;
    }
    cell_of(cell, "refused-host", name);
    env->ops->cell_put(env, cell, key, 32);
    tofu_claim(env, IMP_CLAIM_REJECT, "host-key-refused");
}

bool tofu_change_is_settled(struct imp_env *env, const char *name)
{
    char cell[CELL];
    cell_of(cell, "changed-host", name);
    return env->ops->cell_get(env, cell, NULL, 0) >= 0;
}

void tofu_change_settle(struct imp_env *env, const char *name)
{
    char cell[CELL];
    cell_of(cell, "changed-host", name);
    env->ops->cell_put(env, cell, "", 1);
}

void tofu_forget(struct imp_env *env, const char *name)
{
    static const char *const of[] = {"known-host", "refused-host"};
    char cell[CELL];
    if (has_file(env))
        tofu_file_forget(env, name);
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        cell_of(cell, of[i], name);
        env->ops->cell_erase(env, cell);
    }
    if (tofu_change_is_settled(env, name)) {
        cell_of(cell, "changed-host", name);
        env->ops->cell_erase(env, cell);
    }
}

/* ---- clients -----------------------------------------------------------------------------------
 */
/* A device has its users in one place: the first one alone, or those that were installed. A server
 * has a place for each device. */
static void client_cell(const struct imp_env *env, char out[CELL], const uint8_t key[32])
{
    if (env->role == TOFU_DEVICE)
        cell_of(out, "authorized-key", "");
    else
        cell_of_octets(out, "authorized-key", key);
}

void tofu_client_add(struct imp_env *env, const uint8_t key[32])
{
    char cell[CELL];
    client_cell(env, cell, key);
    add(env, cell, key);
}

/* `fresh`: nobody is known in its place, and who comes first is believed. */
static const char *judge(struct imp_env *env, const uint8_t key[32], bool *fresh)
{
    char cell[CELL];
    uint8_t lines[LINES];
    bool any =
        imp_flawed(env, env->role == TOFU_DEVICE ? TOFU_FLAW_ANY_CLIENT : TOFU_FLAW_ANY_DEVICE);
    client_cell(env, cell, key);
    size_t have = lines_of(env, cell, lines);
    const uint8_t *line = line_of(lines, have, key);
    if (env->adversary || any)
        return NULL;
    if (have && !line)
        return "key-not-authorized";
    if (line)
        return line[32] == revocations(env) ? NULL : "key-revoked";
    if (imp_opt(env, TOFU_OPT_AUTHORIZED) == TOFU_INSTALLED)
        return "key-not-authorized";
    *fresh = true;
    return NULL;
}

const char *tofu_client_prospect(struct imp_env *env, const uint8_t key[32])
{
    bool fresh = false;
    return judge(env, key, &fresh);
}

const char *tofu_client_verdict(struct imp_env *env, const uint8_t key[32])
{
    bool fresh = false;
    const char *why = judge(env, key, &fresh);
    if (fresh)
        tofu_client_add(env, key);
    return why;
}

/* ---- the operator ------------------------------------------------------------------------------
 */
void tofu_control(struct imp_env *env, const struct imp_event *e)
{
    static const char forget[] = "forget";
    char name[TOFU_NAME] = "";
    size_t n = sizeof forget - 1;
    if (e->n == 6 && memcmp(e->bytes, "revoke", 6) == 0) {
        revoke(env);
        if (has_file(env))
            tofu_file_revoke(env);
    }
    if (e->n < n || memcmp(e->bytes, forget, n) != 0 || (e->n > n && e->bytes[n] != ' '))
        return;
    if (e->n > n && e->n - n - 1 < sizeof name)
        memcpy(name, e->bytes + n + 1, e->n - n - 1);
    tofu_forget(env, name);
}
