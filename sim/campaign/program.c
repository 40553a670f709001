/* SPDX-License-Identifier: GPL-2.0-only */
#include "program.h"

#include "imprint_commit.h" /* written by cmake/commit.cmake at each build */

const struct imp_program imp_program = {
    .version = IMPRINT_VERSION,
    .commit = IMPRINT_COMMIT,
    .dirty = IMPRINT_DIRTY,
    .compiler = IMPRINT_COMPILER,
    .flags = IMPRINT_FLAGS,
    .build_type = IMPRINT_BUILD_TYPE,
    .libraries = IMPRINT_LIBRARIES,
};
