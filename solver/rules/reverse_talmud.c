/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reverse Talmud: up to half the claims, equal losses on the halves; beyond, the halves and equal awards on them. Cost n log n. */
#include "../rule.h"

accord_status rule_reverse_talmud(accord_context *context, accord_split *split, const accord_problem *problem) {
  const accord_claims *claims = problem->claims;
  mpq_t *rest = pool_rationals(context, 1), *half = half_claims(context, *rest, claims);
  if (mpq_sgn(*rest) <= 0) {
    equal_losses(context, split->share, claims->estate, (const mpq_t *)half, claims->n);
    return ACCORD_OK;
  }
  equal_awards(context, split->share, *rest, (const mpq_t *)half, claims->n);
  for (int i = 0; i < claims->n; i++) mpq_add(split->share[i], split->share[i], half[i]);
  return ACCORD_OK;
}
