/* SPDX-License-Identifier: GPL-2.0-only */
/* data.c - data frames of LoRaWAN: MHDR, FHDR with FOpts, FPort, FRMPayload, MIC. */
#include "frame.h"

#include <string.h>

enum { HEAD = 8, ACK = 0x20, FOPTS_LENGTH = 0x0f };

static bool is_up(enum lw_mtype t)
{
    return t == LW_UNCONFIRMED_UP || t == LW_CONFIRMED_UP;
}

/* The block that begins a MIC (0x49) or makes key stream (0x01). */
static void block_of(uint8_t out[16], uint8_t first, bool up, const uint8_t dev_addr[4],
                     uint32_t fcnt, uint8_t last)
{
    memset(out, 0, 16);
    out[0] = first;
    out[5] = up ? 0 : 1;
    memcpy(out + 6, dev_addr, 4);
    for (int i = 0; i < 4; i++)
        out[10 + i] = (uint8_t)(fcnt >> 8 * i);
    out[15] = last;
}

/* ConfFCnt of a frame with ACK, in B0 of a downlink and B1 of an uplink. */
static void confirm(uint8_t b[16], const uint8_t *in, uint16_t acked)
{
    if (!(in[5] & ACK))
        return;
    b[1] = (uint8_t)acked;
    b[2] = (uint8_t)(acked >> 8);
}

/* LoRaWAN 1.0.4 section 4.4; 1.1 section 4.4. */
static void mic_of(struct imp_env *env, uint8_t mic[LW_MIC], const uint8_t *in, size_t n,
                   uint32_t fcnt, const struct lw_beside *beside, const struct lw_session *keys)
{
    uint8_t b[16], cmac[16], server[16];
    bool up = is_up((enum lw_mtype)(in[0] >> 5));
    struct imp_piece pieces[] = {{b, sizeof b}, {in, n}};
    block_of(b, 0x49, up, in + 1, fcnt, (uint8_t)n);
    if (!up && keys->v11)
        confirm(b, in, beside->acked);
    imp_aes_cmac(env, cmac, up ? keys->fnwk_int : keys->snwk_int, pieces, 2);
    memcpy(mic, cmac, LW_MIC);
    imp_observe_rule("MIC", mic, LW_MIC, &IMP_PIECE(cmac, sizeof cmac), 1);
    if (!up || !keys->v11)
        return;
    confirm(b, in, beside->acked); /* B0 becomes B1 */
    b[3] = beside->radio.data_rate;
    b[4] = beside->radio.channel;
    imp_aes_cmac(env, server, keys->snwk_int, pieces, 2);
    memcpy(mic, server, 2);
    memcpy(mic + 2, cmac, 2);
    imp_observe_rule("MIC", mic, LW_MIC,
                     (struct imp_piece[]){{server, sizeof server}, {cmac, sizeof cmac}}, 2);
}

/* AES in counter mode. The fifth octet of a block keeps FOpts apart from FRMPayload (1.1 and its
 * erratum on FOpts). */
static void crypt(struct imp_env *env, uint8_t *out, const uint8_t *in, size_t n,
                  const uint8_t key[LW_KEY], const struct lw_data *d, uint32_t fcnt, uint8_t kind)
{
    uint8_t a[16], stream[16], before[LW_PAYLOAD_MAX];
    memcpy(before, in, n);
    struct imp_observation hold = imp_observe_hold();
    for (size_t i = 0; i < n; i++) {
        if (i % 16 == 0) {
            block_of(a, 0x01, is_up(d->mtype), d->dev_addr, fcnt, (uint8_t)(i / 16 + 1));
            a[4] = kind;
            imp_aes_encrypt(env, stream, key, a);
        }
        out[i] = before[i] ^ stream[i % 16];
    }
    imp_observe_resume(hold);
    if (n)
        imp_observe_both(kind ? "FOpts" : "FRMPayload", key, LW_KEY, before, n, out, n);
}

void lw_data_crypt(struct imp_env *env, uint8_t *out, const uint8_t *in, size_t n,
                   const uint8_t key[LW_KEY], bool up, const uint8_t dev_addr[4], uint32_t fcnt)
{
    struct lw_data d = {.mtype = up ? LW_UNCONFIRMED_UP : LW_UNCONFIRMED_DOWN};
    memcpy(d.dev_addr, dev_addr, 4);
    crypt(env, out, in, n, key, &d, fcnt, 0);
}

