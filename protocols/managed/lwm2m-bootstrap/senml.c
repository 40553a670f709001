/* SPDX-License-Identifier: GPL-2.0-only */
#include "senml.h"

#include <stdio.h>
#include <string.h>

#include "objects.h"
#include "protocols/codec/cbor.h"

enum { /* labels, RFC 8428 section 6 and Core 1.2 section 7.4.5 */
       BASE_NAME = -2,
       NAME = 0,
       NUMBER = 2,
       TEXT = 3,
       BOOLEAN = 4,
       OPAQUE = 8,
       LINK = LWM_SENML_LINK,
       PATH_TEXT = 24,
};

/* Types of the resources in their order (OMA registry): a number, text, a truth, octets, a link;
 * one that is executed, "-", has no value here. */
static const char *const types[] = {[LWM_SECURITY] = "tbnooonootnnnntnnl",
                                    [LWM_SERVER] = "nnnn-nbt---nnnnbbnnnnbtb",
                                    [LWM_ACCESS] = "nnnn",
                                    [LWM_DEVICE_OBJECT] = ""};
static const char link_label[] = "vlo";
static const char oscore_types[] = "ooonnoo";

/* Label of a resource's value, or -1: a resource, or an object, that is not known. */
static int label_of(unsigned object, unsigned resource)
{
    const char *all = object == LWM_OSCORE  ? oscore_types
                      : object > LWM_ACCESS ? ""
                                            : types[object];
    if (resource >= strlen(all))
        return -1;
    switch (all[resource]) {
    case 'l':
        return LINK;
    case 'n':
        return NUMBER;
    case 't':
        return TEXT;
    case 'b':
        return BOOLEAN;
    case 'o':
        return OPAQUE;
    default:
        return -1;
    }
}

/* ---- writing */
struct lwm_senml_writer {
    struct imp_cbor_writer *w; /* or NULL: records are counted */
    size_t records;
};

/* Extensions have text for a label (RFC 8428, section 6). */
void lwm_senml_put_label(struct imp_cbor_writer *w, int label)
{
    if (label == LINK)
        imp_cbor_put_text(w, link_label);
    else
        imp_cbor_put_int(w, label);
}

bool lwm_senml_get_label(struct imp_cbor_reader *r, int64_t *label)
{
    const char *text;
    size_t n;
    if (imp_cbor_peek(r) != IMP_CBOR_TEXT)
        return imp_cbor_get_int(r, label) && *label != LINK;
    *label = LINK;
    return imp_cbor_get_text(r, &text, &n) && n == strlen(link_label) &&
           memcmp(text, link_label, n) == 0;
}

static void value(struct imp_cbor_writer *w, int label, const struct lwm_tlv *t)
{
    char text[LWM_URI_MAX + 1];
    int64_t number = 0;
    bool truth = false;
    lwm_senml_put_label(w, label);
    if (label == LINK) { /* "21:0" */
        snprintf(text, sizeof text, "%d:%d", t->n == 4 ? t->value[0] << 8 | t->value[1] : 0,
                 t->n == 4 ? t->value[2] << 8 | t->value[3] : 0);
        imp_cbor_put_text(w, text);
    } else if (label == OPAQUE)
        imp_cbor_put_bytes(w, t->value, t->n);
    else if (label == TEXT)
        imp_cbor_put_text(w, lwm_tlv_get_text(t, text, sizeof text) ? text : "");
    else if (label == BOOLEAN)
        imp_cbor_put_bool(w, lwm_tlv_get_bool(t, &truth) && truth);
    else
        imp_cbor_put_int(w, lwm_tlv_get_int(t, INT64_MIN, INT64_MAX, &number) ? number : 0);
}

/* The first of an instance has the base name. */
static void record(struct lwm_senml_writer *s, unsigned object, unsigned instance, const char *name,
                   bool first, int label, const struct lwm_tlv *t)
{
    char base[PATH_TEXT];
    s->records++;
    if (!s->w)
        return;
    imp_cbor_put_map(s->w, first ? 3 : 2);
    imp_cbor_put_int(s->w, NAME);
    imp_cbor_put_text(s->w, name);
    value(s->w, label, t);
    if (!first)
        return;
    snprintf(base, sizeof base, "/%u/%u/", object, instance);
    imp_cbor_put_int(s->w, BASE_NAME);
    imp_cbor_put_text(s->w, base);
}

