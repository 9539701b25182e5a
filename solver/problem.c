/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Problems: a game, or claims on an estate together with their game. */
#include "game.h"

#include <float.h>
#include <string.h>

accord_problem *problem_from_game(accord_context *context, accord_game *game, bool exact) {
  accord_problem *problem = POOL_NEW(context, 1, accord_problem);
  problem->n = game->n;
  problem->goal = game->goal;
  problem->exact = exact;
  problem->game = game;
  pool_rational(context, problem->total);
  accord_game_value(problem->total, game, everybody(game->n));
  if (!exact) game_set_slack(context, game);
  return problem;
}

/* -------------------------------------------------------------- claims game */

mpz_t *whole_claims(accord_context *context, mpz_t denominator, const accord_claims *claims) {
  mpz_t *integers = pool_integers(context, (size_t)claims->n + 1), *factor = pool_integers(context, 1);
  mpz_set(denominator, mpq_denref(claims->estate));
  for (int i = 0; i < claims->n; i++) mpz_lcm(denominator, denominator, mpq_denref(claims->claim[i]));
  for (int i = 0; i <= claims->n; i++) {
    const mpq_t *amount = i < claims->n ? (const mpq_t *)&claims->claim[i] : (const mpq_t *)&claims->estate;
    mpz_divexact(*factor, denominator, mpq_denref(*amount));
    mpz_mul(integers[i], mpq_numref(*amount), *factor);
  }
  pool_free(context, factor);
  return integers;
}

/* The same in machine words, where all claims together are below 2^61. */
static bool fill_small(accord_context *context, accord_game *game, const mpz_t *integers) {
  int n = game->n;
  mpz_t *sum = pool_integers(context, 1);
  for (int i = 0; i < n; i++) mpz_add(*sum, *sum, integers[i]);
  bool fits = mpz_sizeinbase(*sum, 2) <= 61; /* the estate is at most their sum */
  pool_free(context, sum);
  if (!fits) return false;
  int64_t *left = POOL_NEW(context, game->size, int64_t); /* E - c(N \ S), from S = N down */
  accord_coalition all = everybody(n);
  left[all] = mpz_get_si(integers[n]);
  for (accord_coalition s = all; s-- > 0;) {
    accord_coalition missing = all ^ s;
    left[s] = left[s | (missing & -missing)] - mpz_get_si(integers[__builtin_ctzll(missing)]);
  }
  for (accord_coalition s = 0; s < game->size; s++)
    if (left[s] < 0) left[s] = 0;
  game->small = left;
  return true;
}

/* v(S) = max(0, E - c(N \ S)): what the others leave. claimed[S] = c(S), each one addition. */
static accord_game *claims_game(accord_context *context, const accord_claims *claims) {
  int n = claims->n;
  accord_game *game = game_new(context, ACCORD_BENEFIT, n);
  accord_coalition all = everybody(n);
  mpq_set_ui(game->unit, 1, 1);
  mpz_t *integers = whole_claims(context, mpq_denref(game->unit), claims);
  check_clock(context);
  if (fill_small(context, game, (const mpz_t *)integers)) {
    pool_free(context, integers);
    game_finish(context, game);
    return game;
  }
  mpz_t *claimed = pool_integers(context, game->size);
  game->big = pool_integers(context, game->size);
  for (accord_coalition s = 1; s < game->size; s++)
    mpz_add(claimed[s], claimed[s & (s - 1)], integers[__builtin_ctzll(s)]);
  for (accord_coalition s = 0; s < game->size; s++) {
    mpz_sub(game->big[s], integers[n], claimed[all ^ s]);
    if (mpz_sgn(game->big[s]) < 0) mpz_set_ui(game->big[s], 0);
  }
  pool_free(context, claimed);
  pool_free(context, integers);
  game_finish(context, game);
  return game;
}

accord_problem *problem_from_claims(accord_context *context, const mpq_t estate, const mpq_t *claims, int n) {
  accord_problem *problem = POOL_NEW(context, 1, accord_problem);
  problem->n = n;
  problem->goal = ACCORD_BENEFIT;
  problem->exact = true;
  pool_rational(context, problem->total);
  mpq_set(problem->total, estate);
  problem->claims = POOL_NEW(context, 1, accord_claims);
  problem->claims->n = n;
  pool_rational(context, problem->claims->estate);
  mpq_set(problem->claims->estate, estate);
  problem->claims->claim = pool_rationals(context, (size_t)n);
  pool_rational(context, problem->claims->claimed);
  for (int i = 0; i < n; i++) {
    mpq_set(problem->claims->claim[i], claims[i]);
    mpq_add(problem->claims->claimed, problem->claims->claimed, claims[i]);
  }
  if (n <= CLAIMS_GAME_PARTIES && table_fits(context, (size_t)96 << n))
    problem->game = claims_game(context, problem->claims);
  else
    problem->no_game = pool_text(context,
                                 "the coalitions of %d claimants are too many for a table (the most is %d); "
                                 "the claims rules work at any size",
                                 n, CLAIMS_GAME_PARTIES);
  return problem;
}

