/* SPDX-License-Identifier: GPL-2.0-only */
/* live_setup.c - which roles run here, with which options, cells and addresses. */
#include "live_internal.h"

#include "sim/words/nearest.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEXT = 512 };

static int fail(char *error, size_t cap, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static int fail(char *error, size_t cap, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(error, cap, format, args);
    va_end(args);
    return -1;
}

static void *some(size_t count, size_t size)
{
    void *p = calloc(count ? count : 1, size);
    if (!p)
        abort();
    return p;
}

static void preset(struct imp_live *l, struct live_party *p)
{
    char error[TEXT];
    for (size_t i = 0; i < imp_option_count(l->m); i++)
        if (imp_option_parse(&p->options[i], &l->m->options[i], l->m->options[i].preset, error,
                             sizeof error) != 0)
            abort();
}

/* Names as the simulator gives them, since credentials are drawn under them. */
static void make(struct imp_live *l, int role)
{
    struct live_party *p = &l->parties[role];
    const struct imp_role *r = &l->m->roles[role];
    bool device = r->kind == IMP_ROLE_DEVICE;
    p->live = l;
    p->options = some(imp_option_count(l->m), sizeof *p->options);
    preset(l, p);
    snprintf(p->name, sizeof p->name, device ? "device-1" : "%s", r->name);
    p->env = (struct imp_env){.ops = &live_ops,
                              .mechanism = l->m,
                              .role = role,
                              .device = device ? 0 : -1,
                              .name = p->name,
                              .options = p->options,
                              .ctx = some(1, r->context_size)};
    for (int i = 0; i < LIVE_TIMERS; i++)
        p->timers[i] = IMP_NEVER;
}

struct imp_live *imp_live_new(const struct imp_mechanism *m, const struct imp_live_watch *watch)
{
    struct imp_live *l = some(1, sizeof *l);
    l->m = m;
    l->watch = *watch;
    l->tail = &l->head;
    l->roles = imp_role_count(m);
    l->channels = imp_channel_count(m);
    l->parties = some(l->roles, sizeof *l->parties);
    l->sockets = some(l->channels, sizeof *l->sockets);
    for (size_t i = 0; i < l->channels; i++)
        l->sockets[i].fd = -1;
    for (size_t r = 0; r < l->roles; r++)
        make(l, (int)r);
    return l;
}

void imp_live_free(struct imp_live *l)
{
    for (size_t r = 0; r < l->roles; r++) {
        struct live_party *p = &l->parties[r];
        if (p->here && l->started && l->m->roles[r].fini)
            l->m->roles[r].fini(p->env.ctx, &p->env);
        live_cells_free(p);
        free(p->options);
        free(p->env.ctx);
    }
    for (struct live_stream *s = l->streams; s; s = s->next)
        s->over = true;
    live_streams_sweep(l);
    for (size_t i = 0; i < l->channels; i++)
        if (l->sockets[i].fd >= 0)
            close(l->sockets[i].fd);
    for (struct live_parcel *x = l->head, *next; x; x = next) {
        next = x->next;
        free(x);
    }
    for (struct live_prompt *x = l->prompts, *next; x; x = next) {
        next = x->next;
        free(x);
    }
    for (size_t i = 0; i < l->text_count; i++)
        free(l->texts[i]);
    free(l->texts);
    free(l->parties);
    free(l->sockets);
    free(l);
}

struct live_party *live_here(const struct imp_live *l, int channel)
{
    const struct imp_channel *c = &l->m->channels[channel];
    return &l->parties[l->parties[c->a].here ? c->a : c->b];
}

struct live_party *live_other(const struct live_party *p, int channel)
{
    const struct imp_channel *c = &p->live->m->channels[channel];
    return &p->live->parties[c->a == p->env.role ? c->b : c->a];
}

/* ---- roles
 * ------------------------------------------------------------------------------------------ */
static int role_of(const struct imp_live *l, const char *name, char *error, size_t cap)
{
    struct imp_nearest best = {0};
    char hint[100];
    int r = imp_role_find(l->m, name);
    if (r >= 0)
        return r;
    for (size_t i = 0; i < l->roles; i++)
        imp_nearest_offer(&best, name, l->m->roles[i].name);
    imp_nearest_hint(&best, hint, sizeof hint);
    return fail(error, cap, "%s has no role \"%s\"%s; see imprint describe %s", l->m->name, name,
                hint, l->m->name);
}

int imp_live_role(struct imp_live *l, const char *role, char *error, size_t cap)
{
    int r = role_of(l, role, error, cap);
    if (r < 0)
        return -1;
    l->parties[r].here = true;
    return 0;
}

/* ---- settings
 * --------------------------------------------------------------------------------------- */
/* Keeps a copy, since values borrow their text. */
static const char *owned(struct imp_live *l, const char *text)
{
    char **grown = realloc(l->texts, (l->text_count + 1) * sizeof *grown), *copy = strdup(text);
    if (!grown || !copy)
        abort();
    l->texts = grown;
    return l->texts[l->text_count++] = copy;
}

static int set_flaw(struct imp_live *l, const char *role, const char *flaw, char *error, size_t cap)
{
    int r = role_of(l, role, error, cap), f = imp_flaw_find(l->m, flaw);
    if (r < 0)
        return -1;
    if (f < 0 || l->m->flaws[f].role != r)
        return fail(error, cap, "%s has no flaw \"%s\"; see imprint describe %s", role, flaw,
                    l->m->name);
    l->parties[r].env.flaws |= UINT64_C(1) << f;
    return 0;
}

static int set_option(struct imp_live *l, const char *role, const char *name, const char *value,
                      char *error, size_t cap)
{
    char why[TEXT];
    int r = role ? role_of(l, role, error, cap) : -1, o = imp_option_find(l->m, name);
    if (role && r < 0)
        return -1;
    if (o < 0)
        return fail(error, cap, "%s has no option \"%s\"; see imprint describe %s", l->m->name,
                    name, l->m->name);
    const char *text = owned(l, value);
    for (int i = 0; i < (int)l->roles; i++)
        if ((!role || i == r) && imp_option_parse(&l->parties[i].options[o], &l->m->options[o],
                                                  text, why, sizeof why) != 0)
            return fail(error, cap, "%s: %s", name, why);
    return 0;
}

int imp_live_check(const struct imp_live *l, char *error, size_t cap)
{
    for (size_t r = 0; r < l->roles; r++) {
        int o = imp_option_unmet(l->m, (int)r, l->parties[r].options);
        if (o >= 0)
            return fail(error, cap, "%s.%s needs %s", l->m->roles[r].name, l->m->options[o].name,
                        l->m->options[o].needs);
        if (l->parties[r].here && !imp_role_takes_part(l->m, (int)r, l->parties[r].options))
            return fail(error, cap,
                        "role %s: its option %s is at its default, with which nobody "
                        "needs it; --set it",
                        l->m->roles[r].name, l->m->roles[r].only_with);
    }
    return 0;
}

int imp_live_set(struct imp_live *l, const char *setting, char *error, size_t cap)
{
    char text[TEXT];
    snprintf(text, sizeof text, "%s", setting);
    char *value = strchr(text, '='), *flaw = strchr(text, '!'), *name = text;
    if (strlen(setting) >= sizeof text || (!value && !flaw))
        return fail(error, cap, "\"%s\": expected OPTION=VALUE, ROLE.OPTION=VALUE or ROLE!FLAW",
                    setting);
    if (flaw && (!value || flaw < value)) {
        *flaw++ = 0;
        return set_flaw(l, text, flaw, error, cap);
    }
    *value++ = 0;
    char *dot = strchr(text, '.');
    if (dot) {
        *dot = 0;
        name = dot + 1;
    }
    return set_option(l, dot ? text : NULL, name, value, error, cap);
}

/* ---- credentials
 * ------------------------------------------------------------------------------------ */
void imp_live_provision(struct imp_live *l, uint64_t seed)
{
    struct imp_env **all = some(l->roles, sizeof *all);
    size_t count = 0;
    l->seed = seed;
    for (size_t r = 0; r < l->roles; r++) {
        l->parties[r].provisioning = true;
        if (imp_role_takes_part(l->m, (int)r, l->parties[r].options))
            all[count++] = &l->parties[r].env;
    }
    if (l->m->provision)
        l->m->provision(all, count);
    for (size_t r = 0; r < l->roles; r++)
        l->parties[r].provisioning = false;
    free(all);
}

int imp_live_cell_put(struct imp_live *l, int role, const char *name, const void *bytes, size_t n)
{
    return live_cell_put(&l->parties[role], name, bytes, n);
}

int imp_live_cell(struct imp_live *l, const char *setting, char *error, size_t cap)
{
    char text[4 * TEXT];
    uint8_t bytes[2 * TEXT];
    snprintf(text, sizeof text, "%s", setting);
    char *value = strchr(text, '='), *name = strchr(text, '.');
    size_t n;
    if (strlen(setting) >= sizeof text || !value || !name || name > value ||
        value - name > LIVE_CELL_NAME)
        return fail(error, cap, "\"%s\": expected ROLE.CELL=text:WORDS or ROLE.CELL=hex:OCTETS",
                    setting);
    *name++ = 0;
    *value++ = 0;
    int r = role_of(l, text, error, cap);
    if (r < 0)
        return -1;
    if (strncmp(value, "text:", 5) == 0)
        return live_cell_put(&l->parties[r], name, value + 5, strlen(value + 5));
    if (strncmp(value, "hex:", 4) == 0 &&
        sodium_hex2bin(bytes, sizeof bytes, value + 4, strlen(value + 4), NULL, &n, NULL) == 0)
        return live_cell_put(&l->parties[r], name, bytes, n);
    return fail(error, cap, "%s.%s: expected text:WORDS or hex:OCTETS", text, name);
}

/* ---- addresses
 * --------------------------------------------------------------------------------------- */
static int parse_address(struct sockaddr_storage *out, socklen_t *n, char *text)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)out;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)(void *)out;
    char *colon = strrchr(text, ':'), *end;
    if (!colon)
        return -1;
    *colon = 0;
    unsigned long port = strtoul(colon + 1, &end, 10);
    if (*end || end == colon + 1 || port > 65535)
        return -1;
    size_t length = strlen(text);
    *out = (struct sockaddr_storage){0};
    if (text[0] == '[' && text[length - 1] == ']') {
        text[length - 1] = 0;
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons((uint16_t)port);
        *n = sizeof *v6;
        return inet_pton(AF_INET6, text + 1, &v6->sin6_addr) == 1 ? 0 : -1;
    }
    v4->sin_family = AF_INET;
    v4->sin_port = htons((uint16_t)port);
    *n = sizeof *v4;
    return inet_pton(AF_INET, text, &v4->sin_addr) == 1 ? 0 : -1;
}

