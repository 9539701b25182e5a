/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an exactly solved program over coalitions proves: the split that attains its optimum, and the multipliers. */
#ifndef ACCORD_SOLVER_CORE_PROOF_H
#define ACCORD_SOLVER_CORE_PROOF_H

#include "core_total.h"

/* count proofs for n parties, to be filled in. */
accord_optimum *new_optima(accord_context *context, int count, int n);

/* Of a program in which nothing is settled but N. */
void prove_optimum(accord_optimum *proof, const coalition_lp *lp, const lp_result *result);

/* That N must share so much for nobody to object: the balanced collection, or v(N) itself. */
accord_optimum *prove_total(accord_context *context, const core_total *total);

#endif