/* ------------------------------------------------------- the public makers */

struct doubles {
  accord_problem **problem;
  accord_goal goal;
  bool exact;
  const double *values;
  int n;
};

static accord_status from_doubles(accord_context *context, void *argument) {
  struct doubles *in = argument;
  if (in->n < 1 || in->n > GAME_MOST_PARTIES)
    return fail(context, ACCORD_INVALID, "n is %d, not 1 to %d", in->n, GAME_MOST_PARTIES);
  size_t size = (size_t)1 << in->n;
  doubles_seen seen = look_at_doubles(context, in->values, size, DBL_TRUE_MIN, DBL_MAX, NULL);
  if (seen.bad < size) return fail(context, ACCORD_INVALID, "value %zu is not a finite number", seen.bad);
  if (in->values[0] != 0) return fail(context, ACCORD_INVALID, "the value of the empty coalition is not 0");
  check_table_size(context, in->n, 2 * sizeof(double), "raise the memory limit");
  double *copy = POOL_NEW(context, size, double);
  memcpy(copy, in->values, size * sizeof *copy);
  accord_game *game = game_from_doubles(context, in->goal, in->exact, copy, in->n, seen.largest, NULL);
  *in->problem = problem_from_game(context, game, in->exact);
  return ACCORD_OK;
}

accord_status accord_problem_from_doubles(accord_context *context, accord_problem **problem, accord_goal goal,
                                          bool exact, const double *values, int n) {
  struct doubles in = {problem, goal, exact, values, n};
  accord_status status = guard(context, from_doubles, &in);
  if (status != ACCORD_OK) *problem = NULL;
  return status;
}

struct texts {
  accord_problem **problem;
  accord_goal goal;
  const char *estate;
  const char *const *values;
  int n;
};

static accord_status from_text(accord_context *context, void *argument) {
  struct texts *in = argument;
  value_table table;
  accord_coalition unreached;
  if (in->n < 1) return fail(context, ACCORD_INVALID, "n is %d, not at least 1", in->n);
  table_start(context, &table, in->goal, in->n);
  for (accord_coalition s = 0; s < (accord_coalition)1 << in->n; s++) {
    number_parts parts;
    if (number_read(&parts, in->values[s], strlen(in->values[s])) != NUMBER_GOOD)
      return fail(context, ACCORD_INVALID, "value %zu, '%.40s', is not a number", (size_t)s, in->values[s]);
    table_set(&table, s, &parts);
  }
  if (!table_is_zero(&table, 0)) return fail(context, ACCORD_INVALID, "the value of the empty coalition is not 0");
  *in->problem = problem_from_game(context, table_finish(&table, MISSING_ERROR, &unreached), true);
  pool_free(context, table.entries);
  return ACCORD_OK;
}

accord_status accord_problem_from_text(accord_context *context, accord_problem **problem, accord_goal goal,
                                       const char *const *values, int n) {
  struct texts in = {.problem = problem, .goal = goal, .values = values, .n = n};
  accord_status status = guard(context, from_text, &in);
  if (status != ACCORD_OK) *problem = NULL;
  return status;
}

static accord_status from_claims(accord_context *context, void *argument) {
  struct texts *in = argument;
  if (in->n < 1) return fail(context, ACCORD_INVALID, "n is %d, not at least 1", in->n);
  mpq_t *numbers = pool_rationals(context, (size_t)in->n + 2), *sum = &numbers[in->n + 1];
  for (int i = 0; i <= in->n; i++) {
    const char *text = i < in->n ? in->values[i] : in->estate;
    if (number_from_text(context, numbers[i], text, strlen(text)) != NUMBER_GOOD || mpq_sgn(numbers[i]) < 0)
      return fail(context, ACCORD_INVALID, "'%.40s' is not an amount of at least 0", text);
    if (i < in->n) mpq_add(*sum, *sum, numbers[i]);
  }
  if (mpq_cmp(numbers[in->n], *sum) > 0)
    return fail(context, ACCORD_INVALID, "the estate exceeds the sum of the claims");
  *in->problem = problem_from_claims(context, numbers[in->n], (const mpq_t *)numbers, in->n);
  return ACCORD_OK;
}

accord_status accord_problem_from_claims(accord_context *context, accord_problem **problem, const char *estate,
                                         const char *const *claims, int n) {
  struct texts in = {.problem = problem, .estate = estate, .values = claims, .n = n};
  accord_status status = guard(context, from_claims, &in);
  if (status != ACCORD_OK) *problem = NULL;
  return status;
}
