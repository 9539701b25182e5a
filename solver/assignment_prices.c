/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prices of a best matching (Shapley and Shubik 1971): the core is a lattice, with a corner that is best for every party
 * of one side at once and worst for all of the other. */
#include "assignment.h"
#include "prices.h"

static void list_pairs(accord_context *context, accord_prices *prices, const accord_assignment *assignment) {
  const pair_values *pairs = whole_pair_values(context, assignment);
  int *column = POOL_NEW(context, (size_t)pairs->rows + 1, int);
  find_matching(context, column, pairs);
  prices->first = POOL_NEW(context, (size_t)pairs->rows + 1, int);
  prices->second = POOL_NEW(context, (size_t)pairs->rows + 1, int);
  for (int r = 0; r < pairs->rows; r++) {
    if (column[r] < 0) continue;
    prices->first[prices->pair_count] = assignment->left[r];
    prices->second[prices->pair_count++] = assignment->right[column[r]];
  }
}

accord_status share_at_prices_of_matching(accord_context *context, accord_split *split, const accord_problem *problem) {
  accord_prices *prices = split->prices = POOL_NEW(context, 1, accord_prices);
  size_t n = (size_t)problem->n;
  prices->least_share = pool_rationals(context, n);
  prices->greatest_share = pool_rationals(context, n);
  assignment_ranges(context, prices->least_share, prices->greatest_share, problem);
  list_pairs(context, prices, problem->assignment);
  for (size_t i = 0; i < n; i++) {
    mpq_add(split->share[i], prices->least_share[i], prices->greatest_share[i]);
    mpq_div_2exp(split->share[i], split->share[i], 1);
  }
  return ACCORD_OK;
}
