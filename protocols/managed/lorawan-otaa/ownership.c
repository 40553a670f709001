/* SPDX-License-Identifier: GPL-2.0-only */
/* ownership.c - at the join server: whose a device is (TR005, appendix A). A device that nobody has
 * claimed does not join. The root keys stay here; what changes is for whom AppSKey is wrapped. */
#include <stdio.h>
#include <string.h>

#include "lorawan.h"

#define CELL_RELEASES "releases"

/* Good until the next release. */
struct home {
    uint32_t releases;
    uint8_t owner, ever;
};

static uint32_t releases(struct imp_env *env)
{
    uint32_t n = 0;
    env->ops->cell_get(env, CELL_RELEASES, &n, sizeof n);
    return n;
}

static bool home_of(struct imp_env *env, struct home *h, const uint8_t dev_eui[LW_EUI])
{
    char cell[LW_EUI_NAME];
    memset(h, 0, sizeof *h);
    lw_cell_name(cell, "home-", dev_eui);
    env->ops->cell_get(env, cell, h, sizeof *h);
    return h->ever && h->releases == releases(env);
}

void lw_owner_token_hash(struct imp_env *env, uint8_t out[32], const char *token)
{
    imp_sha256(env, out, &IMP_PIECE(token, strlen(token)), 1);
}

void lw_owner_token_text(char out[LW_TOKEN_MAX + 1], const uint8_t token[LW_KEY])
{
    for (size_t i = 0; i < LW_KEY; i++)
        snprintf(out + 2 * i, 3, "%02X", token[i]);
}

static const char *claim(struct imp_env *env, const struct lw_label *l, int owner)
{
    struct home h;
    char cell[LW_EUI_NAME];
    uint8_t join_eui[LW_EUI], expected[32], given[32];
    lw_cell_name(cell, "token-", l->dev_eui);
    if (env->ops->cell_get(env, "join-eui", join_eui, LW_EUI) != LW_EUI ||
        memcmp(join_eui, l->join_eui, LW_EUI) != 0 ||
        env->ops->cell_get(env, cell, expected, sizeof expected) != (int)sizeof expected)
        return "claim of unknown device";
    if (home_of(env, &h, l->dev_eui))
        return "claim of claimed device";
    lw_owner_token_hash(env, given, l->token);
    if (!imp_equal(given, expected, sizeof given))
        return "OwnerToken";
    h.owner = owner != LW_OWNER_BY_TURN ? (uint8_t)owner : h.ever ? !h.owner : 0;
    h.ever = 1;
    h.releases = releases(env);
    lw_cell_name(cell, "home-", l->dev_eui);
    env->ops->cell_put(env, cell, &h, sizeof h);
    return NULL;
}

bool lw_owner_claim(struct imp_env *env, const uint8_t *text, size_t n, int owner,
                    uint8_t dev_eui[LW_EUI])
{
    struct lw_label l;
    const char *why = lw_label_read(&l, text, n) == 0 ? claim(env, &l, owner) : "label";
    memcpy(dev_eui, l.dev_eui, LW_EUI);
    if (why)
        lw_claim_reject(env, why);
    return !why;
}

void lw_owner_release(struct imp_env *env)
{
    uint32_t n = releases(env) + 1;
    env->ops->cell_put(env, CELL_RELEASES, &n, sizeof n);
}

int lw_owner_of(struct imp_env *env, const uint8_t dev_eui[LW_EUI])
{
    struct home h;
    if (imp_opt(env, LW_OPT_CLAIM) == LW_CLAIM_NONE)
        return 0;
    if (home_of(env, &h, dev_eui))
        return h.owner;
    return imp_opt(env, LW_OPT_ANSWER_UNKNOWN) || imp_flawed(env, LW_FLAW_CLAIM) ? h.owner : -1;
}
