/* SPDX-License-Identifier: GPL-2.0-only */
/* live.h - carries parties over real sockets in real time, so that they can talk to programs that
 * we did not write.
 *
 * The roles that are added run in this process; a channel between two of them stays in memory. A
 * channel of which one end runs here is bound to a UDP or TCP address; frames have no such carrier.
 * Charges cost nothing (the processor is a real one) and random octets come from the kernel. What a
 * party asks of its user goes to a terminal.
 *
 * Functions with `error` return 0, or -1 and a sentence in error[0..cap). */
#ifndef IMPRINT_LIVE_H
#define IMPRINT_LIVE_H

#include "protocols/contract/mechanism.h"

struct imp_live;

/* What happens, for whoever tells or tests; every function may be NULL. Borrowed for the call. */
struct imp_live_watch {
    void *arg;
    /* Bytes that `env` sends; `message` indexes the mechanism's messages. */
    void (*sent)(void *arg, const struct imp_env *env, int channel, int message, size_t n);
    void (*received)(void *arg, const struct imp_env *env, int channel, size_t n);
    void (*claimed)(void *arg, const struct imp_env *env, const struct imp_claim *claim);
    /* A sentence for the user: what to do, what is shown, what went wrong. */
    void (*said)(void *arg, const struct imp_env *env, const char *sentence);
};

/* `watch` is copied. */
struct imp_live *imp_live_new(const struct imp_mechanism *m, const struct imp_live_watch *watch);
void imp_live_free(struct imp_live *l);

/* "option=value" for all roles, "role.option=value" for one, "role!flaw". */
int imp_live_set(struct imp_live *l, const char *setting, char *error, size_t cap);
/* -1: an option lacks what it needs, or a role here has no part in this variant; `error` says. */
int imp_live_check(const struct imp_live *l, char *error, size_t cap);
/* This role runs here. */
int imp_live_role(struct imp_live *l, const char *role, char *error, size_t cap);

/* ---- cells: in memory, or files in folder/role/ that outlive the process */
int imp_live_folder(struct imp_live *l, const char *folder, char *error, size_t cap);
/* What the mechanism provisions before a run, as the simulator does with this seed: processes with
 * the same seed and options hold matching credentials. Cells that are there already stay. */
void imp_live_provision(struct imp_live *l, uint64_t seed);
/* "role.cell=text:WORDS" or "role.cell=hex:OCTETS". */
int imp_live_cell(struct imp_live *l, const char *setting, char *error, size_t cap);
int imp_live_cell_put(struct imp_live *l, int role, const char *name, const void *bytes, size_t n);

/* ---- "CHANNEL=ADDRESS:PORT", IPv4 or [IPv6]: where the role that runs here is reached (port 0:
 * any), and where its peer is. A UDP channel may have both; one of a stream has one of them. */
int imp_live_listen(struct imp_live *l, const char *where, char *error, size_t cap);
int imp_live_connect(struct imp_live *l, const char *where, char *error, size_t cap);

struct imp_live_limits {
    imp_time limit;  /* of the whole run */
    imp_time linger; /* goes on so long after every role has completed */
    int input;       /* lines of the user: live_user.c; -1: none */
    bool agrees;     /* the user does at once what he is asked */
};
/* Opens the sockets and starts the roles, servers first. */
int imp_live_start(struct imp_live *l, char *error, size_t cap);
/* Runs until every role of this process has completed, or the limit; true: all have. May be called
 * again. */
bool imp_live_run(struct imp_live *l, const struct imp_live_limits *limits);
/* The local port of a channel that is bound; 0: none. */
uint16_t imp_live_port(const struct imp_live *l, const char *channel);
bool imp_live_completed(const struct imp_live *l, int role);

#endif
