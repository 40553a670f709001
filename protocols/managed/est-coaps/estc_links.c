/* SPDX-License-Identifier: GPL-2.0-only */
/* estc_links.c - where the resources are, in CoRE Link Format (RFC 6690): RFC 9148 section 4.1. */
#include "estc.h"

#include <stdio.h>
#include <string.h>

#define TYPE "ace.est."

/* Content-Formats in which each answers. */
static const struct {
    const char *name, *ct;
} resources[] = {{"crts", "\"281 287\""}, {"sen", "\"281 287\""}, {"sren", "\"281 287\""},
                 {"att", "285"},          {"skg", "62"},          {"skc", "62"}};

/* Does "ace.est.NAME" pass the filter of RFC 6690 section 4.1? */
static bool passes(const char *name, const char *rt, size_t n)
{
    char type[24];
    int size = snprintf(type, sizeof type, TYPE "%s", name);
    bool open = n > 0 && rt[n - 1] == '*';
    if (n == 0)
        return true;
    return open ? n - 1 <= (size_t)size && memcmp(type, rt, n - 1) == 0
                : n == (size_t)size && memcmp(type, rt, n) == 0;
}

int estc_links_write(char *out, size_t cap, const char *root, const char *rt, size_t n)
{
    size_t at = 0;
    for (size_t i = 0; i < sizeof resources / sizeof *resources; i++) {
        if (!passes(resources[i].name, rt, n))
            continue;
        int size = snprintf(out + at, cap - at, "%s</%s%s>;rt=\"" TYPE "%s\";ct=%s", at ? "," : "",
                            root, resources[i].name, resources[i].name, resources[i].ct);
        if (size < 0 || (size_t)size >= cap - at)
            return -1;
        at += (size_t)size;
    }
    return (int)at;
}

bool estc_links_find(char root[ESTC_PATH], const char *links, size_t n, const char *name)
{
    struct imp_text rest = {links, n}, value;
    struct imp_link link;
    char type[24];
    size_t tail = strlen(name);
    snprintf(type, sizeof type, TYPE "%s", name);
    while (imp_link_next(&link, &rest) == 1) {
        struct imp_text path = link.target;
        if (!imp_link_param(&value, &link, "rt") || !imp_link_has_word(value, type) ||
            path.n < tail + 2 || path.n - tail > ESTC_PATH || path.p[0] != '/' ||
            memchr(path.p, 0, path.n) || memcmp(path.p + path.n - tail - 1, "/", 1) != 0 ||
            memcmp(path.p + path.n - tail, name, tail) != 0)
            continue;
        snprintf(root, ESTC_PATH, "%.*s", (int)(path.n - tail - 1), path.p + 1);
        return true;
    }
    return false;
}
