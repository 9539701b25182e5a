/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be said where values are unknown, beside the ranges of shares: a split that stands whatever they are, and which
 * value to find out next. */
#include "outcome.h"

accord_limit *new_limit_pair(accord_context *context) {
  accord_limit *pair = POOL_NEW(context, 2, accord_limit);
  pool_rational(context, pair[0].at);
  pool_rational(context, pair[1].at);
  return pair;
}

/* sum over parties of |slope| times the width of the value's limits; false where it has none. */
static bool find_movement(accord_context *context, mpq_t movement, const accord_problem *problem,
                          const accord_range *range, int k) {
  int n = problem->n, count = problem->unknowns->count;
  accord_limit *low = new_limit_pair(context), *high = &low[1];
  mpq_t *work = pool_rationals(context, 1);
  accord_find_limits(low, high, problem->unknowns, problem->unknowns->coalitions[k]);
  mpq_set_ui(movement, 0, 1);
  for (int i = 0; i < n; i++) {
    mpq_abs(*work, range->slope[i * count + k]);
    mpq_add(movement, movement, *work);
  }
  if (!low->given || !high->given) return false;
  mpq_sub(*work, high->at, low->at);
  mpq_mul(movement, movement, *work);
  return true;
}

/* One without limits goes before all that have them. */
static void find_next(accord_context *context, solve_outcome *outcome, const accord_range *range) {
  unknown_outcome *unknown = &outcome->unknown;
  mpq_t *movement = pool_rationals(context, 1);
  for (int k = 0; k < outcome->problem->unknowns->count; k++) {
    bool limited = find_movement(context, *movement, outcome->problem, range, k);
    bool better = limited == unknown->has_narrowing ? mpq_cmp(*movement, unknown->narrowing) > 0 : !limited;
    if (k > 0 && !better) continue;
    unknown->next = k;
    unknown->has_narrowing = limited;
    mpq_set(unknown->narrowing, *movement);
  }
}

void find_unknown_outcome(accord_context *context, solve_outcome *outcome) {
  unknown_outcome *unknown = &outcome->unknown;
  pool_rational(context, unknown->narrowing);
  unknown->robust_known =
      !outcome_stopped(context, outcome, accord_find_robust_split(context, &unknown->robust, outcome->problem));
  for (int k = 0; k < outcome->allocation_count && !unknown->by; k++) {
    const accord_range *range = outcome->allocations[k].split->range;
    if (!range || !range->slope) continue;
    unknown->by = &outcome->allocations[k];
    find_next(context, outcome, range);
  }
  if (unknown->by && mpq_sgn(unknown->narrowing) == 0) unknown->by = NULL; /* no value moves any share */
}
