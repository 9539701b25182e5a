/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Constrained equal losses: max(c_i - t, 0), t such that the awards sum to E. Cost n log n. */
#include "../rule.h"

accord_status rule_cel(accord_context *context, accord_split *split, const accord_problem *problem) {
  const accord_claims *claims = problem->claims;
  equal_losses(context, split->share, claims->estate, (const mpq_t *)claims->claim, claims->n);
  return ACCORD_OK;
}
