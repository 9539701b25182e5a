/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Proportional: x_i = v(N) v(i) / sum v(j); of claims: x_i = E c_i / C. Cost n. */
#include "../clauses.h"
#include "../rule.h"

static accord_status share_total(accord_context *context, accord_split *split, const mpq_t *weight, const mpq_t total) {
  int n = split->n;
  mpq_t *sum = pool_rationals(context, 1), *nothing = pool_rationals(context, (size_t)n);
  rational_sum(*sum, weight, n);
  if (signs_mixed(weight, n))
    return undefined(context,
                     "the stand-alone values have different signs, so shares in proportion to them mean nothing");
  if (mpq_sgn(*sum) == 0)
    return undefined(context, "the stand-alone values are all 0, so there is nothing to be in proportion to");
  share_in_proportion(split->share, (const mpq_t *)nothing, weight, total, n);
  return ACCORD_OK;
}

accord_status rule_proportional(accord_context *context, accord_split *split, const accord_problem *problem) {
  if (problem->claims) {
    if (mpq_sgn(problem->claims->estate) == 0) return ACCORD_OK; /* every award is 0 */
    return share_total(context, split, (const mpq_t *)problem->claims->claim, problem->claims->estate);
  }
  mpq_t *alone = pool_rationals(context, (size_t)problem->n), *whole = pool_rationals(context, 1);
  find_standalones(alone, problem);
  benefit_total(*whole, problem);
  return share_total(context, split, (const mpq_t *)alone, *whole);
}
