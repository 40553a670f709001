/* SPDX-License-Identifier: GPL-2.0-only */
/* Notes and examples of the commands, for their help and for the manual. */
#include "manual.h"

#include <string.h>

#define KEYS                                                                                       \
    "A scenario is a Lua file that returns scenario { mechanism = \"eap-psk\" } or a list of "     \
    "such. --set takes what a scenario may say: loss=0.1, options.direction=both, "                \
    "options.peer.suite=p256, flaws=no-mac-check, adversary=dolev-yao.\n\n"                        \
    "--only and --except take expressions: mechanism=eap-psk,pana or loss>0 and adversary=none: "  \
    "a parameter as --explain calls it, one of = != < <= > >=, and values apart by commas, which " \
    "may have the wildcards * and ?. Each --only must fit."

static const struct cli_page pages[] = {
    {.command = "list", .example = {{"What there is:", "imprint list"}}},
    {.command = "describe",
     .example = {{"Roles, messages, options and checks of a mechanism:",
                  "imprint describe eap-noob"},
                 {"What an adversary may do:", "imprint describe dolev-yao"}}},
    {.command = "plan",
     .notes = KEYS,
     .example = {{"Every parameter of a scenario, with unit and source:",
                  "imprint plan scenarios/survey/eap-noob.lua --explain"},
                 {"A plan to be run elsewhere:",
                  "imprint plan scenarios/survey/*.lua --replications 30 > plan.jsonl"}}},
    {.command = "run",
     .notes = KEYS "\n\nMore replications keep the runs of fewer. Results do not depend on --jobs.",
     .example = {{"One mechanism, ten times, with captures:",
                  "imprint run scenarios/survey/eap-noob.lua --out out --replications 10 --pcap"},
                 {"The survey's mechanisms on equal terms:",
                  "imprint run scenarios/survey/compare.lua --out out/compare --replications 30"},
                 {"The second of four parts of a plan:",
                  "imprint run plan.jsonl --out part2 --shard 2/4"}}},
    {.command = "merge",
     .example = {{"Four parts become a whole:",
                  "imprint merge part1 part2 part3 part4 --out whole"}}},
    {.command = "show",
     .example = {{"The table:", "imprint show out"},
                 {"Rows for other programs:", "imprint show out --csv > runs.csv"},
                 {"Differences to the first row, paired:", "imprint show out --paired 1"}}},
    {.command = "plot", .example = {{"Figures as SVG, with their data:", "imprint plot out"}}},
    {.command = "report",
     .example = {{"One page with all of a study:", "imprint report out"},
                 {"Its tables for a paper:", "imprint report out --latex tables.tex"}}},
    {.command = "choose", .example = {{"Which mechanisms of a study fit:", "imprint choose out"}}},
    {.command = "attack",
     .example = {{"The whole matrix:", "imprint attack --out attacks"},
                 {"One mechanism against one adversary:",
                  "imprint attack --mechanism eap-noob --adversary dolev-yao-oob --seeds 1"}}},
    {.command = "search",
     .notes = "--variant takes settings apart by blanks: name=value, role.name=value, !flaw. The "
              "ideal medium has no streams; mechanisms that open some on the devices' link are "
              "searched on ethernet.",
     .example = {{"Is there an attack when the server's key is not compared?",
                  "imprint search --mechanism dtls-rpk --variant pin=none --deviations 2"}}},
    {.command = "trace",
     .notes = "A message is marked as sent again when its sender sent one of the same name and "
              "size before and nothing new came back since. Text names a phase in brackets where "
              "it begins; SVG shades phases.",
     .example = {{"To be read in the terminal:", "imprint trace out 6ae2b910"},
                 {"A figure for a paper:", "imprint trace out 6ae2b910 --svg --out noob.svg"}}},
    {.command = "replay", .example = {{"Step by step:", "imprint replay out 6ae2b910 --step"}}},
    {.command = "live",
     .example = {{"A server for real devices:",
                  "imprint live ssh-tofu --role server --provision 1 --listen "
                  "ssh=127.0.0.1:2200"}}},
    {.command = "doctor", .example = {{"Is everything here?", "imprint doctor"}}},
};

const struct cli_page *cli_page(const char *command)
{
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        if (strcmp(pages[i].command, command) == 0)
            return &pages[i];
    return NULL;
}
