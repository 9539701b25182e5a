/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gately: everybody's propensity to disrupt, (what the others lose without i) / (what i loses), is the same:
 * x_i = v(i) + (M_i - v(i)) (v(N) - sum v(j)) / sum (M_j - v(j)). Cost n. */
#include "../clauses.h"
#include "../rule.h"

accord_status rule_gately(accord_context *context, accord_split *split, const accord_problem *problem) {
  int n = problem->n;
  mpq_t *stake = pool_rationals(context, (size_t)n), *sum = pool_rationals(context, 2), *surplus = &sum[1];
  find_standalones(split->share, problem);
  find_marginals(stake, problem);
  for (int i = 0; i < n; i++) mpq_sub(stake[i], stake[i], split->share[i]);
  drop_rounding(stake, n, problem->game);
  benefit_total(*surplus, problem);
  rational_sum(*sum, (const mpq_t *)split->share, n);
  mpq_sub(*surplus, *surplus, *sum);
  drop_rounding(surplus, 1, problem->game);
  rational_sum(*sum, (const mpq_t *)stake, n);
  if (mpq_sgn(*surplus) < 0)
    return undefined(context, "joining gains the parties nothing together, so there is no gain to share");
  if (signs_mixed((const mpq_t *)stake, n))
    return undefined(context, "joining the others is worth something to one party and less than nothing to another");
  if (mpq_sgn(*sum) == 0)
    return undefined(context, "no party adds more to the others than it is worth alone, so nobody can disrupt");
  share_in_proportion(split->share, (const mpq_t *)split->share, (const mpq_t *)stake, *surplus, n);
  return ACCORD_OK;
}
