/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ACCORD_SOLVER_NASH_UNDER_TERMS_H
#define ACCORD_SOLVER_NASH_UNDER_TERMS_H

#include "clauses.h"

/* The split that maximises sum w_i ln(x_i - v(i)) among those that meet the hard clauses; split->share of
 * the benefit game. v(N) must exceed sum v(i). Undefined where no such split leaves everybody better off
 * than alone, infeasible where none leaves nobody worse off. */
accord_status find_nash_under_terms(accord_context *context, accord_split *split, const accord_problem *problem);

#endif
