/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nash bargaining solution: x_i = v(i) + w_i (v(N) - sum v) / (sum w), which maximises sum w_i ln(x_i - v(i));
 * equal weights where the sheet has none. Cost n. */
#include "../clauses.h"
#include "../rule.h"

accord_status rule_nash(accord_context *context, accord_split *split, const accord_problem *problem) {
  int n = problem->n;
  mpq_t *equal = pool_rationals(context, (size_t)n), *surplus = pool_rationals(context, 2), *sum = &surplus[1];
  const mpq_t *weights = problem->overlays.weights;
  for (int i = 0; i < n && !weights; i++) mpq_set_ui(equal[i], 1, 1);
  find_standalones(split->share, problem);
  rational_sum(*sum, (const mpq_t *)split->share, n);
  benefit_total(*surplus, problem);
  mpq_sub(*surplus, *surplus, *sum);
  drop_rounding(surplus, 1, problem->game);
  if (mpq_sgn(*surplus) <= 0)
    return undefined(context,
                     "together the parties gain nothing over each by itself, so there is nothing to bargain about");
  share_in_proportion(split->share, (const mpq_t *)split->share, weights ? weights : (const mpq_t *)equal, *surplus, n);
  return ACCORD_OK;
}
