/* SPDX-License-Identifier: GPL-2.0-only */
#include "http.h"

#include <stdio.h>
#include <string.h>

struct writer {
    uint8_t *p;
    size_t n, cap;
    bool bad;
};

static void put(struct writer *w, const void *bytes, size_t n)
{
    if (w->bad || n > w->cap - w->n) {
        w->bad = true;
        return;
    }
    if (n)
        memcpy(w->p + w->n, bytes, n);
    w->n += n;
}

static void text(struct writer *w, const char *s)
{
    if (strpbrk(s, "\r\n"))
        w->bad = true;
    put(w, s, strlen(s));
}

static void end_line(struct writer *w)
{
    put(w, "\r\n", 2);
}

static int finish(struct writer *w, const char *const *fields, const void *body, size_t n,
                  bool sized)
{
    char length[40];
    for (; fields && *fields; fields++) {
        text(w, *fields);
        end_line(w);
    }
    if (sized) {
        snprintf(length, sizeof length, "Content-Length: %zu", n);
        text(w, length);
        end_line(w);
    }
    end_line(w);
    put(w, body, n);
    return w->bad ? -1 : (int)w->n;
}

int imp_http_request_write(uint8_t *out, size_t cap, const char *method, const char *path,
                           const char *host, const char *const *fields, const void *body, size_t n)
{
    struct writer w = {.p = out, .cap = cap};
    text(&w, method);
    text(&w, " ");
    text(&w, path);
    text(&w, " HTTP/1.1");
    end_line(&w);
    text(&w, "Host: ");
    text(&w, host);
    end_line(&w);
    return finish(&w, fields, body, n, n > 0);
}

int imp_http_response_write(uint8_t *out, size_t cap, int status, const char *reason,
                            const char *const *fields, const void *body, size_t n)
{
    struct writer w = {.p = out, .cap = cap};
    char line[20];
    snprintf(line, sizeof line, "HTTP/1.1 %03d ", status);
    text(&w, line);
    text(&w, reason);
    end_line(&w);
    return finish(&w, fields, body, n, status != 204);
}
