/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Games made of another: among some of the parties, or along links. */
#include "contributions.h"

accord_game *subgame(accord_context *context, const accord_game *game, accord_coalition members) {
  accord_game *part = game_new(context, game->goal, size_of(members));
  part->big = pool_integers(context, part->size);
  mpq_set(part->unit, game->unit);
  accord_coalition s = 0;
  for (accord_coalition k = 0; k < part->size; k++, s = (s - members) & members) /* the subsets, upward */
    game_integer(part->big[k], game, s);
  game_finish(context, part);
  return part;
}

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
accord_game *linked_game(accord_context *context, const accord_game *game, const accord_coalition *links) {
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
