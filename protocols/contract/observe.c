/* SPDX-License-Identifier: GPL-2.0-only */
#include "observe.h"

enum { PIECES = 16, WORDS = 64, BESIDE_CUT = 16 /* octets of either side */ };

struct imp_observation imp_observation;

void imp_observe(imp_observer *fn, void *arg)
{
    imp_observation = (struct imp_observation){fn, arg};
}

struct imp_observation imp_observe_hold(void)
{
    struct imp_observation before = imp_observation;
    imp_observation.fn = NULL;
    return before;
}

void imp_observe_resume(struct imp_observation before)
{
    imp_observation = before;
}

static void report(const struct imp_operation *op)
{
    if (imp_observation.fn)
        imp_observation.fn(imp_observation.arg, op);
}

void imp_observe_rule(const char *name, const void *out, size_t out_n, const struct imp_piece *in,
                      size_t count)
{
    report(&(struct imp_operation){
        .name = name, .in = in, .count = count, .out = IMP_PIECE(out, out_n)});
}

void imp_observe_keyed(const char *name, const void *out, size_t out_n, const void *key,
                       size_t key_n, const struct imp_piece *in, size_t count)
{
    struct imp_piece all[1 + PIECES] = {IMP_PIECE(key, key_n)};
    if (!imp_observed() || count > PIECES)
        return; /* a rule less: the adversary is never credited with too much */
    for (size_t i = 0; i < count; i++)
        all[1 + i] = in[i];
    imp_observe_rule(name, out, out_n, all, 1 + count);
}

void imp_observe_public_key(const char *name, const void *public, size_t public_n,
                            const void *secret, size_t secret_n)
{
    report(&(struct imp_operation){.name = name,
                                   .one_way = true,
                                   .in = &IMP_PIECE(secret, secret_n),
                                   .count = 1,
                                   .out = IMP_PIECE(public, public_n)});
}

void imp_observe_both(const char *name, const void *key, size_t key_n, const void *a, size_t a_n,
                      const void *b, size_t b_n)
{
    const struct imp_piece there[] = {{key, key_n}, {a, a_n}}, back[] = {{key, key_n}, {b, b_n}};
    imp_observe_rule(name, b, b_n, there, 2);
    imp_observe_rule(name, a, a_n, back, 2);
}

void imp_observe_join(const void *out, size_t out_n, const struct imp_piece *in, size_t count)
{
    imp_observe_rule("joining", out, out_n, in, count);
}

static size_t beside(size_t n)
{
    return n < BESIDE_CUT ? n : BESIDE_CUT;
}

void imp_observe_cut(const uint8_t *whole, size_t at, size_t n)
{
    if (!imp_observed() || at == 0 || n == 0)
        return;
    size_t before = beside(at), behind = beside(n);
    const struct imp_piece sides[] = {{whole + at - before, before}, {whole + at, behind}};
    imp_observe_join(whole + at - before, before + behind, sides, 2);
}

static bool letter(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
           c == '_';
}

void imp_observe_text(const char *text, size_t n)
{
    struct imp_piece words[WORDS];
    size_t count = 0;
    if (!imp_observed())
        return;
    for (size_t i = 0, end; i < n; i = end + 1) {
        for (end = i; end < n && letter((unsigned char)text[end]);)
            end++;
        if (end - i < IMP_WORD_MIN)
            continue;
        if (count == WORDS)
            return;
        words[count++] = IMP_PIECE(text + i, end - i);
    }
    imp_observe_rule("writing", text, n, words, count);
}
