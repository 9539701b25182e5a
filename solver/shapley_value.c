/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Shapley value of a game, for every rule that is one.
 *
 * x_i = sum over S without i of |S|! (n - |S| - 1)! / n! (v(S + i) - v(S)): the weight depends on |S|
 * alone and is 1 / (n C(n - 1, |S|)), so sums of v by size are enough. */
#include "kernels.h"
#include "rule.h"

/* weight[s] * denominator = 1 / C(n - 1, s), s = 0..n-1, over their common denominator. */
static void find_weights(mpz_t *weight, mpz_t denominator, int n) {
  mpz_set_ui(denominator, 1);
  for (int s = 0; s < n; s++) {
    mpz_bin_uiui(weight[s], (unsigned long)n - 1, (unsigned long)s);
    mpz_lcm(denominator, denominator, weight[s]);
  }
  for (int s = 0; s < n; s++) mpz_divexact(weight[s], denominator, weight[s]);
  mpz_mul_si(denominator, denominator, n);
}

static void set_share(mpq_t share, const mpz_t denominator, const accord_game *game) {
  mpz_set(mpq_denref(share), denominator);
  mpq_canonicalize(share);
  mpq_mul(share, share, game->unit);
}

static void weigh_big(accord_context *context, mpq_t *share, const accord_game *game, const mpz_t *weight) {
  int n = game->n;
  size_t sizes = (size_t)n + 1;
  mpz_t *with = pool_integers(context, (size_t)n * sizes), *all = pool_integers(context, sizes);
  mpz_t *without = pool_integers(context, 1);
  class_sums(context, with, all, game);
  for (int i = 0; i < n; i++) {
    const mpz_t *joined = (const mpz_t *)&with[(size_t)i * sizes];
    mpz_ptr sum = mpq_numref(share[i]);
    for (int s = 0; s < n; s++) { /* i joins a coalition of size s */
      mpz_sub(*without, all[s], joined[s]);
      mpz_addmul(sum, weight[s], joined[s + 1]);
      mpz_submul(sum, weight[s], *without);
    }
  }
}

/* The same in 128 bits: sum over s of weight[s] (with[s + 1] + with[s] - all[s]). */
static void weigh_wide(accord_context *context, mpq_t *share, const accord_game *game, const mpz_t *weight) {
  int n = game->n;
  wide_sums sums = find_wide_sums(context, game);
  for (int i = 0; i < n; i++) {
    const wide *joined = sums.with + i * (n + 1);
    wide sum = 0;
    for (int s = 0; s < n; s++) sum += (wide)mpz_get_si(weight[s]) * (joined[s + 1] + joined[s] - sums.all[s]);
    set_wide(mpq_numref(share[i]), sum);
  }
  pool_free(context, sums.with);
  pool_free(context, sums.all);
}

void shapley_value(accord_context *context, mpq_t *share, const accord_game *game) {
  int n = game->n;
  mpz_t *weight = pool_integers(context, (size_t)n + 1), *denominator = &weight[n];
  find_weights(weight, *denominator, n);
  /* |sum| < 2n 2^n max |v| max weight */
  bool fits = game->small && value_bits(game) + n + (int)mpz_sizeinbase(weight[0], 2) + 6 < 127;
  (fits ? weigh_wide : weigh_big)(context, share, game, (const mpz_t *)weight);
  for (int i = 0; i < n; i++) set_share(share[i], *denominator, game);
}
