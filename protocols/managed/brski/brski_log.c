/* SPDX-License-Identifier: GPL-2.0-only */
/* brski_log.c - the manufacturer's log of vouchers for one device. */
#include "brski_voucher.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

int brski_domain(uint8_t out[BRSKI_DOMAIN], uint8_t *n, const struct imp_x509 *pinned)
{
    struct imp_x509_info info;
    memset(out, 0, BRSKI_DOMAIN);
    if (imp_x509_read(&info, pinned->der, pinned->n) != 0 || info.subject_key_n == 0)
        return -1;
    memcpy(out, info.subject_key, info.subject_key_n);
    *n = (uint8_t)info.subject_key_n;
    return 0;
}

/* The latest are kept; the registrar is told how many were not (RFC 8995 section 5.8.1). */
void brski_log_append(struct brski_log *log, const struct brski_log_event *e)
{
    if (log->count == BRSKI_LOG_EVENTS) {
        memmove(log->event, log->event + 1, sizeof log->event - sizeof *log->event);
        log->count--;
        log->truncated++;
    }
    log->event[log->count++] = *e;
}

static void put_event(struct brski_text *t, const struct brski_log_event *e, bool first)
{
    char date[BRSKI_DATE];
    brski_date_write(date, e->at);
    brski_put(t, first ? "{" : ",{");
    brski_put_string(t, "date", date);
    brski_put_binary(t, "domainID", e->domain, e->domain_n);
    if (e->nonce_n)
        brski_put_binary(t, "nonce", e->nonce, e->nonce_n);
    else
        brski_put_string(t, "nonce", "NULL");
    brski_put_string(t, "assertion", brski_assertion_text((enum brski_assertion)e->assertion));
    brski_put(t, "}");
}

int brski_log_write(char *out, size_t cap, const struct brski_log *log)
{
    char number[16];
    struct brski_text t = {.p = out, .cap = cap};
    brski_put(&t, "{\"version\":\"1\",\"events\":[");
    for (size_t i = 0; i < log->count; i++)
        put_event(&t, &log->event[i], i == 0);
    brski_put(&t, "],\"truncation\":{");
    snprintf(number, sizeof number, "%u", (unsigned)log->truncated);
    brski_put_string(&t, "nonced duplicates", "0");
    brski_put_string(&t, "nonceless duplicates", "0");
    brski_put_string(&t, "arbitrary", number);
    brski_put(&t, "}}");
    return t.bad ? -1 : (int)t.n;
}

static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

static bool read_event(struct brski_log_event *e, const json_t *j)
{
    const char *nonce = text_of(j, "nonce");
    int assertion = brski_assertion_find(text_of(j, "assertion"));
    int domain = brski_binary(e->domain, sizeof e->domain, text_of(j, "domainID"));
    int n = strcmp(nonce, "NULL") == 0 ? 0 : brski_binary(e->nonce, sizeof e->nonce, nonce);
    if (brski_date_read(&e->at, text_of(j, "date")) != 0 || assertion < 0 || domain <= 0 || n < 0)
        return false;
    e->assertion = (uint8_t)assertion;
    e->domain_n = (uint8_t)domain;
    e->nonce_n = (uint8_t)n;
    return true;
}

int brski_log_read(struct brski_log *out, const uint8_t *json, size_t n)
{
    memset(out, 0, sizeof *out);
    json_t *top = json_loadb((const char *)json, n, JSON_REJECT_DUPLICATES, NULL);
    json_t *events = json_object_get(top, "events");
    bool good = strcmp(text_of(top, "version"), "1") == 0 && json_is_array(events) &&
                json_array_size(events) <= BRSKI_LOG_EVENTS;
    for (size_t i = 0; good && i < json_array_size(events); i++)
        good = read_event(&out->event[out->count++], json_array_get(events, i));
    json_decref(top);
    if (!good)
        memset(out, 0, sizeof *out);
    return good ? 0 : -1;
}
