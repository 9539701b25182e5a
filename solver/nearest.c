/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The nearest split, level by level: each minimises the largest deviation epsilon of the shares not yet
 * fixed, x_i + epsilon >= t_i and -x_i + epsilon >= -t_i. A share whose row has a positive multiplier is
 * that far off in every optimal split, and is fixed there. */
#include "nearest.h"

static void add_deviations(coalition_lp *lp, const mpq_t *target) {
  mpq_t *opposite = pool_rationals(lp->context, 1);
  for (int i = 0; i < lp->game->n; i++) {
    mpq_neg(*opposite, target[i]);
    add_stated_row(lp, OTHER_ROW, NULL, i, 1, target[i], 1);
    add_stated_row(lp, OTHER_ROW, NULL, i, -1, *opposite, 1);
  }
}

/* Fixes the shares that the level decides; first: the first deviation row. */
static void fix_shares(coalition_lp *lp, const lp_result *result, int first) {
  mpz_t *growth = pool_integers(lp->context, 1);
  mpz_set_ui(*growth, 1);
  for (int k = 0; k <= lp->game->n; k++) {
    lp_row row = result->row[k];
    if (mpz_sgn(result->multiplier[k]) == 0 || kind_of(row) != ROW_LINEAR || (int)which_of(row) < first) continue;
    int pair = (int)which_of(row) - ((int)which_of(row) - first) % 2;
    lp->linear[pair].dropped = lp->linear[pair + 1].dropped = true;
    if (lp->settled_count < lp->game->n) coalition_lp_settle_as_found(lp, result, row, *growth);
  }
}

bool find_nearest(mpq_t *share, coalition_lp *lp, const mpq_t *target) {
  int n = lp->game->n, first = lp->linear_count;
  add_deviations(lp, target);
  for (bool decided = false; !decided;) {
    lp_result *result = coalition_lp_least_epsilon(lp, 0);
    if (!result->feasible) return false;
    for (int i = 0; i < n; i++) lp_amount(share[i], lp, result, result->solution[i]);
    decided = mpz_sgn(result->value) == 0;
    fix_shares(lp, result, first);
    decided = decided || lp->settled_count == n;
  }
  return true;
}