static struct live_socket *place(struct imp_live *l, const char *where, struct sockaddr_storage *at,
                                 socklen_t *n, char *error, size_t cap)
{
    char text[TEXT];
    snprintf(text, sizeof text, "%s", where);
    char *address = strchr(text, '=');
    if (address) {
        *address++ = 0;
        for (size_t i = 0; i < l->channels; i++)
            if (strcmp(l->m->channels[i].name, text) == 0) {
                if (parse_address(at, n, address) == 0)
                    return &l->sockets[i];
                fail(error, cap, "%s: expected ADDRESS:PORT, as 127.0.0.1:5684 or [::1]:5684",
                     where);
                return NULL;
            }
        fail(error, cap, "%s has no channel \"%s\"; see imprint describe %s", l->m->name, text,
             l->m->name);
        return NULL;
    }
    fail(error, cap, "\"%s\": expected CHANNEL=ADDRESS:PORT", where);
    return NULL;
}

int imp_live_listen(struct imp_live *l, const char *where, char *error, size_t cap)
{
    struct sockaddr_storage at;
    socklen_t n;
    struct live_socket *s = place(l, where, &at, &n, error, cap);
    if (!s)
        return -1;
    s->listens = true;
    s->local = at;
    s->local_n = n;
    return 0;
}

int imp_live_connect(struct imp_live *l, const char *where, char *error, size_t cap)
{
    struct sockaddr_storage at;
    socklen_t n;
    struct live_socket *s = place(l, where, &at, &n, error, cap);
    if (!s)
        return -1;
    s->connects = true;
    s->remote = at;
    s->remote_n = n;
    return 0;
}
