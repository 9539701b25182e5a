/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How parties work together in pairs. */
#ifndef ACCORD_SOLVER_INTERACTIONS_H
#define ACCORD_SOLVER_INTERACTIONS_H

#include "game.h"

/* Shapley's and Banzhaf's interaction index of every pair, as stated: entry i * n + j, symmetric, 0 on the
 * diagonal. Sizes n * n. Cost n 2^(n-1). */
void find_interactions(accord_context *context, mpq_t *shapley, mpq_t *banzhaf, const accord_game *game);

/* What v(S) counts for pairs that are both in S, for a party in S, and for all: index = sum of both(s) v(S) over the S
 * with i and j - sum of single(s) v(S) over those with i, and with j + sum of own(s) v(S). */
typedef struct pair_weights {
  int64_t both[GAME_MOST_PARTIES + 1], single[GAME_MOST_PARTIES + 1], own[GAME_MOST_PARTIES + 1];
} pair_weights;

/* Indices by these weights, and plain ones by 4, 2 and 1, in the game's units: entry j (j - 1) / 2 + i, i < j. False where
 * words do not hold them, or the game is too small to be worth it. Cost 2^n. */
bool weigh_pairs(accord_context *context, int64_t *weighed, int64_t *plain, const accord_game *game,
                 const pair_weights *weights);

#endif
