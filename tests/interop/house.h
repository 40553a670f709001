/* SPDX-License-Identifier: GPL-2.0-only */
/* house.h - the house around tests against programs that we did not write: namespaces, files,
 * processes; and a witness of what our parties say. */
#ifndef IMPRINT_HOUSE_H
#define IMPRINT_HOUSE_H

#include "sim/live/live.h"

#define INTEROP_SKIP 77 /* ctest's SKIP_RETURN_CODE */
/* A network namespace of our own with `lo` up. False with a message: not allowed. */
bool interop_namespace(void);
/* True if `program` is found in PATH (sbin included); else a message. */
bool interop_program(const char *program);
/* A file below a fresh temporary folder `dir`. */
void interop_write(const char *dir, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Starts a program with its output in dir/log; returns its process. */
int interop_spawn(const char *dir, const char *log, const char *const *argv);
/* Waits at most `seconds`; kills it then. Returns its exit status, or -1. */
int interop_wait(int pid, int seconds);
void interop_kill(int pid);
bool interop_log_has(const char *dir, const char *log, const char *text);
void interop_log_print(const char *dir, const char *log);

/* ---- witness.c: claims of parties carried by sim/live, newest first */
struct witness;
struct witness *witness_new(void);
void witness_free(struct witness *w);
struct imp_live_watch witness_watch(struct witness *w);
/* Number of claims of a kind (and layer, name unless NULL) by a role; the last one's data. */
size_t witness_claims(const struct witness *w, int role, enum imp_claim_kind kind,
                      const char *layer, const char *name, uint8_t data[64]);

/* Calls of sim/live that must go well: abort with their sentence otherwise. */
typedef int interop_setter(struct imp_live *l, const char *text, char *error, size_t cap);
void interop_do(interop_setter *f, struct imp_live *l, const char *text);
void interop_start(struct imp_live *l);

#endif
