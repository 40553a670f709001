/* SPDX-License-Identifier: GPL-2.0-only */
/* known_hosts.h - the file in which OpenSSH's client keeps host keys by the names of their hosts
 * (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT): lines are read, written, found by a name, struck off. */
#ifndef IMPRINT_KNOWN_HOSTS_H
#define IMPRINT_KNOWN_HOSTS_H

#include "../contract/party.h"
#include "ssh_wire.h"

enum {                                         /* octets */
       IMP_KNOWN_KEY_MAX = 1200,               /* of RSA with 8192 bits 1046 */
       IMP_KNOWN_SALT = 20,                    /* as many as HMAC-SHA1 has */
       IMP_KNOWN_PRINT = 7 + 43 + 1,           /* SHA256:, 32 octets without padding, and NUL */
       IMP_KNOWN_HASHED = 3 + 28 + 1 + 28 + 1, /* |1|salt|hash, and NUL */
};

enum imp_known_marker {
    IMP_KNOWN_UNMARKED,
    IMP_KNOWN_REVOKED,   /* @revoked: that key is refused */
    IMP_KNOWN_AUTHORITY, /* @cert-authority: it signs host certificates */
};

enum imp_known_kind {
    IMP_KNOWN_END,
    IMP_KNOWN_ENTRY,
    IMP_KNOWN_IDLE, /* a blank line, a comment */
    IMP_KNOWN_BAD,  /* octets that are no line of the format; passed over, as OpenSSH does */
};

struct imp_known_line {          /* all but the key borrow the text */
    struct imp_ssh_string whole; /* with its end */
    enum imp_known_marker marker;
    struct imp_ssh_string hosts, type, comment;
    uint8_t key[IMP_KNOWN_KEY_MAX]; /* as on the wire; its type is that of the line */
    size_t key_n;
};

/* Cuts the next line off `text`. */
enum imp_known_kind imp_known_read(struct imp_known_line *line, struct imp_ssh_string *text);
/* Is the line about that host, "name" or "[name]:port", in lower case? By a list of patterns with *
 * and ?, of which one with ! excludes it; or by the hash of its name. */
bool imp_known_is(struct imp_env *env, const struct imp_known_line *line, const char *host);
/* It is about one host, and no pattern. */
bool imp_known_is_of_one(const struct imp_known_line *line);
/* HashKnownHosts: what stands for the name. */
void imp_known_hash(struct imp_env *env, char out[IMP_KNOWN_HASHED],
                    const uint8_t salt[IMP_KNOWN_SALT], const char *host);
/* What a human compares, as OpenSSH shows it. */
void imp_known_fingerprint(char out[IMP_KNOWN_PRINT], const uint8_t *key, size_t n);
/* A line; `hosts` is a name, a list or a hash, `key` one that begins with its type. */
void imp_known_write(struct imp_ssh_writer *w, enum imp_known_marker marker, const char *hosts,
                     const uint8_t *key, size_t n);
/* The text without the unmarked lines about that host, as `ssh-keygen -R` leaves it. */
void imp_known_forget(struct imp_env *env, struct imp_ssh_writer *w, struct imp_ssh_string text,
                      const char *host);
/* The text with all keys that were believed marked as revoked. */
void imp_known_revoke(struct imp_ssh_writer *w, struct imp_ssh_string text);

#endif
