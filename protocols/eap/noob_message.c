/* SPDX-License-Identifier: GPL-2.0-only */
#include "noob_message.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "../codec/text.h"

static const char *const names[] = {
#define NAME(id, text) text,
    NOOB_MEMBERS(NAME)
#undef NAME
};

const char *noob_member_name(enum noob_member m)
{
    return names[m];
}

/* ---- which members a message holds (figures 2 to 10) --------------------------------------------
 */
#define M(id) (UINT32_C(1) << NOOB_M_##id)

static const struct {
    uint32_t required, optional;
} shapes[NOOB_TYPES][2] = {
    /* request, then response; Type itself is required everywhere */
    [NOOB_ERROR] = {{M(ERROR_CODE), M(PEER_ID) | M(ERROR_INFO)},
                    {M(ERROR_CODE), M(PEER_ID) | M(ERROR_INFO)}},
    [NOOB_HANDSHAKE] = {{0, 0}, {M(PEER_STATE), M(PEER_ID)}},
    [NOOB_INITIAL_PARAMETERS] = {{M(VERS) | M(PEER_ID) | M(CRYPTOSUITES) | M(DIRS) | M(SERVER_INFO),
                                  M(NEW_NAI)},
                                 {M(VERP) | M(PEER_ID) | M(CRYPTOSUITEP) | M(DIRP) | M(PEER_INFO),
                                  0}},
    [NOOB_INITIAL_KEYS] = {{M(PEER_ID) | M(PKS) | M(NS), M(SLEEP_TIME)},
                           {M(PEER_ID) | M(PKP) | M(NP), 0}},
    [NOOB_WAIT] = {{M(PEER_ID), M(SLEEP_TIME)}, {M(PEER_ID), 0}},
    [NOOB_COMPLETION_NOOBID] = {{M(PEER_ID), 0}, {M(PEER_ID) | M(NOOB_ID), 0}},
    [NOOB_COMPLETION_MAC] = {{M(PEER_ID) | M(NOOB_ID) | M(MACS), 0}, {M(PEER_ID) | M(MACP), 0}},
    [NOOB_RECONNECT_PARAMETERS] = {{M(VERS) | M(PEER_ID) | M(CRYPTOSUITES),
                                    M(NEW_NAI) | M(SERVER_INFO)},
                                   {M(VERP) | M(PEER_ID) | M(CRYPTOSUITEP), M(PEER_INFO)}},
    [NOOB_RECONNECT_KEYS] = {{M(PEER_ID) | M(KEYING_MODE) | M(NS2), M(PKS2)},
                             {M(PEER_ID) | M(NP2), M(PKP2)}},
    [NOOB_RECONNECT_MAC] = {{M(PEER_ID) | M(MACS2), 0}, {M(PEER_ID) | M(MACP2), 0}},
};

enum noob_presence noob_presence(enum noob_type type, bool response, enum noob_member member)
{
    uint32_t bit = UINT32_C(1) << member;
    if (member == NOOB_M_TYPE || (shapes[type][response].required & bit))
        return NOOB_REQUIRED;
    return shapes[type][response].optional & bit ? NOOB_OPTIONAL : NOOB_ABSENT;
}

/* ---- spans of the top-level members in text that jansson has already accepted ------------------
 */
static const uint8_t *skip_space(const uint8_t *p, const uint8_t *end)
{
    while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'))
        p++;
    return p;
}

/* `p` at the opening quote; returns the octet after the closing one. */
static const uint8_t *skip_string(const uint8_t *p, const uint8_t *end)
{
    for (p++; p < end && *p != '"'; p++)
        if (*p == '\\' && p + 1 < end)
            p++;
    return p < end ? p + 1 : end;
}

