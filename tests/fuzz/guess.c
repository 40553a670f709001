/* SPDX-License-Identifier: GPL-2.0-only */
/* What is read of messages to try weak secrets: evidence and the check of a candidate, for every
 * mechanism that declares any. Input: messages, each after its channel (1 octet) and length (2). */
#include <stdlib.h>
#include <string.h>

#include "protocols/contract/mechanism.h"
#include "protocols/crypto/crypto.h"

static int cell_get(struct imp_env *env, const char *name, void *out, size_t cap)
{
    static const char id[] = "device-1@example.org"; /* of the corpus */
    (void)env;
    if (strcmp(name, "psk-id") != 0 || cap < sizeof id - 1)
        return -1;
    memcpy(out, id, sizeof id - 1);
    return (int)sizeof id - 1;
}

static void feed(const struct imp_guess *g, struct imp_env *env, const uint8_t *data, size_t n)
{
    uint8_t candidate[IMP_GUESS_MAX];
    void *evidence = calloc(1, g->evidence_size);
    bool enough = false;
    if (!evidence)
        abort();
    for (size_t at = 0; at + 3 <= n && !enough;) {
        size_t size = (size_t)data[at + 1] << 8 | data[at + 2];
        size = size < n - at - 3 ? size : n - at - 3;
        uint8_t *message = malloc(size ? size : 1); /* its end is where reading must end */
        if (!message)
            abort();
        memcpy(message, data + at + 3, size);
        enough = g->evidence(evidence, env, data[at], message, size);
        free(message);
        at += 3 + size;
    }
    if (enough)
        g->right(evidence, candidate, g->candidate(env, 5, candidate));
    free(evidence);
}

/* The party's, as they are preset. */
static struct imp_value *presets(const struct imp_mechanism *m)
{
    char error[200];
    size_t n = imp_option_count(m);
    struct imp_value *v = calloc(n + 1, sizeof *v);
    for (size_t i = 0; v && i < n; i++)
        if (imp_option_parse(&v[i], &m->options[i], m->options[i].preset, error, sizeof error))
            abort();
    return v;
}

static void try_all(const struct imp_mechanism *m, const uint8_t *data, size_t n)
{
    static const struct imp_env_ops ops = {.cell_get = cell_get};
    struct imp_value *options = presets(m);
    if (!options)
        abort();
    for (const struct imp_guess *g = m->guesses; g && g->name; g++) {
        struct imp_env env = {
            .ops = &ops, .name = "device-1", .mechanism = m, .role = g->role, .options = options};
        feed(g, &env, data, n);
    }
    free(options);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    imp_crypto_init();
    for (const struct imp_mechanism *const *m = imp_mechanisms; *m; m++)
        try_all(*m, data, n);
    return 0;
}
