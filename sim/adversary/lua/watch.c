/* SPDX-License-Identifier: GPL-2.0-only */
/* One instruction of Lua may last for ever: string.find with a hostile pattern. A run is a process
 * of its own, so a timer of processor time may end it; what it then prints becomes the reason of
 * the failure (sim/campaign/pool_child.c). */
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

#include "script.h"

static const struct imp_script *watched;
static int depth; /* callbacks within callbacks */

static size_t put_text(char *out, size_t used, size_t cap, const char *text)
{
    while (used < cap && *text)
        out[used++] = *text++;
    return used;
}

static size_t put_number(char *out, size_t used, size_t cap, int number)
{
    char digits[12];
    size_t at = sizeof digits - 1;
    digits[at] = '\0';
    do
        digits[--at] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    return put_text(out, used, cap, digits + at);
}

/* In a signal: write() and no stdio. */
static void time_is_over(int sig)
{
    char said[300];
    size_t n = put_text(said, 0, sizeof said, watched->file);
    (void)sig;
    n = put_text(said, n, sizeof said, ":");
    n = put_number(said, n, sizeof said, watched->box.line);
    n = put_text(said, n, sizeof said, ": the strategy needs more than ");
    n = put_number(said, n, sizeof said, IMP_SCRIPT_CPU_S);
    n = put_text(said, n, sizeof said, " s of processor time\n");
    if (write(STDERR_FILENO, said, n) < 0)
        _exit(2);
    _exit(1);
}

static void set(time_t seconds)
{
    setitimer(ITIMER_VIRTUAL, &(struct itimerval){.it_value.tv_sec = seconds}, NULL);
}

void imp__watch_begin(const struct imp_script *s)
{
    if (depth++ > 0)
        return;
    watched = s;
    signal(SIGVTALRM, time_is_over);
    set(IMP_SCRIPT_CPU_S);
}

void imp__watch_end(void)
{
    if (--depth == 0)
        set(0);
}