void lwm_senml_instance(struct lwm_senml_writer *s, unsigned object, unsigned instance,
                        const uint8_t *tlv, size_t n)
{
    struct lwm_tlv_reader r = {.p = tlv, .n = n};
    struct lwm_tlv t, part;
    char name[PATH_TEXT];
    for (bool first = true; lwm_tlv_next(&r, &t); first = false) {
        struct lwm_tlv_reader parts = {.p = t.value, .n = t.n};
        if (t.kind != LWM_TLV_MULTIPLE) {
            snprintf(name, sizeof name, "%u", (unsigned)t.id);
            record(s, object, instance, name, first, label_of(object, t.id), &t);
            continue;
        }
        for (; lwm_tlv_next(&parts, &part); first = false) {
            snprintf(name, sizeof name, "%u/%u", (unsigned)t.id, (unsigned)part.id);
            record(s, object, instance, name, first, label_of(object, t.id), &part);
        }
    }
}

size_t lwm_senml_write(uint8_t *out, size_t cap, struct imp_env *env, lwm_senml_fill *fill,
                       const void *arg)
{
    struct imp_cbor_writer w;
    struct lwm_senml_writer s = {.w = NULL};
    fill(&s, arg);
    imp_cbor_write(&w, env, out, cap);
    imp_cbor_put_array(&w, s.records);
    s.w = &w;
    fill(&s, arg);
    return imp_cbor_end(&w);
}

/* ---- reading: the records of an instance become its TLV */
struct source {
    lwm_senml_take *take;
    void *arg;
    long object, instance, multiple; /* being gathered, or -1 */
    uint8_t content[LWM_CONTENT_MAX], list[128];
    struct lwm_tlv_writer all, entries;
    char base[PATH_TEXT];
    bool bad;
};

static void close_multiple(struct source *s)
{
    if (s->multiple >= 0)
        lwm_tlv_put(&s->all, LWM_TLV_MULTIPLE, (uint16_t)s->multiple, s->list, s->entries.n);
    s->bad |= s->entries.bad;
    s->entries = (struct lwm_tlv_writer){.p = s->list, .cap = sizeof s->list};
    s->multiple = -1;
}

static void close_instance(struct source *s)
{
    struct lwm_path path = {(int32_t)s->object, (int32_t)s->instance};
    close_multiple(s);
    s->bad |= s->all.bad;
    if (!s->bad && s->object >= 0)
        s->bad = !s->take(s->arg, path, s->content, s->all.n);
    s->all = (struct lwm_tlv_writer){.p = s->content, .cap = sizeof s->content};
    s->object = s->instance = -1;
}

struct entry { /* a record as it stands */
    char name[PATH_TEXT];
    int64_t number;
    const uint8_t *p;
    size_t n;
    int label;
    bool truth, base;
    uint8_t link[4];
};

static bool text_into(struct imp_cbor_reader *r, char out[PATH_TEXT])
{
    const char *p;
    size_t n;
    if (!imp_cbor_get_text(r, &p, &n) || n >= PATH_TEXT || memchr(p, 0, n))
        return false;
    memcpy(out, p, n);
    out[n] = '\0';
    return true;
}

/* "object:instance", decimal, without leading zeros, into the four octets of TLV. */
static bool link_into(struct entry *e)
{
    unsigned long part[2] = {0, 0};
    size_t at = 0;
    for (int i = 0; i < 2; i++) {
        size_t first = at;
        for (; at < e->n && e->p[at] >= '0' && e->p[at] <= '9' && part[i] <= UINT16_MAX; at++)
            part[i] = 10 * part[i] + (unsigned long)(e->p[at] - '0');
        if (at == first || part[i] > UINT16_MAX || (at - first > 1 && e->p[first] == '0'))
            return false;
        if (i == 0 && (at == e->n || e->p[at++] != ':'))
            return false;
    }
    for (int i = 0; i < 2; i++) {
        e->link[2 * i] = (uint8_t)(part[i] >> 8);
        e->link[2 * i + 1] = (uint8_t)part[i];
    }
    return at == e->n;
}

