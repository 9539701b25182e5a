/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shares at the dual prices of a linear program, by model. */
#ifndef ACCORD_SOLVER_PRICES_H
#define ACCORD_SOLVER_PRICES_H

#include "game.h"

/* The midpoint of the core's corner that is best for the left side and the one that is best for the right. */
accord_status share_at_prices_of_matching(accord_context *context, accord_split *split, const accord_problem *problem);

/* Resources at their dual prices: the mean of the lexicographically least and greatest optimal prices, in the order of the
 * resources. Undefined where a limit has a price of its own in every optimal dual. */
accord_status share_at_prices_of_plan(accord_context *context, accord_split *split, const accord_problem *problem);

#endif
