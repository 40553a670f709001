/* SPDX-License-Identifier: GPL-2.0-only */
/* A folder with two programs and a font stands for the machine. */
#include "sim/doctor/doctor.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/imprint-doctor-test-XXXXXX";

static void place(const char *name, const char *text, mode_t mode)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    cr_assert_not_null(f);
    fputs(text, f);
    fclose(f);
    chmod(path, mode);
}

static void setup(void)
{
    char path[200];
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/deep", folder);
    mkdir(path, 0777);
    place("gnuplot",
          "#!/bin/sh\n[ \"$1\" = --version ] && echo gnuplot 9.9 && exit 0\n"
          "case $3 in *svg) exit 0 ;; esac\necho; echo no such terminal; exit 1\n",
          0755);
    place("tshark", "not to be run\n", 0644);
    place("deep/Font.ttf", "", 0644);
    setenv("PATH", folder, 1);
}

static void teardown(void)
{
    static const char *const names[] = {"gnuplot", "tshark", "deep/Font.ttf", "deep", ""};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[200];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        remove(path);
    }
}

TestSuite(doctor, .init = setup, .fini = teardown);

static const struct imp_check *find(const struct imp_check *c, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(c[i].name, name) == 0)
            return &c[i];
    cr_assert_fail("no check %s", name);
    return NULL;
}

Test(doctor, says_what_a_machine_has_and_lacks)
{
    static struct imp_check c[IMP_CHECKS];
    size_t n = imp_examine(c, folder);
    cr_assert_leq(n, IMP_CHECKS);
    cr_expect(find(c, n, "gnuplot")->good);
    cr_expect_not_null(strstr(find(c, n, "gnuplot")->found, "gnuplot 9.9"));
    cr_expect(find(c, n, "gnuplot's SVG")->good);
    cr_expect_not(find(c, n, "gnuplot's PNG")->good);
    cr_expect_str_eq(find(c, n, "gnuplot's PNG")->found, "no such terminal");
    cr_expect_not(find(c, n, "tshark")->good, "it cannot be executed");
    cr_expect_str_eq(find(c, n, "tshark")->remedy, "apt install tshark");
    cr_expect(find(c, n, "this folder")->good, "%s", find(c, n, "this folder")->found);
    for (size_t i = 0; i < n; i++) {
        cr_expect(c[i].name && c[i].use && c[i].remedy && *c[i].found, "check %zu is whole", i);
        cr_expect(i == 0 || c[i - 1].needed || !c[i].needed, "needed ones stand first");
    }
}

Test(doctor, a_folder_that_cannot_be_written_is_told)
{
    static struct imp_check c[IMP_CHECKS];
    size_t n = imp_examine(c, "/proc");
    cr_expect_not(find(c, n, "this folder")->good);
    cr_expect_not_null(strstr(find(c, n, "this folder")->found, "/proc: cannot be written"));
}

Test(doctor, asks_programs)
{
    char path[200], line[50];
    cr_assert(imp_find_program(path, sizeof path, "gnuplot"));
    cr_expect_eq(imp_ask(line, sizeof line, path, (const char *const[]){"-d", "-e", "x", NULL}), 1);
    cr_expect_str_eq(line, "no such terminal");
    cr_expect_eq(imp_ask(line, sizeof line, "/nowhere", (const char *const[]){NULL}), -1);
    cr_expect_not(imp_find_program(path, sizeof path, "deep"), "a folder is no program");
}

Test(doctor, looks_for_files_in_folders)
{
    char path[200];
    cr_expect(imp_find_below(path, sizeof path, folder, "Font.ttf"));
    cr_expect_not_null(strstr(path, "/deep/Font.ttf"));
    cr_expect_not(imp_find_below(path, sizeof path, folder, "Other.ttf"));
    cr_expect_not(imp_find_below(path, sizeof path, "/nowhere", "Font.ttf"));
}