/* In clear in 1.0; in 1.1 under NwkSEncKey. 02: a downlink that AFCntDown counts. */
static void fopts_crypt(struct imp_env *env, uint8_t *out, const struct lw_data *d, uint32_t fcnt,
                        const struct lw_session *keys)
{
    bool application = !is_up(d->mtype) && d->payload_n && d->fport;
    if (keys->v11)
        crypt(env, out, d->fopts, d->fopts_n, keys->nwk_enc, d, fcnt, application ? 2 : 1);
    else
        memcpy(out, d->fopts, d->fopts_n);
}

void lw_data_command(struct lw_data *d, bool port_0, const uint8_t *commands, size_t n)
{
    memcpy(port_0 ? d->payload : d->fopts, commands, n);
    d->payload_n = port_0 ? n : 0;
    d->fopts_n = port_0 ? 0 : n;
    d->fport = 0;
}

size_t lw_data_commands(struct imp_env *env, uint8_t out[LW_PAYLOAD_MAX], const struct lw_data *d,
                        uint32_t fcnt, const struct lw_session *keys)
{
    if (d->fopts_n)
        fopts_crypt(env, out, d, fcnt, keys);
    else if (d->payload_n && !d->fport)
        crypt(env, out, d->payload, d->payload_n, keys->nwk_enc, d, fcnt, 0);
    return d->fopts_n ? d->fopts_n : d->fport ? 0 : d->payload_n;
}

uint8_t lw_command_next(const uint8_t *commands, size_t n, size_t *at, const uint8_t **payload)
{
    static const struct {
        uint8_t cid, octets;
    } known[] = {{LW_CID_DEV_STATUS, 0}, {LW_CID_REKEY, 1}, {LW_CID_REJOIN_SETUP, 1}};
    for (size_t i = 0; i < sizeof known / sizeof *known && *at < n; i++) {
        if (commands[*at] != known[i].cid || n - *at - 1 < known[i].octets)
            continue;
        *payload = commands + *at + 1;
        *at += 1 + known[i].octets;
        return known[i].cid;
    }
    return 0;
}

size_t lw_data_write(struct imp_env *env, uint8_t out[LW_DATA_MAX], const struct lw_data *d,
                     uint32_t fcnt, const struct lw_beside *beside, const struct lw_session *keys)
{
    size_t n = HEAD;
    out[0] = (uint8_t)(d->mtype << 5);
    memcpy(out + 1, d->dev_addr, 4);
    out[5] = (uint8_t)((d->ack ? ACK : 0) | d->fopts_n);
    out[6] = (uint8_t)fcnt;
    out[7] = (uint8_t)(fcnt >> 8);
    fopts_crypt(env, out + n, d, fcnt, keys);
    n += d->fopts_n;
    if (d->payload_n) {
        out[n++] = d->fport;
        crypt(env, out + n, d->payload, d->payload_n, d->fport ? keys->app : keys->nwk_enc, d, fcnt,
              0);
        n += d->payload_n;
    }
    mic_of(env, out + n, out, n, fcnt, beside, keys);
    return n + LW_MIC;
}

/* MAC commands travel in FOpts or with FPort 0, not in both (1.0.4 section 5, 1.1 section 5). */
int lw_data_read(struct lw_data *d, const uint8_t *in, size_t n)
{
    *d = (struct lw_data){0};
    if (n < HEAD + LW_MIC || n > LW_DATA_MAX || in[0] & 0x1f)
        return -1;
    d->mtype = (enum lw_mtype)(in[0] >> 5);
    d->fopts_n = in[5] & FOPTS_LENGTH;
    size_t head = HEAD + d->fopts_n;
    if (d->mtype < LW_UNCONFIRMED_UP || d->mtype > LW_CONFIRMED_DOWN || n < head + LW_MIC ||
        n == head + 1 + LW_MIC)
        return -1;
    memcpy(d->dev_addr, in + 1, 4);
    d->ack = in[5] & ACK;
    d->fcnt = (uint16_t)(in[6] | in[7] << 8);
    memcpy(d->fopts, in + HEAD, d->fopts_n);
    if (n > head + LW_MIC) {
        d->fport = in[head];
        d->payload_n = n - head - 1 - LW_MIC;
        memcpy(d->payload, in + head + 1, d->payload_n);
    }
    if (d->fopts_n && d->payload_n && !d->fport)
        return -1;
    memcpy(d->mic, in + n - LW_MIC, LW_MIC);
    return 0;
}

bool lw_data_right(struct imp_env *env, const uint8_t *in, size_t n, uint32_t fcnt,
                   const struct lw_beside *beside, const struct lw_session *keys)
{
    uint8_t mic[LW_MIC];
    mic_of(env, mic, in, n - LW_MIC, fcnt, beside, keys);
    return imp_equal(mic, in + n - LW_MIC, LW_MIC);
}