static const uint8_t *skip_value(const uint8_t *p, const uint8_t *end)
{
    int depth = 0;
    for (;;) {
        if (p >= end)
            return end;
        if (*p == '"') {
            p = skip_string(p, end);
            if (depth == 0)
                return p;
            continue;
        }
        bool closes = *p == '}' || *p == ']';
        if (depth == 0 && (closes || *p == ',' || *p <= ' '))
            return p; /* a number, true, false or null has ended */
        depth += (*p == '{' || *p == '[') - closes;
        p++;
        if (depth == 0 && closes)
            return p;
    }
}

static int member_of(const uint8_t *key, size_t n)
{
    for (int m = 0; m < NOOB_MEMBER_COUNT; m++)
        if (strlen(names[m]) == n && memcmp(names[m], key, n) == 0)
            return m;
    return -1;
}

/* Fills raw[]; -1 on a member that the RFC does not know. */
static int spans(struct noob_span raw[NOOB_MEMBER_COUNT], const uint8_t *p, size_t n)
{
    const uint8_t *end = p + n;

    p = skip_space(p, end);
    for (p = skip_space(p + 1, end); p < end && *p == '"'; p = skip_space(p + 1, end)) {
        const uint8_t *key = p + 1;
        p = skip_string(p, end);
        int m = member_of(key, (size_t)(p - 1 - key));
        p = skip_space(p, end);
        const uint8_t *value = skip_space(p + 1, end);
        p = skip_value(value, end);
        if (m < 0)
            return -1;
        raw[m] = (struct noob_span){value, (size_t)(p - value)};
        p = skip_space(p, end);
        if (p >= end || *p != ',')
            break;
    }
    return 0;
}

/* ---- decoding
 * ------------------------------------------------------------------------------------ */
static int read_int(int *out, const json_t *j, int min, int max)
{
    json_int_t v = json_integer_value(j);
    if (!json_is_integer(j) || v < min || v > max)
        return NOOB_E_DATA;
    *out = (int)v;
    return NOOB_OK;
}

/* Non-empty array of unsigned integers without repetition; entries beyond our memory are checked
 * but not kept (they are the least preferred). */
static int read_ints(int *out, size_t *count, const json_t *j)
{
    size_t n = json_array_size(j);
    if (!json_is_array(j) || n == 0)
        return NOOB_E_DATA;
    *count = 0;
    for (size_t i = 0; i < n; i++) {
        int v;
        if (read_int(&v, json_array_get(j, i), 0, 65535) != NOOB_OK)
            return NOOB_E_DATA;
        for (size_t k = 0; k < *count; k++)
            if (out[k] == v)
                return NOOB_E_DATA;
        if (*count < NOOB_LIST_MAX)
            out[(*count)++] = v;
    }
    return NOOB_OK;
}

/* Octets of exactly that length in base64url without padding. */
static int read_base64(uint8_t *out, size_t size, const json_t *j)
{
    if (!json_is_string(j) ||
        imp_base64url_decode(out, size, json_string_value(j), json_string_length(j)) != (int)size)
        return NOOB_E_DATA;
    return NOOB_OK;
}

static int read_peer_id(struct noob_message *out, const json_t *j)
{
    if (!json_is_string(j) || !noob_peer_id_valid(json_string_value(j), json_string_length(j)))
        return NOOB_E_DATA;
    out->peer_id_n = json_string_length(j);
    memcpy(out->peer_id, json_string_value(j), out->peer_id_n + 1);
    return NOOB_OK;
}

static int read_new_nai(struct noob_message *out, const json_t *j)
{
    if (!json_is_string(j) || !noob_nai_valid(json_string_value(j), json_string_length(j)))
        return NOOB_E_NAI;
    memcpy(out->new_nai, json_string_value(j), json_string_length(j) + 1);
    return NOOB_OK;
}

static int read_info(const struct noob_span *raw, const json_t *j, int error)
{
    return json_is_object(j) && raw->n <= NOOB_INFO_MAX ? NOOB_OK : error;
}

