/* SPDX-License-Identifier: GPL-2.0-only */
/* table.h - a table of texts that is written in several forms. */
#ifndef IMPRINT_TABLE_H
#define IMPRINT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct imp_table_column {
    const char *key;   /* "latency_ms": for programs */
    const char *title; /* "Latency (ms)": for people */
    bool number;       /* right-aligned; sorted by the number that a cell begins with */
};

struct imp_table {
    const char *id;      /* "terminology"; links, as do the other texts here */
    const char *caption; /* a sentence without its full stop */
    const struct imp_table_column *column;
    size_t columns, rows; /* rows: begun ones */
    char **cell;          /* owned, row by row */
    size_t cells, room;
};

void imp_table_init(struct imp_table *t, const char *id, const char *caption,
                    const struct imp_table_column *column, size_t columns);
void imp_table_free(struct imp_table *t);

/* Appends a cell, copied; after the last column a new row begins. */
void imp_table_add(struct imp_table *t, const char *text);
void imp_table_addf(struct imp_table *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* "" where the row was not filled. */
const char *imp_table_at(const struct imp_table *t, size_t row, size_t column);

typedef void imp_table_writer(FILE *f, const struct imp_table *t);
imp_table_writer imp_table_text;     /* for a terminal */
imp_table_writer imp_table_csv;      /* RFC 4180 with LF; keys as the first line */
imp_table_writer imp_table_json;     /* an array of objects, members by key */
imp_table_writer imp_table_markdown; /* a table with pipes under its caption */
imp_table_writer imp_table_latex;    /* a longtable */

/* What a document must load for imp_table_latex, as a comment. */
void imp_latex_preamble(FILE *f);

/* `text` as LaTeX, or within a Markdown table. */
void imp_latex_text(FILE *f, const char *text);
void imp_markdown_text(FILE *f, const char *text);

#endif
