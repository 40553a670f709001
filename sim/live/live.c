/* SPDX-License-Identifier: GPL-2.0-only */
/* live.c - the loop: parcels, timers, sockets, and the user's lines. */
#include "live_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void live_say(const struct live_party *p, const char *format, ...)
{
    const struct imp_live_watch *w = &p->live->watch;
    char sentence[4096];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    if (w->said)
        w->said(w->arg, &p->env, sentence);
}

void live_event(struct live_party *p, const struct imp_event *e)
{
    const struct imp_live_watch *w = &p->live->watch;
    if (e->kind == IMP_EVENT_RECEIVE && w->received)
        w->received(w->arg, &p->env, e->channel, e->n);
    p->live->m->roles[p->env.role].event(p->env.ctx, &p->env, e, live_now(p->live));
}

void live_post(struct live_party *to, const struct imp_event *e)
{
    struct imp_live *l = to->live;
    struct live_parcel *x = calloc(1, sizeof *x + e->n);
    if (!x)
        abort();
    x->to = to;
    x->event = *e;
    if (e->n)
        memcpy(x->bytes, e->bytes, e->n);
    x->event.bytes = x->bytes;
    *l->tail = x;
    l->tail = &x->next;
}

static void deliver(struct imp_live *l)
{
    while (l->head) {
        struct live_parcel *x = l->head;
        l->head = x->next;
        if (!l->head)
            l->tail = &l->head;
        live_event(x->to, &x->event);
        free(x);
    }
}

int imp_live_start(struct imp_live *l, char *error, size_t cap)
{
    struct imp_event e = {.kind = IMP_EVENT_START, .ok = true};
    if (live_sockets_open(l, error, cap) != 0 || live_clock_start(l, error, cap) != 0)
        return -1;
    for (size_t r = 0; r < l->roles; r++)
        if (l->parties[r].here)
            l->m->roles[r].init(l->parties[r].env.ctx, &l->parties[r].env);
    for (size_t r = l->roles; r-- > 0;)
        if (l->parties[r].here)
            live_event(&l->parties[r], &e);
    return 0;
}

/* Fires what is due; returns when the next timer is. */
static imp_time timers(struct imp_live *l)
{
    imp_time next = IMP_NEVER;
    for (size_t r = 0; r < l->roles; r++)
        for (unsigned i = 0; l->parties[r].here && i < LIVE_TIMERS; i++) {
            imp_time *t = &l->parties[r].timers[i];
            if (*t <= live_now(l)) {
                *t = IMP_NEVER;
                live_event(&l->parties[r], &(struct imp_event){.kind = IMP_EVENT_TIMER, .id = i});
            }
            if (*t < next)
                next = *t;
        }
    return next;
}

static int until(const struct imp_live *l, imp_time at)
{
    imp_time left = at - live_now(l);
    return left <= 0 ? 0 : left > 100 * IMP_MS ? 100 : (int)(left / IMP_MS) + 1;
}

/* Waits for sockets and input; what is ready is read. */
static void wait_for(struct imp_live *l, imp_time at, int *input)
{
    size_t most = l->channels + 1, n = 0;
    for (struct live_stream *s = l->streams; s; s = s->next)
        most++;
    struct pollfd *fds = calloc(most, sizeof *fds);
    if (!fds)
        abort();
    for (size_t i = 0; i < l->channels; i++)
        fds[n++] = (struct pollfd){.fd = l->sockets[i].fd, .events = POLLIN};
    for (struct live_stream *s = l->streams; s; s = s->next)
        fds[n++] = (struct pollfd){.fd = s->fd, .events = live_stream_wants(s)};
    fds[n] = (struct pollfd){.fd = *input, .events = POLLIN};
    if (poll(fds, (nfds_t)(n + 1), until(l, at)) > 0) {
        struct live_stream *s = l->streams;
        for (size_t i = l->channels; i < n; i++, s = s->next) /* before new ones come in front */
            if (fds[i].revents)
                live_stream_ready(s, fds[i].revents);
        for (size_t i = 0; i < l->channels; i++)
            if (fds[i].revents & POLLIN && l->m->channels[i].service == IMP_SERVICE_STREAM)
                live_stream_accept(l, (int)i);
            else if (fds[i].revents & POLLIN)
                live_datagram_receive(l, (int)i);
        bool open = true;
        if (fds[n].revents)
            live_input(l, *input, &open);
        if (!open)
            *input = -1;
    }
    free(fds);
    live_streams_sweep(l);
}

static bool all_completed(const struct imp_live *l)
{
    for (size_t r = 0; r < l->roles; r++)
        if (l->parties[r].here && !l->parties[r].completed)
            return false;
    return true;
}

bool imp_live_run(struct imp_live *l, const struct imp_live_limits *limits)
{
    imp_time end = live_now(l) + limits->limit;
    int input = limits->input;
    bool done = false;
    while (live_now(l) < end) {
        deliver(l);
        if (limits->agrees)
            live_agree(l);
        imp_time next = timers(l);
        deliver(l);
        if (!done && all_completed(l)) {
            done = true;
            end = live_now(l) + limits->linger;
        }
        wait_for(l, next < end ? next : end, &input);
    }
    return all_completed(l);
}

bool imp_live_completed(const struct imp_live *l, int role)
{
    return l->parties[role].completed;
}
