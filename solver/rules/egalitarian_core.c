/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Egalitarian core split: of the splits no coalition can object to, the one whose shares, sorted
 * upward, are lexicographically largest; the least share is raised as far as it goes, then the next.
 *
 * A level maximises the least share t of those not yet fixed; the parties whose row x_i >= t has a
 * positive multiplier have just t in every optimal split, and are fixed at it: at most n - 1 levels.
 * With epsilon = -t the rows are x_i + epsilon >= 0. */
#include "../core_total.h"
#include "../rule.h"

struct levels {
  coalition_lp *lp;
  int *cost;     /* size n + 1 */
  lp_row *start; /* size n + 1 */
};

static coalition_lp *core_program(accord_context *context, const accord_game *game, const mpz_t whole) {
  coalition_lp *lp = coalition_lp_new(context, game, true);
  lp->kind = EXCESS_NONE;
  coalition_lp_settle(lp, make_row(ROW_COALITION, everybody(game->n)), whole);
  for (int i = 0; i < game->n; i++) {
    linear_row *row = add_linear(lp, i, 1);
    mpz_set_ui(row->coefficient[i], 1);
    finish_linear(row, game->n);
  }
  return lp;
}

/* Start: what is settled, and the shares not fixed, which balance over it. */
static lp_result *raise_least_share(struct levels *levels) {
  coalition_lp *lp = levels->lp;
  int count = 0;
  for (; count < lp->settled_count; count++) levels->start[count] = make_row(ROW_SETTLED, (uint64_t)count);
  for (int i = 0; i < lp->linear_count; i++)
    if (!lp->linear[i].dropped) levels->start[count++] = make_row(ROW_LINEAR, (uint64_t)i);
  return coalition_lp_solve(lp, levels->cost, levels->start);
}

static void fix_shares(struct levels *levels, const lp_result *result) {
  coalition_lp *lp = levels->lp;
  mpz_t *growth = pool_integers(lp->context, 1);
  mpz_set_ui(*growth, 1);
  for (int k = 0; k <= lp->game->n; k++) {
    lp_row row = result->row[k];
    if (kind_of(row) != ROW_LINEAR || mpz_sgn(result->multiplier[k]) == 0) continue;
    lp->linear[which_of(row)].dropped = true;
    if (lp->settled_count < lp->game->n) coalition_lp_settle_as_found(lp, result, row, *growth);
  }
}

accord_status rule_egalitarian_core(accord_context *context, accord_split *split, const accord_problem *problem) {
  const accord_game *game = problem->game;
  int n = game->n;
  if (n == 1) {
    game_value(split->share[0], game, 1);
    return ACCORD_OK;
  }
  core_total *total = find_core_total(context, game);
  if (total->empty) return undefined(context, "the core is empty: against every split some coalition can object");
  struct levels levels = {core_program(context, game, *total->whole), POOL_NEW(context, (size_t)n + 1, int),
                          POOL_NEW(context, (size_t)n + 1, lp_row)};
  levels.cost[n] = 1;
  while (levels.lp->settled_count < n) {
    lp_result *result = raise_least_share(&levels);
    for (int i = 0; i < n; i++) lp_amount(split->share[i], levels.lp, result, result->solution[i]);
    fix_shares(&levels, result);
  }
  return ACCORD_OK;
}
