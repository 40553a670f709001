/* SPDX-License-Identifier: GPL-2.0-only */
/* Strategies written in Lua, on the carrier on paper. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "strategies/fake.h"

static void open_script(struct fake *f, const char *script)
{
    fake_open(f, "lua", "script", script, "file", "a.lua", NULL);
}

static void expect_words(const char *sentence, const char *words)
{
    cr_expect_not_null(strstr(sentence, words), "\"%s\" should say \"%s\"", sentence, words);
    cr_expect_null(strpbrk(sentence, "\n\r\t"), "\"%s\" is more than a line", sentence);
}

/* The script is refused before anything runs. */
static void refuses(const char *script, const char *words)
{
    expect_words(fake_refusal("lua", 2, "script", script, "file", "a.lua", NULL), words);
}

/* The callback `seen` of that body fails, with the line of the body's own. */
static void fails(const char *body, const char *words)
{
    struct fake f;
    char script[2000];
    snprintf(script, sizeof script, "return { mirrors = false,\n seen = function(u)\n%s\nend }",
             body);
    open_script(&f, script);
    cr_expect_eq(fake_seen(&f, 0, DEVICE_1, ACCESS_1, KEY, "k"), IMP_PASS);
    expect_words(strtok(f.log, "\n"), "fail a.lua:3: ");
    expect_words(f.log, words);
    f.log[0] = '\0';
    cr_expect_eq(fake_seen(&f, 1, DEVICE_1, ACCESS_1, KEY, "k"), IMP_PASS);
    fake_expect(&f, ""); /* told once, and not called again */
    fake_close(&f);
}

/* ---- what it does
 * --------------------------------------------------------------------------------- */
Test(strategy_lua, sees_messages_and_blocks_them)
{
    struct fake f;
    open_script(&f, "local n = 0\n"
                    "return { seen = function(u)\n"
                    "  assert(u.channel == 'link' and u.link == 'device' and u.bytes == 'abc')\n"
                    "  assert(u.n == 3 and u.device == 1 and not u.group and not u.transit)\n"
                    "  assert(u.from == 'device-1' and u.to == 'access-1')\n"
                    "  if u.message == 'key' then n = n + 1 end\n"
                    "  return n == 2 and 'block' or nil\n"
                    "end }");
    cr_expect_eq(fake_seen(&f, 0, DEVICE_1, ACCESS_1, KEY, "abc"), IMP_PASS);
    cr_expect_eq(fake_seen(&f, 1, DEVICE_1, ACCESS_1, KEY, "abc"), IMP_BLOCK);
    cr_expect_eq(fake_oob(&f, 0, "not asked for"), IMP_PASS);
    fake_expect(&f, "");
    fake_close(&f);
}

Test(strategy_lua, sends_what_it_changed_in_the_names_of_others)
{
    struct fake f;
    open_script(&f, "return { seen = function(u)\n"
                    "  u.bytes = u.bytes:gsub('old', 'new')\n"
                    "  assert(adv.resend(u))\n"
                    "  adv.inject { channel = 'link', message = 'bye', as = u.to, to = u.from,\n"
                    "               bytes = 'x' }\n"
                    "  adv.inject { channel = 'link', message = 'bye', as = u.to, bytes = 'y' }\n"
                    "  adv.inject { channel = 'link', message = 'bye', as = u.to, source = '?',\n"
                    "               bytes = 'z' }\n"
                    "  return 'block'\n"
                    "end }");
    cr_expect_eq(fake_seen(&f, 0, DEVICE_1, ACCESS_1, KEY, "old key"), IMP_BLOCK);
    fake_expect(&f, "inject key as device-1 to access-1: new key\n"
                    "inject bye as access-1 to device-1: x\n"
                    "inject bye as access-1 to all: y\n"
                    "inject bye as access-1 from ? to all: z\n");
    fake_close(&f);
}

Test(strategy_lua, learns_that_an_act_was_refused)
{
    struct fake f;
    open_script(&f, "return { seen = function(u)\n"
                    "  if not adv.resend(u) then adv.learn('refused', 'by the carrier') end\n"
                    "end }");
    f.refuses = true;
    fake_seen(&f, 0, DEVICE_1, ACCESS_1, KEY, "k");
    fake_expect(&f, "inject key as device-1 to access-1: k\nlearn refused\n");
    fake_close(&f);
}

