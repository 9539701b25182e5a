/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Piniles: equal awards on half the claims; when those are paid, the same again with what is left. Cost n log n. */
#include "../rule.h"

accord_status rule_piniles(accord_context *context, accord_split *split, const accord_problem *problem) {
  const accord_claims *claims = problem->claims;
  mpq_t *rest = pool_rationals(context, 1), *half = half_claims(context, *rest, claims);
  bool first_round = mpq_sgn(*rest) <= 0;
  equal_awards(context, split->share, first_round ? claims->estate : *rest, (const mpq_t *)half, claims->n);
  for (int i = 0; i < claims->n && !first_round; i++) mpq_add(split->share[i], split->share[i], half[i]);
  return ACCORD_OK;
}
