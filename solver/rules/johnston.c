/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Johnston: every vulnerable coalition counts the same and is shared equally by its critical members.
 * Counts by their number: see ../vote_indices.c. */
#include "../rule.h"
#include "../vote_indices.h"

accord_status rule_johnston(accord_context *context, accord_split *split, const accord_problem *problem) {
  int n = problem->n;
  mpq_t *sum = pool_rationals(context, (size_t)n);
  sum_counts(context, sum, (const mpz_t *)count_critical(context, problem), n, false);
  share_in_proportion(split->share, (const mpq_t *)split->share, (const mpq_t *)sum, problem->total, n);
  return ACCORD_OK;
}
