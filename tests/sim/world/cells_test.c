/* SPDX-License-Identifier: GPL-2.0-only */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "sim/world/cells.h"

Test(cells, keep_replace_and_erase_by_name)
{
    struct world_cells c = {0};
    cr_expect_null(world_cells_get(&c, "psk"));
    world_cells_put(&c, "psk", "one", 3);
    world_cells_put(&c, "id", "", 0);
    world_cells_put(&c, "psk", "three", 5);
    cr_assert_not_null(world_cells_get(&c, "psk"));
    cr_expect_eq(world_cells_get(&c, "psk")->n, 5);
    cr_expect_eq(memcmp(world_cells_get(&c, "psk")->bytes, "three", 5), 0);
    cr_expect_eq(world_cells_get(&c, "id")->n, 0);
    world_cells_erase(&c, "psk");
    world_cells_erase(&c, "psk");
    cr_expect_null(world_cells_get(&c, "psk"));
    cr_expect_eq(c.count, 1);
    world_cells_free(&c);
}

Test(cells, thousands_stay_apart)
{
    struct world_cells c = {0};
    char name[32];
    for (int i = 0; i < 5000; i++) {
        snprintf(name, sizeof name, "psk:device-%d", i);
        world_cells_put(&c, name, &i, sizeof i);
    }
    for (int i = 0; i < 5000; i += 2) {
        snprintf(name, sizeof name, "psk:device-%d", i);
        world_cells_erase(&c, name);
    }
    cr_expect_eq(c.count, 2500);
    for (int i = 0; i < 5000; i++) {
        snprintf(name, sizeof name, "psk:device-%d", i);
        const struct world_cell *cell = world_cells_get(&c, name);
        cr_expect_eq(cell != NULL, i % 2 == 1);
        cr_expect(!cell || memcmp(cell->bytes, &i, sizeof i) == 0);
    }
    world_cells_free(&c);
}
