/* SPDX-License-Identifier: GPL-2.0-only */
/* Rows of the store as CSV (RFC 4180, LF) and JSON. */
#include "show.h"

#include <math.h>
#include <string.h>

#define MEASURE(id, decimals) ", " #id
#define DELTA(id, measure) ", " #id
#define GOAL(id, text) ", " text

/* What a column of a query is printed as. */
enum form { TEXT, INTEGER, LOSS, MEASURED };

static int broken(sqlite3 *db, char *error, size_t cap)
{
    snprintf(error, cap, "store.sqlite: %s", sqlite3_errmsg(db));
    return -1;
}

void imp__csv_text(FILE *f, const char *s)
{
    if (!s)
        return;
    if (!s[strcspn(s, ",\"\r\n")]) {
        fputs(s, f);
        return;
    }
    fputc('"', f);
    for (; *s; s++) {
        if (*s == '"')
            fputc('"', f);
        fputc(*s, f);
    }
    fputc('"', f);
}

static const char *measured(sqlite3_stmt *s, int column, enum imp_measure m, char *text, size_t cap)
{
    bool null = sqlite3_column_type(s, column) == SQLITE_NULL;
    imp_measure_text(text, cap, m, null ? NAN : sqlite3_column_double(s, column));
    return text;
}

/* The measure of that name, or of which that is the difference; or -1. */
static int measure_of(const char *name)
{
    for (int d = 0; d < IMP_DELTA_COUNT; d++)
        if (strcmp(imp_deltas[d].name, name) == 0)
            return (int)imp_deltas[d].of;
    for (int m = 0; m < IMP_MEASURE_COUNT; m++)
        if (strcmp(imp_measures[m].name, name) == 0)
            return m;
    return -1;
}

/* A field as text without quotes. */
static const char *field(sqlite3_stmt *s, int column, char *text, size_t cap)
{
    const char *name = sqlite3_column_name(s, column);
    int m = measure_of(name);
    if (m >= 0)
        return measured(s, column, (enum imp_measure)m, text, cap);
    if (sqlite3_column_type(s, column) == SQLITE_FLOAT) {
        snprintf(text, cap, "%.15g", sqlite3_column_double(s, column));
        return text;
    }
    return (const char *)sqlite3_column_text(s, column);
}

static int csv(sqlite3 *db, const char *sql, FILE *f, char *error, size_t cap)
{
    sqlite3_stmt *s;
    char text[400];
    if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK)
        return broken(db, error, cap);
    int columns = sqlite3_column_count(s), status;
    for (int i = 0; i < columns; i++)
        fprintf(f, "%s%s", i ? "," : "", sqlite3_column_name(s, i));
    fputc('\n', f);
    while ((status = sqlite3_step(s)) == SQLITE_ROW) {
        for (int i = 0; i < columns; i++) {
            if (i)
                fputc(',', f);
            imp__csv_text(f, field(s, i, text, sizeof text));
        }
        fputc('\n', f);
    }
    sqlite3_finalize(s);
    return status == SQLITE_DONE ? 0 : broken(db, error, cap);
}

#define ROWS                                                                                       \
    "SELECT run_key, scenario, mechanism, variant, class, medium, devices, adversary,"             \
    " replication, seed" IMP_MEASURES(MEASURE) IMP_DELTAS(DELTA)                                   \
        IMP_GOALS(GOAL) ", platform, loss, status"

int imp_show_csv(sqlite3 *db, FILE *f, char *error, size_t cap)
{
    return csv(db, ROWS " FROM run" IMP_SHOW_ORDER, f, error, cap);
}

int imp_show_devices(sqlite3 *db, FILE *f, char *error, size_t cap)
{
#define OF_DEVICE(id, decimals) ", device." #id " AS " #id
    return csv(db,
               "SELECT run_key, scenario, mechanism, variant, class, medium, adversary,"
               " replication, seed, device" IMP_MEASURES(
                   OF_DEVICE) " FROM run JOIN device USING (run_key)" IMP_SHOW_ORDER ", device",
               f, error, cap);
}

/* ---- JSON
 * ---------------------------------------------------------------------------------------- */
static json_t *json_field(sqlite3_stmt *s, int column)
{
    char text[400];
    switch (sqlite3_column_type(s, column)) {
    case SQLITE_NULL:
        return json_null();
    case SQLITE_INTEGER:
        return json_integer(sqlite3_column_int64(s, column));
    case SQLITE_FLOAT: /* as in the CSV: the same digits in both */
        return json_loads(field(s, column, text, sizeof text), JSON_DECODE_ANY, NULL);
    default:
        return json_string((const char *)sqlite3_column_text(s, column));
    }
}

static json_t *json_verdicts(sqlite3_stmt *s, const char *key)
{
    json_t *list = json_array();
    sqlite3_bind_text(s, 1, key, -1, SQLITE_TRANSIENT);
    while (sqlite3_step(s) == SQLITE_ROW)
        json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "goal", sqlite3_column_text(s, 0),
                                              "verdict", sqlite3_column_text(s, 1), "why",
                                              sqlite3_column_text(s, 2)));
    sqlite3_reset(s);
    return list;
}

static void json_row(FILE *f, sqlite3_stmt *s, sqlite3_stmt *verdicts, bool first)
{
    json_t *row = json_object();
    for (int i = 0; i < sqlite3_column_count(s); i++)
        json_object_set_new(row, sqlite3_column_name(s, i), json_field(s, i));
    json_object_set_new(row, "verdicts",
                        json_verdicts(verdicts, (const char *)sqlite3_column_text(s, 0)));
    fputs(first ? "\n" : ",\n", f);
    json_dumpf(row, f, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(15));
    json_decref(row);
}

int imp_show_json(sqlite3 *db, FILE *f, char *error, size_t cap)
{
    sqlite3_stmt *s = NULL, *verdicts = NULL;
    int status = SQLITE_ERROR;
    bool first = true;
    if (sqlite3_prepare_v2(db, ROWS ", why FROM run" IMP_SHOW_ORDER, -1, &s, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(db,
                           "SELECT goal, verdict, why FROM verdict WHERE run_key = ? ORDER BY goal",
                           -1, &verdicts, NULL) == SQLITE_OK) {
        fputc('[', f);
        for (; (status = sqlite3_step(s)) == SQLITE_ROW; first = false)
            json_row(f, s, verdicts, first);
        fputs("\n]\n", f);
    }
    int result = status == SQLITE_DONE ? 0 : broken(db, error, cap);
    sqlite3_finalize(s);
    sqlite3_finalize(verdicts);
    return result;
}

/* ---- verdicts with their reasons
 * ------------------------------------------------------------------- */
int imp_show_verdicts(sqlite3 *db, FILE *f, char *error, size_t cap)
{
    return csv(db,
               "SELECT scenario, mechanism, variant, adversary, goal, verdict, count(*) AS runs,"
               " min(verdict.why) AS example FROM run JOIN verdict USING (run_key)"
               " GROUP BY scenario, mechanism, variant, adversary, goal, verdict"
               " ORDER BY scenario, mechanism, variant, adversary, goal, verdict",
               f, error, cap);
}
