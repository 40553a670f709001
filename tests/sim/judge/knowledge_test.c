/* SPDX-License-Identifier: GPL-2.0-only */
/* The adversary's knowledge: projection, rules, closing, and what must not become known. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "sim/judge/knowledge.h"

#define TEXT(s) IMP_PIECE((s), sizeof(s) - 1)
#define IN(...) ((const struct imp_piece[]){__VA_ARGS__})

static void learn(struct imp_knowledge *k, const char *text, const char *source)
{
    imp_knowledge_add(k, text, strlen(text), source);
}

static bool knows(const struct imp_knowledge *k, const char *text)
{
    return imp_knowledge_find(k, text, strlen(text)) != NULL;
}

static void rule(struct imp_knowledge *k, const char *name, const char *a, const char *b,
                 const char *out)
{
    const struct imp_piece in[] = {{a, strlen(a)}, {b, b ? strlen(b) : 0}};
    imp_knowledge_rule(k, name, in, b ? 2 : 1, out, strlen(out));
}

Test(knowledge, whatever_stands_inside_a_known_string_is_known)
{
    struct imp_knowledge k = {0};
    learn(&k, "ciphertext and nonce", "read");
    cr_expect(knows(&k, "ciphertext and nonce"));
    cr_expect(knows(&k, "text and"));
    cr_expect(knows(&k, "once"));
    cr_expect_not(knows(&k, "text or"));
    cr_expect_not(knows(&k, "nonce!"));
    imp_knowledge_free(&k);
}

Test(knowledge, nothing_reaches_over_the_end_of_a_fact)
{
    struct imp_knowledge k = {0};
    learn(&k, "half of it,", "read");
    learn(&k, "second half", "read");
    cr_expect_not(knows(&k, "it,second"));
    cr_expect_not(knows(&k, ",sec"));
    imp_knowledge_free(&k);
}

Test(knowledge, known_parts_are_known_together)
{
    struct imp_knowledge k = {0};
    learn(&k, "the left half of a key", "first");
    learn(&k, "and its right half", "second");
    cr_expect(knows(&k, "left half of a keyand its right"));
    cr_expect_str_eq(imp_knowledge_find(&k, "half of a keyand its ", 21)->source, "second");
    cr_expect_not(knows(&k, "left half of a key and its right"), "an octet is missing");
    cr_expect_not(knows(&k, "a half of a keyand its right"), "at the beginning");
    cr_expect_not(knows(&k, "left half of a keyand its rights"), "at the end");
    cr_expect_not(knows(&k, "a keyand"), "parts that short say nothing");
    imp_knowledge_free(&k);
}

Test(knowledge, the_first_source_is_kept)
{
    struct imp_knowledge k = {0};
    learn(&k, "a message on the link", "first");
    learn(&k, "a message on the link", "again");
    learn(&k, "message", "part");
    cr_expect_eq(k.count, 1u);
    learn(&k, "a message on the link, longer", "second");
    cr_expect_str_eq(imp_knowledge_find(&k, "message", 7)->source, "first");
    imp_knowledge_free(&k);
}

Test(knowledge, a_rule_fires_when_all_inputs_are_known)
{
    struct imp_knowledge k = {0};
    rule(&k, "AES-CMAC", "the key of device", "the message", "the code of it");
    learn(&k, "xx the message xx", "read on the device link");
    imp_knowledge_close(&k);
    cr_expect_not(knows(&k, "the code of it"), "the key is missing");
    learn(&k, "the key of device", "cell key revealed from device-1");
    imp_knowledge_close(&k);
    const struct imp_fact *f = imp_knowledge_find(&k, "the code", 8);
    cr_assert_not_null(f);
    cr_expect_str_eq(f->source, "AES-CMAC from cell key revealed from device-1");
    imp_knowledge_free(&k);
}

Test(knowledge, the_output_gives_no_input)
{
    struct imp_knowledge k = {0};
    rule(&k, "SHA-256", "a secret preimage", NULL, "its public digest");
    learn(&k, "its public digest", "read");
    imp_knowledge_close(&k);
    cr_expect_not(knows(&k, "a secret preimage"));
    imp_knowledge_free(&k);
}

Test(knowledge, steps_are_chained_in_any_order)
{
    struct imp_knowledge k = {0};
    char from[24], to[24], text[4000];
    for (int i = 29; i >= 0; i--) { /* the last step first: the worst order */
        snprintf(from, sizeof from, "value number %03d", i);
        snprintf(to, sizeof to, "value number %03d", i + 1);
        rule(&k, "HKDF", from, NULL, to);
    }
    learn(&k, "value number 000", "cell psk revealed from device-1");
    imp_knowledge_close(&k);
    const struct imp_fact *f = imp_knowledge_find(&k, "value number 030", 16);
    cr_assert_not_null(f);
    imp_knowledge_explain(&k, f, text, sizeof text);
    cr_expect_eq(strncmp(text, "[1] cell psk revealed from device-1\n[2] HKDF from [1]\n", 54), 0,
                 "%s", text);
    cr_expect_not_null(strstr(text, "\n[31] HKDF from [30]\n"));
    imp_knowledge_explain(&k, f, text, 60); /* the end is what matters */
    cr_expect_str_eq(text, "[30] HKDF from [29]\n[31] HKDF from [30]\n");
    imp_knowledge_free(&k);
}

