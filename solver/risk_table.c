/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The risk of every coalition: expectations add up, variances follow from the covariances alone, and for other measures
 * all coalitions' losses are gone through (risk_sweep.c). */
#include "kernels.h"
#include "risk_reals.h"
#include "risk_sweep.h"

#include <math.h>

static const double most_sums = 0x1p37;     /* scenario times coalition: under a minute */
static const double most_big_sums = 0x1p28; /* in numbers of any length, a hundred times as slow */
static const int SMALL_BITS = 62;

/* --------------------------------------------------------------- which ones */

static bool needs_scenarios(accord_measure measure) {
  return measure != ACCORD_EXPECTATION && measure != ACCORD_STANDARD_DEVIATION;
}

static bool is_in_reach(accord_context *context, const accord_risk *risk, const char **why) {
  double sums = ldexp(needs_scenarios(risk->measure) ? (double)risk->count : 1, risk->n);
  size_t bytes = sizeof(int64_t) + sizeof(wide);
  if (risk->n <= RISK_GAME_PARTIES && sums <= (risk->in_words ? most_sums : most_big_sums) &&
      table_fits(context, bytes << risk->n))
    return true;
  *why = pool_text(context,
                   "the risks of all 2^%d coalitions in %zu scenarios are too many to work out; euler and covariance "
                   "work at any size",
                   risk->n, risk->count);
  return false;
}

/* ------------------------------------------------------------- in words */

static void take_large(accord_context *context, accord_game *game, const wide *large) {
  check_table_size(context, game->n, sizeof(mpz_t) + sizeof(wide) + 24, "write the losses with fewer digits");
  game->big = pool_integers(context, game->size);
  for (size_t s = 0; s < game->size; s++) {
    if (s % 4096 == 0) check_clock(context);
    set_wide(game->big[s], large[s]);
  }
}

/* Costs in units of unit / divisor. */
static accord_game *new_game(accord_context *context, const accord_risk *risk, const mpz_t divisor) {
  accord_game *game = game_new(context, ACCORD_COST, risk->n);
  mpq_set_z(game->unit, divisor);
  mpq_div(game->unit, risk->unit, game->unit);
  return game;
}

static accord_game *game_of_reals(accord_context *context, const double *real, int n) {
  double largest = 0;
  for (size_t s = 1; s < (size_t)1 << n; s++) largest = fmax(largest, fabs(real[s]));
  return game_from_doubles(context, ACCORD_COST, false, real, n, largest, NULL);
}

static accord_game *tail_game(accord_context *context, const accord_risk *risk) {
  mpz_t *one = pool_integers(context, 1);
  mpz_set_ui(*one, 1);
  bool shortfall = risk->measure == ACCORD_EXPECTED_SHORTFALL;
  accord_game *game = new_game(context, risk, shortfall ? risk->tail : *one);
  sweep_results results = {0};
  bool fits = pooled_bits_times(risk, shortfall ? risk->tail : *one) < SMALL_BITS;
  if (fits) results.small = game->small = POOL_NEW(context, game->size, int64_t);
  else results.large = POOL_NEW(context, game->size, wide);
  sweep_coalitions(context, &results, risk);
  if (results.large) take_large(context, game, results.large);
  pool_free(context, results.large);
  game_finish(context, game);
  return game;
}

static accord_game *real_game(accord_context *context, const accord_risk *risk) {
  sweep_results results = {.real = POOL_NEW(context, (size_t)1 << risk->n, double)};
  if (risk->measure == ACCORD_SEMIDEVIATION) semideviation_of_all(context, results.real, risk);
  else if (!entropic_of_all(context, results.real, risk)) sweep_coalitions(context, &results, risk);
  return game_of_reals(context, results.real, risk->n);
}

/* --------------------------------------------------------- by a few numbers */

/* E[L(S)] adds up. */
static accord_game *expectation_game(accord_context *context, const accord_risk *risk) {
  accord_game *game = new_game(context, risk, risk->weight_sum);
  mpz_t *pooled = pool_integers(context, risk->count), *mean = pool_integers(context, (size_t)risk->n);
  for (int i = 0; i < risk->n; i++) {
    pool_losses(pooled, risk, i);
    weighted_sum(mean[i], risk, (const mpz_t *)pooled);
  }
  game->big = pool_integers(context, game->size);
  for (accord_coalition s = 1; s < game->size; s++) {
    if (s % 4096 == 0) check_clock(context);
    mpz_sub(game->big[s], game->big[s & (s - 1)], mean[__builtin_ctzll(s)]);
  }
  game_finish(context, game);
  return game;
}

