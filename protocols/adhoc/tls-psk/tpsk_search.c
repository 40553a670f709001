/* SPDX-License-Identifier: GPL-2.0-only */
/* tpsk_search.c - what an adversary's server does with a device that wants to enter: with an
 * ephemeral key exchange who only reads cannot try PINs, but who answered the device can. It finds
 * the PIN off line and serves the device's next attempt. */
#include <stdio.h>
#include <string.h>

#include "tpsk.h"

/* More digits take too long to be really tried: each costs the iterations of PBKDF2. */
enum { DIGITS = 3, PINS = 1000, WORK_BITS = 10 };

static bool find(struct tpsk_psk *psk, const char *serial, bool stretched,
                 const struct imp_psk_own *e)
{
    char pin[16];
    for (int i = 0; i < PINS; i++) {
        snprintf(pin, sizeof pin, "%0*d", DIGITS, i);
        tpsk_from_pin(NULL, psk, serial, pin, DIGITS, stretched);
        if (imp_psk_own_right(e, psk->octets, psk->n))
            return true;
    }
    return false;
}

void tpsk_search(struct tpsk_session *s)
{
    struct imp_env *env = s->server->env;
    struct imp_psk_own evidence;
    struct tpsk_psk psk;
    char cell[32];
    if (!env->adversary || env->work_bits < WORK_BITS || s->searched || !s->secure.current ||
        s->state != TPSK_SERVER_HANDSHAKE || !imp_psk_own_evidence(&evidence, s->secure.current))
        return;
    s->searched = true;
    struct imp_observation before = imp_observe_hold(); /* trying is nobody's protocol run */
    bool found = find(&psk, s->asked, imp_opt(env, TPSK_OPT_STRETCHING) != 0, &evidence);
    imp_observe_resume(before);
    tpsk_list_cell(cell, s->asked);
    if (found)
        tpsk_psk_store(env, &psk, cell);
}
