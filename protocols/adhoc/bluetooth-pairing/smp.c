/* SPDX-License-Identifier: GPL-2.0-only */
/* smp.c - PDUs of SMP and the choice of the association model. */
#include "smp.h"

#include <string.h>

static const uint8_t sizes[] = {
    [SMP_REQUEST] = 7,
    [SMP_RESPONSE] = 7,
    [SMP_CONFIRM] = 17,
    [SMP_RANDOM] = 17,
    [SMP_FAILED] = 2,
    [SMP_ENCRYPTION_INFORMATION] = 17,
    [SMP_CENTRAL_IDENTIFICATION] = 11,
    [SMP_IDENTITY_INFORMATION] = 17,
    [SMP_IDENTITY_ADDRESS] = 8,
    [SMP_SIGNING_INFORMATION] = 17,
    [SMP_SECURITY_REQUEST] = 2,
    [SMP_PUBLIC_KEY] = 65,
    [SMP_DHKEY_CHECK] = 17,
    [SMP_KEYPRESS] = 2,
};

static void turn_round(uint8_t *out, const uint8_t *in, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = in[n - 1 - i];
}

size_t smp_size(uint8_t code)
{
    return code < sizeof sizes ? sizes[code] : 0;
}

bool smp_whole(const uint8_t *p, size_t n)
{
    return n > 0 && smp_size(p[0]) == n;
}

size_t smp_write(uint8_t out[SMP_MAX], enum smp_code code, const uint8_t *value)
{
    size_t n = sizes[code];
    out[0] = (uint8_t)code;
    turn_round(out + 1, value, n - 1);
    return n;
}

void smp_value(uint8_t *value, const uint8_t *pdu)
{
    turn_round(value, pdu + 1, smp_size(pdu[0]) - 1);
}

size_t smp_public_key_write(uint8_t out[SMP_MAX], const uint8_t key[64])
{
    out[0] = SMP_PUBLIC_KEY;
    turn_round(out + 1, key, 32);
    turn_round(out + 33, key + 32, 32);
    return 65;
}

void smp_public_key_read(uint8_t key[64], const uint8_t *pdu)
{
    turn_round(key, pdu + 1, 32);
    turn_round(key + 32, pdu + 33, 32);
}

size_t smp_features_write(uint8_t out[SMP_MAX], enum smp_code code, const struct smp_features *f)
{
    const uint8_t pdu[7] = {(uint8_t)code,    f->io,       f->oob,
                            f->auth_req,      f->key_size, f->initiator_keys,
                            f->responder_keys};
    memcpy(out, pdu, sizeof pdu);
    return sizeof pdu;
}

bool smp_features_read(struct smp_features *f, const uint8_t *pdu)
{
    *f = (struct smp_features){pdu[1], pdu[2], pdu[3], pdu[4], pdu[5], pdu[6]};
    return f->io < SMP_IO_COUNT && f->oob <= 1 && f->key_size >= SMP_KEY_LEAST &&
           f->key_size <= SMP_KEY_MOST;
}

/* ---- the association model
 * ------------------------------------------------------------------------- */
const char *smp_model_name(enum smp_model m)
{
    static const char *const names[] = {
        [SMP_JUST_WORKS] = "just-works",
        [SMP_NUMERIC_COMPARISON] = "numeric-comparison",
        [SMP_PASSKEY_INITIATOR_SHOWS] = "passkey-initiator-displays",
        [SMP_PASSKEY_RESPONDER_SHOWS] = "passkey-responder-displays",
        [SMP_PASSKEY_BOTH_TYPE] = "passkey-both-enter",
        [SMP_OUT_OF_BAND] = "out-of-band",
    };
    return names[m];
}

bool smp_secure_connections(const struct smp_features *initiator,
                            const struct smp_features *responder)
{
    return initiator->auth_req & responder->auth_req & SMP_SC;
}

static bool shows(uint8_t io)
{
    return io == SMP_DISPLAY_ONLY || io == SMP_DISPLAY_YES_NO || io == SMP_KEYBOARD_DISPLAY;
}

static bool types(uint8_t io)
{
    return io == SMP_KEYBOARD_ONLY || io == SMP_KEYBOARD_DISPLAY;
}

static bool answers(uint8_t io)
{
    return io == SMP_DISPLAY_YES_NO || io == SMP_KEYBOARD_DISPLAY;
}

/* Table 2.8. */
static enum smp_model by_io(uint8_t initiator, uint8_t responder, bool sc)
{
    if (sc && answers(initiator) && answers(responder))
        return SMP_NUMERIC_COMPARISON;
    if (shows(initiator) && types(responder))
        return SMP_PASSKEY_INITIATOR_SHOWS;
    if (types(initiator) && shows(responder))
        return SMP_PASSKEY_RESPONDER_SHOWS;
    return types(initiator) && types(responder) ? SMP_PASSKEY_BOTH_TYPE : SMP_JUST_WORKS;
}

/* Tables 2.6 and 2.7. */
enum smp_model smp_model_of(const struct smp_features *initiator,
                            const struct smp_features *responder)
{
    bool sc = smp_secure_connections(initiator, responder);
    if (sc ? initiator->oob || responder->oob : initiator->oob && responder->oob)
        return SMP_OUT_OF_BAND;
    if (!((initiator->auth_req | responder->auth_req) & SMP_MITM))
        return SMP_JUST_WORKS;
    return by_io(initiator->io, responder->io, sc);
}

bool smp_model_authenticates(enum smp_model m)
{
    return m != SMP_JUST_WORKS;
}
