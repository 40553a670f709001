/* SPDX-License-Identifier: GPL-2.0-only */
#include "eapol_key.h"

#include <string.h>

#include "../crypto/crypto.h"
#include "eapol.h"

enum { /* offsets in the EAPOL-Key body */
       AT_INFO = 1,
       AT_LENGTH = 3,
       AT_REPLAY = 5,
       AT_NONCE = 13,
       AT_IV = 45,
       AT_RSC = 61,
       AT_MIC = 77,
       AT_DATA_LENGTH = 93,
       DESCRIPTOR_RSN = 2,
};

const uint8_t imp_rsne[IMP_RSNE_SIZE] = {
    0x30, 20, 1,    0,    0x00, 0x0f, 0xac, 4, /* version 1, group cipher CCMP */
    1,    0,  0x00, 0x0f, 0xac, 4,             /* one pairwise cipher: CCMP */
    1,    0,  0x00, 0x0f, 0xac, 1,             /* one AKM: 802.1X with SHA-1 */
    0,    0,                                   /* RSN capabilities */
};

const uint8_t imp_rsne_psk[IMP_RSNE_SIZE] = {
    0x30, 20,   1,    0, 0x00, 0x0f, 0xac, 4,    1,    0,
    0x00, 0x0f, 0xac, 4, 1,    0,    0x00, 0x0f, 0xac, 2, /* one AKM: PSK with SHA-1 */
    0,    0,
};

static uint16_t read16(const uint8_t *p)
{
    return (uint16_t)(p[0] << 8 | p[1]);
}

static void write16(uint8_t *p, size_t v)
{
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
}

int imp_eapol_key_parse(struct imp_eapol_key *out, const uint8_t *body, size_t n)
{
    if (n < IMP_KEY_FIXED || body[0] != DESCRIPTOR_RSN)
        return -1;
    struct imp_eapol_key k = {.info = read16(body + AT_INFO),
                              .key_length = read16(body + AT_LENGTH),
                              .data = body + IMP_KEY_FIXED,
                              .data_n = read16(body + AT_DATA_LENGTH)};
    if (k.data_n > n - IMP_KEY_FIXED)
        return -1;
    for (int i = 0; i < 8; i++)
        k.replay = k.replay << 8 | body[AT_REPLAY + i];
    memcpy(k.nonce, body + AT_NONCE, sizeof k.nonce);
    memcpy(k.iv, body + AT_IV, sizeof k.iv);
    memcpy(k.rsc, body + AT_RSC, sizeof k.rsc);
    memcpy(k.mic, body + AT_MIC, sizeof k.mic);
    *out = k;
    return 0;
}

size_t imp_eapol_key_write(uint8_t *out, size_t cap, uint8_t eapol_version,
                           const struct imp_eapol_key *key)
{
    size_t n = IMP_KEY_FIXED + key->data_n;
    if (imp_eapol_write(out, cap, eapol_version, IMP_EAPOL_KEY, NULL, n) == 0)
        return 0;
    uint8_t *body = out + IMP_EAPOL_HEADER;
    memset(body, 0, IMP_KEY_FIXED);
    body[0] = DESCRIPTOR_RSN;
    write16(body + AT_INFO, key->info);
    write16(body + AT_LENGTH, key->key_length);
    for (int i = 0; i < 8; i++)
        body[AT_REPLAY + i] = (uint8_t)(key->replay >> (56 - 8 * i));
    memcpy(body + AT_NONCE, key->nonce, sizeof key->nonce);
    memcpy(body + AT_IV, key->iv, sizeof key->iv);
    memcpy(body + AT_RSC, key->rsc, sizeof key->rsc);
    memcpy(body + AT_MIC, key->mic, sizeof key->mic);
    write16(body + AT_DATA_LENGTH, key->data_n);
    if (key->data_n)
        memcpy(body + IMP_KEY_FIXED, key->data, key->data_n);
    return IMP_EAPOL_HEADER + n;
}

int imp_eapol_key_number(const struct imp_eapol_key *key)
{
    uint16_t flags = key->info & (uint16_t)~IMP_KEY_VERSION;
    if ((key->info & IMP_KEY_VERSION) != IMP_KEY_VERSION_AES)
        return 0;
    switch (flags) { /* section 12.7.6 */
    case IMP_KEY_PAIRWISE | IMP_KEY_ACK:
        return 1;
    case IMP_KEY_PAIRWISE | IMP_KEY_MIC:
        return 2;
    case IMP_KEY_PAIRWISE | IMP_KEY_INSTALL | IMP_KEY_ACK | IMP_KEY_MIC | IMP_KEY_SECURE |
        IMP_KEY_ENCRYPTED:
        return 3;
    case IMP_KEY_PAIRWISE | IMP_KEY_MIC | IMP_KEY_SECURE:
        return 4;
    default:
        return 0;
    }
}

