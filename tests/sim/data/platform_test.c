/* SPDX-License-Identifier: GPL-2.0-only */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/world/platform.h"

static char error[256];

Test(platform, every_shipped_platform_loads_and_costs_something)
{
    cr_assert_geq(imp_platform_count(), 5);
    for (size_t i = 0; i < imp_platform_count(); i++) {
        const struct imp_platform *p = imp_platform_at(i);
        cr_expect_eq(imp_platform_find(imp_platform_name(p)), p);
        cr_expect_gt(imp_platform_voltage(p), 0);
        cr_expect_gt(imp_platform_cpu_current(p), 0);
        for (int op = 0; op < IMP_OP_COUNT; op++)
            cr_expect_gt(imp_platform_cost(p, (enum imp_op)op, 1), 0, "%s", imp_platform_name(p));
    }
    cr_assert_null(imp_platform_find("pdp-11"));
    cr_assert_null(imp_platform_at(imp_platform_count()));
}

Test(platform, names_are_sorted)
{
    for (size_t i = 1; i < imp_platform_count(); i++)
        cr_expect_lt(strcmp(imp_platform_name(imp_platform_at(i - 1)),
                            imp_platform_name(imp_platform_at(i))),
                     0);
}

Test(platform, classes_differ)
{
    cr_expect_str_eq(imp_platform_class(imp_platform_find("telosb")), "class-1");
    cr_expect_str_eq(imp_platform_class(imp_platform_find("cc2538")), "class-2");
    cr_expect_str_eq(imp_platform_class(imp_platform_find("nrf52840")), "above-class-2");
    cr_expect_str_eq(imp_platform_class(imp_platform_find("gateway")), "mains");
}

/* 14.2 ms: Emill/P256-Cortex-M4, README. 222 us for a block: CC2420 stand-alone encryption. */
Test(platform, costs_are_those_of_the_sources)
{
    const struct imp_platform *nrf = imp_platform_find("nrf52840");
    const struct imp_platform *telosb = imp_platform_find("telosb");
    cr_expect_eq(imp_platform_cost(nrf, IMP_OP_P256_ECDH, 1), INT64_C(14200000));
    cr_expect_eq(imp_platform_cost(nrf, IMP_OP_P256_ECDH, 3), INT64_C(42600000));
    cr_expect_eq(imp_platform_cost(telosb, IMP_OP_AES, 16), INT64_C(222000));
    cr_expect_eq(imp_platform_cost(telosb, IMP_OP_AES, 0), 0);
}

/* 634.7 cycles a block and 244.9 cycles of key expansion at 64 MHz (aes-armcortexm, README). */
Test(platform, a_set_up_time_is_paid_once_a_charge)
{
    const struct imp_platform *nrf = imp_platform_find("nrf52840");
    cr_expect_eq(imp_platform_cost(nrf, IMP_OP_AES, 16), 13744); /* 9917.2 + 3826.6 rounded up */
    cr_expect_eq(imp_platform_cost(nrf, IMP_OP_AES, 160), 102999);
}

Test(platform, a_cost_beyond_the_clock_is_never)
{
    const struct imp_platform *telosb = imp_platform_find("telosb");
    cr_expect_eq(imp_platform_cost(telosb, IMP_OP_P256_SIGN, SIZE_MAX), IMP_NEVER);
}

Test(platform, radios_are_there_or_not)
{
    const struct imp_platform *telosb = imp_platform_find("telosb");
    cr_expect(imp_platform_radio(telosb, "lr-wpan"));
    cr_expect_not(imp_platform_radio(telosb, "wifi"));
    cr_expect_not(imp_platform_radio(telosb, "semaphore"));
    cr_expect_float_eq(imp_platform_radio_current(telosb, "lr-wpan", ENG_TX), 17.4, 1e-9);
    cr_expect_float_eq(imp_platform_radio_current(telosb, "lr-wpan", ENG_RX), 18.8, 1e-9);
    cr_expect_float_eq(imp_platform_radio_current(telosb, "wifi", ENG_TX), 0, 0);
    cr_expect(imp_platform_radio(imp_platform_find("esp32"), "wifi"));
    cr_expect(imp_platform_radio(imp_platform_find("gateway"), "ethernet"));
}

