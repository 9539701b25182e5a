/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contributions by the size of the group that is joined, from sums of v by size (class_sums.c). */
#include "contributions.h"

#include "kernels.h"
#include "rule.h"

#include <string.h>

/* number / count in the game's measure, as stated. */
static void set_mean(mpq_t mean, const mpz_t number, const mpz_t count, const accord_game *game) {
  mpz_set(mpq_numref(mean), number);
  mpz_set(mpq_denref(mean), count);
  mpq_canonicalize(mean);
  mpq_mul(mean, mean, game->unit);
  if (game->goal == ACCORD_COST) mpq_neg(mean, mean);
}

void order_weight(mpq_t weight, int n, int s) {
  mpz_bin_uiui(mpq_denref(weight), (unsigned long)n - 1, (unsigned long)s);
  mpz_mul_si(mpq_denref(weight), mpq_denref(weight), n);
  mpz_set_ui(mpq_numref(weight), 1);
}

void mean_contributions(accord_context *context, mpq_t *mean, const accord_game *game) {
  int n = game->n;
  size_t sizes = (size_t)n + 1;
  mpz_t *with = pool_integers(context, (size_t)n * sizes), *all = pool_integers(context, sizes);
  mpz_t *work = pool_integers(context, 2), *sum = &work[0], *count = &work[1];
  class_sums(context, with, all, game);
  for (int i = 0; i < n; i++)
    for (int s = 0; s < n; s++) {
      const mpz_t *joined = (const mpz_t *)&with[(size_t)i * sizes];
      mpz_sub(*sum, joined[s + 1], all[s]);
      mpz_add(*sum, *sum, joined[s]);
      mpz_bin_uiui(*count, (unsigned long)n - 1, (unsigned long)s);
      set_mean(mean[i * n + s], *sum, *count, game);
    }
}

/* Over the S of one size with i, sum of s times the average is s V_i(s) - (n - s) V_i(s - 1) - V(s - 1): see
 * rules/solidarity.c. */
void mean_member_contributions(accord_context *context, mpq_t *mean, const accord_game *game) {
  int n = game->n;
  size_t sizes = (size_t)n + 1;
  mpz_t *with = pool_integers(context, (size_t)n * sizes), *all = pool_integers(context, sizes);
  mpz_t *work = pool_integers(context, 2), *sum = &work[0], *count = &work[1];
  class_sums(context, with, all, game);
  for (int i = 0; i < n; i++)
    for (int s = 1; s <= n; s++) {
      const mpz_t *joined = (const mpz_t *)&with[(size_t)i * sizes];
      mpz_mul_si(*sum, joined[s], s);
      mpz_submul_ui(*sum, joined[s - 1], (unsigned long)(n - s));
      mpz_sub(*sum, *sum, all[s - 1]);
      mpz_bin_uiui(*count, (unsigned long)n - 1, (unsigned long)s - 1);
      mpz_mul_si(*count, *count, s);
      set_mean(mean[i * n + s - 1], *sum, *count, game);
    }
}

/* The range in whole numbers of the benefit game. */
struct whole_range {
  mpz_t *least, *greatest; /* size n */
  bool *seen;              /* size n */
};

static void widen(contribution_range *range, struct whole_range *whole, int size, accord_coalition s,
                  const mpz_t number, bool cost) {
  bool first = !whole->seen[size];
  whole->seen[size] = true;
  if (first || (cost ? mpz_cmp(number, whole->least[size]) > 0 : mpz_cmp(number, whole->least[size]) < 0)) {
    mpz_set(whole->least[size], number);
    range[size].least_at = s;
  }
  if (first || (cost ? mpz_cmp(number, whole->greatest[size]) < 0 : mpz_cmp(number, whole->greatest[size]) > 0)) {
    mpz_set(whole->greatest[size], number);
    range[size].greatest_at = s;
  }
}

contribution_range *contribution_ranges(accord_context *context, const accord_game *game, int i) {
  size_t n = (size_t)game->n;
  contribution_range *range = POOL_NEW(context, n, contribution_range);
  struct whole_range whole = {pool_integers(context, n), pool_integers(context, n), POOL_NEW(context, n, bool)};
  mpz_t *work = pool_integers(context, 3), *added = &work[0], *before = &work[1], *one = &work[2];
  mpz_set_ui(*one, 1);
  for (accord_coalition s = 0; s < game->size; s++) {
    if (s % 4096 == 0) check_clock(context);
    if (has(s, i)) continue;
    game_integer(*added, game, s | party(i));
    game_integer(*before, game, s);
    mpz_sub(*added, *added, *before);
    widen(range, &whole, size_of(s), s, *added, game->goal == ACCORD_COST);
  }
  for (size_t s = 0; s < n; s++) {
    pool_rational(context, range[s].least), pool_rational(context, range[s].greatest);
    set_mean(range[s].least, whole.least[s], *one, game);
    set_mean(range[s].greatest, whole.greatest[s], *one, game);
  }
  return range;
}

void weighted_dividends(accord_context *context, mpq_t *part, const accord_game *game, const mpz_t *dividend,
                        const mpq_t *weights, int i) {
  mpq_t *weight = pool_rationals(context, game->size), *work = pool_rationals(context, 1);
  for (int t = 0; t < game->n; t++) mpq_set_ui(part[t], 0, 1);
  for (accord_coalition s = 1; s < game->size; s++) {
    if (s % 4096 == 0) check_clock(context);
    mpq_add(weight[s], weight[s & (s - 1)], weights[__builtin_ctzll(s)]);
    if (!has(s, i) || mpz_sgn(dividend[s]) == 0) continue;
    mpq_set_z(*work, dividend[s]);
    mpq_div(*work, *work, weight[s]);
    mpq_add(part[size_of(s) - 1], part[size_of(s) - 1], *work);
  }
  for (int t = 0; t < game->n; t++) {
    mpq_mul(part[t], part[t], weights[i]);
    mpq_mul(part[t], part[t], game->unit);
    if (game->goal == ACCORD_COST) mpq_neg(part[t], part[t]);
  }
  pool_free(context, weight);
}

static void take_small_dividends(accord_context *context, mpz_t *dividend, const accord_game *game) {
  if (value_bits(game) + game->n > 62) {
    wide *found = wide_dividends(context, game);
    for (accord_coalition s = 1; s < game->size; s++) set_wide(dividend[s], found[s]);
    pool_free(context, found);
    return;
  }
  int64_t *found = POOL_NEW(context, game->size, int64_t);
  memcpy(found, game->small, game->size * sizeof *found);
  moebius(context, found, game->n, -1);
  for (accord_coalition s = 1; s < game->size; s++) mpz_set_si(dividend[s], found[s]);
  pool_free(context, found);
}

mpz_t *game_dividends(accord_context *context, const accord_game *game) {
  mpz_t *dividend = pool_integers(context, game->size);
  if (game->small) {
    take_small_dividends(context, dividend, game);
    return dividend;
  }
  for (accord_coalition s = 1; s < game->size; s++) mpz_set(dividend[s], game->big[s]);
  for (int i = 0; i < game->n; i++)
    for (accord_coalition s = 0; s < game->size; s++)
      if (has(s, i)) mpz_sub(dividend[s], dividend[s], dividend[s ^ party(i)]);
  return dividend;
}
