/* SPDX-License-Identifier: GPL-2.0-only */
/* xml.h - text in XML. Within sim/report. */
#ifndef IMPRINT_REPORT_XML_H
#define IMPRINT_REPORT_XML_H

#include <stdio.h>

/* Text that is safe in XML text and attributes; what XML 1.0 cannot hold becomes '?'. */
void imp_xml_text(FILE *f, const char *text);

#endif
