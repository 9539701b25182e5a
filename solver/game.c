/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a game's values. */
#include "game.h"

#include <math.h>

void game_integer(mpz_t integer, const accord_game *game, accord_coalition coalition) {
  if (game->small) mpz_set_si(integer, game->small[coalition]);
  else mpz_set(integer, game->big[coalition]);
}

void game_value(mpq_t value, const accord_game *game, accord_coalition coalition) {
  if (game->doubles) {
    mpq_set_d(value, game->doubles[coalition]);
    if (game->goal == ACCORD_COST) mpq_neg(value, value);
    return;
  }
  game_integer(mpq_numref(value), game, coalition);
  mpz_set_ui(mpq_denref(value), 1);
  mpq_mul(value, value, game->unit);
}

void accord_game_value(mpq_t value, const accord_game *game, accord_coalition coalition) {
  game_value(value, game, coalition);
  if (game->goal == ACCORD_COST) mpq_neg(value, value);
}

void game_marginals(mpq_t *marginal, const accord_game *game) {
  accord_coalition all = everybody(game->n);
  mpq_t *whole = pool_rationals(active_context(), 1);
  game_value(*whole, game, all);
  for (int i = 0; i < game->n; i++) {
    game_value(marginal[i], game, all ^ party(i));
    mpq_sub(marginal[i], *whole, marginal[i]);
  }
  pool_free(active_context(), whole);
}

void game_standalones(mpq_t *standalone, const accord_game *game) {
  for (int i = 0; i < game->n; i++) game_value(standalone[i], game, party(i));
}

double ratio(const mpz_t a, const mpz_t b) {
  long top, bottom;
  double quotient = mpz_get_d_2exp(&top, a), divisor = mpz_get_d_2exp(&bottom, b);
  return divisor != 0 ? ldexp(quotient / divisor, (int)(top - bottom)) : 0;
}

double game_relative(const accord_game *game, const mpz_t number, const mpz_t factor) {
  long top, bottom, largest;
  double quotient = mpz_get_d_2exp(&top, number),
         divisor = mpz_get_d_2exp(&bottom, factor) * mpz_get_d_2exp(&largest, game->largest);
  return divisor != 0 ? ldexp(quotient / divisor, (int)(top - bottom - largest)) : 0;
}

void game_tolerance(mpq_t tolerance, const accord_game *game) {
  mpq_set_z(tolerance, game->slack);
  mpq_mul(tolerance, tolerance, game->unit);
}

void game_set_slack(accord_context *context, accord_game *game) {
  mpq_t *tolerance = pool_rationals(context, 2);
  double relative = accord_context_settings(context)->tolerance;
  if (!(relative >= 0 && relative < 1))
    guard_leave(context, ACCORD_INVALID, "the tolerance is not a number from 0 to 1");
  mpq_set_d(tolerance[0], relative);
  mpq_set_z(tolerance[1], game->largest);
  mpq_mul(tolerance[0], tolerance[0], tolerance[1]);
  mpz_fdiv_q(game->slack, mpq_numref(tolerance[0]), mpq_denref(tolerance[0]));
  pool_free(context, tolerance);
}
