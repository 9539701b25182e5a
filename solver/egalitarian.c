/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Egalitarian core split: of the splits no coalition can object to, the one whose shares, sorted
 * upward, are lexicographically largest; the least share is raised as far as it goes, then the next.
 *
 * A level maximises the least share t of those not yet fixed; the parties whose row x_i >= t has a
 * positive multiplier have just t in every optimal split, and are fixed at it: at most n - 1 levels.
 * With epsilon = -t the rows are x_i + epsilon >= 0. */
#include "egalitarian.h"

#include "core_total.h"
#include "rule.h"

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
  for (int i = 0; i < lp->game->n; i++)
    if (!lp->linear[i].dropped) levels->start[count++] = make_row(ROW_LINEAR, (uint64_t)i);
  return coalition_lp_try(lp, levels->cost, levels->start, count);
}

static void fix_shares(struct levels *levels, const lp_result *result) {
  coalition_lp *lp = levels->lp;
  mpz_t *growth = pool_integers(lp->context, 1);
  mpz_set_ui(*growth, 1);
  for (int k = 0; k <= lp->game->n; k++) {
    lp_row row = result->row[k];
    if (mpz_sgn(result->multiplier[k]) == 0 || kind_of(row) != ROW_LINEAR || (int)which_of(row) >= lp->game->n)
      continue;
    lp->linear[which_of(row)].dropped = true;
    if (lp->settled_count < lp->game->n) coalition_lp_settle_as_found(lp, result, row, *growth);
  }
}

static accord_status run_levels(struct levels *levels, mpq_t *share) {
  coalition_lp *lp = levels->lp;
  int n = lp->game->n;
  while (lp->settled_count < n) {
    lp_result *result = raise_least_share(levels);
    if (!result->feasible)
      return fail(lp->context, ACCORD_INFEASIBLE,
                  "no split meets every clause and leaves no coalition with an objection");
    for (int i = 0; i < n; i++) lp_amount(share[i], lp, result, result->solution[i]);
    fix_shares(levels, result);
  }
  return ACCORD_OK;
}

accord_status find_egalitarian_core(accord_context *context, mpq_t *share, const accord_problem *problem,
                                    bool with_clauses) {
  const accord_game *game = problem->game;
  size_t n = (size_t)game->n;
  if (n == 1) {
    game_value(share[0], game, 1);
    return ACCORD_OK;
  }
  core_total *total = find_core_total(context, game);
  if (total->empty) return undefined(context, "the core is empty: against every split some coalition can object");
  struct levels levels = {core_program(context, game, *total->whole), POOL_NEW(context, n + 1, int),
                          POOL_NEW(context, n + 1, lp_row)};
  if (with_clauses) add_clauses(levels.lp, problem, false);
  levels.cost[n] = 1;
  return run_levels(&levels, share);
}
