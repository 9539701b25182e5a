/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Banzhaf value scaled to the total: b_i v(N) / sum b_j, where b_i is the average of v(S + i) - v(S)
 * over the 2^(n-1) coalitions S without i. The b_i are shown as details;
 * of a vote, Coleman's measures as well. Cost 2^n. */
#include "../batch.h"
#include "../rule.h"

/* b_i = (sum of v(S) over S with i, less the same without i) / 2^(n-1). */
static mpq_t *raw_values(accord_context *context, const accord_game *game) {
  int n = game->n;
  size_t sizes = (size_t)n + 1;
  mpq_t *raw = pool_rationals(context, (size_t)n);
  if (value_of_small(context, raw, game, linear_banzhaf)) return raw;
  mpz_t *with = pool_integers(context, (size_t)n * sizes), *all = pool_integers(context, sizes);
  class_sums(context, with, all, game);
  for (int i = 0; i < n; i++) {
    mpz_ptr sum = mpq_numref(raw[i]);
    for (int s = 0; s <= n; s++) {
      mpz_addmul_ui(sum, with[(size_t)i * sizes + (size_t)s], 2);
      mpz_sub(sum, sum, all[s]);
    }
    mpq_mul(raw[i], raw[i], game->unit);
    mpq_div_2exp(raw[i], raw[i], (mp_bitcnt_t)n - 1);
  }
  return raw;
}

/* The chance of winning is how many of the 2^n coalitions do. */
static accord_coleman *measures_of_vote(accord_context *context, const mpq_t *raw, const accord_problem *problem) {
  int n = problem->n;
  uint64_t winning = 0;
  mpq_t *chance = pool_rationals(context, (size_t)n + 1), *act = &chance[n];
  for (accord_coalition s = 0; s < problem->game->size; s++) winning += problem->game->small[s] != 0;
  for (int i = 0; i < n; i++) mpq_div(chance[i], raw[i], problem->voting->prize);
  mpq_set_ui(*act, winning, 1);
  mpq_div_2exp(*act, *act, (mp_bitcnt_t)n);
  return coleman_measures(context, (const mpq_t *)chance, *act, n);
}

accord_status rule_banzhaf(accord_context *context, accord_split *split, const accord_problem *problem) {
  int n = problem->n;
  mpq_t *raw = raw_values(context, problem->game), *sum = pool_rationals(context, 2), *whole = &sum[1];
  split->detail = (accord_detail){"raw", raw};
  rational_sum(*sum, (const mpq_t *)raw, n);
  drop_rounding(sum, 1, problem->game);
  if (mpq_sgn(*sum) == 0)
    return undefined(context, "the Banzhaf values sum to 0, so they cannot be scaled to the total");
  game_value(*whole, problem->game, everybody(n));
  share_in_proportion(split->share, (const mpq_t *)split->share, (const mpq_t *)raw, *whole, n);
  if (problem->voting) split->coleman = measures_of_vote(context, (const mpq_t *)raw, problem);
  return ACCORD_OK;
}
