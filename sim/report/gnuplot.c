/* SPDX-License-Identifier: GPL-2.0-only */
#include "sim/report/gnuplot.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static bool has_scripts(const char *folder)
{
    char path[PATH_MAX];
    int n = snprintf(path, sizeof path, "%s/common.gp", folder);
    return n > 0 && (size_t)n < sizeof path && access(path, R_OK) == 0;
}

/* From the folder of the program to the scripts, as built and as installed (CMakeLists.txt). */
static bool beside_program(char *out, size_t n)
{
    static const char *const ways[] = {IMPRINT_PLOTS_BUILT, IMPRINT_PLOTS_INSTALLED, NULL};
    char program[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length <= 0)
        return false;
    program[length] = '\0';
    char *slash = strrchr(program, '/');
    if (!slash)
        return false;
    *slash = '\0';
    for (const char *const *way = ways; *way; way++) {
        int k = snprintf(out, n, "%s/%s", program, *way);
        if (k > 0 && (size_t)k < n && has_scripts(out))
            return true;
    }
    return false;
}

int imp_gnuplot_scripts(char *out, size_t n, char *error, size_t cap)
{
    const char *given = getenv("IMPRINT_PLOTS");
    if (given) {
        snprintf(out, n, "%s", given);
        if (has_scripts(out))
            return 0;
        snprintf(error, cap, "IMPRINT_PLOTS names '%.200s', which has no common.gp", given);
        return -1;
    }
    if (beside_program(out, n))
        return 0;
    snprintf(error, cap, "the gnuplot scripts are not beside the program; set IMPRINT_PLOTS");
    return -1;
}

/* In the child: never returns. gnuplot finds common.gp by GNUPLOT_LIB; its messages go to `log`. */
static void child(const char *dir, const char *scripts, const char *script, const char *format,
                  const char *output, const char *stem, int log)
{
    if (chdir(dir) != 0 || dup2(log, STDOUT_FILENO) < 0 || dup2(log, STDERR_FILENO) < 0)
        _exit(126);
    setenv("GNUPLOT_LIB", scripts, 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    unsetenv("GNUTERM");
    execlp("gnuplot", "gnuplot", "-d", "-c", script, format, output, stem, (char *)NULL);
    dprintf(log, "%s",
            errno == ENOENT ? "gnuplot is not installed (apt install gnuplot-nox)"
                            : strerror(errno));
    _exit(127);
}

/* The first line that says something; gnuplot begins with empty lines, the command and a caret. */
static void first_words(int log, char *out, size_t n)
{
    char text[2000];
    ssize_t length = pread(log, text, sizeof text - 1, 0);
    text[length > 0 ? length : 0] = '\0';
    snprintf(out, n, "no message");
    char *rest = text, *line;
    while ((line = strsep(&rest, "\n"))) {
        if (line[strspn(line, " \t^")] == '\0')
            continue;
        snprintf(out, n, "%.160s", line);
        if (strstr(line, "line "))
            return;
    }
}

int imp_gnuplot(const char *dir, const char *scripts, const char *name, const char *stem,
                const char *format, char *error, size_t cap)
{
    if (!stem)
        stem = name;
    char script[PATH_MAX], output[100], words[200];
    snprintf(script, sizeof script, "%s/%s.gp", scripts, name);
    snprintf(output, sizeof output, "%s.%s", stem, format);
    FILE *log = tmpfile();
    if (!log) {
        snprintf(error, cap, "no temporary file: %s", strerror(errno));
        return -1;
    }
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0)
        child(dir, scripts, script, format, output, stem, fileno(log));
    int status = -1;
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    bool good = pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (!good) {
        first_words(fileno(log), words, sizeof words);
        snprintf(error, cap, "gnuplot, %s: %s", output, words);
    }
    fclose(log);
    return good ? 0 : -1;
}
