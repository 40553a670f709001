/* SPDX-License-Identifier: GPL-2.0-only */
/* puppet.h - a hand-led end of an inclusion on memnet: a test says each command, under which keys,
 * and the other end is the honest state machine. What the honest party of its role says is lost. */
#ifndef ZWAVE_PUPPET_H
#define ZWAVE_PUPPET_H

#include "protocols/adhoc/zwave-s2/zw.h"
#include "tests/support/memnet.h"

struct puppet {
    struct memnet *net;
    int role, other;
    struct zw_exchange x; /* keys, SPAN */
    bool asked;           /* the other end wants entropy input */
    imp_time now;
};

/* Runs as far as the Node Information Frame and Assign IDs, which honest parties say. */
void puppet_begin(struct puppet *p, int role, const char *const *settings);
void puppet_end(struct puppet *p);
/* Lets time pass, answering Nonce Get. */
void puppet_wait(struct puppet *p, imp_time more);
void puppet_say(struct puppet *p, const uint8_t *bytes, size_t n); /* in clear */
/* Under those keys, behind a nonce synchronisation when they are new. */
void puppet_seal(struct puppet *p, const struct zw_derived *keys, const uint8_t *command, size_t n);
/* The last message of that kind, opened; its octets, or -1. */
int puppet_open(struct puppet *p, const struct zw_derived *keys, int message,
                uint8_t command[ZW_FRAME_MAX]);
/* As far as the temporary key; `classes` without a PIN. */
void puppet_agree(struct puppet *p, uint8_t classes);
/* SOS. */
void puppet_sos(struct puppet *p);
int puppet_failure(const struct puppet *p); /* code of the last KEX Fail of the other end, or -1 */

#define PUPPET_SAY(p, ...)                                                                         \
    puppet_say(p, (const uint8_t[]){__VA_ARGS__}, sizeof(const uint8_t[]){__VA_ARGS__})
#define PUPPET_SEAL(p, keys, ...)                                                                  \
    puppet_seal(p, keys, (const uint8_t[]){__VA_ARGS__}, sizeof(const uint8_t[]){__VA_ARGS__})

#endif
