/* SPDX-License-Identifier: GPL-2.0-only */
/* replay.c - sends recorded messages a second time.
 *
 *   session = same    each shortly after it was seen, to the same receiver
 *   session = later   all of them in their order once every honest party has completed
 *   session = other   what one device sent or was sent goes, in its order, to or from the next
 * device when that one's link comes up */
#include "kept.h"
#include "params.h"
#include "select.h"

#include <stdio.h>

enum { SAME, LATER, OTHER };
static const char *const sessions[] = {"same", "later", "other", NULL};

struct replay {
    struct imp_select select;
    int session;
    imp_time gap;         /* between replayed messages; after the original with SAME */
    struct imp_keep kept; /* recorded; SAME: due */
    int victim;           /* OTHER: the device in whose session they are replayed, or -1 */
    struct imp_kept *next;
};

static int check(const struct imp_adversary *a, const struct imp_mechanism *m, char *error,
                 size_t cap)
{
    return imp_select_check(a, m, error, cap) ||
                   imp_param_word_check(a, "session", sessions, error, cap) ||
                   imp_param_number_check(a, "gap_ms", 0, 1e9, error, cap)
               ? -1
               : 0;
}

static int open_(struct imp_adv *a, char *error, size_t cap)
{
    struct replay *s = a->state;
    imp_select_open(&s->select, a);
    s->session = imp_param_word(a->rights, "session", sessions);
    s->gap = imp_param_time(a->rights, "gap_ms", 100, IMP_MS);
    s->victim = -1;
    if (s->session != OTHER || a->devices > 1)
        return 0;
    snprintf(error, cap, "adversary.strategy.session: other needs two devices");
    return -1;
}

static void close_(struct imp_adv *a)
{
    imp_keep_clear(&((struct replay *)a->state)->kept);
}

static enum imp_answer seen(struct imp_adv *a, const struct imp_unit *u)
{
    struct replay *s = a->state;
    bool over = s->session != SAME && s->next; /* the replay is under way */
    if (over || s->victim >= 0 || !u->bytes || u->from < 0 || !imp_select(a, &s->select, u))
        return IMP_PASS;
    if (s->session == SAME && !s->kept.head)
        a->ops->timer(a, 0, s->gap);
    imp_keep(&s->kept, u)->due = a->now + s->gap;
    return IMP_PASS;
}

/* A party of the recorded session, or in the place of its device the device now attacked. */
static int stand_in(const struct imp_adv *a, int party, int victim)
{
    bool device = imp_adv_honest(a, party) && a->parties[party].kind == IMP_ROLE_DEVICE;
    return device ? imp_adv_party_find(a, a->parties[party].role, victim) : party;
}

static void again(struct imp_adv *a, struct replay *s, const struct imp_unit *u)
{
    if (s->victim < 0)
        imp_resend(a, u);
    else if (u->to >= 0)
        imp_send_as(a, u, stand_in(a, u->from, s->victim), stand_in(a, u->to, s->victim),
                    s->victim);
}

static void timer(struct imp_adv *a, unsigned id)
{
    struct replay *s = a->state;
    (void)id;
    if (s->session == SAME) {
        while (s->kept.head && s->kept.head->due <= a->now) {
            imp_resend(a, &s->kept.head->unit);
            imp_keep_drop(&s->kept);
        }
        if (s->kept.head)
            a->ops->timer(a, 0, s->kept.head->due - a->now);
        return;
    }
    if (!s->next)
        return;
    again(a, s, &s->next->unit);
    s->next = s->next->next;
    if (s->next)
        a->ops->timer(a, 0, s->gap);
}

static void moment(struct imp_adv *a, enum imp_moment m, int device)
{
    struct replay *s = a->state;
    bool begins = s->session == LATER   ? m == IMP_MOMENT_ALL_DONE
                  : s->session == OTHER ? m == IMP_MOMENT_DEVICE_UP && s->kept.head &&
                                              s->kept.head->unit.device != device
                                        : false;
    if (!begins || s->next || s->victim >= 0)
        return;
    s->victim = s->session == OTHER ? device : -1;
    s->next = s->kept.head;
    a->ops->note(a, "replays what it recorded");
    a->ops->timer(a, 0, s->gap);
}

static const struct imp_strategy_param params[] = {
    IMP_PARAMS_SELECT,
    {"session", "same", "same, later, or other: that of the next device"},
    {"gap_ms", "100", "milliseconds before each replayed message"},
    {0}};

const struct imp_strategy imp_strategy_replay = {
    .name = "replay",
    .summary = "Sends messages again, in the same session, a later one, or another device's.",
    .state_size = sizeof(struct replay),
    .params = params,
    .check = check,
    .open = open_,
    .close = close_,
    .seen = seen,
    .timer = timer,
    .moment = moment,
};
