/* SPDX-License-Identifier: GPL-2.0-only */
/* tofu_file.c - known_hosts as OpenSSH's client has it (`known-hosts=file`): a text in a cell,
 * which a carrier may keep as a file that `ssh` reads as well. */
#include <stdio.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/ssh/known_hosts.h"
#include "tofu.h"

static const char cell[] = "known_hosts";
enum { FILE_MAX = 16384 /* octets: a hundred lines */ };

struct file {
    uint8_t text[FILE_MAX];
    size_t n;
    bool whole; /* else it is longer, and is not to be written again */
};

static struct imp_ssh_string text_of(const struct file *f)
{
    return (struct imp_ssh_string){.p = f->text, .n = f->n};
}

static void load(struct imp_env *env, struct file *f)
{
    const char *first = imp_opt_str(env, TOFU_OPT_FILE);
    int n = env->ops->cell_get(env, cell, f->text, sizeof f->text);
    f->n = n < 0 ? strlen(first) : (size_t)n;
    if (n < 0)
        memcpy(f->text, first, f->n);
    f->whole = f->n <= sizeof f->text;
    if (!f->whole)
        f->n = sizeof f->text;
}

/* A change that does not fit is none. */
static void store(struct imp_env *env, const struct file *f, const struct imp_ssh_writer *w)
{
    if (w->bad || !f->whole)
        tofu_claim(env, IMP_CLAIM_ALARM, "known-hosts-full");
    else
        env->ops->cell_put(env, cell, w->p, w->n);
}

void tofu_file_erase(struct imp_env *env)
{
    if (imp_opt(env, TOFU_OPT_KNOWN) == TOFU_FILE)
        env->ops->cell_erase(env, cell);
}

/* ---- lines -------------------------------------------------------------------------------------
 */
static const char *named(const struct imp_env *env, const char *name)
{
    return *name ? name : imp_opt_str(env, TOFU_OPT_HOST_NAME);
}

static bool is_key(const struct imp_known_line *line, const uint8_t key[32])
{
    uint8_t blob[IMP_SSH_HOST_KEY];
    imp_ssh_host_key_blob(blob, key);
    return line->key_n == sizeof blob && memcmp(line->key, blob, sizeof blob) == 0;
}

/* The next line about that host with a key in it. */
static bool next(struct imp_env *env, struct imp_known_line *line, struct imp_ssh_string *text,
                 const char *name)
{
    enum imp_known_kind kind;
    while ((kind = imp_known_read(line, text)) != IMP_KNOWN_END)
        if (kind == IMP_KNOWN_ENTRY && imp_known_is(env, line, named(env, name)))
            return true;
    return false;
}

/* As OpenSSH 9.2: a key of another type is another key, too. */
enum tofu_line tofu_file_find(struct imp_env *env, const char *name, const uint8_t key[32])
{
    struct file f;
    struct imp_known_line line;
    enum tofu_line found = TOFU_ABSENT;
    load(env, &f);
    for (struct imp_ssh_string text = text_of(&f); next(env, &line, &text, name);) {
        if (line.marker == IMP_KNOWN_REVOKED && is_key(&line, key))
            return TOFU_STRUCK;
        if (line.marker == IMP_KNOWN_UNMARKED && is_key(&line, key))
            found = TOFU_SAME;
        else if (line.marker == IMP_KNOWN_UNMARKED && found == TOFU_ABSENT)
            found = TOFU_OTHER;
    }
    return found;
}

static void append(struct imp_env *env, struct imp_ssh_writer *w, const char *name,
                   const uint8_t key[32])
{
    uint8_t blob[IMP_SSH_HOST_KEY], salt[IMP_KNOWN_SALT];
    char hashed[IMP_KNOWN_HASHED];
    const char *hosts = named(env, name);
    if (imp_opt(env, TOFU_OPT_HASH_NAMES)) {
        imp_random(env, "known-hosts", salt, sizeof salt);
        imp_known_hash(env, hashed, salt, hosts);
        hosts = hashed;
    }
    if (w->n > 0 && w->p[w->n - 1] != '\n')
        imp_ssh_put_byte(w, '\n');
    imp_ssh_host_key_blob(blob, key);
    imp_known_write(w, IMP_KNOWN_UNMARKED, hosts, blob, sizeof blob);
}

