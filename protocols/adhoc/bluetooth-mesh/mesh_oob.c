/* SPDX-License-Identifier: GPL-2.0-only */
/* mesh_oob.c - what people carry: numbers, letters, counted pulses (Bluetooth Mesh Protocol 1.1
 * sections 5.4.1.2, 5.4.2.4). */
#include <string.h>

#include "mesh.h"

enum { COUNTED_SIZE = 1, TEXT_SIZE = 4 }; /* most digits of pulses, letters: ours */
static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

struct mesh_action mesh_action_of(const struct imp_env *env, enum mesh_oob method)
{
    /* by the order of the options' choices */
    static const struct mesh_action out[] = {{3, 0, false, false},
                                             {4, 0, true, false},
                                             {0, 0, false, true},
                                             {1, 0, false, true},
                                             {2, 0, false, true}},
                                    in[] = {{2, 0, false, false},
                                            {3, 0, true, false},
                                            {0, 0, false, true},
                                            {1, 0, false, true}};
    unsigned size = (unsigned)imp_opt(env, MESH_OPT_DIGITS);
    if (method < MESH_OOB_OUTPUT)
        return (struct mesh_action){0};
    struct mesh_action a = method == MESH_OOB_OUTPUT ? out[imp_opt(env, MESH_OPT_OUTPUT)]
                                                     : in[imp_opt(env, MESH_OPT_INPUT)];
    unsigned most = a.counted ? COUNTED_SIZE : a.text ? TEXT_SIZE : MESH_DIGITS_MAX;
    a.size = (uint8_t)(size < most ? size : most);
    return a;
}

/* So many digits, the first one first. */
static void write(char *out, size_t n, uint64_t v, unsigned base)
{
    memset(out, 0, MESH_DIGITS_MAX + 1);
    for (; n-- > 0; v /= base)
        out[n] = letters[v % base];
}

static uint64_t power(unsigned base, size_t n)
{
    uint64_t limit = 1;
    while (n-- > 0)
        limit *= base;
    return limit;
}

void mesh_oob_draw(struct imp_env *env, struct mesh_action a, char out[MESH_DIGITS_MAX + 1])
{
    unsigned base = a.text ? 36 : 10;
    uint8_t drawn[8];
    uint64_t v = 0;
    imp_random(env, "oob", drawn, sizeof drawn);
    for (size_t i = 0; i < sizeof drawn; i++)
        v = v << 8 | drawn[i];
    write(out, a.size, 1 + v % (power(base, a.size) - 1), base);
}

/* The number that digits make, -1: other octets. */
static int64_t number(const uint8_t *p, size_t n)
{
    int64_t v = 0;
    for (size_t i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9')
            return -1;
        v = 10 * v + (p[i] - '0');
    }
    return v;
}

bool mesh_oob_plausible(struct mesh_action a, const uint8_t *p, size_t n)
{
    if (n < 1 || n > MESH_DIGITS_MAX)
        return false;
    for (size_t i = 0; a.text && i < n; i++)
        if (p[i] == 0 || !strchr(letters, p[i]))
            return false;
    return a.text || number(p, n) >= 0;
}

void mesh_oob_auth(struct mesh_keys *k, struct mesh_action a, const char *text)
{
    size_t n = strlen(text);
    if (a.text)
        mesh_auth_octets(k, (const uint8_t *)text, n);
    else
        mesh_auth_number(k, (uint32_t)number((const uint8_t *)text, n), text, n);
}

/* Section 5.4.2.4: a pulse of 0.5 s, a pause of 0.5 s; input has ended when nothing came for 5 s.
 */
imp_time mesh_oob_pulses(struct mesh_action a, const char *text)
{
    return a.counted ? number((const uint8_t *)text, strlen(text)) * IMP_S : 0;
}

bool mesh_oob_search(struct mesh_keys *k, struct mesh_action a, const uint8_t *confirmation,
                     const uint8_t *random)
{
    struct imp_observation before = imp_observe_hold();
    uint8_t c[MESH_WIDTH_MAX];
    char text[MESH_DIGITS_MAX + 1];
    bool found = false;
    uint64_t limit = a.text ? power(36, a.size) : 0;
    if (!a.text)
        found = mesh_search_number(k, a.size, confirmation, random) >= 0;
    for (uint64_t v = 0; v < limit && !found; v++) {
        write(text, a.size, v, 36);
        mesh_auth_octets(k, (const uint8_t *)text, a.size);
        mesh_confirm(NULL, k, random, c);
        found = memcmp(c, confirmation, mesh_width(k->algorithm)) == 0;
    }
    imp_observe_resume(before);
    return found;
}
