/* SPDX-License-Identifier: GPL-2.0-only */
/* observe.h - what the parties compute, seen as rules of derivation.
 *
 * Each operation of the building blocks says to an observer: whoever knows all of the inputs can
 * compute the output. An operation that can be undone by who knows the key says so in the other
 * direction as well: decryption is {key, ciphertext} -> plaintext. A carrier with an adversary
 * observes in order to close the adversary's knowledge; without an observer nothing is done. One
 * observer a process; no threads.
 *
 * The key or secret comes first among the inputs, for the words of a derivation. What everybody
 * knows is not listed among the inputs: labels, counters, nonces and associated data of decryption,
 * link addresses. Values that are longer or shorter than what travels (a message joined from
 * fields, a text around a number) need a rule of their own: imp_observe_join, _cut, _text. */
#ifndef IMPRINT_OBSERVE_H
#define IMPRINT_OBSERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One piece of a message that is hashed or authenticated without being copied together. */
struct imp_piece {
    const void *p;
    size_t n;
};
#define IMP_PIECE(ptr, size) ((struct imp_piece){(ptr), (size)})

struct imp_operation {
    const char *name; /* static: "AES-CMAC" */
    bool one_way;     /* from a scalar to its public key: a discrete logarithm undoes it */
    const struct imp_piece *in;
    size_t count;
    struct imp_piece out;
};

/* Octet strings are borrowed for the call. */
typedef void imp_observer(void *arg, const struct imp_operation *op);

struct imp_observation {
    imp_observer *fn; /* NULL: nobody observes */
    void *arg;
};
extern struct imp_observation imp_observation;

static inline bool imp_observed(void)
{
    return imp_observation.fn != NULL;
}

void imp_observe(imp_observer *fn, void *arg);
/* Around the parts of an operation that is reported as one, and around computations that are not a
 * party's: hold returns who observed, resume lets him observe again. */
struct imp_observation imp_observe_hold(void);
void imp_observe_resume(struct imp_observation before);

/* ---- reports; each returns at once when nobody observes */
void imp_observe_rule(const char *name, const void *out, size_t out_n, const struct imp_piece *in,
                      size_t count);
/* As above with a key before the pieces. */
void imp_observe_keyed(const char *name, const void *out, size_t out_n, const void *key,
                       size_t key_n, const struct imp_piece *in, size_t count);
void imp_observe_public_key(const char *name, const void *public, size_t public_n,
                            const void *secret, size_t secret_n);
/* Reversible: `a` gives `b` and `b` gives `a` to who knows the key (key_n may be 0). */
void imp_observe_both(const char *name, const void *key, size_t key_n, const void *a, size_t a_n,
                      const void *b, size_t b_n);
/* `out` is made of those parts and of what everybody knows. */
void imp_observe_join(const void *out, size_t out_n, const struct imp_piece *in, size_t count);
/* n octets came behind the `at` octets at `whole`, in another piece of a message that travels cut:
 * who has both pieces knows what stands around the cut. */
void imp_observe_cut(const uint8_t *whole, size_t at, size_t n);
/* A text is known to whoever knows its words of IMP_WORD_MIN and more letters, digits, '-' and '_':
 * the rest is a constant of the specification, or guessed. Not for passwords. */
enum { IMP_WORD_MIN = 11 /* 64 bits in base64 */ };
void imp_observe_text(const char *text, size_t n);

#endif
