/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Separable costs, remaining benefits: x_i = M_i + r_i / (sum r_j) (v(N) - sum M_j), r_i = M_i - v(i). Cost n. */
#include "../clauses.h"
#include "../rule.h"

accord_status rule_scrb(accord_context *context, accord_split *split, const accord_problem *problem) {
  int n = problem->n;
  mpq_t *remaining = pool_rationals(context, (size_t)n), *sum = pool_rationals(context, 2), *rest = &sum[1];
  find_marginals(split->share, problem);
  find_standalones(remaining, problem);
  for (int i = 0; i < n; i++) mpq_sub(remaining[i], split->share[i], remaining[i]);
  drop_rounding(remaining, n, problem->game);
  benefit_total(*rest, problem);
  rational_sum(*sum, (const mpq_t *)split->share, n);
  mpq_sub(*rest, *rest, *sum);
  drop_rounding(rest, 1, problem->game);
  rational_sum(*sum, (const mpq_t *)remaining, n);
  if (signs_mixed((const mpq_t *)remaining, n))
    return undefined(
        context,
        "joining the others is worth something to one party and less than nothing to another, so the remaining benefits have different signs");
  if (mpq_sgn(*sum) != 0)
    share_in_proportion(split->share, (const mpq_t *)split->share, (const mpq_t *)remaining, *rest, n);
  else if (mpq_sgn(*rest) != 0)
    return undefined(context, "every party's remaining benefit is 0, yet a part that nobody caused is left to share");
  return ACCORD_OK;
}
