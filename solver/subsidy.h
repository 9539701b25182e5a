/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ACCORD_SOLVER_SUBSIDY_H
#define ACCORD_SOLVER_SUBSIDY_H

#include "clauses.h"

/* The least that must be added to a split of the benefit game for no coalition to object and every hard clause to
 * be met, nobody getting less than its share; of the ways to hand it out, the most even. benefit: size n + 1, the
 * shares and the total; addition: size n. False where no addition does it (clauses may bound from above). */
bool find_least_addition(accord_context *context, mpq_t least, mpq_t *addition, const accord_problem *problem,
                         const mpq_t *benefit);

/* Shares and the total as the benefit game counts them, in a new array of n + 1. */
mpq_t *benefit_of(accord_context *context, const accord_problem *problem, const mpq_t *shares);

#endif