Test(strategy_lua, has_own_parties_when_it_asks_for_them)
{
    struct fake f;
    open_script(&f, "return { mirrors = true,\n"
                    "  moment = function(m, d)\n"
                    "    if m == 'device-up' then adv.start(adv.mirror(adv.find('node', d))) end\n"
                    "  end,\n"
                    "  seen = function(u) adv.feed(adv.mirror(u.to), u); return 'block' end,\n"
                    "  oob = function(u) adv.feed(adv.mirror(u.to), u); return 'block' end,\n"
                    "  own_send = function(l) if l.message == 'key' then adv.inject(l)\n"
                    "                         else adv.between(l) end end,\n"
                    "  own_oob = function(s) adv.oob_write(s) end }");
    cr_expect(imp_adversary_mirrors(&f.rights, f.adv.mechanism));
    fake_moment(&f, IMP_MOMENT_DEVICE_UP, 1);
    cr_expect_eq(fake_seen(&f, 0, DEVICE_1, ACCESS_1, KEY, "k"), IMP_BLOCK);
    cr_expect_eq(fake_oob(&f, 1, "label"), IMP_BLOCK);
    fake_own(&f, ACCESS_1, DEVICE_1, KEY, "mine");
    fake_own(&f, ACCESS_1, DEVICE_1, BYE, "inside");
    fake_own_oob(&f, 1, "my label");
    fake_expect(&f, "start own/device-2\n"
                    "feed own/access-1 from device-1: k\n"
                    "feed own/server from nowhere: label\n"
                    "inject key as own/access-1 to device-1: mine\n"
                    "between from own/access-1 to device-1: inside\n"
                    "oob-write label of device-2: my label\n");
    fake_close(&f);
}

Test(strategy_lua, has_none_else)
{
    struct fake f;
    open_script(&f, "return { timer = function() end }");
    cr_expect_not(imp_adversary_mirrors(&f.rights, f.adv.mechanism));
    fake_close(&f);
}

Test(strategy_lua, uses_keys_places_and_tries)
{
    struct fake f;
    open_script(&f, "return { moment = function(m, d)\n"
                    "  assert(m == 'device-done' and d == 1)\n"
                    "  adv.reveal('server', 'ltk'); adv.corrupt('device-2')\n"
                    "  assert(adv.adopt() == 5)\n"
                    "  adv.touch(1, 'reset'); adv.touch(2, 'leave'); adv.memory(2)\n"
                    "  assert(adv.attempt() and not adv.attempt())\n"
                    "  assert(adv.crack() == 3)\n"
                    "  assert(adv.may('device', 'block') and not adv.may_oob('label', 'write'))\n"
                    "  assert(adv.address('server', 'back') == '\\1')\n"
                    "  assert(adv.address('server', 'link') == nil)\n"
                    "  assert(not adv.knows('secret'))\n"
                    "  adv.note('all of them')\n"
                    "end }");
    f.adopts = 5;
    f.tries = 1;
    f.found = 3;
    fake_moment(&f, IMP_MOMENT_DEVICE_DONE, 0);
    fake_expect(&f, "reveal ltk of server\ncorrupt device-2\nadopt\ntouch device-1: \n"
                    "touch device-2: leave\nmemory of device-2\ncrack\n");
    fake_close(&f);
}

Test(strategy_lua, acts_later)
{
    struct fake f;
    open_script(&f, "local kept\n"
                    "return {\n"
                    "  seen = function(u) kept = u; adv.timer(1, 0.25); return 'block' end,\n"
                    "  timer = function(id)\n"
                    "    assert(id == 1 and adv.now() == 1.25)\n"
                    "    adv.resend(kept)\n"
                    "  end }");
    fake_seen(&f, 1000, DEVICE_1, ACCESS_1, KEY, "k");
    fake_pass(&f, 1249);
    fake_expect(&f, "");
    fake_pass(&f, 1250);
    fake_expect(&f, "inject key as device-1 to access-1: k\n");
    fake_close(&f);
}

