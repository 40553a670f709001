/* SPDX-License-Identifier: GPL-2.0-only */
#include "account.h"

#include "chart.h"
#include "sim/adversary/rights.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD 90 /* lines of the chart from its beginning */
#define TAIL 20 /* and from its end: disturbed runs try for ever */

/* What each goal promises; docs/metrics.md says it in full. */
static const char *const promises[IMP_GOAL_COUNT] = {
    [IMP_GOAL_COMPLETION] = "every honest party completes, in sessions that match",
    [IMP_GOAL_SECRECY] = "no secret of an honest session is known to the adversary",
    [IMP_GOAL_CONSISTENCY] = "two honest ends of a session hold equal keys",
    [IMP_GOAL_AGREEMENT] = "whoever commits has an honest peer that was running with the same data",
    [IMP_GOAL_INJECTIVE] = "no run of an honest peer serves two commitments",
    [IMP_GOAL_BINDING] = "whoever commits does so with the party that it believes in",
    [IMP_GOAL_FORWARD_SECRECY] =
        "recorded sessions stay secret when long-term keys leak afterwards",
    [IMP_GOAL_KCI] = "who has lost its own keys is not deceived about others",
    [IMP_GOAL_REPLAY] = "no fresh value is accepted twice",
    [IMP_GOAL_DOWNGRADE] = "what is negotiated is what undisturbed ends negotiate",
    [IMP_GOAL_RECOVERY] = "denial of service ends with the adversary, without the user",
    [IMP_GOAL_PRIVACY] = "nothing that the adversary reads tells this device from another again",
    [IMP_GOAL_EXCLUSIVITY] = "the device obeys its true owner and nobody else",
    [IMP_GOAL_REVOCATION] = "after a sale or revocation nothing of the former life counts",
    [IMP_GOAL_CONFIG] = "the device installs what an honest owner issued",
    [IMP_GOAL_DETECTION] = "a violation raises an alarm at an honest end",
};

const char *imp_goal_promise(enum imp_goal goal)
{
    return goal < IMP_GOAL_COUNT ? promises[goal] : "";
}

/* ---- names
 * ------------------------------------------------------------------------------------------ */
static void file_name(char *out, size_t cap, const struct imp_cell *c)
{
    snprintf(out, cap, "%s--%.140s--%s--%s", c->row->mechanism, c->row->variant, c->row->adversary,
             imp_cell_goal(c));
    for (char *p = out; *p; p++)
        if (!isalnum((unsigned char)*p) && !strchr("-_.=!", *p))
            *p = '_';
}

/* A flaw's cell may stand in the file too. */
static bool told_before(const struct imp_matrix *m, size_t at)
{
    const struct imp_expected *r = m->cell[at].row;
    for (size_t i = 0; i < at; i++) {
        const struct imp_expected *q = m->cell[i].row;
        if (q->goal == r->goal && strcmp(q->mechanism, r->mechanism) == 0 &&
            strcmp(q->variant, r->variant) == 0 && strcmp(q->adversary, r->adversary) == 0)
            return true;
    }
    return false;
}

static void word_before(char *out, size_t cap, const char *start, const char *end)
{
    snprintf(out, cap, "%.*s", (int)(end - start), start);
}

/* The judge's sentences begin "PARTY committed|completed|is bound|believes", or are "SECRET of
 * PARTY is known: ...". */
void imp_account_mark(char *party, size_t party_cap, char *claim, size_t claim_cap, const char *why)
{
    static const char *const verbs[] = {" committed in ", " completed without ", " is bound to ",
                                        " believes in ", ", whose keys are known, takes "};
    const char *known = strstr(why, " is known: "), *of = NULL;
    *party = *claim = '\0';
    for (const char *p = why; known && (p = strstr(p, " of ")) != NULL && p < known; p++)
        of = p;
    if (known && of) {
        word_before(claim, claim_cap, why, of);
        word_before(party, party_cap, of + 4, known);
        return;
    }
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        const char *verb = strstr(why, verbs[i]);
        if (!verb)
            continue;
        word_before(party, party_cap, why, verb);
        snprintf(claim, claim_cap, "commit");
        return;
    }
}

