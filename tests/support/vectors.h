/* SPDX-License-Identifier: GPL-2.0-only */
/* vectors.h - published test vectors: files tests/vectors/NAME.json with a member "source" and an
 * array "vectors" of cases. A missing file, a missing member or bad hexadecimal aborts the test. */
#ifndef IMPRINT_VECTORS_H
#define IMPRINT_VECTORS_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

struct vector_bytes {
    size_t n;
    uint8_t p[2048];
};

/* The file's array of cases; the caller owns the reference to the file in *file. */
json_t *vectors_open(json_t **file, const char *directory, const char *name);
/* Member `key` of a case as octets (hexadecimal; a missing optional member is empty). */
struct vector_bytes vector_hex(const json_t *test, const char *key);
/* Member `key` as text or number; aborts when it is absent. */
const char *vector_text(const json_t *test, const char *key);
long long vector_number(const json_t *test, const char *key);

/* for (each case of tests/vectors/NAME.json) { ... } with `c` as the case. */
#define VECTORS(c, name)                                                                           \
    for (json_t *file_ = NULL,                                                                     \
                *cases_ = vectors_open(&file_, IMPRINT_SOURCE_DIR "/tests/vectors", name);         \
         file_; json_decref(file_), file_ = NULL)                                                  \
        for (size_t i_ = 0, once_ = 0; i_ < json_array_size(cases_); i_++, once_ = 0)              \
            for (const json_t *c = json_array_get(cases_, i_); !once_; once_ = 1)

#endif