static bool field(struct source *s, struct imp_cbor_reader *r, int64_t key, struct entry *e)
{
    const char *text;
    if (key == BASE_NAME)
        return text_into(r, s->base);
    if (key == NAME)
        return text_into(r, e->name);
    if (e->label >= 0)
        return false; /* two values */
    e->label = (int)key;
    switch (key) {
    case NUMBER:
        return imp_cbor_get_int(r, &e->number);
    case BOOLEAN:
        return imp_cbor_get_bool(r, &e->truth);
    case OPAQUE:
        return imp_cbor_get_bytes(r, &e->p, &e->n);
    case TEXT:
    case LINK:
        if (!imp_cbor_get_text(r, &text, &e->n))
            return false;
        e->p = (const uint8_t *)text;
        return key == TEXT || link_into(e);
    default:
        return false;
    }
}

/* "/object/instance/resource" or one number more; decimal, without leading zeros. Returns how many.
 */
static int numbers(const char *text, long out[4])
{
    int n = 0;
    while (*text) {
        long v = 0;
        if (n == 4 || *text++ != '/' || *text < '0' || *text > '9' ||
            (*text == '0' && text[1] >= '0' && text[1] <= '9'))
            return -1;
        for (; *text >= '0' && *text <= '9' && v <= UINT16_MAX; text++)
            v = 10 * v + (*text - '0');
        if (v > UINT16_MAX)
            return -1;
        out[n++] = v;
    }
    return n;
}

static void put_value(struct lwm_tlv_writer *w, enum lwm_tlv_kind kind, uint16_t id,
                      const struct entry *e)
{
    if (e->label == NUMBER)
        lwm_tlv_put_int(w, kind, id, e->number);
    else if (e->label == BOOLEAN)
        lwm_tlv_put_int(w, kind, id, e->truth);
    else if (e->label == LINK)
        lwm_tlv_put(w, kind, id, e->link, sizeof e->link);
    else
        lwm_tlv_put(w, kind, id, e->p, e->n);
}

static void gather(struct source *s, const struct entry *e)
{
    char path[2 * PATH_TEXT];
    long at[4];
    snprintf(path, sizeof path, "%s%s", s->base, e->name);
    int n = numbers(path, at);
    int label = n < 3 ? -1 : label_of((unsigned)at[0], (unsigned)at[2]);
    if (n < 3 || (label >= 0 && e->label != label)) {
        s->bad = true;
        return;
    }
    if (at[0] != s->object || at[1] != s->instance)
        close_instance(s);
    s->object = at[0];
    s->instance = at[1];
    if (s->multiple >= 0 && (n == 3 || at[2] != s->multiple))
        close_multiple(s);
    if (n == 3) {
        put_value(&s->all, LWM_TLV_RESOURCE, (uint16_t)at[2], e);
        return;
    }
    s->multiple = at[2];
    put_value(&s->entries, LWM_TLV_RESOURCE_INSTANCE, (uint16_t)at[3], e);
}

static bool one(struct source *s, struct imp_cbor_reader *r)
{
    struct imp_cbor_map m;
    struct entry e = {.label = -1};
    int64_t key;
    if (!imp_cbor_get_map(r, &m))
        return false;
    for (size_t left = m.left; left > 0; left--)
        if (!lwm_senml_get_label(r, &key) || !field(s, r, key, &e))
            return false;
    if (e.label < 0)
        return false;
    gather(s, &e);
    return !s->bad;
}

int lwm_senml_read(struct imp_env *env, const uint8_t *p, size_t n, lwm_senml_take *take, void *arg)
{
    struct source s = {.take = take, .arg = arg, .object = -1, .instance = -1, .multiple = -1};
    struct imp_cbor_reader r;
    size_t count;
    close_instance(&s);
    imp_cbor_read(&r, env, p, n);
    if (!imp_cbor_get_array(&r, &count))
        return -1;
    for (; count > 0; count--)
        if (!one(&s, &r))
            return -1;
    close_instance(&s);
    return s.bad || !imp_cbor_done(&r) ? -1 : 0;
}