void tofu_file_add(struct imp_env *env, const char *name, const uint8_t key[32])
{
    struct file f;
    load(env, &f);
    struct imp_ssh_writer w = {.p = f.text, .n = f.n, .cap = sizeof f.text};
    append(env, &w, name, key);
    store(env, &f, &w);
}

/* ---- announced keys ----------------------------------------------------------------------------
 */
static bool is_among(const struct imp_known_line *line, const uint8_t (*keys)[32], size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (is_key(line, keys[i]))
            return true;
    return false;
}

/* OpenSSH leaves the file alone where somebody has written more of that host than one name and its
 * key into a line. */
static bool is_written_by_hand(struct imp_env *env, const struct file *f, const char *name)
{
    struct imp_known_line line;
    for (struct imp_ssh_string text = text_of(f); next(env, &line, &text, name);)
        if (line.marker != IMP_KNOWN_UNMARKED || !imp_known_is_of_one(&line))
            return true;
    return false;
}

/* Keys of that type alone: of other types nobody has understood what was announced. */
static void keep(struct imp_env *env, struct imp_ssh_writer *w, const struct file *f,
                 const char *name, const uint8_t (*keys)[32], size_t n)
{
    struct imp_ssh_string text = text_of(f);
    struct imp_known_line line;
    enum imp_known_kind kind;
    while ((kind = imp_known_read(&line, &text)) != IMP_KNOWN_END) {
        bool gone = kind == IMP_KNOWN_ENTRY && imp_ssh_string_is(line.type, "ssh-ed25519") &&
                    imp_known_is(env, &line, named(env, name)) && !is_among(&line, keys, n);
        if (!gone)
            imp_ssh_put_raw(w, line.whole.p, line.whole.n);
    }
}

void tofu_file_update(struct imp_env *env, const char *name, const uint8_t (*keys)[32], size_t n)
{
    struct file f, now;
    struct imp_ssh_writer w = {.p = now.text, .cap = sizeof now.text};
    load(env, &f);
    if (is_written_by_hand(env, &f, name))
        return;
    keep(env, &w, &f, name, keys, n);
    for (size_t i = 0; i < n; i++)
        if (tofu_file_find(env, name, keys[i]) != TOFU_SAME)
            append(env, &w, name, keys[i]);
    if (w.bad || w.n != f.n || memcmp(w.p, f.text, f.n) != 0)
        store(env, &f, &w);
}

/* ---- the operator ------------------------------------------------------------------------------
 */
void tofu_file_forget(struct imp_env *env, const char *name)
{
    struct file f, now;
    struct imp_ssh_writer w = {.p = now.text, .cap = sizeof now.text};
    load(env, &f);
    imp_known_forget(env, &w, text_of(&f), named(env, name));
    store(env, &f, &w);
}

void tofu_file_revoke(struct imp_env *env)
{
    struct file f, now;
    struct imp_ssh_writer w = {.p = now.text, .cap = sizeof now.text};
    load(env, &f);
    imp_known_revoke(&w, text_of(&f));
    store(env, &f, &w);
}

/* ---- options -----------------------------------------------------------------------------------
 */
bool tofu_file_check(const char *text, char *error, size_t cap)
{
    struct imp_ssh_string s = {.p = (const uint8_t *)text, .n = strlen(text)};
    struct imp_known_line line;
    enum imp_known_kind kind;
    for (int i = 1; (kind = imp_known_read(&line, &s)) != IMP_KNOWN_END; i++) {
        if (kind != IMP_KNOWN_BAD)
            continue;
        snprintf(error, cap,
                 "expected lines of known_hosts, \"[@revoked] HOST[,HOST] TYPE BASE64 [COMMENT]\"; "
                 "line %d is none",
                 i);
        return false;
    }
    return true;
}

bool tofu_name_check(const char *text, char *error, size_t cap)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz0123456789.-_:[]%";
    if (strspn(text, plain) == strlen(text))
        return true;
    snprintf(error, cap, "expected a host's name in small letters, or [NAME]:PORT");
    return false;
}
