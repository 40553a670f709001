/* SPDX-License-Identifier: GPL-2.0-only */
/* MLE: nothing verifies under a fixed key, what is read lies inside, and what was read is written
 * alike. */
#include <stdlib.h>
#include <string.h>

#include "protocols/managed/zigbee-ip/mle.h"

static void charge(struct imp_env *env, enum imp_op op, size_t n)
{
    (void)env;
    (void)op;
    (void)n;
}

static void inside(const uint8_t *p, size_t n, const uint8_t *text, size_t text_n)
{
    if (p && (p < text || p + n > text + text_n))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const struct imp_env_ops ops = {.charge = charge};
    static const struct mle_security security = {.index = 1};
    struct imp_env env = {.ops = &ops};
    const struct imp_addr from = {.n = 18}, to = {.n = 18};
    struct mle_message m, again;
    uint8_t text[MLE_MAX], written[MLE_MAX];
    uint32_t counter;
    size_t text_n;
    enum mle_opened opened =
        mle_open(&env, text, &text_n, &counter, &security, &from, &to, data, n);
    if (opened == MLE_VERIFIED)
        abort();
    if (opened != MLE_PLAIN || mle_parse(&m, text, text_n) != 0)
        return 0;
    inside(m.challenge, m.challenge_n, text, text_n);
    inside(m.response, m.response_n, text, text_n);
    size_t written_n = mle_write(written, &m);
    if (mle_parse(&again, written, written_n) != 0 || again.command != m.command ||
        again.challenge_n != m.challenge_n || again.response_n != m.response_n ||
        again.has_counter != m.has_counter || again.link_counter != m.link_counter)
        abort();
    return 0;
}
