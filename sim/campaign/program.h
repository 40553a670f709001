/* SPDX-License-Identifier: GPL-2.0-only */
/* program.h - what this program was built from. */
#ifndef IMPRINT_PROGRAM_H
#define IMPRINT_PROGRAM_H

#include <stdbool.h>

struct imp_program {
    const char *version;
    const char *commit; /* 40 hexadecimal digits, or "unknown" when built without git */
    bool dirty;         /* files differed from that commit */
    const char *compiler, *flags, *build_type;
    const char *libraries; /* "libsodium 1.0.18, ..." */
};
extern const struct imp_program imp_program;

#endif
