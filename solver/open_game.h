/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Games in which some values are unknown. Inside the solver they are benefit games too: a cost c is v = -c, its
 * upper limit the lower one of v. All limits are integers over one unit. */
#ifndef ACCORD_SOLVER_OPEN_GAME_H
#define ACCORD_SOLVER_OPEN_GAME_H

#include "game.h"

/* Every coalition is gone through with every part of it: beyond this it takes minutes. */
enum { OPEN_MOST_PARTIES = 16 };

/* Limits of every coalition: integers where given. */
typedef struct limit_table {
  mpz_t *at;   /* size 2^n */
  bool *given; /* size 2^n */
} limit_table;

typedef struct accord_open_game {
  int n;
  accord_goal goal;
  int assumptions; /* of the benefit game */
  size_t size;     /* 2^n */
  mpq_t unit;
  limit_table stated_low, stated_high; /* as stated */
  limit_table low, high;               /* what they imply: the least game that meets them, and the most of each value */
} accord_open_game;

limit_table new_limits(accord_context *context, size_t size);

static inline bool is_known(const accord_open_game *open, accord_coalition s) {
  return open->low.given[s] && open->high.given[s] && mpz_cmp(open->low.at[s], open->high.at[s]) == 0;
}

/* low: the least superadditive (monotone) game that is nowhere below floor. It is a completion itself wherever it
 * is nowhere above what is stated. Cost 3^n / 2 at most. */
void find_least_game(accord_context *context, limit_table *low, const accord_open_game *open, const limit_table *floor);

/* The game of these values, all given. */
accord_game *game_of_limits(accord_context *context, const accord_open_game *open, const limit_table *values);

/* A game that is 1 unit at one coalition and 0 elsewhere. */
accord_game *unit_game(accord_context *context, const accord_open_game *open, accord_coalition coalition);

/* ------------------------------------------------------------------- ranges */

/* Exact programs over this many unknown values at most; interval arithmetic serves beyond. */
enum { OPEN_MOST_VARIABLES = 40 };

/* A program over the completions: y_k is the value of the k-th unknown coalition, and every row that its limits do not
 * imply by themselves is there. */
typedef struct completion_program completion_program;
completion_program *completion_program_new(accord_context *context, const accord_unknowns *unknowns);

/* min of constant + sum weight_k y_k over the completions; every weighted y_k must have the limit that holds it.
 * weight: size count, in units of shares per unit of value. All in the benefit game. */
void least_over_completions(accord_context *context, mpq_t least, completion_program *program, const mpq_t constant,
                            const mpq_t *weight);

/* A rule over all completions, inside a guard. */
accord_status solve_range(accord_context *context, accord_split *split, const accord_problem *problem,
                          const accord_rule *rule);

#endif
