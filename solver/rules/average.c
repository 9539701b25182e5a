/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Average of constrained equal awards and constrained equal losses. Cost n log n. */
#include "../rule.h"

accord_status rule_average(accord_context *context, accord_split *split, const accord_problem *problem) {
  const accord_claims *claims = problem->claims;
  mpq_t *losses = pool_rationals(context, (size_t)claims->n);
  equal_awards(context, split->share, claims->estate, (const mpq_t *)claims->claim, claims->n);
  equal_losses(context, losses, claims->estate, (const mpq_t *)claims->claim, claims->n);
  for (int i = 0; i < claims->n; i++) {
    mpq_add(split->share[i], split->share[i], losses[i]);
    mpq_div_2exp(split->share[i], split->share[i], 1);
  }
  return ACCORD_OK;
}
