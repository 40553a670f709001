/* SPDX-License-Identifier: GPL-2.0-only */
/* The text of a strategy in Lua: it is taken, or refused in one printable line. Patterns are left
 * out: they may run for ever, which is the business of the child process around it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sim/adversary/lua/script.h"

static void load(const char *text)
{
    const struct imp_sandbox_limits limits = {.memory = 16 << 20, .instructions = 100000};
    const struct imp_adversary rights = {
        .name = "fuzz", .strategy = "lua", .params = {{"script", text}, {"every", "3"}}};
    struct imp_sandbox_error error = {0};
    struct imp_script s;
    int status =
        imp__script_open(&s, imp_mechanism_find("eap-psk"), &rights, NULL, &limits, &error);
    imp__script_close(&s);
    if (status == 0 ? !s.callbacks : !*error.text)
        abort();
    for (const char *p = error.text; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const char *const slow[] = {"find", "match", "gsub", "gmatch", "rep"};
    bool hostile = false;
    char *text = malloc(n + 1);
    if (!text)
        return 0;
    memcpy(text, data, n);
    text[n] = '\0';
    for (size_t i = 0; i < sizeof slow / sizeof *slow; i++)
        hostile = hostile || strstr(text, slow[i]);
    if (!hostile)
        load(text);
    free(text);
    return 0;
}
