/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Families of generated games (families.def): a game is told by its family, its parties and a number. */
#ifndef ACCORD_SOLVER_FAMILIES_H
#define ACCORD_SOLVER_FAMILIES_H

#include "game.h"

/* The first so many families of the table are those that nucleolus engines are measured on: types 1 to 5 of Benedek,
 * Fliege and Nguyen, mass ties and near-ties. */
enum { GAME_TYPES = 7 };

/* The values, as stated, of the type-th family of the table (from 1), which is one of tables. value: size 2^n. */
void fill_game(int64_t *value, int type, int n, uint64_t seed);

#endif
