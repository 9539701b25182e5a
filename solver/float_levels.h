/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All levels of the nucleolus in doubles, over a pool of candidate coalitions. */
#ifndef ACCORD_SOLVER_FLOAT_LEVELS_H
#define ACCORD_SOLVER_FLOAT_LEVELS_H

#include "level_simplex.h"
#include "nucleolus.h"
#include "span.h"

/* One level, and what was settled before it. Values are relative: the largest |v(S)| is 1. */
typedef struct float_level {
  double epsilon;
  bool solved; /* the basis is that of an optimum over the pool with the settled coalitions below */
  coalition_span span;
  uint64_t annihilator[GAME_MOST_PARTIES];
  int settled_count;
  level_column settled[GAME_MOST_PARTIES]; /* independent, N first */
  level_column basis[SIMPLEX_ROWS];
  int support_count; /* the coalitions and bounds that have weight: what the level settles */
  level_column support[SIMPLEX_ROWS];
} float_level;

typedef struct float_levels {
  accord_context *context;
  const accord_game *game;
  int n;
  bool imputations;
  excess_kind kind;
  double scale; /* 1 / largest |integer(S)| */
  double split[SIMPLEX_STRIDE];
  int level_count;
  bool complete;      /* the last level settles everybody */
  float_level *level; /* size n */
  level_simplex *simplex;
  /* the pool */
  int count, room;
  uint32_t *parties; /* size room */
  double *value;
  uint8_t *settled_at; /* the level that settled it, from 1; SPAN_OUTSIDE: none has yet */
  /* working space */
  int active_count;
  uint32_t *active; /* those not settled before the level at work */
  double *active_value, *gain;
} float_levels;

/* Single parties and all but one are in the pool from the start. */
float_levels *float_levels_new(accord_context *context, const accord_game *game, const nucleolus_options *options);

/* Makes room for so many more. */
void pool_reserve(float_levels *levels, int more);

/* There must be room for it. */
void pool_add(float_levels *levels, accord_coalition coalition);

/* Leaves in the pool only what some level's basis needs: up to n (n + 1) coalitions. */
void pool_clear(float_levels *levels);

/* Solves from the first level that the pool's coalitions leave not optimal, at most so many. False where the
 * doubles lead nowhere. */
bool float_levels_solve(float_levels *levels, int most_levels);

/* The first level at which some coalition of the pool gains more than allowed; level_count: none. */
int first_violated_level(float_levels *levels);

/* The nucleolus of the pool alone, as find_nucleolus, by exact programs that start where the doubles are: for
 * where these have gone wrong. In nucleolus.c. */
bool nucleolus_over_candidates(accord_context *context, mpq_t *share, accord_kohlberg *certificate,
                               const nucleolus_options *options, const float_levels *guide);

/* v(S) - x(S) for all the pool, less |S| epsilon per capita, |v(S)| epsilon by worth. */
void find_pool_excesses(float_levels *levels, double *excess, double epsilon);

#endif
