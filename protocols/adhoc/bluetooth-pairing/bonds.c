/* SPDX-License-Identifier: GPL-2.0-only */
/* bonds.c - what an end keeps of its peers, and what it does when one wants to pair anew. */
#include <string.h>

#include "pairing.h"
#include "protocols/crypto/crypto.h"

size_t bt_bonds_in(const struct bt_party *p, const char *cell, struct bt_bond out[BT_BONDS_MOST])
{
    int n = p->env->ops->cell_get(p->env, cell, out, BT_BONDS_MOST * sizeof *out);
    return n > 0 ? (size_t)n / sizeof *out : 0;
}

bool bt_bond_find_in(const struct bt_party *p, const char *cell, const uint8_t name[BT_NAME],
                     struct bt_bond *out)
{
    struct bt_bond all[BT_BONDS_MOST];
    for (size_t i = bt_bonds_in(p, cell, all); i-- > 0;)
        if (memcmp(all[i].name, name, BT_NAME) == 0) {
            *out = all[i];
            return true;
        }
    return false;
}

/* In the place of that peer's; where there is no more room, of the oldest. */
void bt_bond_keep_in(struct bt_party *p, const char *cell, const struct bt_bond *b)
{
    struct bt_bond all[BT_BONDS_MOST + 1];
    size_t n = bt_bonds_in(p, cell, all), kept = 0;
    for (size_t i = 0; i < n; i++)
        if (memcmp(all[i].name, b->name, BT_NAME) != 0)
            all[kept++] = all[i];
    all[kept++] = *b;
    size_t skip = kept > BT_BONDS_MOST ? 1 : 0;
    p->env->ops->cell_put(p->env, cell, all + skip, (kept - skip) * sizeof *all);
    imp_wipe(all, sizeof all);
}

bool bt_bond_find(const struct bt_party *p, const uint8_t name[BT_NAME], struct bt_bond *out)
{
    return bt_bond_find_in(p, BT_CELL_BOND, name, out);
}

void bt_bond_keep(struct bt_party *p, const struct bt_bond *b)
{
    bt_bond_keep_in(p, BT_CELL_BOND, b);
}

int64_t bt_re_pairing(const struct bt_party *p)
{
    return p->env->adversary ? BT_RE_PAIRING_SILENT : imp_opt(p->env, BT_OPT_RE_PAIRING);
}

bool bt_bond_weakened(const struct bt_party *p, const struct bt_bond *b, unsigned key_size)
{
    bool authenticated = smp_model_authenticates((enum smp_model)b->model);
    return (authenticated && !smp_model_authenticates(p->model)) ||
           (b->secure && !bt_secure_connections(p)) || key_size < b->key_size;
}