Test(knowledge, a_known_output_needs_no_derivation)
{
    struct imp_knowledge k = {0};
    rule(&k, "X25519", "device's scalar", "server's point", "the shared secret");
    rule(&k, "X25519", "scalar at server", "point of device", "the shared secret");
    learn(&k, "device's scalar, server's point", "revealed");
    learn(&k, "scalar at server, point of device", "revealed");
    imp_knowledge_close(&k);
    cr_expect_eq(k.count, 3u);
    imp_knowledge_close(&k);
    cr_expect_eq(k.count, 3u);
    imp_knowledge_free(&k);
}

static bool kept(const struct imp_fact *f)
{
    return strcmp(f->source, "cell") == 0;
}

static bool otherwise(const struct imp_knowledge *k, const char *text, char source[100])
{
    return imp_knowledge_otherwise(k, text, strlen(text), kept, source, 100);
}

Test(knowledge, a_kept_secret_follows_otherwise_from_a_rule_or_a_reading)
{
    struct imp_knowledge k = {0};
    char source[100];
    learn(&k, "session key", "cell");
    learn(&k, "long-term key", "cell");
    rule(&k, "KDF", "long-term key", "nonce 1", "session key");
    imp_knowledge_close(&k);
    cr_expect_not(otherwise(&k, "session key", source), "the nonce is not known");
    learn(&k, "nonce 1", "read");
    imp_knowledge_close(&k);
    cr_assert(otherwise(&k, "session key", source));
    cr_expect_str_eq(source, "KDF from cell");
    cr_expect_not(otherwise(&k, "long-term key", source));
    learn(&k, "here: long-term key.", "read");
    cr_assert(otherwise(&k, "long-term key", source));
    cr_expect_str_eq(source, "read");
    imp_knowledge_free(&k);
}

Test(knowledge, what_comes_of_the_kept_copy_itself_is_no_other_way)
{
    struct imp_knowledge k = {0};
    char source[100];
    learn(&k, "session key", "cell");
    learn(&k, "nonce 1", "read");
    rule(&k, "hiding", "session key", "nonce 1", "hidden octets");
    rule(&k, "hiding", "hidden octets", "nonce 1", "session key");
    imp_knowledge_close(&k);
    cr_expect(knows(&k, "hidden octets"));
    cr_expect_not(otherwise(&k, "session key", source));
    imp_knowledge_free(&k);

    learn(&k, "session key", "cell");
    learn(&k, "nonce 1", "read");
    learn(&k, "hidden octets read", "read");
    rule(&k, "hiding", "session key", "nonce 1", "hidden octets");
    rule(&k, "hiding", "hidden octets", "nonce 1", "session key");
    imp_knowledge_close(&k);
    cr_expect(otherwise(&k, "session key", source), "what hides it was read");
    imp_knowledge_free(&k);
}

