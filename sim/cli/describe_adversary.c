/* SPDX-License-Identifier: GPL-2.0-only */
/* describe_adversary.c - a preset's rights by axis, a strategy's parameters. */
#include "cli.h"

#include "sim/adversary/strategy.h"

#include <string.h>

static void axis(const char *letter, const char *name)
{
    printf("  %s  %-14s ", letter, name);
}

static void print_window(const struct imp_window *w)
{
    if (w->when == IMP_WHEN_BETWEEN)
        printf("%g s to %g s", (double)w->from / 1e9, (double)w->until / 1e9);
    else
        printf("%s", imp_when_name(w->when));
}

/* "what (window)" with a comma before all but the first. */
static bool item(bool first, const char *what, const struct imp_window *w)
{
    if (w->when == IMP_WHEN_NEVER)
        return first;
    printf("%s%s (", first ? "" : ", ", what);
    print_window(w);
    putchar(')');
    return false;
}

static void print_network(const struct imp_adversary *a)
{
    bool none = true;
    for (int l = 0; l < IMP_LINK_COUNT; l++) {
        bool first = true;
        for (int p = 0; p < IMP_POWER_COUNT; p++)
            first = first && a->network[l][p].when == IMP_WHEN_NEVER;
        if (first)
            continue;
        axis(none ? "N" : " ", none ? "network" : "");
        printf("%s link: ", imp_link_name((enum imp_link)l));
        for (int p = 0, start = 1; p < IMP_POWER_COUNT; p++)
            start = item(start, imp_power_name((enum imp_power)p), &a->network[l][p]);
        putchar('\n');
        none = false;
    }
}

static void print_oob(const struct imp_adversary *a)
{
    for (const struct imp_oob_right *o = a->oob; o->channel; o++) {
        axis("O", "out of band");
        printf("%s: ", strcmp(o->channel, "*") == 0 ? "every channel" : o->channel);
        item(item(true, "read", &o->read), "write", &o->write);
        putchar('\n');
    }
}

static void print_keys(const struct imp_adversary *a)
{
    for (const struct imp_key_right *k = a->keys; k->role; k++) {
        axis("K", "keys");
        printf("%s of ", imp_reveal_name(k->reveal));
        if (k->device >= 0)
            printf("device %d, ", k->device + 1);
        item(true, strcmp(k->role, "*") == 0 ? "every role" : k->role, &k->when);
        putchar('\n');
    }
}

static void print_rest(const struct imp_adversary *a)
{
    if (a->tries >= 0) {
        axis("Q", "tries");
        printf("%d guesses on line\n", a->tries);
    }
    if (a->work_bits) {
        axis("C", "computation");
        printf("2^%u %s off line\n", a->work_bits, a->operations ? "operations" : "candidates");
    }
    axis("S", "sessions");
    puts(a->parallel ? "several devices side by side" : "one device at a time");
    for (int i = 0; i < IMP_WEAKNESS_COUNT; i++)
        if (a->weaknesses >> i & 1) {
            axis("X", "weakness");
            puts(imp_weakness_name((enum imp_weakness)i));
        }
    for (int i = 0; i < IMP_USER_ERROR_COUNT; i++)
        if (a->user[i] != 0) {
            axis("U", "user");
            printf("%s with probability %g per act\n", imp_user_error_name((enum imp_user_error)i),
                   a->user[i]);
        }
    for (int i = 0; i < IMP_PLACE_COUNT; i++)
        if (a->place[i].when != IMP_WHEN_NEVER) {
            axis("G", "place");
            item(true, imp_place_name((enum imp_place)i), &a->place[i]);
            putchar('\n');
        }
}

static void print_strategy(const struct imp_adversary *a)
{
    const struct imp_strategy *s = imp_strategy_find(a->strategy);
    printf("\nStrategy %s", s->name);
    for (const struct imp_strategy_param *p = s->params; p && p->name; p++) {
        const char *value = imp_adversary_param(a, p->name, p->preset);
        if (value)
            printf(" %s=%s", p->name, value);
    }
    printf("\n");
    cli_wrap(stdout, s->summary, 2, 2);
}

static void describe_preset(const struct imp_adversary *a)
{
    printf("%s: adversary\n", a->name);
    cli_wrap(stdout, a->summary, 0, 0);
    puts("\nRights");
    if (!imp_adversary_present(a))
        puts("  none");
    else {
        print_network(a);
        print_oob(a);
        print_keys(a);
        print_rest(a);
        print_strategy(a);
    }
    if (a->scenario)
        printf("\nExample: scenarios/%s\n", a->scenario);
}

static void describe_strategy(const struct imp_strategy *s)
{
    printf("%s: strategy of an adversary\n", s->name);
    cli_wrap(stdout, s->summary, 0, 0);
    if (s->mirrors)
        puts("It runs parties of its own.");
    for (const struct imp_strategy_param *p = s->params; p && p->name; p++)
        printf("%s  %-12s %s (%s%s)\n", p == s->params ? "\nParameters\n" : "", p->name, p->summary,
               p->preset ? "default " : "must be set", p->preset ? p->preset : "");
}

bool cli_describe_adversary(const char *name)
{
    const struct imp_adversary *a = imp_adversary_find(name);
    const struct imp_strategy *s = imp_strategy_find(name);
    if (a)
        describe_preset(a);
    if (a && s)
        putchar('\n');
    if (s && (!a || imp_adversary_present(a)))
        describe_strategy(s);
    return a || s;
}