/* Nordic ps_nrf52840; Microchip's transceiver current table; ZGM130S. */
Test(platform, radios_of_the_air_draw_what_their_sources_say)
{
    static const struct {
        const char *platform, *medium;
        double tx, rx;
    } radios[] = {{"nrf52840", "ble", 6.4, 6.26},
                  {"samr34", "lorawan", 41.54, 12.68},
                  {"zgm130s", "z-wave", 5.3, 9.8}};
    for (int i = 0; i < 3; i++) {
        const struct imp_platform *p = imp_platform_find(radios[i].platform);
        cr_assert_not_null(p);
        cr_expect(imp_platform_radio(p, radios[i].medium));
        cr_expect(imp_platform_radio(imp_platform_find("gateway"), radios[i].medium));
        cr_expect_float_eq(imp_platform_radio_current(p, radios[i].medium, ENG_TX), radios[i].tx,
                           1e-9);
        cr_expect_float_eq(imp_platform_radio_current(p, radios[i].medium, ENG_RX), radios[i].rx,
                           1e-9);
        cr_expect_lt(imp_platform_radio_current(p, radios[i].medium, ENG_OFF), 0.01);
    }
    cr_expect_not(imp_platform_radio(imp_platform_find("samr34"), "ble"));
}

Test(platform, energy_is_time_times_current_times_voltage)
{
    const struct imp_platform *telosb = imp_platform_find("telosb");
    cr_expect_float_eq(imp_platform_energy(telosb, 2 * IMP_S, 17.4), 2 * 17.4 * 3, 1e-9);
}

Test(platform, every_figure_has_source_and_status)
{
    for (size_t i = 0; i < imp_platform_count(); i++) {
        const struct imp_figure *f;
        size_t n = imp_platform_figures(imp_platform_at(i), &f);
        cr_expect_geq(n, 7 + IMP_OP_COUNT);
        for (size_t k = 0; k < n; k++)
            cr_expect(*f[k].source && *f[k].status, "%s", f[k].key);
    }
}

/* ---- files that must not pass ------------------------------------------------------------------
 */

static char *embedded(const char *name)
{
    for (const struct imp_data_file *d = imp_data_files; d->name; d++)
        if (strcmp(d->name, name) == 0)
            return strdup(d->text);
    return NULL;
}

/* Parses telosb.csv with the first `from` replaced by `to`. */
static struct imp_platform *altered(const char *from, const char *to)
{
    char *text = embedded("platforms/telosb");
    cr_assert_not_null(text);
    char *at = strstr(text, from);
    cr_assert_not_null(at, "%s", from);
    size_t n = strlen(text) + strlen(to) + 1;
    char *out = malloc(n);
    cr_assert_not_null(out);
    snprintf(out, n, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    error[0] = '\0';
    struct imp_platform *p = imp_platform_parse("telosb", out, strlen(out), error, sizeof error);
    free(out);
    free(text);
    return p;
}

Test(platform, an_unaltered_file_passes)
{
    struct imp_platform *p = altered("voltage,3,", "voltage,3.0,");
    cr_assert_not_null(p, "%s", error);
    imp_platform_free(p);
}

Test(platform, a_bad_file_gives_one_line_that_says_where)
{
    static const struct {
        const char *from, *to, *says;
    } cases[] = {
        {"voltage,", "volts,", "'voltage' is missing"},
        {"op.aes,", "op.des,", "'op.aes' is missing"},
        {"radio.lr-wpan.rx,", "radio.lr-wpan.hear,", "'radio.lr-wpan.rx' is missing"},
        {"8,MHz", "8,parsec", "clock is in MHz, not in 'parsec'"},
        {"class-1", "class-9", "class is"},
        {"1.8,mA", "much,mA", "decimal number"},
        {"op.p256-sign,2386,ms", "op.p256-sign,23860000,s", "1000 s"},
        {"flash,48", "colour,48,,x,derived\nflash,48", "unknown key 'colour'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct imp_platform *p = altered(cases[i].from, cases[i].to);
        cr_expect_null(p, "case %zu", i);
        cr_expect_not_null(strstr(error, cases[i].says), "case %zu: %s", i, error);
        cr_expect_null(strchr(error, '\n'));
        imp_platform_free(p);
    }
}
