/* SPDX-License-Identifier: GPL-2.0-only */
/* mesh_config.c - messages of the configuration models. Fields are little endian, opcodes are not.
 */
#include "mesh_config.h"

#include <string.h>

enum { /* octets of parameters */
       KEY = MESH_KEY_SIZE,
       INDEX = 2,   /* network key index */
       INDEXES = 3, /* network and application key index, 12 bits each */
       BINDING = 6, /* element address, application key index, model */
};

int mesh_opcode_read(const uint8_t **parameters, size_t *count, const uint8_t *p, size_t n)
{
    size_t size = n < 1 ? 1 : p[0] < 0x7f ? 1 : p[0] >> 6 == 2 ? 2 : 3;
    *parameters = p + size;
    *count = n < size ? 0 : n - size;
    if (n < size || p[0] == 0x7f)
        return -1;
    return size == 1 ? p[0] : size == 2 ? p[0] << 8 | p[1] : -1; /* vendors' are not ours */
}

static size_t put_opcode(uint8_t *out, enum mesh_opcode o)
{
    size_t at = 0;
    if (o > 0xff)
        out[at++] = (uint8_t)(o >> 8);
    out[at++] = (uint8_t)o;
    return at;
}

static void put16(uint8_t *out, unsigned v)
{
    out[0] = (uint8_t)v;
    out[1] = (uint8_t)(v >> 8);
}

static unsigned get16(const uint8_t *p)
{
    return p[0] | (unsigned)p[1] << 8;
}

/* ---- the server
 * -----------------------------------------------------------------------------------------------
 */
/* Page 0, section 4.2.2.1: no company, no features, one element with three models. */
static size_t composition(uint8_t *out)
{
    static const uint16_t fields[] = {0xffff,
                                      0,
                                      0,
                                      1 /* replay list */,
                                      0, /* CID ... features */
                                      0, /* location */
                                      3 /* SIG models, no vendor's */,
                                      MESH_MODEL_CONFIGURATION,
                                      MESH_MODEL_HEALTH,
                                      MESH_MODEL_ON_OFF};
    size_t at = 0;
    out[at++] = 0; /* page */
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++, at += 2)
        put16(out + at, fields[i]);
    return at;
}

/* Indexes of an application key; ours are 0. */
static enum mesh_status indexes(const uint8_t *p)
{
    if ((get16(p) & 0xfff) != 0)
        return MESH_INVALID_NETKEY_INDEX;
    return p[1] >> 4 != 0 || p[2] != 0 ? MESH_INVALID_APPKEY_INDEX : MESH_SUCCESS;
}

static enum mesh_status add_key(struct mesh_server *s, const uint8_t *p)
{
    enum mesh_status wrong = indexes(p);
    return wrong ? wrong : mesh_subnet_add_application(&s->keys, p + INDEXES);
}

static enum mesh_status update_key(struct mesh_server *s, const uint8_t *p)
{
    enum mesh_status wrong = indexes(p);
    return wrong ? wrong : mesh_subnet_update_application(&s->keys, p + INDEXES);
}

static enum mesh_status update_network(struct mesh_server *s, const uint8_t *p)
{
    return get16(p) != 0 ? MESH_INVALID_NETKEY_INDEX
                         : mesh_subnet_update_network(&s->keys, p + INDEX);
}

/* Phase Get has an index only, Phase Set a transition behind it. */
static enum mesh_status phase(struct mesh_server *s, const uint8_t *p, size_t n)
{
    if (get16(p) != 0)
        return MESH_INVALID_NETKEY_INDEX;
    return n == INDEX ? MESH_SUCCESS : mesh_subnet_transition(&s->keys, p[INDEX]);
}

static enum mesh_status bind(struct mesh_server *s, const uint8_t *p)
{
    if (get16(p) != s->element)
        return MESH_INVALID_ADDRESS;
    if (get16(p + 4) != MESH_MODEL_ON_OFF)
        return MESH_INVALID_MODEL;
    if (get16(p + 2) != 0 || !s->keys.has_application)
        return MESH_INVALID_APPKEY_INDEX;
    s->bound = true;
    return MESH_SUCCESS;
}

/* A status, what it is about, and the phase if the answer has one. */
static size_t status(uint8_t *answer, enum mesh_opcode o, enum mesh_status s, const uint8_t *about,
                     size_t n)
{
    size_t at = put_opcode(answer, o);
    answer[at++] = (uint8_t)s;
    memcpy(answer + at, about, n);
    return at + n;
}

static size_t phase_status(struct mesh_server *s, uint8_t *answer, const uint8_t *q, size_t m)
{
    enum mesh_status outcome = phase(s, q, m);
    size_t at = status(answer, MESH_PHASE_STATUS, outcome, q, INDEX);
    answer[at] = outcome == MESH_INVALID_NETKEY_INDEX ? 0 : s->keys.phase;
    return at + 1;
}

