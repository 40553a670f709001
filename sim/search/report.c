/* SPDX-License-Identifier: GPL-2.0-only */
#include "report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void *need(void *p)
{
    if (!p)
        abort();
    return p;
}

void imp__report_init(struct imp_search_report *r, const struct imp_states *known, unsigned level,
                      bool full)
{
    *r = (struct imp_search_report){.known = known, .level = level, .full = full};
}

void imp__report_free(struct imp_search_report *r)
{
    for (size_t i = 0; i < r->count; i++)
        free((void *)r->point[i].options);
    free(r->point);
    *r = (struct imp_search_report){0};
}

static void append(struct imp_search_report *r, const struct imp_script_point *p)
{
    if (r->count == r->room) {
        r->room = r->room ? 2 * r->room : 64;
        r->point = need(realloc(r->point, r->room * sizeof *r->point));
    }
    struct imp_option_taken *options = need(malloc((p->count + 1) * sizeof *options));
    if (p->count)
        memcpy(options, p->options, p->count * sizeof *options);
    r->point[r->count] = *p;
    r->point[r->count++].options = options;
}

/* Times have no share in a state, so that from one that is known a run may still come to new ones:
 * an act of the user may end earlier or later. It ends when nothing new has come for a while. */
#define KNOWN_IN_A_ROW 16
#define OWN_IN_A_ROW 48

static bool met_before(const struct imp_search_report *r, uint64_t name)
{
    for (size_t i = 0; i + 1 < r->count; i++)
        if (imp__point_name(&r->point[i], r->full) == name)
            return true;
    return false;
}

uint64_t imp__point_name(const struct imp_script_point *p, bool full)
{
    return full || !p->place ? p->state : p->place;
}

uint64_t imp__option_name(const struct imp_script_point *p, size_t option)
{
    uint64_t h = imp__point_name(p, false);
    h = (h ^ (p->options[option].deviation + 1u)) * UINT64_C(0x9e3779b97f4a7c15);
    h = (h ^ h >> 29 ^ p->options[option].uses) * UINT64_C(0x9e3779b97f4a7c15);
    return (h ^ h >> 29) | 1;
}

/* At a known place, something new may still be done. */
static bool nothing_new(const struct imp_search_report *r, const struct imp_script_point *p)
{
    bool known = imp_states_below(r->known, imp__point_name(p, r->full), r->level);
    for (size_t o = 0; known && !r->full && p->place && o < p->count; o++)
        known = imp_states_below(r->known, imp__option_name(p, o), r->level);
    return known;
}

bool imp_search_at(struct imp_search_report *r, const struct imp_script_point *p)
{
    if (r->merged || r->count == IMP_SEARCH_POINTS)
        return false;
    append(r, p);
    bool known = nothing_new(r, p);
    r->known_in_a_row = known ? r->known_in_a_row + 1 : 0;
    r->own_in_a_row = known || met_before(r, imp__point_name(p, r->full)) ? r->own_in_a_row + 1 : 0;
    r->merged = r->known_in_a_row >= KNOWN_IN_A_ROW || r->own_in_a_row >= OWN_IN_A_ROW;
    return !r->merged;
}

void imp_search_broken(struct imp_search_report *r, const char *goal, const char *why)
{
    if (r->broken || r->failed)
        return;
    r->broken = true;
    snprintf(r->goal, sizeof r->goal, "%s", goal);
    snprintf(r->why, sizeof r->why, "%s", why);
}

void imp_search_failed(struct imp_search_report *r, const char *why)
{
    if (r->failed)
        return;
    r->failed = true;
    snprintf(r->why, sizeof r->why, "%s", why);
}

/* ---- between processes
 * ----------------------------------------------------------------------------
 */
bool imp__write_all(int fd, const void *p, size_t n)
{
    for (const char *at = p; n > 0;) {
        ssize_t put = send(fd, at, n, MSG_NOSIGNAL);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        at += put;
        n -= (size_t)put;
    }
    return true;
}

bool imp__read_all(int fd, void *p, size_t n)
{
    for (char *at = p; n > 0;) {
        ssize_t got = read(fd, at, n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        at += got;
        n -= (size_t)got;
    }
    return true;
}

struct head { /* of a report; both ends are one program */
    uint8_t broken, failed, merged;
    char goal[40], why[200];
    size_t count, size; /* points; octets that follow */
};

struct point_head {
    uint64_t state, place;
    unsigned number;
    uint8_t count;
};

bool imp__report_write(int fd, const struct imp_search_report *r)
{
    struct head h = {.broken = r->broken, .failed = r->failed, .merged = r->merged};
    memcpy(h.goal, r->goal, sizeof h.goal);
    memcpy(h.why, r->why, sizeof h.why);
    h.count = r->count;
    for (size_t i = 0; i < r->count; i++)
        h.size += sizeof(struct point_head) + r->point[i].count * sizeof *r->point[i].options;
    uint8_t *body = need(malloc(h.size + 1)), *at = body;
    for (size_t i = 0; i < r->count; i++) {
        const struct imp_script_point *p = &r->point[i];
        struct point_head q = {
            .state = p->state, .place = p->place, .number = p->number, .count = (uint8_t)p->count};
        memcpy(at, &q, sizeof q);
        at += sizeof q;
        memcpy(at, p->options, p->count * sizeof *p->options);
        at += p->count * sizeof *p->options;
    }
    bool whole = imp__write_all(fd, &h, sizeof h) && imp__write_all(fd, body, h.size);
    free(body);
    return whole;
}

static void read_points(struct imp_search_report *r, const uint8_t *at, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct point_head q;
        struct imp_option_taken options[UINT8_MAX];
        memcpy(&q, at, sizeof q);
        at += sizeof q;
        memcpy(options, at, q.count * sizeof *options);
        at += q.count * sizeof *options;
        append(r, &(struct imp_script_point){q.number, options, q.count, q.state, q.place});
    }
}

bool imp__report_read(int fd, struct imp_search_report *r)
{
    struct head h;
    imp__report_init(r, NULL, 0, true);
    if (!imp__read_all(fd, &h, sizeof h))
        return false;
    r->broken = h.broken;
    r->failed = h.failed;
    r->merged = h.merged;
    memcpy(r->goal, h.goal, sizeof h.goal);
    memcpy(r->why, h.why, sizeof h.why);
    uint8_t *body = need(malloc(h.size + 1));
    bool whole = imp__read_all(fd, body, h.size);
    if (whole)
        read_points(r, body, h.count);
    free(body);
    return whole;
}
