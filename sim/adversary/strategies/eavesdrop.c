/* SPDX-License-Identifier: GPL-2.0-only */
#include "strategies.h"

/* Reading is the carrier's: whatever may be read joins the knowledge. */
const struct imp_strategy imp_strategy_eavesdrop = {
    .name = "eavesdrop",
    .summary = "Reads and keeps what it reads.",
};
