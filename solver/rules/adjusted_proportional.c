/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Adjusted proportional: everybody first gets what the others concede, m_i = max(0, E - claims of the others);
 * the rest is shared in proportion to what is still claimed of it, d_i = min(c_i - m_i, E - sum m). Cost n. */
#include "../rule.h"

accord_status rule_adjusted_proportional(accord_context *context, accord_split *split, const accord_problem *problem) {
  const accord_claims *claims = problem->claims;
  int n = claims->n;
  mpq_t *work = pool_rationals(context, 3), *sum = &work[0], *rest = &work[1], *others = &work[2];
  mpq_t *still = pool_rationals(context, (size_t)n);
  rational_sum(*sum, (const mpq_t *)claims->claim, n);
  for (int i = 0; i < n; i++) {
    mpq_sub(*others, *sum, claims->claim[i]);
    if (mpq_cmp(claims->estate, *others) > 0) mpq_sub(split->share[i], claims->estate, *others);
  }
  rational_sum(*sum, (const mpq_t *)split->share, n);
  mpq_sub(*rest, claims->estate, *sum);
  for (int i = 0; i < n; i++) {
    mpq_sub(still[i], claims->claim[i], split->share[i]);
    rational_min(still[i], still[i], *rest);
  }
  if (mpq_sgn(*rest) > 0)
    share_in_proportion(split->share, (const mpq_t *)split->share, (const mpq_t *)still, *rest, n);
  return ACCORD_OK;
}
