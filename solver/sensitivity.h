/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the shares by a rule move as its game moves along a line v + t w, t >= 0.
 *
 * A method knows a family of rules. It finds the rate of the benefit game's shares for t just above 0 and how far
 * it holds; signs, sides and costs are sensitivity.c's work. */
#ifndef ACCORD_SOLVER_SENSITIVITY_H
#define ACCORD_SOLVER_SENSITIVITY_H

#include "rule.h"

/* w: sign for one coalition and 0 for the others, or sign times the values of a game. */
typedef struct game_direction {
  accord_coalition coalition;
  int sign;
  const accord_game *along; /* NULL: the one coalition */
} game_direction;

/* w(S). */
void direction_value(mpq_t value, const game_direction *direction, accord_coalition coalition);

/* Whether w(S) is not 0. */
static inline bool direction_moves(const game_direction *direction, accord_coalition coalition) {
  if (!direction->along) return coalition == direction->coalition;
  return direction->along->small ? direction->along->small[coalition] != 0
                                 : mpz_sgn(direction->along->big[coalition]) != 0;
}

typedef struct slope_method slope_method;

typedef struct sensitivity {
  const slope_method *method;
  accord_context *context;
  const accord_problem *problem; /* a game in an exact table */
  const accord_rule *rule;
  bool under_terms;
  const accord_split *split; /* as stated */
  const mpq_t *share;        /* size n: of the benefit game */
  mpq_t *scratch;            /* size 1 */
  void *prepared;            /* the method's */
} sensitivity;

struct slope_method {
  void (*prepare)(sensitivity *about);
  /* slope->rate (size n, 0 before) and the rest of a slope that is as slope_start leaves it. */
  void (*find)(sensitivity *about, accord_slope *slope, const game_direction *direction);
};

extern const slope_method method_additive, method_ratio, method_levels, method_trace;

/* What is kept of a problem and a rule to find slopes; NULL where it has no split of the game in the table. */
sensitivity *sensitivity_of(accord_context *context, const accord_problem *problem, const accord_rule *rule,
                            bool under_terms);

/* Whether two sides tell of different rates, or only one of any. */
bool slopes_differ(const accord_slope *one, const accord_slope *other, int n);

/* Room for a slope. */
void slope_start(accord_context *context, accord_slope *slope, int n);

/* reach = min(reach, room / pace) where pace > 0: what has that much room is used up at that pace. */
void slope_limit(accord_slope *slope, const mpq_t room, const mpq_t pace);

/* The game v + step w. */
accord_game *moved_game(accord_context *context, const accord_game *game, const game_direction *direction,
                        const mpq_t step);

/* The problem with another game in place of its own. */
accord_problem *problem_with_game(accord_context *context, const accord_problem *problem, accord_game *game);

/* -------------------------------------------------------------------- tracing */

/* The shares at a distance from where the line begins; false where there are none. */
typedef bool trace_work(accord_context *context, mpq_t *share, bool *exact, void *data, const mpq_t step);

typedef struct trace {
  accord_context *context;
  int n;
  trace_work *work;
  void *data;
  const mpq_t *origin; /* where the line begins, in the number's own measure, and +1 or -1: which way it goes */
  int sign;
  bool rate_only;     /* how far it holds is not asked */
  const mpq_t *scale; /* about how large the number or the shares are, a power of two */
} trace;

/* The slope of the line at its beginning, from points on it. Rates are per unit of the step, shares as work gives. */
void trace_slope(const trace *line, accord_slope *slope);

/* The least power of two that is at least the size of each number, and 1/2^20. */
void trace_scale(mpq_t scale, const mpq_t *numbers, int count);

#endif
