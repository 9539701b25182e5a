/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Proportional nucleolus: the nucleolus with excesses divided by the coalition's value. See ../nucleolus.c. */
#include "../nucleolus.h"
#include "../rule.h"

/* Whether every proper coalition is worth something: v(S) > 0, or c(S) > 0. */
static bool all_are_worth(accord_context *context, const accord_game *game) {
  for (accord_coalition s = 1; game->small && s < everybody(game->n); s++) {
    if (s % (1 << 20) == 0) check_clock(context);
    if (game->goal == ACCORD_COST ? game->small[s] >= 0 : game->small[s] <= 0) return false;
  }
  if (game->small) return true;
  mpz_t *value = pool_integers(context, 1);
  int sign = game->goal == ACCORD_COST ? -1 : 1;
  for (accord_coalition s = 1; s < everybody(game->n); s++) {
    game_integer(*value, game, s);
    if (mpz_sgn(*value) != sign) return false;
  }
  return true;
}

accord_status rule_proportional_nucleolus(accord_context *context, accord_split *split, const accord_problem *problem) {
  if (!all_are_worth(context, problem->game))
    return undefined(context, "an excess is divided by the coalition's %s, and not every coalition's is above 0",
                     problem->goal == ACCORD_COST ? "cost" : "value");
  nucleolus_options options = {.imputations = true, .kind = EXCESS_PROPORTIONAL};
  return nucleolus_over_imputations(context, split, problem->game, &options);
}
