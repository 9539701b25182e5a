/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values of many small games of one size in one go: a game of 8 parties takes some 100 cycles, not what it costs to
 * take memory for sums and to reduce fractions. Exact, and so the same as of each game by itself. */
#ifndef ACCORD_SOLVER_BATCH_H
#define ACCORD_SOLVER_BATCH_H

#include "game.h"

enum { BATCH_MOST_PARTIES = 12 };

/* A value that is linear and goes by coalitions' sizes:
 * x_i = (sum over S with i of member[s] v(S) + sum over all S of any[s] v(S)) / denominator. */
typedef struct linear_value {
  int n; /* up to BATCH_MOST_PARTIES */
  int64_t member[BATCH_MOST_PARTIES + 1], any[BATCH_MOST_PARTIES + 1];
  uint64_t denominator;
} linear_value;

linear_value linear_shapley(int n);
linear_value linear_banzhaf(int n); /* not scaled to v(N) */
linear_value linear_solidarity(int n);

/* Whether all that stands in words on the way to this game's value stays below 2^62. */
bool fits_batch(const linear_value *value, const accord_game *game);

/* number[k * n + i] = x_i denominator / unit of games[k], which fits. Cost count 2^n. */
void find_values(accord_context *context, int64_t *number, const accord_game *const *games, size_t count,
                 const linear_value *value);

/* The doubles nearest to number[i] / denominator times the unit, of one game; size n. */
void values_as_doubles(accord_context *context, double *share, const int64_t *number, const linear_value *value,
                       const mpq_t unit);

/* A batch of one: share (size n) of a game that words serve for; false, and nothing done, where they do not or the game is
 * larger. No memory is taken for sums by size. */
bool value_of_small(accord_context *context, mpq_t *share, const accord_game *game, linear_value (*make)(int n));

/* share[k * n + i] of games[k], all of n parties, of any size and any numbers: what shapley_value makes of each. */
void shapley_values(accord_context *context, mpq_t *share, const accord_game *const *games, size_t count);

#endif
