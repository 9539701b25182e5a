/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ACCORD_SOLVER_EGALITARIAN_H
#define ACCORD_SOLVER_EGALITARIAN_H

#include "clauses.h"

/* Of the splits in the core (with_clauses: that meet the hard clauses too) the one whose shares, sorted
 * upward, are lexicographically largest. share: size n, of the benefit game. Undefined where the core is
 * empty, infeasible where the clauses leave none of it. Cost: n linear programs at most. */
accord_status find_egalitarian_core(accord_context *context, mpq_t *share, const accord_problem *problem,
                                    bool with_clauses);

#endif
