/* SPDX-License-Identifier: GPL-2.0-only */
/* est_path.c - where operations are asked for (RFC 7030 section 3.2.2): a label between the
 * registered name and the operation names one of several authorities of the operator's. */
#include "est.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "../../codec/text.h"

static const struct {
    const char *method, *name;
    int message;
} operations[] = {{"GET", "cacerts", EST_MSG_GET_CACERTS},
                  {"GET", "csrattrs", EST_MSG_GET_CSRATTRS},
                  {"POST", "simpleenroll", EST_MSG_ENROLL},
                  {"POST", "simplereenroll", EST_MSG_REENROLL},
                  {"POST", "serverkeygen", EST_MSG_KEYGEN}};
enum { OPERATIONS = sizeof operations / sizeof *operations };

/* As a path segment with a slash behind it, RFC 3986 section 3.3; nothing for the empty label. */
static void segment(char out[3 * EST_LABEL + 2], const char *label)
{
    int n = imp_percent_encode(out, 3 * EST_LABEL + 1, label, strlen(label), "!$&'()*+,;=:@");
    strcpy(out + n, n > 0 ? "/" : "");
}

void est_path(char out[IMP_HTTP_PATH], const char *label, int message)
{
    char between[3 * EST_LABEL + 2];
    size_t i = 0;
    while (i < OPERATIONS - 1 && operations[i].message != message)
        i++;
    segment(between, label);
    snprintf(out, IMP_HTTP_PATH, EST_PATH "%s%s", between, operations[i].name);
}

/* "The CA label MUST NOT be the same as any defined operation path segment." */
static bool may_be(const char *label)
{
    for (size_t i = 0; i < OPERATIONS; i++)
        if (strcasecmp(label, operations[i].name) == 0)
            return false;
    return strcasecmp(label, "fullcmc") != 0;
}

int est_operation(const struct imp_http *m, const char *root, const char *label)
{
    char own[3 * EST_LABEL + 2];
    size_t n = strlen(root);
    if (strncmp(m->path, root, n) != 0)
        return -1;
    const char *name = m->path + n;
    segment(own, label);
    if (own[0] && may_be(label) && strncmp(name, own, strlen(own)) == 0)
        name += strlen(own);
    for (size_t i = 0; i < OPERATIONS; i++)
        if (strcmp(m->method, operations[i].method) == 0 && strcmp(name, operations[i].name) == 0)
            return operations[i].message;
    return -1;
}
