/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Holler (public good index): in proportion to how many minimal winning coalitions a party is in; the counts are shown
 * as details. See ../vote_indices.c. */
#include "../rule.h"
#include "../vote_indices.h"

accord_status rule_holler(accord_context *context, accord_split *split, const accord_problem *problem) {
  int n = problem->n;
  mpq_t *count = pool_rationals(context, (size_t)n);
  sum_counts(context, count, (const mpz_t *)count_minimal(context, problem), n, true);
  split->detail = (accord_detail){"minimal_coalitions", count};
  share_in_proportion(split->share, (const mpq_t *)split->share, (const mpq_t *)count, problem->total, n);
  return ACCORD_OK;
}