int imp_eapol_key_group(const struct imp_eapol_key *key)
{
    uint16_t flags = key->info & (uint16_t)~IMP_KEY_VERSION;
    if ((key->info & IMP_KEY_VERSION) != IMP_KEY_VERSION_AES)
        return 0;
    if (flags == (IMP_KEY_SECURE | IMP_KEY_MIC | IMP_KEY_ACK | IMP_KEY_ENCRYPTED))
        return 1;
    return flags == (IMP_KEY_SECURE | IMP_KEY_MIC) ? 2 : 0;
}

void imp_wpa_prf(struct imp_env *env, uint8_t *out, size_t out_n, const void *key, size_t key_n,
                 const char *label, const void *data, size_t data_n)
{
    uint8_t counter = 0, block[20];
    struct imp_observation before = imp_observe_hold();
    for (size_t done = 0; done < out_n; counter++) {
        struct imp_piece in[] = {
            IMP_PIECE(label, strlen(label) + 1), /* the NUL is the zero octet */
            IMP_PIECE(data, data_n), IMP_PIECE(&counter, 1)};
        imp_hmac_sha1(env, block, key, key_n, in, 3);
        size_t take = out_n - done < sizeof block ? out_n - done : sizeof block;
        memcpy(out + done, block, take);
        done += take;
    }
    imp_observe_resume(before);
    imp_observe_keyed("802.11 PRF", out, out_n, key, key_n, &IMP_PIECE(data, data_n), 1);
    imp_wipe(block, sizeof block);
}

/* Appends the smaller, then the greater of two equally long strings. */
static size_t append_ordered(uint8_t *out, const uint8_t *a, const uint8_t *b, size_t n)
{
    int less = memcmp(a, b, n) < 0;
    memcpy(out, less ? a : b, n);
    memcpy(out + n, less ? b : a, n);
    return 2 * n;
}

void imp_wpa_ptk(struct imp_env *env, struct imp_ptk *out, const uint8_t pmk[32],
                 const struct imp_addr *aa, const struct imp_addr *spa,
                 const uint8_t anonce[IMP_KEY_NONCE], const uint8_t snonce[IMP_KEY_NONCE])
{
    uint8_t data[2 * IMP_ADDR_MAX + 2 * IMP_KEY_NONCE], ptk[48];
    size_t address_n = aa->n < spa->n ? aa->n : spa->n; /* both 6 on any 802 link */
    size_t n = append_ordered(data, aa->bytes, spa->bytes, address_n);
    n += append_ordered(data + n, anonce, snonce, IMP_KEY_NONCE);
    imp_observe_join(data, n,
                     (const struct imp_piece[]){{anonce, IMP_KEY_NONCE}, {snonce, IMP_KEY_NONCE}},
                     2); /* the addresses stand before every frame */
    imp_wpa_prf(env, ptk, sizeof ptk, pmk, 32, "Pairwise key expansion", data, n);
    memcpy(out->kck, ptk, 16);
    memcpy(out->kek, ptk + 16, 16);
    memcpy(out->tk, ptk + 32, 16);
    imp_wipe(ptk, sizeof ptk);
}

void imp_wpa_mic(struct imp_env *env, uint8_t mic[IMP_KEY_MIC_SIZE], const uint8_t kck[16],
                 const uint8_t *frame, size_t n)
{
    static const uint8_t zero[IMP_KEY_MIC_SIZE];
    size_t at = IMP_EAPOL_HEADER + AT_MIC, after = at + IMP_KEY_MIC_SIZE;
    uint8_t full[20];
    struct imp_piece in[] = {IMP_PIECE(frame, at), IMP_PIECE(zero, sizeof zero),
                             IMP_PIECE(frame + after, n - after)};
    imp_hmac_sha1(env, full, kck, 16, in, 3);
    memcpy(mic, full, IMP_KEY_MIC_SIZE);
}

void imp_wpa_mic_set(struct imp_env *env, const uint8_t kck[16], uint8_t *frame, size_t n)
{
    uint8_t mic[IMP_KEY_MIC_SIZE];
    imp_wpa_mic(env, mic, kck, frame, n);
    memcpy(frame + IMP_EAPOL_HEADER + AT_MIC, mic, sizeof mic);
}