static int read_member(struct noob_message *out, enum noob_member m, const json_t *j)
{
    switch (m) {
    case NOOB_M_PEER_ID:
        return read_peer_id(out, j);
    case NOOB_M_PEER_STATE:
        return read_int(&out->peer_state, j, NOOB_UNREGISTERED, NOOB_RECONNECTING);
    case NOOB_M_VERS:
        return read_ints(out->vers, &out->vers_n, j);
    case NOOB_M_CRYPTOSUITES:
        return read_ints(out->suites, &out->suites_n, j);
    case NOOB_M_NEW_NAI:
        return read_new_nai(out, j);
    case NOOB_M_DIRS:
        return read_int(&out->dirs, j, NOOB_PEER_TO_SERVER, NOOB_BOTH_DIRS);
    case NOOB_M_DIRP:
        return read_int(&out->dirp, j, NOOB_PEER_TO_SERVER, NOOB_BOTH_DIRS);
    case NOOB_M_VERP:
        return read_int(&out->verp, j, 0, 65535);
    case NOOB_M_CRYPTOSUITEP:
        return read_int(&out->cryptosuitep, j, 0, 65535);
    case NOOB_M_SLEEP_TIME:
        return read_int(&out->sleep_time, j, 0, NOOB_SLEEP_MAX);
    case NOOB_M_KEYING_MODE:
        return read_int(&out->keying_mode, j, 1, 3);
    case NOOB_M_ERROR_CODE:
        return read_int(&out->error_code, j, 1000, 9999);
    case NOOB_M_ERROR_INFO:
        return json_is_string(j) && json_string_length(j) <= NOOB_INFO_MAX ? NOOB_OK : NOOB_E_DATA;
    case NOOB_M_SERVER_INFO:
        return read_info(&out->raw[m], j, NOOB_E_SERVER_INFO);
    case NOOB_M_PEER_INFO:
        return read_info(&out->raw[m], j, NOOB_E_PEER_INFO);
    case NOOB_M_NS:
    case NOOB_M_NP:
    case NOOB_M_NS2:
    case NOOB_M_NP2:
        return read_base64(out->nonce, NOOB_NONCE, j);
    case NOOB_M_NOOB_ID:
        return read_base64(out->noob_id, NOOB_NOOB, j);
    case NOOB_M_MACS:
    case NOOB_M_MACP:
    case NOOB_M_MACS2:
    case NOOB_M_MACP2:
        return read_base64(out->mac, NOOB_MAC, j);
    case NOOB_M_PKS:
    case NOOB_M_PKP:
    case NOOB_M_PKS2:
    case NOOB_M_PKP2:
        /* Its contents depend on the cryptosuite: noob_jwk_parse(). */
        return json_is_object(j) && out->raw[m].n <= NOOB_JWK_MAX ? NOOB_OK : NOOB_E_KEY;
    case NOOB_M_TYPE:
    case NOOB_MEMBER_COUNT:
        break;
    }
    return NOOB_OK;
}

static int parse_object(struct noob_message *out, bool response, const json_t *object,
                        const uint8_t *bytes, size_t n)
{
    int type = NOOB_TYPES;

    if (!json_is_object(object))
        return NOOB_E_STRUCTURE;
    json_t *j = json_object_get(object, "Type");
    if (!j)
        return NOOB_E_STRUCTURE;
    if (read_int(&type, j, NOOB_ERROR, NOOB_TYPES - 1) != NOOB_OK)
        return NOOB_E_DATA;
    out->type = (enum noob_type)type;
    if (spans(out->raw, bytes, n) < 0)
        return NOOB_E_STRUCTURE;
    for (int m = 0; m < NOOB_MEMBER_COUNT; m++) {
        enum noob_presence p = noob_presence(out->type, response, (enum noob_member)m);
        bool has = noob_has(out, (enum noob_member)m);
        if ((p == NOOB_REQUIRED && !has) || (p == NOOB_ABSENT && has))
            return NOOB_E_STRUCTURE;
    }
    for (int m = 0; m < NOOB_MEMBER_COUNT; m++) {
        if (!noob_has(out, (enum noob_member)m))
            continue;
        int error = read_member(out, (enum noob_member)m, json_object_get(object, names[m]));
        if (error != NOOB_OK)
            return error;
    }
    return NOOB_OK;
}

