/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core_total.h"

/* Start: every party alone, multiplier 1. */
static void solve_total(accord_context *context, core_total *total, const accord_game *game) {
  int n = game->n;
  int *cost = POOL_NEW(context, (size_t)n, int);
  lp_row *start = POOL_NEW(context, (size_t)n, lp_row);
  for (int i = 0; i < n; i++) cost[i] = 1, start[i] = make_row(ROW_COALITION, party(i));
  total->lp = coalition_lp_new(context, game, false);
  total->lp->search = total->search = row_search_new(context, game);
  total->result = coalition_lp_solve(total->lp, cost, start);
}

core_total *find_core_total(accord_context *context, const accord_game *game) {
  core_total *total = POOL_NEW(context, 1, core_total);
  mpz_t *work = pool_integers(context, 2), *stated = &work[0], *slack = &work[1];
  solve_total(context, total, game);
  const lp_result *result = total->result;
  total->gap = pool_integers(context, 1);
  total->whole = pool_integers(context, 1);
  game_integer(*stated, game, everybody(game->n));
  mpz_mul(*total->gap, *stated, result->determinant);
  mpz_sub(*total->gap, result->value, *total->gap);
  mpz_mul(*slack, game->slack, result->determinant);
  total->empty = mpz_cmp(*total->gap, *slack) > 0;
  mpz_cdiv_q(*total->whole, result->value, result->determinant);
  if (mpz_cmp(*total->whole, *stated) < 0) mpz_set(*total->whole, *stated);
  return total;
}
