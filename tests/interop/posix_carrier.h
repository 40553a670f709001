/* SPDX-License-Identifier: GPL-2.0-only */
/* posix_carrier.h - carries parties over real UDP sockets in real time, to let them talk to
 * programs that we did not write. Channels between two parties of one carrier stay in memory. */
#ifndef IMPRINT_POSIX_CARRIER_H
#define IMPRINT_POSIX_CARRIER_H

#include "protocols/contract/mechanism.h"

struct posix_carrier;

struct posix_carrier *posix_carrier_new(const struct imp_mechanism *m, uint64_t seed);
void posix_carrier_free(struct posix_carrier *c);
/* "option=value" for every role; before posix_carrier_start(). Aborts on an unknown name. */
void posix_carrier_set(struct posix_carrier *c, const char *setting);
/* Adds the party of a role. Cells may be written through the result. */
struct imp_env *posix_carrier_party(struct posix_carrier *c, int role);
/* Binds a datagram channel of a role to 127.0.0.1:local_port (0: any); remote_port 0: no configured
 * peer. Returns 0 or -1 (errno). */
int posix_carrier_udp(struct posix_carrier *c, int role, int channel, uint16_t local_port,
                      uint16_t remote_port);
/* START to all, servers first. */
void posix_carrier_start(struct posix_carrier *c);
/* Runs until every party has completed (then `linger` longer) or the limit; true: all completed. */
bool posix_carrier_run(struct posix_carrier *c, imp_time limit, imp_time linger);
/* Number of claims of a kind (and layer, unless NULL) by a role, and the last one's data. */
size_t posix_carrier_claims(const struct posix_carrier *c, int role, enum imp_claim_kind kind,
                            const char *layer, const char *name, uint8_t data[64]);

/* ---- the house around it -----------------------------------------------------------------------
 */
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

#endif
