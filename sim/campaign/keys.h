/* SPDX-License-Identifier: GPL-2.0-only */
/* keys.h - the keys of a scenario as data: type, range, unit, default, meaning. */
#ifndef IMPRINT_KEYS_H
#define IMPRINT_KEYS_H

enum imp_key_kind {
    IMP_KEY_TEXT,
    IMP_KEY_INTEGER,
    IMP_KEY_NUMBER,
    IMP_KEY_TABLE, /* resolved by a function of its own */
};

struct imp_key {
    const char *name;
    enum imp_key_kind kind;
    const char *preset; /* default as text, or NULL: computed or required */
    double min, max;
    const char *unit; /* or NULL */
    const char *summary;
};

/* Ends with name NULL. `name`, `replications` stand in a plan line as `scenario`, `replication`. */
extern const struct imp_key imp_keys[];
const struct imp_key *imp_key_find(const char *name);

/* "; did you mean X?" for an unknown key, or nothing. */
void imp_key_hint(const char *wanted, char *out, unsigned long cap);

#endif
