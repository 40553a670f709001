/* SPDX-License-Identifier: GPL-2.0-only */
#include "chart_marks.h"

#define ADVERSARY "#c0392b" /* both stand out from white and from black, and differ in grey */
#define USER "#2471c8"

const char *imp_mark_meaning(enum imp_mark m)
{
#define MEANING(id, text) [IMP_MARK_##id] = text,
    static const char *const meanings[] = {IMP_MARKS(MEANING)};
    return meanings[m];
}

static const char *colour(enum imp_mark m)
{
    switch (m) {
    case IMP_MARK_BLOCKED:
    case IMP_MARK_INJECTED:
    case IMP_MARK_VIOLATION:
        return ADVERSARY;
    case IMP_MARK_CARRIED:
    case IMP_MARK_USER:
        return USER;
    case IMP_MARK_MESSAGE:
    case IMP_MARK_AGAIN:
    case IMP_MARK_LOST:
    case IMP_MARK_CLAIM:
    case IMP_MARK_COPY:
    case IMP_MARK_OTHER:
    case IMP_MARK_COUNT:
    default:
        return "currentColor";
    }
}

static void cross(FILE *f, const char *c, int x, int y)
{
    fprintf(f, "<path d=\"M%d %dl7 7m0-7l-7 7\" stroke=\"%s\" stroke-width=\"1.8\"/>", x - 3, y - 3,
            c);
}

static void head(FILE *f, const char *c, int x, int y, int way, bool open)
{
    if (open)
        fprintf(f,
                "<path d=\"M%d %dl%d 4l%d 4\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.3\"/>",
                x - 8 * way, y - 4, 8 * way, -8 * way, c);
    else
        fprintf(f, "<path d=\"M%d %dl%d-4v8z\" fill=\"%s\"/>", x, y, -8 * way, c);
}

static void shaft(FILE *f, enum imp_mark m, int x1, int x2, int y, int way)
{
    const char *c = colour(m);
    int end = x2 - 4 * way;
    if (m == IMP_MARK_CARRIED)
        fprintf(f, "<path d=\"M%d %dH%dM%d %dH%d\" stroke=\"%s\"/>", x1, y - 2, end - 2 * way, x1,
                y + 2, end - 2 * way, c);
    else
        fprintf(f, "<path d=\"M%d %dH%d\" stroke=\"%s\"%s/>", x1, y, end, c,
                m == IMP_MARK_INJECTED ? " stroke-width=\"2.2\""
                : m == IMP_MARK_AGAIN  ? " stroke-dasharray=\"5 3\""
                                       : "");
}

void imp_mark_arrow(FILE *f, enum imp_mark m, int x1, int x2, int y)
{
    int way = x2 > x1 ? 1 : -1;
    shaft(f, m, x1, x2, y, way);
    if (m == IMP_MARK_BLOCKED || m == IMP_MARK_LOST)
        cross(f, colour(m), x2, y);
    else
        head(f, colour(m), x2, y, way, m == IMP_MARK_AGAIN);
}

void imp_mark_point(FILE *f, enum imp_mark m, int x, int y)
{
    const char *c = colour(m);
    switch (m) {
    case IMP_MARK_USER: /* head and shoulders */
        fprintf(f,
                "<circle cx=\"%d\" cy=\"%d\" r=\"2.7\" fill=\"%s\"/><path d=\"M%d %dc0-7 10-7 10 "
                "0z\" fill=\"%s\"/>",
                x, y - 4, c, x - 5, y + 6, c);
        break;
    case IMP_MARK_CLAIM:
        fprintf(f, "<path d=\"M%d %dh6v6h-6z\" fill=\"%s\"/>", x - 3, y - 3, c);
        break;
    case IMP_MARK_VIOLATION:
        fprintf(f, "<path d=\"M%d %dl6 11h-12z\" fill=\"%s\"/>", x, y - 7, c);
        break;
    case IMP_MARK_BLOCKED:
    case IMP_MARK_LOST:
        cross(f, c, x, y);
        break;
    case IMP_MARK_OTHER:
        fprintf(f, "<path d=\"M%d %dl5 5-5 5-5-5z\" fill=\"none\" stroke=\"%s\"/>", x, y - 5, c);
        break;
    case IMP_MARK_MESSAGE:
    case IMP_MARK_AGAIN:
    case IMP_MARK_CARRIED:
    case IMP_MARK_INJECTED:
    case IMP_MARK_COPY:
    case IMP_MARK_COUNT:
    default:
        fprintf(f, "<circle cx=\"%d\" cy=\"%d\" r=\"3.5\" fill=\"none\" stroke=\"%s\"/>", x, y, c);
    }
}