/* ---- one account
 * ------------------------------------------------------------------------------------ */
static json_t *trace_of(sqlite3 *db, const char *key)
{
    sqlite3_stmt *s = NULL;
    json_t *trace = NULL;
    if (sqlite3_prepare_v2(db, "SELECT events FROM trace WHERE run_key = ?", -1, &s, NULL) ==
        SQLITE_OK) {
        sqlite3_bind_text(s, 1, key, -1, SQLITE_TRANSIENT);
        if (sqlite3_step(s) == SQLITE_ROW)
            trace = json_loads((const char *)sqlite3_column_text(s, 0), 0, NULL);
    }
    sqlite3_finalize(s);
    return trace;
}

static void tell(FILE *f, const struct imp_cell *c, const json_t *trace)
{
    const struct imp_expected *r = c->row;
    const struct imp_adversary *a = imp_adversary_find(r->adversary);
    char party[100], claim[100];
    imp_account_mark(party, sizeof party, claim, sizeof claim, c->broken_why);
    struct imp_chart_view view = {.device = -1,
                                  .head = HEAD,
                                  .tail = TAIL,
                                  .party = *party ? party : NULL,
                                  .claim = *claim ? claim : NULL};
    fprintf(f, "mechanism  %s, %s\nadversary  %s: %s\n", r->mechanism, r->variant, r->adversary,
            a ? a->summary : "");
    fprintf(f, "broken     %s: %s\nshown by   %s\n", imp_cell_goal(c), promises[r->goal],
            c->broken_why);
    fprintf(f, "expected   %s, because: %s (%s)\n", imp_verdict_name(r->expected), r->reason,
            r->source);
    fprintf(f, "run        %s; again, step by step: imprint replay DIR %.8s --step\n\n",
            c->broken_key, c->broken_key);
    char *chart = imp_chart_text(trace, &view);
    fputs(chart, f);
    free(chart);
    fputs("\n# act of the adversary, x where it keeps a message back, = carried by the user, * at "
          "one party,\n! the claim that shows the violation (when it is one claim)\n",
          f);
}

static int write_one(const struct imp_cell *c, sqlite3 *db, const char *folder, char *error,
                     size_t cap)
{
    char name[400], path[4700];
    json_t *trace = trace_of(db, c->broken_key);
    file_name(name, sizeof name, c);
    snprintf(path, sizeof path, "%s/%s.txt", folder, name);
    FILE *f = fopen(path, "we");
    if (f)
        tell(f, c, trace);
    bool good = f && !ferror(f);
    if (f && fclose(f) != 0)
        good = false;
    json_decref(trace);
    if (good)
        return 0;
    snprintf(error, cap, "%s: cannot be written: %s", path, strerror(errno));
    return -1;
}

/* ---- the folder
 * ------------------------------------------------------------------------------------- */
static void remove_accounts(const char *folder)
{
    char path[4700];
    DIR *d = opendir(folder);
    if (!d)
        return;
    for (const struct dirent *e; (e = readdir(d)) != NULL;) {
        size_t n = strlen(e->d_name);
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        if (n > 4 && strcmp(e->d_name + n - 4, ".txt") == 0 && strstr(e->d_name, "--"))
            unlink(path);
    }
    closedir(d);
}

long imp_accounts_write(const struct imp_matrix *m, sqlite3 *db, const char *dir, char *error,
                        size_t cap)
{
    char folder[4200];
    long count = 0;
    snprintf(folder, sizeof folder, "%s/accounts", dir);
    if (mkdir(folder, 0777) < 0 && errno != EEXIST) {
        snprintf(error, cap, "%s: cannot be made: %s", folder, strerror(errno));
        return -1;
    }
    remove_accounts(folder);
    for (size_t i = 0; i < m->count; i++) {
        if (!*m->cell[i].broken_key || told_before(m, i))
            continue;
        if (write_one(&m->cell[i], db, folder, error, cap) < 0)
            return -1;
        count++;
    }
    return count;
}
