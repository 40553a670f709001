/* SPDX-License-Identifier: GPL-2.0-only */
/* brski_log.c - the manufacturer's log of vouchers for one device. */
#include "brski_voucher.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int brski_domain(uint8_t out[BRSKI_DOMAIN], uint8_t *n, const struct imp_x509 *pinned)
{
    struct imp_x509_info info;
    memset(out, 0, BRSKI_DOMAIN);
    *n = 0;
    if (imp_x509_read(&info, pinned->der, pinned->n) != 0)
        return -1;
    if (info.subject_key_n == 0) {
        *n = 32;
        return imp_x509_pin(NULL, out, pinned->der, pinned->n);
    }
    memcpy(out, info.subject_key, info.subject_key_n);
    *n = (uint8_t)info.subject_key_n;
    return 0;
}

static bool is_newer(const struct brski_log_event *of, const struct brski_log_event *e)
{
    return e->domain_n == of->domain_n && memcmp(e->domain, of->domain, e->domain_n) == 0 &&
           !e->nonce_n == !of->nonce_n;
}

/* The earliest event after which its domain has another one of its kind, with or without nonce; or
 * the earliest. */
static uint32_t to_drop(struct brski_log *log)
{
    for (uint32_t i = 0; i < log->count; i++)
        for (uint32_t k = i + 1; k < log->count; k++)
            if (is_newer(&log->event[i], &log->event[k])) {
                ++*(log->event[i].nonce_n ? &log->nonced : &log->nonceless);
                return i;
            }
    log->arbitrary++;
    return 0;
}

/* The registrar is told how many are not here, and why (RFC 8995 section 5.8.1). */
void brski_log_append(struct brski_log *log, const struct brski_log_event *e)
{
    if (log->count == BRSKI_LOG_EVENTS) {
        uint32_t gone = to_drop(log);
        log->count--;
        memmove(log->event + gone, log->event + gone + 1, (log->count - gone) * sizeof *log->event);
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
        brski_put(t, ",\"nonce\":null");
    brski_put_string(t, "assertion", brski_assertion_text((enum brski_assertion)e->assertion));
    brski_put(t, "}");
}

static void put_number(struct brski_text *t, const char *name, uint32_t value)
{
    char number[16];
    snprintf(number, sizeof number, "%u", (unsigned)value);
    brski_put_string(t, name, number);
}

/* Numbers are texts as in the RFC's figure 18; its CDDL has them as numbers, which are read too. */
int brski_log_write(char *out, size_t cap, const struct brski_log *log)
{
    struct brski_text t = {.p = out, .cap = cap};
    brski_put(&t, "{\"version\":\"1\",\"events\":[");
    for (size_t i = 0; i < log->count; i++)
        put_event(&t, &log->event[i], i == 0);
    brski_put(&t, "],\"truncation\":{");
    put_number(&t, "nonced duplicates", log->nonced);
    put_number(&t, "nonceless duplicates", log->nonceless);
    put_number(&t, "arbitrary", log->arbitrary);
    brski_put(&t, "}}");
    return t.bad ? -1 : (int)t.n;
}

/* ---- reading -----------------------------------------------------------------------------------
 */
/* A number, or its text; -1: neither. */
static long number_of(const json_t *object, const char *name)
{
    const json_t *j = json_object_get(object, name);
    const char *text = json_string_value(j);
    char *end;
    if (json_is_integer(j))
        return (long)json_integer_value(j);
    long v = text && *text ? strtol(text, &end, 10) : -1;
    return v >= 0 && *end == 0 ? v : -1;
}

static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

static bool read_event(struct brski_log_event *e, const json_t *j)
{
    const char *nonce = text_of(j, "nonce"); /* null, or nothing: nonceless */
    int assertion = brski_assertion_find(text_of(j, "assertion"));
    int domain = brski_binary(e->domain, sizeof e->domain, text_of(j, "domainID"));
    int n = *nonce ? brski_binary(e->nonce, sizeof e->nonce, nonce) : 0;
    if (brski_date_read(&e->at, text_of(j, "date")) != 0 || assertion < 0 || domain <= 0 || n < 0)
        return false;
    e->assertion = (uint8_t)assertion;
    e->domain_n = (uint8_t)domain;
    e->nonce_n = (uint8_t)n;
    return true;
}

/* What is missing is zero. */
static void read_truncation(struct brski_log *out, const json_t *j)
{
    static const char *const names[] = {"nonced duplicates", "nonceless duplicates", "arbitrary"};
    uint32_t *const to[] = {&out->nonced, &out->nonceless, &out->arbitrary};
    for (int i = 0; i < 3; i++) {
        long n = number_of(j, names[i]);
        *to[i] = n > 0 && n <= INT32_MAX ? (uint32_t)n : 0;
    }
}

int brski_log_read(struct brski_log *out, const uint8_t *json, size_t n)
{
    memset(out, 0, sizeof *out);
    json_t *top = json_loadb((const char *)json, n, JSON_REJECT_DUPLICATES, NULL);
    json_t *events = json_object_get(top, "events");
    json_t *gone = json_object_get(top, "truncation");
    bool good = number_of(top, "version") >= 1 && json_is_array(events) &&
                json_array_size(events) <= BRSKI_LOG_EVENTS;
    for (size_t i = 0; good && i < json_array_size(events); i++)
        good = read_event(&out->event[out->count++], json_array_get(events, i));
    read_truncation(out, gone);
    json_decref(top);
    if (!good)
        memset(out, 0, sizeof *out);
    return good ? 0 : -1;
}

struct brski_others brski_log_others(const struct brski_log *log, const struct imp_x509 *ca,
                                     const struct imp_x509 *registrar)
{
    struct brski_others others = {0};
    uint8_t domain[2][BRSKI_DOMAIN], n[2] = {0};
    brski_domain(domain[0], &n[0], ca);
    brski_domain(domain[1], &n[1], registrar);
    for (size_t i = 0; i < log->count; i++) {
        const struct brski_log_event *e = &log->event[i];
        bool other = (e->domain_n != n[0] || memcmp(e->domain, domain[0], e->domain_n) != 0) &&
                     (e->domain_n != n[1] || memcmp(e->domain, domain[1], e->domain_n) != 0);
        others.any |= other;
        others.nonceless |= other && e->nonce_n == 0;
    }
    return others;
}
