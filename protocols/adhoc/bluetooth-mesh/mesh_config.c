/* SPDX-License-Identifier: GPL-2.0-only */
/* mesh_config.c - messages of the configuration models. Fields are little endian, opcodes are not.
 */
#include "mesh_config.h"

#include <string.h>

enum {              /* octets of parameters */
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

static enum mesh_status add_key(struct mesh_server *s, const uint8_t *p)
{
    if ((get16(p) & 0xfff) != 0)
        return MESH_INVALID_NETKEY_INDEX;
    if (p[1] >> 4 != 0 || p[2] != 0)
        return MESH_INVALID_APPKEY_INDEX;
    if (s->has_key && memcmp(s->key, p + INDEXES, MESH_APPLICATION_KEY) != 0)
        return MESH_INDEX_STORED;
    memcpy(s->key, p + INDEXES, MESH_APPLICATION_KEY);
    s->has_key = true;
    return MESH_SUCCESS;
}

static enum mesh_status bind(struct mesh_server *s, const uint8_t *p)
{
    if (get16(p) != s->element)
        return MESH_INVALID_ADDRESS;
    if (get16(p + 4) != MESH_MODEL_ON_OFF)
        return MESH_INVALID_MODEL;
    if (get16(p + 2) != 0 || !s->has_key)
        return MESH_INVALID_APPKEY_INDEX;
    s->bound = true;
    return MESH_SUCCESS;
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
    if (*opcode == MESH_APPKEY_ADD && m == INDEXES + MESH_APPLICATION_KEY) {
        at = put_opcode(answer, MESH_APPKEY_STATUS);
        answer[at++] = (uint8_t)add_key(s, q);
        memcpy(answer + at, q, INDEXES);
        return at + INDEXES;
    }
    if (*opcode == MESH_MODEL_APP_BIND && m == BINDING) {
        at = put_opcode(answer, MESH_MODEL_APP_STATUS);
        answer[at++] = (uint8_t)bind(s, q);
        memcpy(answer + at, q, BINDING);
        return at + BINDING;
    }
    if (*opcode == MESH_NODE_RESET && m == 0)
        return put_opcode(answer, MESH_NODE_RESET_STATUS);
    *opcode = -1;
    return 0;
}

/* ---- the client
 * -----------------------------------------------------------------------------------------------
 */
size_t mesh_request_write(uint8_t out[MESH_ACCESS_MAX], enum mesh_opcode request, uint16_t element,
                          const uint8_t key[MESH_APPLICATION_KEY])
{
    size_t at = put_opcode(out, request);
    switch (request) {
    case MESH_COMPOSITION_GET:
        out[at++] = 0; /* page */
        return at;
    case MESH_APPKEY_ADD:
        memset(out + at, 0, INDEXES);
        memcpy(out + at + INDEXES, key, MESH_APPLICATION_KEY);
        return at + INDEXES + MESH_APPLICATION_KEY;
    case MESH_MODEL_APP_BIND:
        put16(out + at, element);
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

int mesh_granted(enum mesh_opcode request, uint16_t element, const uint8_t *p, size_t n)
{
    const uint8_t *q;
    size_t m;
    int o = mesh_opcode_read(&q, &m, p, n);
    if (request == MESH_COMPOSITION_GET && o == MESH_COMPOSITION_STATUS)
        return has_model(q, m) ? 1 : -1;
    if (request == MESH_APPKEY_ADD && o == MESH_APPKEY_STATUS)
        return m == 1 + INDEXES && q[0] == MESH_SUCCESS ? 1 : -1;
    if (request == MESH_MODEL_APP_BIND && o == MESH_MODEL_APP_STATUS)
        return m == 1 + BINDING && q[0] == MESH_SUCCESS && get16(q + 1) == element ? 1 : -1;
    return request == MESH_NODE_RESET && o == MESH_NODE_RESET_STATUS && m == 0;
}
