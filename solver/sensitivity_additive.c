/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules that are linear in the values: the rate of every share is its share of the game in which the coalition is
 * worth 1 and all others nothing, and it holds without end. Where parties that are alike get the same, that game is
 * solved once for each size; other rules have formulas. */
#include "sensitivity_formulas.h"

struct unit_shares {
  mpq_t *member, *other; /* size n + 1: of a coalition of that size */
};

static accord_game *unit_game(accord_context *context, const accord_game *game, accord_coalition coalition) {
  accord_game *unit = game_new(context, game->goal, game->n);
  unit->small = POOL_NEW(context, game->size, int64_t);
  unit->small[coalition] = 1;
  mpq_set_ui(unit->unit, 1, 1);
  game_finish(context, unit);
  return unit;
}

/* The rule's shares of a game; rate: size n, of the benefit game. */
static void solve_game(sensitivity *about, mpq_t *rate, accord_game *game) {
  accord_context *context = about->context;
  accord_problem *problem = problem_with_game(context, about->problem, game);
  accord_split *split;
  accord_status status = accord_solve(context, &split, problem, about->rule);
  if (status != ACCORD_OK || split->status != ACCORD_OK)
    guard_leave(context, status != ACCORD_OK ? status : split->status, "%s", accord_message(context));
  for (int i = 0; i < split->n; i++) {
    mpq_set(rate[i], split->share[i]);
    if (problem->goal == ACCORD_COST) mpq_neg(rate[i], rate[i]);
  }
}

static void solve_unit(sensitivity *about, mpq_t *rate, accord_coalition coalition) {
  accord_mark mark = accord_get_mark(about->context);
  solve_game(about, rate, unit_game(about->context, about->problem->game, coalition));
  accord_reset(about->context, mark);
}

static void solve_along(sensitivity *about, mpq_t *rate, const accord_game *along) {
  accord_mark mark = accord_get_mark(about->context);
  accord_game *game = POOL_NEW(about->context, 1, accord_game);
  *game = *along;
  solve_game(about, rate, game);
  accord_reset(about->context, mark);
}

static void prepare(sensitivity *about) {
  if (!(about->rule->promises & ACCORD_SYMMETRIC)) return;
  int n = about->problem->n;
  struct unit_shares *unit = POOL_NEW(about->context, 1, struct unit_shares);
  mpq_t *rate = pool_rationals(about->context, (size_t)n);
  unit->member = pool_rationals(about->context, (size_t)n + 1);
  unit->other = pool_rationals(about->context, (size_t)n + 1);
  for (int size = 1; size <= n; size++) {
    solve_unit(about, rate, everybody(size));
    mpq_set(unit->member[size], rate[0]);
    mpq_set(unit->other[size], rate[n - 1]);
  }
  about->prepared = unit;
}

static void find_unit(sensitivity *about, mpq_t *rate, accord_coalition coalition) {
  const struct unit_shares *unit = about->rule->promises & ACCORD_SYMMETRIC ? about->prepared : NULL;
  unit_formula *formula = find_unit_formula(about->rule->name);
  int size = size_of(coalition);
  for (int i = 0; i < about->problem->n && unit; i++)
    mpq_set(rate[i], has(coalition, i) ? unit->member[size] : unit->other[size]);
  if (unit) return;
  if (formula) formula(about, rate, coalition);
  else solve_unit(about, rate, coalition);
}

static void find(sensitivity *about, accord_slope *slope, const game_direction *direction) {
  if (direction->along) solve_along(about, slope->rate, direction->along);
  else find_unit(about, slope->rate, direction->coalition);
  for (int i = 0; i < about->problem->n && direction->sign < 0; i++) mpq_neg(slope->rate[i], slope->rate[i]);
}

const slope_method method_additive = {prepare, find};