void imp_wpa_pmkid(struct imp_env *env, uint8_t out[IMP_PMKID_SIZE], const uint8_t pmk[32],
                   const struct imp_addr *aa, const struct imp_addr *spa)
{
    static const char name[] = "PMK Name";
    uint8_t full[20];
    const struct imp_piece in[] = {
        {name, sizeof name - 1}, {aa->bytes, aa->n}, {spa->bytes, spa->n}};
    imp_hmac_sha1(env, full, pmk, 32, in, 3);
    memcpy(out, full, IMP_PMKID_SIZE);
}

static const uint8_t pmkid_kde[] = {0xdd, 4 + IMP_PMKID_SIZE, 0x00, 0x0f, 0xac, 4};
_Static_assert(sizeof pmkid_kde + IMP_PMKID_SIZE == IMP_PMKID_KDE, "header and PMKID");

void imp_wpa_pmkid_kde(uint8_t out[IMP_PMKID_KDE], const uint8_t pmkid[IMP_PMKID_SIZE])
{
    memcpy(out, pmkid_kde, sizeof pmkid_kde);
    memcpy(out + sizeof pmkid_kde, pmkid, IMP_PMKID_SIZE);
}

const uint8_t *imp_wpa_pmkid_find(const struct imp_eapol_key *key)
{
    bool there =
        key->data_n >= IMP_PMKID_KDE && memcmp(key->data, pmkid_kde, sizeof pmkid_kde) == 0;
    return there ? key->data + sizeof pmkid_kde : NULL;
}

/* GTK KDE, section 12.7.2: dd, length, OUI, data type 1, key identifier and Tx, reserved, GTK. */
static const uint8_t gtk_kde[] = {0xdd, 6 + IMP_GTK_SIZE, 0x00, 0x0f, 0xac, 1, 1, 0};

enum {
    GTK_KEY_ID = 6, /* its octet in the KDE */
    PLAIN = IMP_RSNE_SIZE + (int)sizeof gtk_kde + IMP_GTK_SIZE,
    PADDED = (PLAIN + 7) / 8 * 8, /* AES key wrap takes whole semiblocks */
};

size_t imp_wpa_key_data(struct imp_env *env, uint8_t *out, size_t cap, const uint8_t kek[16],
                        const uint8_t gtk[IMP_GTK_SIZE], unsigned id, const uint8_t *rsne)
{
    uint8_t plain[PADDED] = {0};
    size_t at = rsne ? IMP_RSNE_SIZE : 0, n = at + sizeof gtk_kde + IMP_GTK_SIZE;
    size_t padded = (n + 7) / 8 * 8;
    if (cap < padded + 8)
        return 0;
    if (rsne)
        memcpy(plain, rsne, IMP_RSNE_SIZE);
    memcpy(plain + at, gtk_kde, sizeof gtk_kde);
    plain[at + GTK_KEY_ID] = (uint8_t)id;
    memcpy(plain + at + sizeof gtk_kde, gtk, IMP_GTK_SIZE);
    if (n < padded)
        plain[n] = 0xdd; /* padding: dd, then zeros */
    imp_aes_wrap(env, out, kek, plain, padded);
    imp_wipe(plain, sizeof plain);
    return padded + 8;
}

/* Reads the elements of unwrapped key data. */
static int read_elements(uint8_t gtk[IMP_GTK_SIZE], const uint8_t *rsne, const uint8_t *p, size_t n)
{
    int same = !rsne, found = 0;
    for (size_t i = 0; i + 2 <= n && p[i + 1] != 0;) {
        size_t size = 2 + (size_t)p[i + 1];
        if (size > n - i)
            return -1;
        if (rsne && p[i] == rsne[0])
            same = size == IMP_RSNE_SIZE && memcmp(p + i, rsne, size) == 0;
        if (size == sizeof gtk_kde + IMP_GTK_SIZE && memcmp(p + i, gtk_kde, 6) == 0) {
            memcpy(gtk, p + i + sizeof gtk_kde, IMP_GTK_SIZE);
            found = 1;
        }
        i += size;
    }
    return same && found ? 0 : -1;
}

int imp_wpa_key_data_open(struct imp_env *env, uint8_t gtk[IMP_GTK_SIZE], const uint8_t kek[16],
                          const uint8_t *rsne, const uint8_t *data, size_t n)
{
    uint8_t plain[IMP_KEY_DATA_MAX];
    int status = -1;
    if (n < 24 || n % 8 != 0 || n - 8 > sizeof plain)
        return -1;
    if (imp_aes_unwrap(env, plain, kek, data, n) == 0)
        status = read_elements(gtk, rsne, plain, n - 8);
    imp_wipe(plain, sizeof plain);
    return status;
}
