/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shapley value adjusted by criteria: x_i = shapley_i + (r_i - 1/n) v(N), r the composite of the criteria (see
 * ../criteria.c). Parties with equal composites keep the Shapley value. Cost 2^n. */
#include "../rule.h"

accord_status rule_adjusted_shapley(accord_context *context, accord_split *split, const accord_problem *problem) {
  mpq_t *work = pool_rationals(context, 3), *whole = &work[0], *equal = &work[1], *adjustment = &work[2];
  if (!problem->overlays.criteria)
    return undefined(context, "it adjusts by criteria, and the sheet gives none under \"criteria\"");
  split->composite = find_composite(context, problem);
  split->exact = split->exact && split->composite->exact;
  shapley_value(context, split->share, problem->game);
  game_value(*whole, problem->game, everybody(problem->n));
  mpq_set_ui(*equal, 1, (unsigned long)problem->n);
  for (int i = 0; i < problem->n; i++) {
    mpq_sub(*adjustment, split->composite->composite[i], *equal);
    mpq_mul(*adjustment, *adjustment, *whole);
    mpq_add(split->share[i], split->share[i], *adjustment);
  }
  return ACCORD_OK;
}
