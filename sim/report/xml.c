/* SPDX-License-Identifier: GPL-2.0-only */
#include "xml.h"

void imp_xml_text(FILE *f, const char *text)
{
    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        switch (*p) {
        case '&':
            fputs("&amp;", f);
            break;
        case '<':
            fputs("&lt;", f);
            break;
        case '>':
            fputs("&gt;", f);
            break;
        case '"':
            fputs("&quot;", f);
            break;
        case '\n':
            fputs("&#10;", f);
            break;
        default:
            fputc(*p < ' ' || *p == 0x7f ? '?' : *p, f);
        }
    }
}
