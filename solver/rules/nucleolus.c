/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nucleolus: lexicographic minimum of the excesses over the imputations. See ../nucleolus.c. */
#include "../nucleolus.h"
#include "../rule.h"

accord_status rule_nucleolus(accord_context *context, accord_split *split, const accord_problem *problem) {
  const accord_game *game = problem->game;
  mpz_t *surplus = pool_integers(context, 2), *value = &surplus[1];
  game_integer(*surplus, game, everybody(game->n));
  for (int i = 0; i < game->n; i++) {
    game_integer(*value, game, party(i));
    mpz_sub(*surplus, *surplus, *value);
  }
  mpz_neg(*value, game->slack);
  if (mpz_cmp(*surplus, *value) < 0)
    return undefined(context, "no split gives every party at least what it has alone: alone they have more together "
                              "than there is");
  if (mpz_sgn(*surplus) < 0) { /* one imputation, within the tolerance of inexact inputs */
    game_standalones(split->share, game);
    return ACCORD_OK;
  }
  nucleolus_options options = {.imputations = true, .kind = EXCESS_PLAIN};
  return find_nucleolus(context, split->share, &split->certificate, game, &options);
}