Test(strategy_lua, knows_the_mechanism_and_the_parties)
{
    struct fake f;
    open_script(&f,
                "assert(adv.mechanism == 'fake' and adv.channels[3].service == 'oob')\n"
                "assert(adv.messages[2].name == 'key' and adv.roles[1].kind == 'device')\n"
                "return { moment = function()\n"
                "  local own = 0\n"
                "  for _, p in ipairs(adv.parties) do own = own + (p.own and 1 or 0) end\n"
                "  assert(#adv.parties == 10 and own == 5 and adv.devices == 2)\n"
                "  assert(adv.find('server') == 'server' and adv.find('device', 2) == 'device-2')\n"
                "  adv.learn('done', 'a test')\n"
                "end }");
    fake_moment(&f, IMP_MOMENT_START, -1);
    fake_expect(&f, "learn done\n");
    fake_close(&f);
}

Test(strategy_lua, draws_from_the_adversary_s_stream)
{
    struct fake f;
    open_script(&f, "return { moment = function()\n"
                    "  assert(math.random() == 0 and math.random(6) == 1)\n"
                    "  assert(math.random(-3, 3) == -3 and adv.random(2) == '\\0\\0')\n"
                    "  adv.learn('done', 'a test')\n"
                    "end }");
    fake_moment(&f, IMP_MOMENT_START, -1);
    fake_expect(&f, "learn done\n");
    fake_close(&f);
}

Test(strategy_lua, takes_parameters_of_its_own)
{
    struct fake f;
    const char *script = "return { params = { every = 3, label = 'key', loud = false },\n"
                         "  moment = function()\n"
                         "    local p = adv.param\n"
                         "    adv.learn(p.every + 1 .. p.label .. tostring(p.loud), 'test')\n"
                         "  end }";
    fake_open(&f, "lua", "script", script, "every", "7", "loud", "true", NULL);
    fake_moment(&f, IMP_MOMENT_START, -1);
    fake_expect(&f, "learn 8keytrue\n");
    fake_close(&f);
    expect_words(fake_refusal("lua", 1, "script", script, "every", "often", NULL),
                 "strategy:5: adversary.strategy.every: expected a number, not \"often\"");
    expect_words(fake_refusal("lua", 1, "script", script, "evry", "2", NULL),
                 "no parameter \"evry\"");
    refuses("return { params = { file = 1 }, timer = function() end }", "a.lua:1: params.file");
    refuses("return { params = { x = {} }, timer = function() end }",
            "params.x: expected a preset");
}

/* ---- what it is told
 * ------------------------------------------------------------------------------ */
Test(strategy_lua, faults_of_the_file_are_told_before_the_run)
{
    refuses("return {\n seen = function(u)\n  return block block\n end }",
            "a.lua:3: 'end' expected");
    refuses("\n\nlocal x = nil + 1", "a.lua:3: attempt to perform arithmetic");
    refuses("return 5", "a.lua:1: the strategy returns number; expected a table");
    refuses("\nreturn {}", "a.lua:2: the strategy returns no callback");
    refuses("return { sean = function() end }", "no \"sean\"; did you mean \"seen\"?");
    refuses("return { seen = 'block' }", "seen: expected a function, not string");
    refuses("return { mirrors = 1, seen = function() end }", "mirrors: expected true or false");
    refuses("", "returns nil");
}

Test(strategy_lua, the_world_is_out_of_reach)
{
    static const char *const names[] = {
        "os",   "io",    "debug",     "package", "require", "load",           "pcall",
        "next", "print", "coroutine", "dofile",  "xpcall",  "collectgarbage", "setmetatable"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char script[100];
        snprintf(script, sizeof script, "local x = %s", names[i]);
        refuses(script, "is not available in a strategy");
    }
    refuses("local x = math.randomseed + 1", "a.lua:1: attempt to perform arithmetic on a nil");
    refuses("local x = math.random()", "math.random: possible in callbacks only");
    refuses("adv.resend {}", "adv.resend: acts are possible in callbacks only");
    refuses("\033Lua", "a.lua: attempt to load a binary chunk");
}

Test(strategy_lua, limits_hold_when_the_file_is_read)
{
    refuses("local n = 0\nwhile true do n = n + 1 end", "a.lua:2: the strategy does not end");
    refuses("local s = ('x'):rep(1 << 20)\nreturn s:rep(140) -- twice: buffer and string",
            "a.lua:2: the strategy needs more than 256 MiB");
}

Test(strategy_lua, limits_hold_in_the_run)
{
    fails("while true do end", "the strategy does not end: more than 50 million instructions");
    fails("local t = {} for i = 1, 1000 do t[i] = ('x'):rep(1 << 20) .. i end", "256 MiB");
}

