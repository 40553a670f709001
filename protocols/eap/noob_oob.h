/* SPDX-License-Identifier: GPL-2.0-only */
/* noob_oob.h - the out-of-band message, RFC 9140 section 3.2.3 and appendix D. */
#ifndef IMPRINT_NOOB_OOB_H
#define IMPRINT_NOOB_OOB_H

#include "../contract/party.h"
#include "noob.h"

struct noob_oob {
    char peer_id[NOOB_PEER_ID_MAX + 1];
    size_t peer_id_n;
    uint8_t noob[NOOB_NOOB], hoob[NOOB_NOOB];
};

/* Index of a channel or message of noob_options.h: with an AAA server behind the authenticator that
 * which ends at it, if the mechanism has such. */
int noob_oob_channel(const struct imp_env *env, const char *name);
int noob_oob_label(const struct imp_env *env, const char *name);
/* Writes [url?]P=...&N=...&H=...; `url` may be empty. Of a PeerId (a username of RFC 7542) what a
 * query does not carry is percent-encoded. Returns its length, 0 when it does not fit. */
size_t noob_oob_write(char *out, size_t cap, const char *url, const struct noob_oob *m);
/* Reads it, with or without a URL before the query; the parameters may come in any order, each
 * exactly once and no others. Returns 0 or -1. */
int noob_oob_parse(struct noob_oob *out, const uint8_t *bytes, size_t n);

#endif
