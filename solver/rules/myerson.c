/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Myerson value: the Shapley value of the game in which only linked parties cooperate,
 *   v_L(S) = sum of v over the connected parts of S under the links. Cost n 2^n. */
#include "../rule.h"

/* The connected part of S that holds its first party. */
static accord_coalition first_part(const accord_coalition *links, accord_coalition coalition) {
  accord_coalition part = coalition & -coalition, before = 0;
  while (part != before) {
    accord_coalition added = part & ~before;
    before = part;
    for (; added; added &= added - 1) part |= links[__builtin_ctzll(added)] & coalition;
  }
  return part;
}

/* v_L(S) = v(part) + v_L(S without it), upward. */
static accord_game *linked_game(accord_context *context, const accord_game *game, const accord_coalition *links) {
  accord_game *linked = game_new(context, game->goal, game->n);
  check_table_size(context, game->n, sizeof(mpz_t) + 16, "raise --memory-limit");
  linked->big = pool_integers(context, game->size);
  mpq_set(linked->unit, game->unit);
  for (accord_coalition s = 1; s < game->size; s++) {
    if (s % 4096 == 0) check_clock(context);
    accord_coalition part = first_part(links, s);
    game_integer(linked->big[s], game, part);
    mpz_add(linked->big[s], linked->big[s], linked->big[s ^ part]);
  }
  game_finish(context, linked);
  return linked;
}

accord_status rule_myerson(accord_context *context, accord_split *split, const accord_problem *problem) {
  const accord_coalition *links = problem->overlays.links;
  if (!links) return undefined(context, "it shares along links, and the sheet names none under \"links\"");
  shapley_value(context, split->share, linked_game(context, problem->game, links));
  return ACCORD_OK;
}
