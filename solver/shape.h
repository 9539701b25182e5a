/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shape of a game whose values are machine words; within the game's slack. */
#ifndef ACCORD_SOLVER_SHAPE_H
#define ACCORD_SOLVER_SHAPE_H

#include "game.h"

/* Whether the functions below serve: values below 2^60, and enough of them for whole rows. */
bool shape_in_words(const accord_game *game);

/* v(S + i) >= v(S); for a cost the same of c = -v. Cost n 2^(n-1). */
bool shape_is_monotone(accord_context *context, const accord_game *game);

/* v(S + i + j) + v(S) >= v(S + i) + v(S + j). Cost n^2 2^(n-3). */
bool shape_is_convex(accord_context *context, const accord_game *game);

/* v(S + i) >= v(S) + v(i). Cost n 2^(n-1). */
bool shape_gains_by_single_parties(accord_context *context, const accord_game *game);

/* v(S) >= v(T) + v(S \ T) for every T in S. Cost 3^n / 2. */
bool shape_gains_by_any_two(accord_context *context, const accord_game *game);

#endif
