/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Minimal overlap: claims are laid over the estate so that they overlap least, and every part is
 * shared equally by those who claim it. Cost n log n.
 *
 * Claims up to t overlap from the bottom of the estate (Ibn Ezra: the part between two neighbouring
 * claims is shared by all larger ones); above t they lie side by side, so t + sum max(c_j - t, 0) = E.
 * Where one claim covers the estate, t = E. */
#include "../rule.h"

accord_status rule_minimal_overlap(accord_context *context, accord_split *split, const accord_problem *problem) {
  const accord_claims *claims = problem->claims;
  int n = claims->n;
  int *order = order_by_amount(context, (const mpq_t *)claims->claim, n);
  mpq_t *work = pool_rationals(context, 6), *t = &work[0], *reached = &work[1], *shared = &work[2], *part = &work[3],
        *count = &work[4], *beyond = &work[5];
  overlap_level(context, *t, claims, order);
  for (int k = 0; k < n; k++) {
    const mpq_t *claim = (const mpq_t *)&claims->claim[order[k]];
    rational_min(*part, *claim, *t);
    mpq_sub(*part, *part, *reached);
    mpq_add(*reached, *reached, *part);
    mpq_set_si(*count, n - k, 1);
    mpq_div(*part, *part, *count);
    mpq_add(*shared, *shared, *part);
    rational_min(*beyond, *claim, claims->estate); /* what exceeds the estate is no claim on it */
    mpq_sub(*beyond, *beyond, *t);
    if (mpq_sgn(*beyond) < 0) mpq_set_ui(*beyond, 0, 1);
    mpq_add(split->share[order[k]], *shared, *beyond);
  }
  return ACCORD_OK;
}
