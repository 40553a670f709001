/* SPDX-License-Identifier: GPL-2.0-only */
/* live_user.c - the user at a terminal. What he may say, a line each:
 *
 *     (nothing)              the oldest thing that he was asked for is done
 *     no                     he gives it up
 *     oob CHANNEL HEX        brings what a device or server elsewhere showed
 *     reset ROLE             presses its reset
 *     control ROLE WORDS     a word of the mechanism's timeline */
#include "live_internal.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void live_prompt(struct live_party *p, unsigned act)
{
    struct live_prompt *x = calloc(1, sizeof *x), **at = &p->live->prompts;
    const struct imp_act *a = &p->live->m->acts[act];
    if (!x)
        abort();
    x->party = p;
    x->act = act;
    while (*at)
        at = &(*at)->next;
    *at = x;
    live_say(p, "asks its user: %s (%s) Enter: done; no: given up.", a->name, a->summary);
}

static bool answer(struct imp_live *l, bool ok)
{
    struct live_prompt *x = l->prompts;
    if (!x)
        return false;
    l->prompts = x->next;
    live_post(x->party, &(struct imp_event){.kind = IMP_EVENT_USER, .id = x->act, .ok = ok});
    free(x);
    return true;
}

void live_agree(struct imp_live *l)
{
    while (answer(l, true))
        ;
}

/* A message for a role that runs here is brought at once, as by a user without thoughts. */
void live_show(struct live_party *p, int channel, int message, const void *bytes, size_t n)
{
    const struct imp_mechanism *m = p->live->m;
    struct live_party *other = live_other(p, channel);
    char *hex = malloc(2 * n + 1);
    if (!hex)
        abort();
    sodium_bin2hex(hex, 2 * n + 1, bytes, n);
    live_say(p, "shows %s: oob %s %s", m->messages[message].name, m->channels[channel].name, hex);
    free(hex);
    if (other->here)
        live_post(other,
                  &(struct imp_event){
                      .kind = IMP_EVENT_RECEIVE, .channel = channel, .bytes = bytes, .n = n});
}

static struct live_party *anybody(const struct imp_live *l)
{
    for (size_t r = 0; r < l->roles; r++)
        if (l->parties[r].here)
            return &l->parties[r];
    abort();
}

static struct live_party *named(const struct imp_live *l, const char *role)
{
    int r = role ? imp_role_find(l->m, role) : -1;
    return r >= 0 && l->parties[r].here ? &l->parties[r] : NULL;
}

static bool bring(const struct imp_live *l, const char *channel, const char *hex)
{
    uint8_t bytes[2048];
    size_t n;
    int i = 0;
    while (channel && l->m->channels[i].name && strcmp(l->m->channels[i].name, channel) != 0)
        i++;
    if (!channel || !hex || !l->m->channels[i].name ||
        l->m->channels[i].service != IMP_SERVICE_OOB || !l->parties[l->m->channels[i].b].here ||
        sodium_hex2bin(bytes, sizeof bytes, hex, strlen(hex), NULL, &n, NULL) != 0)
        return false;
    live_post(&l->parties[l->m->channels[i].b],
              &(struct imp_event){.kind = IMP_EVENT_RECEIVE, .channel = i, .bytes = bytes, .n = n});
    return true;
}

static bool command(struct imp_live *l, char *line)
{
    char *rest = line, *word = strsep(&rest, " ");
    if (!*word)
        return answer(l, true);
    if (strcmp(word, "no") == 0)
        return answer(l, false);
    char *name = strsep(&rest, " ");
    if (strcmp(word, "oob") == 0)
        return bring(l, name, rest);
    struct live_party *p = named(l, name);
    if (p && strcmp(word, "reset") == 0) {
        live_post(p, &(struct imp_event){.kind = IMP_EVENT_RESET});
    } else if (p && rest && strcmp(word, "control") == 0) {
        live_post(p, &(struct imp_event){.kind = IMP_EVENT_CONTROL,
                                         .bytes = (const uint8_t *)rest,
                                         .n = strlen(rest)});
    } else {
        return false;
    }
    return true;
}

static void take(struct imp_live *l)
{
    l->line[l->line_n] = 0;
    l->line_n = 0;
    if (!command(l, l->line))
        live_say(anybody(l), "this line says nothing here; expected Enter or no after a question, "
                             "oob CHANNEL HEX, reset ROLE, control ROLE WORDS");
}

void live_input(struct imp_live *l, int fd, bool *open)
{
    char bytes[512];
    ssize_t n = read(fd, bytes, sizeof bytes);
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    *open = n > 0;
    for (ssize_t i = 0; i < n; i++) {
        if (bytes[i] == '\n')
            take(l);
        else if (l->line_n < sizeof l->line - 1)
            l->line[l->line_n++] = bytes[i];
    }
}
