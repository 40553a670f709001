/* SPDX-License-Identifier: GPL-2.0-only */
/* trace.h - what happened in a run, in the order of time, and a digest over all of it.
 *
 * Entries of the first devices are kept for sequence charts; the digest covers every device. */
#ifndef IMPRINT_TRACE_H
#define IMPRINT_TRACE_H

#include <jansson.h>

#include "protocols/contract/party.h"

struct imp_trace_entry {
    imp_time t;
    const char *kind; /* static: "send", "receive", "oob", "user", "claim", "block", "inject" */
    const char *from, *to; /* party names; may be "" */
    const char *message;   /* name from the mechanism's table, or what the entry is about */
    const char *phase;     /* or "" */
    const char *channel;   /* or "" */
    size_t n;              /* octets */
    int device;            /* or -1 */
};

struct imp_trace;
/* Keeps entries of devices below `keep` and of no device, at most `limit` of them. */
struct imp_trace *imp_trace_new(int keep, size_t limit);
/* Copies the entry; `bytes` (n octets, may be NULL) enter the digest. */
void imp_trace_add(struct imp_trace *t, const struct imp_trace_entry *e, const void *bytes);
/* From here on nothing is added: the run is over. */
void imp_trace_close(struct imp_trace *t);
json_t *imp_trace_json(const struct imp_trace *t); /* array, new reference */
/* 64 hexadecimal digits over everything added, then `extra` (a text). */
void imp_trace_digest(const struct imp_trace *t, const char *extra, char out[65]);
void imp_trace_free(struct imp_trace *t);

#endif
