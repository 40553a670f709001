/* SPDX-License-Identifier: GPL-2.0-only */
/* pcap.cc - captures. */
#include "private.h"

#include <cstdio>

using namespace imprint;

int eng_pcap(int port, const char *path)
{
    Port *p = PortOf(port);
    if (!p || !path)
        return Fail(ENG_EARGUMENT);
    if (p->medium->kind == ENG_WAN && p->sniffer)
        return Fail(ENG_ESUPPORT, "an adversary on a wide-area link has no radio");
    FILE *f = fopen(path, "wb"); /* ns-3 would abort the process */
    if (!f)
        return Fail(ENG_EFILE, path);
    fclose(f);
    p->Capture(path);
    return 0;
}
