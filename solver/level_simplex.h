/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The linear program of one level of the nucleolus, in doubles: the simplex method on its dual,
 *
 *   maximise  sum w_S v(S) + sum u_i v(i) + sum t_T c_T
 *   over      sum w_S (1_S; d(S)) + sum u_i (e_i; 0) + sum t_T (1_T; 0) = (0; 1),   w, u >= 0, t free,
 *
 * d(S) being what the excess of S is divided by. There are n + 1 rows, and the explicit inverse of the basis
 * is kept by columns. Its multipliers are the level's split and epsilon. Answers are guesses: whoever asks
 * confirms them exactly. Every operation is element by element in a fixed order, so that all processors
 * come to the same bits. */
#ifndef ACCORD_SOLVER_LEVEL_SIMPLEX_H
#define ACCORD_SOLVER_LEVEL_SIMPLEX_H

#include "game.h"

enum { SIMPLEX_ROWS = GAME_MOST_PARTIES + 1, SIMPLEX_STRIDE = 32 };

/* COLUMN_UNIT: of the identity the basis starts as; it stands for a direction that no coalition decides, and
 * leaves at the first pivot that it can. */
typedef enum column_kind { COLUMN_UNIT, COLUMN_SETTLED, COLUMN_COALITION, COLUMN_BOUND } column_kind;

typedef struct level_column {
  column_kind kind;
  accord_coalition parties;
  double depth; /* the entry for epsilon: d(S) of a coalition, else 0 */
  double value;
} level_column;

typedef struct level_simplex {
  int n, m, stride;
  int stalled, since_factored; /* pivots without progress; since the inverse was made anew */
  bool perturbed;
  uint64_t chance;
  level_column basis[SIMPLEX_ROWS];
  double weight[SIMPLEX_STRIDE];   /* of the basic columns */
  double solution[SIMPLEX_STRIDE]; /* x_1..x_n, epsilon */
  double step[SIMPLEX_STRIDE];     /* the entering column in terms of the basis */
  double inverse[SIMPLEX_ROWS][SIMPLEX_STRIDE];
} level_simplex;

/* A basis of unit columns only, party i's at the value split[i]. */
void simplex_start(level_simplex *simplex, int n, const double *split);

/* Puts a column in a unit column's place; false where it depends on those placed. */
bool simplex_place(level_simplex *simplex, const level_column *column);

/* Weights and multipliers of the basis as it stands. */
void simplex_evaluate(level_simplex *simplex);

/* Takes in a column whose value exceeds its price by gain > 0. False where no column can leave. */
bool simplex_enter(level_simplex *simplex, const level_column *column, double gain);

/* Makes the inverse of the same columns anew, and with it undoes perturbations. */
void simplex_refactor(level_simplex *simplex);

/* ------------------------------------------------------------------- prices */

enum { DIGIT_BITS = 7, DIGITS = (GAME_MOST_PARTIES + DIGIT_BITS - 1) / DIGIT_BITS };

/* Sums over coalitions by looking up seven parties at a time. */
typedef struct sum_table {
  int digits;
  double entry[DIGITS][1 << DIGIT_BITS];
} sum_table;

void sum_table_fill(sum_table *table, const double *amount, int n);

static inline double sum_over(const sum_table *table, accord_coalition coalition) {
  double sum = 0;
  for (int k = 0; k < table->digits; k++, coalition >>= DIGIT_BITS)
    sum += table->entry[k][coalition & ((1 << DIGIT_BITS) - 1)];
  return sum;
}

/* gain[k] = value[k] - sum over parties[k] - base. */
void find_all_gains(double *gain, const uint32_t *parties, const double *value, int count, const sum_table *table,
                    double base);

#endif
