/* SPDX-License-Identifier: GPL-2.0-only */
/* wired.h - what Ethernet and wide-area links share; private. */
#ifndef IMPRINT_ENGINE_WIRED_H
#define IMPRINT_ENGINE_WIRED_H

#include "private.h"

namespace imprint
{

/* Octets' time on the wire at `rate` bit/s, as ns-3 rounds it. */
eng_time WireTime(size_t octets, double rate);
/* `to` begins to hear a frame now or after the medium's delay. */
void HearLater(Port *to, eng_time delay, eng_time airtime);

} // namespace imprint

#endif