size_t mesh_server_answer(struct mesh_server *s, uint8_t answer[MESH_ACCESS_MAX], int *opcode,
                          const uint8_t *p, size_t n)
{
    const uint8_t *q;
    size_t m, at;
    *opcode = mesh_opcode_read(&q, &m, p, n);
    if (*opcode == MESH_COMPOSITION_GET && m == 1) {
        at = put_opcode(answer, MESH_COMPOSITION_STATUS);
        return at + composition(answer + at);
    }
    if (*opcode == MESH_APPKEY_ADD && m == INDEXES + KEY)
        return status(answer, MESH_APPKEY_STATUS, add_key(s, q), q, INDEXES);
    if (*opcode == MESH_APPKEY_UPDATE && m == INDEXES + KEY)
        return status(answer, MESH_APPKEY_STATUS, update_key(s, q), q, INDEXES);
    if (*opcode == MESH_NETKEY_UPDATE && m == INDEX + KEY)
        return status(answer, MESH_NETKEY_STATUS, update_network(s, q), q, INDEX);
    if ((*opcode == MESH_PHASE_GET && m == INDEX) ||
        (*opcode == MESH_PHASE_SET && m == INDEX + 1 &&
         (q[INDEX] == MESH_PHASE_2 || q[INDEX] == MESH_PHASE_3)))
        return phase_status(s, answer, q, m);
    if (*opcode == MESH_MODEL_APP_BIND && m == BINDING)
        return status(answer, MESH_MODEL_APP_STATUS, bind(s, q), q, BINDING);
    if (*opcode == MESH_NODE_RESET && m == 0)
        return put_opcode(answer, MESH_NODE_RESET_STATUS);
    *opcode = -1;
    return 0;
}

/* ---- the client
 * -----------------------------------------------------------------------------------------------
 */
size_t mesh_request_write(uint8_t out[MESH_ACCESS_MAX], const struct mesh_request *r)
{
    size_t at = put_opcode(out, r->opcode),
           index = r->opcode == MESH_NETKEY_UPDATE ? (size_t)INDEX : (size_t)INDEXES;
    switch (r->opcode) {
    case MESH_COMPOSITION_GET:
        out[at++] = 0; /* page */
        return at;
    case MESH_APPKEY_ADD:
    case MESH_APPKEY_UPDATE:
    case MESH_NETKEY_UPDATE:
        memset(out + at, 0, index);
        memcpy(out + at + index, r->key, KEY);
        return at + index + KEY;
    case MESH_PHASE_GET:
    case MESH_PHASE_SET:
        put16(out + at, 0);
        out[at + INDEX] = r->transition;
        return at + INDEX + (r->opcode == MESH_PHASE_SET);
    case MESH_MODEL_APP_BIND:
        put16(out + at, r->element);
        put16(out + at + 2, 0);
        put16(out + at + 4, MESH_MODEL_ON_OFF);
        return at + BINDING;
    default:
        return at;
    }
}

/* Whether page 0 lists the model that is to be bound in its first element. */
static bool has_model(const uint8_t *q, size_t m)
{
    enum { MODELS = 1 + 5 * 2 + 4 };
    size_t count = m < MODELS ? 0 : q[MODELS - 2];
    for (size_t i = 0; i < count && MODELS + 2 * i + 2 <= m; i++)
        if (get16(q + MODELS + 2 * i) == MESH_MODEL_ON_OFF)
            return q[0] == 0;
    return false;
}

/* After MESH_PHASE_3 the phase is normal. Who asked only may wait for it. */
static int phase_granted(const struct mesh_request *r, const uint8_t *q, size_t m)
{
    if (m != 1 + INDEX + 1 || q[0] != MESH_SUCCESS)
        return -1;
    if (q[1 + INDEX] == (r->transition == MESH_PHASE_2 ? MESH_PHASE_2 : MESH_NORMAL))
        return 1;
    return r->opcode == MESH_PHASE_GET ? 0 : -1;
}

int mesh_granted(const struct mesh_request *r, const uint8_t *p, size_t n)
{
    const uint8_t *q;
    size_t m;
    int o = mesh_opcode_read(&q, &m, p, n), request = r->opcode;
    bool success = m > 0 && q[0] == MESH_SUCCESS;
    if (request == MESH_COMPOSITION_GET && o == MESH_COMPOSITION_STATUS)
        return has_model(q, m) ? 1 : -1;
    if ((request == MESH_APPKEY_ADD || request == MESH_APPKEY_UPDATE) && o == MESH_APPKEY_STATUS)
        return m == 1 + INDEXES && success ? 1 : -1;
    if (request == MESH_NETKEY_UPDATE && o == MESH_NETKEY_STATUS)
        return m == 1 + INDEX && success ? 1 : -1;
    if ((request == MESH_PHASE_GET || request == MESH_PHASE_SET) && o == MESH_PHASE_STATUS)
        return phase_granted(r, q, m);
    if (request == MESH_MODEL_APP_BIND && o == MESH_MODEL_APP_STATUS)
        return m == 1 + BINDING && success && get16(q + 1) == r->element ? 1 : -1;
    return request == MESH_NODE_RESET && o == MESH_NODE_RESET_STATUS && m == 0;
}
