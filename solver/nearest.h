/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ACCORD_SOLVER_NEAREST_H
#define ACCORD_SOLVER_NEAREST_H

#include "clauses.h"

/* The split of the program whose deviations |x_i - target_i|, sorted downward, are lexicographically
 * smallest; it is unique. lp: from split_lp_new, with all its conditions. share, target: size n, of the
 * benefit game. False where the program has no solution. Cost: n linear programs at most. */
bool find_nearest(mpq_t *share, coalition_lp *lp, const mpq_t *target);

#endif
