/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Deegan-Packel: every minimal winning coalition is equally likely and its members share the prize equally.
 * Counts by size: see ../vote_indices.c. */
#include "../rule.h"
#include "../vote_indices.h"

accord_status rule_deegan_packel(accord_context *context, accord_split *split, const accord_problem *problem) {
  int n = problem->n;
  mpq_t *sum = pool_rationals(context, (size_t)n);
  sum_counts(context, sum, (const mpz_t *)count_minimal(context, problem), n, false);
  share_in_proportion(split->share, (const mpq_t *)split->share, (const mpq_t *)sum, problem->total, n);
  return ACCORD_OK;
}
