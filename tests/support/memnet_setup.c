/* SPDX-License-Identifier: GPL-2.0-only */
/* Options and flaws of memnet's parties: the descriptor's defaults, then the test's settings. */
#include "memnet_internal.h"

#include <stdlib.h>
#include <string.h>

static void set(struct memnet *net, size_t role, int option, const char *text)
{
    char error[200];
    const struct imp_option *o = &net->m->options[option];
    if (imp_option_parse(&net->parties[role].options[option], o, text, error, sizeof error) != 0)
        memnet__die("option %s: %s", o->name, error);
}

static size_t role_of(const struct memnet *net, const char *name)
{
    int role = imp_role_find(net->m, name);
    if (role < 0)
        memnet__die("%s has no role \"%s\"", net->m->name, name);
    return (size_t)role;
}

/* "option=value" for every role that reads it, "role.option=value" for one. */
static void set_option(struct memnet *net, char *text, char *value)
{
    *value++ = '\0';
    char *dot = strchr(text, '.');
    const char *name = dot ? dot + 1 : text;
    int option = imp_option_find(net->m, name);
    if (option < 0)
        memnet__die("%s has no option \"%s\"", net->m->name, name);
    unsigned readers = net->m->options[option].roles;
    if (dot) {
        *dot = '\0';
        size_t role = role_of(net, text);
        if (!(readers >> role & 1))
            memnet__die("role %s does not read option %s", text, name);
        set(net, role, option, value);
        return;
    }
    for (size_t r = 0; r < net->role_count; r++)
        if (readers >> r & 1)
            set(net, r, option, value);
}

/* "role!flaw" for one role, "!flaw" for the role whose check the flaw leaves out. */
static void set_flaw(struct memnet *net, char *text, char *mark)
{
    *mark = '\0';
    int flaw = imp_flaw_find(net->m, mark + 1);
    if (flaw < 0)
        memnet__die("%s has no flaw \"%s\"", net->m->name, mark + 1);
    size_t role = *text ? role_of(net, text) : (size_t)net->m->flaws[flaw].role;
    net->parties[role].env.flaws |= UINT64_C(1) << flaw;
}

void memnet__settings(struct memnet *net, const char *const *settings)
{
    size_t count = imp_option_count(net->m);
    for (size_t r = 0; r < net->role_count; r++) {
        net->parties[r].options = memnet__alloc(count * sizeof(struct imp_value));
        net->parties[r].env.options = net->parties[r].options;
        for (size_t o = 0; o < count; o++)
            set(net, r, (int)o, net->m->options[o].preset);
    }
    for (; settings && *settings; settings++) {
        char *text = memnet__copy(*settings, strlen(*settings) + 1);
        net->texts = memnet__append(net->texts, net->text_count, sizeof *net->texts);
        net->texts[net->text_count++] = text;
        char *value = strchr(text, '='), *mark = strchr(text, '!');
        if (value && !(mark && mark < value))
            set_option(net, text, value);
        else if (mark)
            set_flaw(net, text, mark);
        else
            memnet__die("setting \"%s\" is neither option=value nor role!flaw", text);
    }
}