Test(knowledge, one_rule_is_kept_once)
{
    struct imp_knowledge k = {0};
    for (int i = 0; i < 1000; i++)
        rule(&k, "HMAC-SHA256", "key of the session", "message", "code of the message");
    rule(&k, "HMAC-SHA1", "key of the session", "message", "code of the message");
    cr_expect_eq(imp_knowledge_rules(&k), 2u);
    imp_knowledge_free(&k);
}

Test(knowledge, what_says_nothing_is_not_found_by_chance)
{
    static const uint8_t frame[64] = {1, 2, 3}, zero[16];
    struct imp_knowledge k = {0};
    imp_knowledge_add(&k, frame, sizeof frame, "read");
    cr_expect_null(imp_knowledge_find(&k, zero, sizeof zero), "a key of zeros is no padding");
    cr_expect_null(imp_knowledge_find(&k, frame, 3), "three octets occur everywhere");
    cr_expect_not_null(imp_knowledge_find(&k, frame, 4));
    imp_knowledge_add(&k, zero, sizeof zero, "cell key revealed from device-1");
    cr_expect_not_null(imp_knowledge_find(&k, zero, sizeof zero), "as itself it is known");
    imp_knowledge_free(&k);
}

Test(knowledge, what_says_nothing_is_never_derived_and_hinders_no_rule)
{
    static const uint8_t zero[16], counter[2] = {0, 1};
    struct imp_knowledge k = {0};
    imp_knowledge_rule(&k, "AES", IN(TEXT("a known key here")), 1, zero, sizeof zero);
    imp_knowledge_rule(&k, "truncation", IN(TEXT("a known key here")), 1, "abc", 3);
    cr_expect_eq(imp_knowledge_rules(&k), 0u);
    imp_knowledge_rule(&k, "KDF", IN(TEXT("a known key here"), {zero, 16}, {counter, 2}, {NULL, 0}),
                       4, "a derived key", 13);
    learn(&k, "a known key here", "revealed");
    imp_knowledge_close(&k);
    cr_expect(knows(&k, "a derived key"));
    cr_expect_null(imp_knowledge_find(&k, "abc", 3));
    imp_knowledge_free(&k);
}

Test(knowledge, a_rule_without_inputs_is_a_constant)
{
    struct imp_knowledge k = {0};
    imp_knowledge_rule(&k, "writing", NULL, 0, "a label", 7);
    cr_expect_not(knows(&k, "a label"), "before the set is closed");
    imp_knowledge_close(&k);
    cr_expect(knows(&k, "a label"));
    imp_knowledge_free(&k);
}

/* xorshift: any octets that are not those of a pattern */
static void fill(uint8_t *p, size_t n, uint64_t *state)
{
    for (size_t i = 0; i < n; i++) {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        p[i] = (uint8_t)(*state >> 32);
    }
}

/* A run of the size that attacks have: the chain is long and in the worst order, most rules never
 * fire. Every string is looked for; the answers are those of a search octet by octet. */
Test(knowledge, large_sets_agree_with_a_search_of_all_facts)
{
    static uint8_t keys[3000][32], noise[100][1000];
    struct imp_knowledge k = {0};
    uint64_t state = 88172645463325252u;
    fill(&keys[0][0], sizeof keys, &state);
    fill(&noise[0][0], sizeof noise, &state);
    for (int i = 0; i < 100; i++)
        imp_knowledge_add(&k, noise[i], 1000, "read");
    for (int i = 2999; i > 0; i--) /* from the one before it, if that is not one of every 300th */
        if (i % 300)
            imp_knowledge_rule(&k, "KDF", IN({keys[i - 1], 32}, {noise[i % 100] + i % 900, 40}), 2,
                               keys[i], 32);
    for (int i = 0; i < 3000; i += 600)
        imp_knowledge_add(&k, keys[i], 32, "revealed");
    imp_knowledge_close(&k);
    for (int i = 0; i < 3000; i++) {
        bool there = imp_knowledge_find(&k, keys[i] + 5, 20) != NULL, slow = false;
        for (size_t f = 0; f < k.count && !slow; f++)
            slow = memmem(k.facts[f].bytes, k.facts[f].n, keys[i] + 5, 20) != NULL;
        cr_expect_eq(there, slow);
        cr_expect_eq(there, i / 300 % 2 == 0, "%d", i);
    }
    imp_knowledge_free(&k);
}