Test(strategy_lua, the_instructions_of_all_callbacks_count)
{
    struct fake f;
    open_script(&f, "return { timer = function()\n local n = 0\n"
                    " for i = 1, 5000000 do n = n + i end\nend }");
    for (int i = 0; i < 3; i++)
        f.strategy->timer(&f.adv, 0);
    fake_expect(&f, "");
    for (int i = 0; i < 3; i++)
        f.strategy->timer(&f.adv, 0);
    fake_expect(&f, "fail a.lua:3: the strategy does not end: more than 50 million instructions\n");
    fake_close(&f);
}

Test(strategy_lua, faults_in_the_run_name_file_and_line)
{
    fails("error('on purpose')", "on purpose");
    fails("local x = u.bytes + {}", "attempt to add a 'string' with a 'table'");
    fails("return 'blok'", "seen: expected \"block\", \"pass\" or nothing as answer, not \"blok\"");
    fails("return 1", "as answer, not number");
    fails("return u.mesage", "a message has no \"mesage\"; did you mean \"message\"?");
    fails("adv.injekt(u)", "adv has no \"injekt\"; did you mean \"inject\"?");
    fails("local x = adv.param.every", "adv.param has no \"every\"");
    fails("adv.inject {}", "adv.inject: expected a channel's name, not nothing");
    fails("adv.inject { channel = 'lnk' }", "no channel \"lnk\"; did you mean \"link\"?");
    fails("adv.inject { channel = 'link', as = 'devise-1', bytes = '' }",
          "no party \"devise-1\"; did you mean \"device-1\"?");
    fails("adv.inject { channel = 'link', as = 'device-1' }",
          "expected bytes to send, not nothing");
    fails("adv.inject { channel = 'link', as = 'device-1', bytes = 5 }",
          "bytes to send, not number");
    fails("adv.inject { channel = 'link', adress = 'x' }", "did you mean \"address\"?");
    fails("adv.inject { channel = 'link', message = 'kee' }", "no message \"kee\"");
    fails("adv.inject { channel = 'link', to = 'server' }", "server cannot be reached on link");
    fails("adv.inject { channel = 'link', address = ('x'):rep(27) }", "of 1 to 26 octets");
    fails("adv.inject { channel = 'link', as = 'device-1', source = 'ab', bytes = '' }",
          "expected a source of 1 octets on link");
    fails("adv.inject { channel = 'link', device = 3 }", "a device's number from 1 to 2");
    fails("adv.inject(5)", "adv.inject: expected a table such as");
    fails("adv.mirror('server')", "set mirrors = true");
    fails("adv.start('own/server')", "set mirrors = true");
    fails("adv.reveal('own/server', 'ltk')", "own/server is the adversary's own");
    fails("adv.reveal('server', 'all')", "expected one of corrupt, ltk, session");
    fails("adv.may('moon', 'read')", "expected one of device, backend; not \"moon\"");
    fails("adv.may_oob('label', 'inject')", "expected one of read, write; not \"inject\"");
    fails("adv.timer(64, 1)", "an id from 0 to 63");
    fails("adv.timer(1, -1)", "expected seconds from now");
    fails("adv.timer(1, 0/0)", "expected seconds from now");
    fails("adv.memory(0)", "a device's number from 1 to 2");
    fails("adv.memory()", "expected a device's number");
    fails("adv.random(-1)", "expected a number of octets");
    fails("adv.note('two\\nlines')", "expected one line");
    fails("adv.find('moon')", "there is no \"moon\"; expected a role of fake");
    fails("math.random(2, 1)", "the interval is empty");
}

Test(strategy_lua, a_fault_is_told_once)
{
    struct fake f;
    open_script(&f, "return { mirrors = true,\n"
                    "  seen = function(u) adv.feed(adv.mirror(u.to), u) end,\n"
                    "  own_send = function(l) error('inner') end }");
    fake_seen(&f, 0, DEVICE_1, ACCESS_1, KEY, "k");
    fake_own(&f, ACCESS_1, DEVICE_1, KEY, "k");
    fake_own(&f, ACCESS_1, DEVICE_1, KEY, "k");
    fake_expect(&f, "feed own/access-1 from device-1: k\nfail a.lua:3: inner\n");
    fake_close(&f);
}
