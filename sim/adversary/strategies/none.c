/* SPDX-License-Identifier: GPL-2.0-only */
#include "strategies.h"

const struct imp_strategy imp_strategy_none = {.name = "none", .summary = "Nobody is there."};