int noob_parse(struct noob_message *out, bool response, const uint8_t *bytes, size_t n)
{
    *out = (struct noob_message){.type = NOOB_TYPES};
    json_t *object = json_loadb((const char *)bytes, n, JSON_REJECT_DUPLICATES, NULL);
    if (!object)
        return NOOB_E_STRUCTURE;
    int error = parse_object(out, response, object, bytes, n);
    json_decref(object);
    return error;
}

/* ---- writer
 * --------------------------------------------------------------------------------------- */
static void put(struct noob_writer *w, const char *text, size_t n)
{
    if (w->overflow || n > w->cap - w->n) {
        w->overflow = true;
        w->n = 0;
        return;
    }
    memcpy(w->p + w->n, text, n);
    w->n += n;
}

static void put_name(struct noob_writer *w, enum noob_member m)
{
    put(w, ",\"", 2);
    put(w, names[m], strlen(names[m]));
    put(w, "\":", 2);
}

static void put_number(struct noob_writer *w, long value)
{
    char text[24];
    int n = snprintf(text, sizeof text, "%ld", value);
    put(w, text, (size_t)n);
}

void noob_begin(struct noob_writer *w, char *memory, size_t cap, enum noob_type type)
{
    *w = (struct noob_writer){.p = memory, .cap = cap};
    put(w, "{\"Type\":", 8);
    put_number(w, type);
}

void noob_put_int(struct noob_writer *w, enum noob_member m, long value)
{
    put_name(w, m);
    put_number(w, value);
}

void noob_put_ints(struct noob_writer *w, enum noob_member m, const int *values, size_t count)
{
    put_name(w, m);
    for (size_t i = 0; i < count; i++) {
        put(w, i ? "," : "[", 1);
        put_number(w, values[i]);
    }
    put(w, "]", 1);
}

void noob_put_text(struct noob_writer *w, enum noob_member m, const char *text, size_t n)
{
    put_name(w, m);
    put(w, "\"", 1);
    put(w, text, n);
    put(w, "\"", 1);
}

void noob_put_base64(struct noob_writer *w, enum noob_member m, const uint8_t *bytes, size_t n)
{
    char text[NOOB_NONCE_TEXT + 1];
    int size = imp_base64url_encode(text, sizeof text, bytes, n);
    noob_put_text(w, m, text, size > 0 ? (size_t)size : 0);
}

void noob_put_raw(struct noob_writer *w, enum noob_member m, const char *json, size_t n)
{
    put_name(w, m);
    put(w, json, n);
}

size_t noob_end(struct noob_writer *w)
{
    put(w, "}", 1);
    return w->overflow ? 0 : w->n;
}

/* ---- ServerInfo and PeerInfo
 * ---------------------------------------------------------------------- */
bool noob_info_valid(const char *json, size_t n)
{
    json_t *j = n <= NOOB_INFO_MAX ? json_loadb(json, n, JSON_REJECT_DUPLICATES, NULL) : NULL;
    bool valid = json_is_object(j);
    json_decref(j);
    return valid;
}

int noob_info_text(char *out, size_t cap, const char *json, size_t n, const char *name)
{
    json_t *j = json_loadb(json, n, JSON_REJECT_DUPLICATES, NULL);
    const json_t *member = json_object_get(j, name);
    int length = -1;

    if (json_is_string(member) && json_string_length(member) < cap) {
        length = (int)json_string_length(member);
        memcpy(out, json_string_value(member), (size_t)length + 1);
    }
    json_decref(j);
    return length;
}
