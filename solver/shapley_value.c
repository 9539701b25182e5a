/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Shapley value of a game, for every rule that is one.
 *
 * x_i = sum over S without i of |S|! (n - |S| - 1)! / n! (v(S + i) - v(S)): the weight depends on |S|
 * alone and is 1 / (n C(n - 1, |S|)), so sums of v by size are enough. */
#include "batch.h"
#include "kernels.h"
#include "rule.h"

/* weight[s] / lcm(1..n) = 1 / (n C(n - 1, s)), s = 0..n-1; returns lcm(1..n). */
static uint64_t find_weights(uint64_t *weight, int n) {
  uint64_t common = common_multiple(n), choose = 1;
  for (int s = 0; s < n; s++) {
    weight[s] = common / (uint64_t)n / choose;
    choose = choose * (uint64_t)(n - 1 - s) / (uint64_t)(s + 1);
  }
  return common;
}

static void weigh_big(accord_context *context, mpz_t *share, const accord_game *game, const uint64_t *weight) {
  int n = game->n;
  size_t sizes = (size_t)n + 1;
  mpz_t *with = pool_integers(context, (size_t)n * sizes), *all = pool_integers(context, sizes);
  mpz_t *without = pool_integers(context, 1);
  class_sums(context, with, all, game);
  for (int i = 0; i < n; i++) {
    const mpz_t *joined = (const mpz_t *)&with[(size_t)i * sizes];
    for (int s = 0; s < n; s++) { /* i joins a coalition of size s */
      mpz_sub(*without, all[s], joined[s]);
      mpz_addmul_ui(share[i], joined[s + 1], weight[s]);
      mpz_submul_ui(share[i], *without, weight[s]);
    }
  }
}

/* The same in 128 bits: sum over s of weight[s] (with[s + 1] + with[s] - all[s]). */
static void weigh_wide(accord_context *context, wide *share, const accord_game *game, const uint64_t *weight) {
  int n = game->n;
  accord_mark mark = accord_get_mark(context);
  wide_sums sums = find_wide_sums(context, game);
  for (int i = 0; i < n; i++) {
    const wide *joined = sums.with + i * (n + 1);
    share[i] = 0;
    for (int s = 0; s < n; s++) share[i] += (wide)weight[s] * (joined[s + 1] + joined[s] - sums.all[s]);
  }
  accord_reset(context, mark);
}

void shapley_value(accord_context *context, mpq_t *share, const accord_game *game) {
  if (value_of_small(context, share, game, linear_shapley)) return;
  int n = game->n, weight_bits = 37;
  uint64_t weight[GAME_MOST_PARTIES], denominator = find_weights(weight, n);
  /* |sum| < 2n 2^n max |v| max weight */
  if (game->small && value_bits(game) + n + weight_bits + 6 < 127) {
    wide sum[GAME_MOST_PARTIES];
    weigh_wide(context, sum, game, weight);
    for (int i = 0; i < n; i++) set_ratio(share[i], sum[i], denominator, game->unit);
    return;
  }
  mpz_t *sum = pool_integers(context, (size_t)n);
  weigh_big(context, sum, game, weight);
  for (int i = 0; i < n; i++) set_big_ratio(share[i], sum[i], denominator, game->unit);
}
