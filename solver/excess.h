/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which coalitions gain most: passes over the table, exact. */
#ifndef ACCORD_SOLVER_EXCESS_H
#define ACCORD_SOLVER_EXCESS_H

#include "game.h"

/* What an excess is divided by, w(S): nothing, the coalition's size, or its worth |v(S)|. EXCESS_NONE:
 * epsilon stays out of the coalitions' rows. */
typedef enum excess_kind { EXCESS_PLAIN, EXCESS_PER_CAPITA, EXCESS_PROPORTIONAL, EXCESS_NONE } excess_kind;

/* w(S): 1, |S|, |integer(S)| or 0. */
void excess_weight(mpz_t weight, excess_kind kind, const accord_game *game, accord_coalition coalition);

/* The gain of S over a split and a threshold for its size, all in integers:
 *   gain(S) = integer(S) * factor - sum over S of share - threshold[|S|]. */
typedef struct gain_query {
  const accord_game *game;
  const mpz_t *share; /* size n */
  const mpz_t *factor;
  const mpz_t *threshold; /* size n + 1 */
  const uint8_t *level;   /* size 2^n: only S with level[S] = SPAN_OUTSIDE count; NULL: all proper S */
  /* Where not NULL only these are looked at, all proper, and of them those with level[k] = SPAN_OUTSIDE. */
  const uint32_t *candidate;
  size_t candidate_count;
} gain_query;

/* gain(S). */
void find_gain(mpz_t gain, const gain_query *query, accord_coalition coalition);

/* Makes gain(S) = integer(S) * factor - share(S) - epsilon w(S), with factor and threshold (size n + 1)
 * as the query's. Proportional excesses need integer(S) of the goal's sign: v(S) > 0, or c(S) > 0. */
void set_epsilon(gain_query *query, mpz_t factor, mpz_t *threshold, excess_kind kind, const mpz_t epsilon);

/* The up to room coalitions of largest gain, largest first, ties by bitmask, among the proper
 * non-empty ones with gain > 0; returns how many were put in worst. *count is how many gain > 0.
 * Cost 2^n. Integers of 128 bits where the bounds allow, GMP's otherwise. */
int find_gains(accord_context *context, accord_coalition *worst, uint64_t *count, const gain_query *query, int room);

/* The gaining coalition of smallest bitmask, or 0: for Bland's rule. */
accord_coalition find_first_gain(accord_context *context, const gain_query *query);

/* A split brought to whole numbers, for a query: share * scale = shares / unit, scale > 0. */
typedef struct whole_split {
  mpz_t scale;
  mpz_t *share;     /* size n */
  mpz_t *threshold; /* size n + 1, 0 to begin with */
} whole_split;

/* limit, where not NULL, becomes whole in the same scale as well (the same measure as the shares). */
whole_split *make_whole(accord_context *context, const accord_game *game, const mpq_t *share, const mpq_t *limit);

/* amount / unit * scale, which make_whole made whole, or is made so by truncation. */
void scale_amount(mpz_t integer, const whole_split *split, const accord_game *game, const mpq_t amount);

gain_query query_of(const accord_game *game, const whole_split *split);

#endif
