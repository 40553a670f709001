/* SPDX-License-Identifier: GPL-2.0-only */
#include "senml_json.h"

#include <jansson.h>
#include <string.h>

#include "objects.h"
#include "protocols/codec/cbor.h"
#include "protocols/codec/text.h"
#include "senml.h"

/* Members in the order in which they are written. */
static const struct member {
    const char *name;
    int label;
    enum { TEXT, NUMBER, TRUTH, OCTETS } type; /* octets are base64url in JSON (section 4.3) */
} members[] = {{"bn", -2, TEXT},
               {"n", 0, TEXT},
               {"v", 2, NUMBER},
               {"vs", 3, TEXT},
               {"vb", 4, TRUTH},
               {"vd", 8, OCTETS},
               {"vlo", LWM_SENML_LINK, TEXT}};
enum { MEMBERS = sizeof members / sizeof *members };

/* ---- from JSON */
static bool put(struct imp_cbor_writer *w, const struct member *m, const json_t *value)
{
    uint8_t octets[LWM_CERT_MAX];
    int n = -1;
    lwm_senml_put_label(w, m->label);
    switch (m->type) {
    case TEXT:
        if (json_is_string(value))
            imp_cbor_put_text(w, json_string_value(value));
        return json_is_string(value) &&
               strlen(json_string_value(value)) == json_string_length(value);
    case NUMBER:
        imp_cbor_put_int(w, json_integer_value(value));
        return json_is_integer(value);
    case TRUTH:
        imp_cbor_put_bool(w, json_is_true(value));
        return json_is_boolean(value);
    default:
        if (json_is_string(value))
            n = imp_base64url_decode(octets, sizeof octets, json_string_value(value),
                                     json_string_length(value));
        imp_cbor_put_bytes(w, octets, n > 0 ? (size_t)n : 0);
        return n >= 0;
    }
}

static bool put_record(struct imp_cbor_writer *w, const json_t *record)
{
    size_t known = 0;
    imp_cbor_put_map(w, json_object_size(record));
    for (size_t i = 0; i < MEMBERS; i++) {
        const json_t *value = json_object_get(record, members[i].name);
        known += value != NULL;
        if (value && !put(w, &members[i], value))
            return false;
    }
    return known > 0 && known == json_object_size(record);
}

size_t lwm_senml_from_json(uint8_t *cbor, size_t cap, const uint8_t *json, size_t n)
{
    json_t *array = json_loadb((const char *)json, n, JSON_REJECT_DUPLICATES, NULL);
    struct imp_cbor_writer w;
    bool good = json_is_array(array);
    imp_cbor_write(&w, NULL, cbor, cap);
    imp_cbor_put_array(&w, json_array_size(array));
    for (size_t i = 0; i < json_array_size(array) && good; i++)
        good = put_record(&w, json_array_get(array, i));
    json_decref(array);
    n = imp_cbor_end(&w);
    return good ? n : 0;
}

/* ---- to JSON */
static json_t *get(struct imp_cbor_reader *r, const struct member *m)
{
    char text[IMP_BASE64URL_SIZE(LWM_CERT_MAX)];
    const char *string;
    const uint8_t *octets;
    size_t n;
    int64_t number;
    bool truth;
    switch (m->type) {
    case TEXT:
        return imp_cbor_get_text(r, &string, &n) ? json_stringn(string, n) : NULL;
    case NUMBER:
        return imp_cbor_get_int(r, &number) ? json_integer(number) : NULL;
    case TRUTH:
        return imp_cbor_get_bool(r, &truth) ? json_boolean(truth) : NULL;
    default:
        return imp_cbor_get_bytes(r, &octets, &n) &&
                       imp_base64url_encode(text, sizeof text, octets, n) >= 0
                   ? json_string(text)
                   : NULL;
    }
}

static json_t *get_record(struct imp_cbor_reader *r)
{
    json_t *values[MEMBERS] = {NULL}, *record = json_object();
    struct imp_cbor_map m;
    int64_t label;
    bool good = imp_cbor_get_map(r, &m);
    for (size_t left = good ? m.left : 0; left > 0 && good; left--) {
        size_t i = 0;
        good = lwm_senml_get_label(r, &label);
        while (i < MEMBERS && members[i].label != label)
            i++;
        good = good && i < MEMBERS && !values[i] && (values[i] = get(r, &members[i]));
    }
    for (size_t i = 0; i < MEMBERS; i++)
        if (values[i])
            json_object_set_new(record, members[i].name, values[i]);
    if (good)
        return record;
    json_decref(record);
    return NULL;
}

size_t lwm_senml_to_json(uint8_t *json, size_t cap, const uint8_t *cbor, size_t n)
{
    struct imp_cbor_reader r;
    json_t *array = json_array(), *record = NULL;
    size_t count, size = 0;
    imp_cbor_read(&r, NULL, cbor, n);
    bool good = imp_cbor_get_array(&r, &count);
    for (; good && count > 0; count--)
        good = (record = get_record(&r)) && json_array_append_new(array, record) == 0;
    if (good && imp_cbor_done(&r))
        size = json_dumpb(array, (char *)json, cap, JSON_COMPACT);
    json_decref(array);
    return size <= cap ? size : 0;
}