/* W sum w L_i L_j - (sum w L_i) (sum w L_j), which is W^2 cov(L_i, L_j) in squares of the unit; size n * n. */
static mpz_t *covariances(accord_context *context, const accord_risk *risk) {
  size_t n = (size_t)risk->n, count = risk->count;
  mpz_t *covariance = pool_integers(context, n * n), *mean = pool_integers(context, n);
  mpz_t *first = pool_integers(context, count), *second = pool_integers(context, count),
        *weight = pool_integers(context, 1);
  for (size_t i = 0; i < n; i++) {
    pool_losses(first, risk, (int)i);
    weighted_sum(mean[i], risk, (const mpz_t *)first);
    for (size_t k = 0; k < count; k++) {
      risk_weight(*weight, risk, k);
      mpz_mul(first[k], first[k], *weight);
    }
    for (size_t j = 0; j <= i; j++) {
      mpz_t *entry = &covariance[i * n + j];
      check_clock(context);
      pool_losses(second, risk, (int)j);
      for (size_t k = 0; k < count; k++) mpz_addmul(*entry, first[k], second[k]);
      mpz_mul(*entry, *entry, risk->weight_sum);
      mpz_submul(*entry, mean[i], mean[j]);
      mpz_set(covariance[j * n + i], *entry);
    }
  }
  pool_free(context, first);
  pool_free(context, second);
  return covariance;
}

/* The variance of every coalition, along a Gray code: party i joins or leaves what has covariance with[i] with it. */
static accord_game *deviation_game(accord_context *context, const accord_risk *risk) {
  size_t n = (size_t)risk->n, size = (size_t)1 << n;
  mpz_t *covariance = covariances(context, risk), *with = pool_integers(context, n),
        *variance = pool_integers(context, 1);
  mpq_t *work = pool_rationals(context, 2), *factor = &work[0], *square = &work[1];
  double *real = POOL_NEW(context, size, double);
  mpq_set_z(*factor, risk->weight_sum);
  mpq_div(*factor, risk->unit, *factor);
  mpq_mul(*factor, *factor, *factor);
  accord_coalition coalition = 0;
  for (size_t step = 1; step < size; step++) {
    int i = __builtin_ctzll(step);
    if (step % 1024 == 0) check_clock(context);
    bool joins = !has(coalition, i);
    coalition ^= party(i);
    if (!joins)
      for (size_t j = 0; j < n; j++) mpz_sub(with[j], with[j], covariance[(size_t)i * n + j]);
    (joins ? mpz_addmul_ui : mpz_submul_ui)(*variance, with[i], 2);
    (joins ? mpz_add : mpz_sub)(*variance, *variance, covariance[(size_t)i * n + (size_t)i]);
    if (joins)
      for (size_t j = 0; j < n; j++) mpz_add(with[j], with[j], covariance[(size_t)i * n + j]);
    mpq_set_z(*square, *variance);
    mpq_mul(*square, *square, *factor);
    real[coalition] = nearest_root(context, *square);
  }
  return game_of_reals(context, real, risk->n);
}

/* ------------------------------------------------------- numbers of any length */

/* c(S) in units of unit / divisor; whole, for measures that are rational. */
static void whole_value(mpz_t whole, const mpq_t value, const accord_game *game, mpq_t work) {
  mpq_div(work, value, game->unit);
  mpz_neg(whole, mpq_numref(work));
}

/* The same along a Gray code, every coalition's losses one addition or subtraction away from the last one's. */
static accord_game *big_game(accord_context *context, const accord_risk *risk) {
  bool rational = measure_is_rational(risk->measure);
  mpz_t *one = pool_integers(context, 1), *pooled = pool_integers(context, risk->count);
  mpq_t *work = pool_rationals(context, 2), *value = &work[1];
  size_t size = (size_t)1 << risk->n;
  mpz_set_ui(*one, 1);
  accord_game *game = new_game(context, risk, risk->measure == ACCORD_EXPECTED_SHORTFALL ? risk->tail : *one);
  double *real = rational ? NULL : POOL_NEW(context, size, double);
  if (rational) game->big = pool_integers(context, size);
  accord_coalition coalition = 0;
  for (size_t step = 1; step < size; step++) {
    int i = __builtin_ctzll(step);
    check_clock(context);
    coalition ^= party(i);
    for (size_t k = 0; k < risk->count; k++)
      (has(coalition, i) ? mpz_add : mpz_sub)(pooled[k], pooled[k], risk->big_loss[(size_t)i * risk->count + k]);
    risk_of_pooled(context, *value, risk, (const mpz_t *)pooled);
    if (rational) whole_value(game->big[coalition], *value, game, work[0]);
    else real[coalition] = accord_to_double(*value);
  }
  if (!rational) return game_of_reals(context, real, risk->n);
  game_finish(context, game);
  return game;
}

accord_game *risk_game(accord_context *context, const accord_risk *risk, const char **why) {
  if (!is_in_reach(context, risk, why)) return NULL;
  if (risk->measure == ACCORD_EXPECTATION) return expectation_game(context, risk);
  if (risk->measure == ACCORD_STANDARD_DEVIATION) return deviation_game(context, risk);
  if (!risk->in_words) return big_game(context, risk);
  return measure_is_rational(risk->measure) ? tail_game(context, risk) : real_game(context, risk);
}
