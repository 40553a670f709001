/* SPDX-License-Identifier: GPL-2.0-only */
#include "suites.h"

#include <stdlib.h>

#include "coap_eap.h"

static const struct ceap_suite suites[] = {
    {IMP_AEAD_AES_CCM_16_64_128, IMP_HASH_SHA256},
    {IMP_AEAD_A128GCM, IMP_HASH_SHA256},
    {IMP_AEAD_A256GCM, IMP_HASH_SHA384},
    {IMP_AEAD_CHACHA20_POLY1305, IMP_HASH_SHA256},
};

const struct ceap_suite *ceap_suite(int64_t number)
{
    bool here = number >= 0 && number < (int64_t)(sizeof suites / sizeof *suites);
    return here ? &suites[number] : NULL;
}

size_t ceap_suites_of(const struct imp_env *env, int64_t out[CEAP_SUITES_MAX])
{
    const char *text = imp_opt_str(env, CEAP_OPT_SUITES);
    size_t n = 0;
    while (*text && n < CEAP_SUITES_MAX) {
        char *end;
        long number = strtol(text, &end, 10);
        if (end != text && number >= CEAP_SUITE_MIN && number <= CEAP_SUITE_MAX)
            out[n++] = number;
        text = end != text ? end : text + 1;
    }
    return n;
}

static bool among(int64_t number, const int64_t *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (list[i] == number)
            return true;
    return false;
}

int ceap_suite_choose(const struct imp_env *env, const struct ceap_info *offer, int64_t *suite)
{
    static const int64_t unsaid[] = {CEAP_SUITE};
    int64_t own[CEAP_SUITES_MAX];
    size_t own_n = ceap_suites_of(env, own);
    const int64_t *offered = offer->has_suites ? offer->suites : unsaid;
    size_t n = offer->has_suites ? offer->suite_count : 1;
    for (size_t i = 0; i < n; i++) {
        bool sayable = offered[i] == CEAP_SUITE || imp_opt(env, CEAP_OPT_SEND_SUITES);
        if (sayable && among(offered[i], own, own_n) && ceap_suite(offered[i])) {
            *suite = offered[i];
            return 0;
        }
    }
    return -1;
}

int ceap_suite_chosen(const struct imp_env *env, const struct ceap_info *answer, int64_t *suite)
{
    static const int64_t unsaid[] = {CEAP_SUITE};
    int64_t own[CEAP_SUITES_MAX];
    bool said = imp_opt(env, CEAP_OPT_SEND_SUITES) != 0;
    size_t own_n = ceap_suites_of(env, own);
    if (answer->has_suites && answer->suite_count != 1)
        return -1;
    *suite = answer->has_suites ? answer->suites[0] : CEAP_SUITE;
    return among(*suite, said ? own : unsaid, said ? own_n : 1) && ceap_suite(*suite) ? 0 : -1;
}
