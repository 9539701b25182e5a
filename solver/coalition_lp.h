/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Linear programs whose rows are the coalitions of a game:
 *
 *   x(S) + w(S) epsilon >= v(S)   for the proper coalitions S (those not settled),
 *   x(T) = c(T)                   for the settled ones,
 *   x_i >= v(i)                   for the parties, where bounds are on,
 *   a x + w epsilon >= b          for the linear rows added one by one.
 *
 * The variables are x_1..x_n and, with has_epsilon, epsilon. All numbers are the game's integers
 * times factor. Least core, core, nucleolus levels and stability are all of this form. */
#ifndef ACCORD_SOLVER_COALITION_LP_H
#define ACCORD_SOLVER_COALITION_LP_H

#include "excess.h"
#include "lp.h"
#include "row_search.h"
#include "span.h"

typedef enum row_kind { ROW_COALITION, ROW_SETTLED, ROW_BOUND, ROW_LINEAR } row_kind;

static inline lp_row make_row(row_kind kind, uint64_t which) { return (uint64_t)kind << 62 | which; }
static inline row_kind kind_of(lp_row row) { return (row_kind)(row >> 62); }
static inline uint64_t which_of(lp_row row) { return row & (((uint64_t)1 << 62) - 1); }

/* a x + w epsilon >= b, in whole numbers: x and b in the game's units. */
typedef struct linear_row {
  mpz_t *coefficient; /* size n: a */
  mpz_t *bound;       /* b */
  mpz_t *epsilon;     /* w */
  mpz_t *largest;     /* the largest |a_i| or |w|, for the doubles */
  mpz_t *scale;       /* a clause's row is that many times as it is stated; else 1 */
  int which;          /* whatever the row's maker numbers it by */
  bool dropped;       /* no longer asked for */
} linear_row;

typedef struct coalition_lp {
  accord_context *context;
  const accord_game *game;
  bool has_epsilon, bounds;
  bool without_coalitions; /* no rows but the settled and the linear ones */
  bool to_the_letter;      /* linear rows hold without the tolerance of inexact inputs */
  mpq_t relief;            /* taken off every v(S), in units; factor makes it whole */
  excess_kind kind;
  mpz_t factor;
  uint8_t *level;            /* size 2^n, or of the candidates, or NULL: as in gain_query */
  const uint32_t *candidate; /* NULL: every proper coalition has a row; else these do */
  size_t candidate_count;
  row_search *search; /* finds violated coalitions where nothing is settled but N and excesses are plain; or NULL */
  const coalition_span *span; /* of what is settled, or NULL: bounds inside it are not asked for */
  int settled_count;
  lp_row *settled;      /* size n: rows that now hold with equality, linearly independent */
  mpz_t *settled_value; /* size n: at what, times factor */
  int linear_count, linear_room;
  linear_row *linear;
  double relative; /* 1 / largest |integer(S)|, for a small table */
  double relative_relief;
  /* working space */
  mpz_t one;
  mpz_t *threshold;        /* size n + 1 */
  mpz_t *product;          /* size 3 */
  accord_coalition *worst; /* size worst_room */
  int worst_room;
  lp_source source;
} coalition_lp;

/* An empty program over the game: factor 1, nothing settled. */
coalition_lp *coalition_lp_new(accord_context *context, const accord_game *game, bool has_epsilon);

/* Another linear row a x + w epsilon >= b; a and b are 0 until the caller fills them in and calls finish_linear. */
linear_row *add_linear(coalition_lp *lp, int which, int epsilon);
void finish_linear(linear_row *row, int n);

/* Sets the relief, before a solution. */
void set_relief(coalition_lp *lp, const mpq_t relief);

/* Settles a row at a value (already times factor). */
void coalition_lp_settle(coalition_lp *lp, lp_row row, const mpz_t value);

/* Settles a row at what it has in the result. The factor grows by whatever makes that whole, all
 * settled values with it; growth is how much it has grown since the result, 1 to begin with. */
void coalition_lp_settle_as_found(coalition_lp *lp, const lp_result *result, lp_row row, mpz_t growth);

/* The parties of a row that is a coalition, settled coalition or bound. */
accord_coalition parties_of(const coalition_lp *lp, lp_row row);

/* minimise cost . (x, epsilon), from the start basis given; all programs of this kind that are asked
 * have a solution. Sizes n + has_epsilon. */
lp_result *coalition_lp_solve(coalition_lp *lp, const int *cost, const lp_row *start);

/* The same from count start rows, where there may be no solution: result->feasible says. */
lp_result *coalition_lp_try(coalition_lp *lp, const int *cost, const lp_row *start, int count);

/* The same from a guess at the optimal basis; NULL: one is worked out in doubles. */
lp_result *coalition_lp_try_from(coalition_lp *lp, const int *cost, const lp_row *start, int count,
                                 const lp_guess *guess);

/* Starts from what is settled and one linear row, whose epsilon is the cost. */
lp_result *coalition_lp_least_epsilon(coalition_lp *lp, int linear);

/* The multiplier, solution entry or value of a result as a rational; shares and values in the
 * game's own measure (times unit / factor). */
void lp_multiplier(mpq_t weight, const lp_result *result, int k);
void lp_amount(mpq_t amount, const coalition_lp *lp, const lp_result *result, const mpz_t integer);

#endif
