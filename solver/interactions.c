/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interaction of two parties: what they add together beyond what each adds by itself, on average,
 *
 *   I_ij = sum over S without i and j of w(|S|) (v(S + i + j) - v(S + i) - v(S + j) + v(S)),
 *
 * w(s) = 1 / ((n - 1) C(n - 2, s)) for the Shapley interaction index (Grabisch, Roubens 1999), 1 / 2^(n-2) for
 * Banzhaf's. Where words hold values times weights, one pass weighs and adds them up (weighed_pairs.c). Sums of v by size
 * over the coalitions with both, with either and over all are enough as well: where these fit 128 bits one pass finds
 * them (pair_sums.c); otherwise those with both are the sums by size, for j, of the game among
 * the others once i has joined. Cost n 2^(n-1). */
#include "interactions.h"

#include "kernels.h"
#include "rule.h"

#include <string.h>

struct sums {
  int n;
  mpz_t *with, *all; /* as in class_sums */
  mpz_t *both;       /* size n (n + 1): sums over the coalitions with i, j; for one i at a time */
};

/* The game u(T) = v(T + i) of the parties but i; those above i move down by one. Its u(0) = v(i) is no 0. */
static accord_game *joined_game(accord_context *context, const accord_game *game, int i) {
  accord_game *joined = game_new(context, game->goal, game->n - 1);
  size_t run = (size_t)1 << i;
  mpz_set(joined->largest, game->largest);
  if (!game->small) joined->big = pool_integers(context, joined->size);
  else joined->small = POOL_NEW(context, joined->size, int64_t);
  for (size_t at = 0; at < joined->size; at += run) {
    if (game->small && i >= 3) memcpy(joined->small + at, game->small + 2 * at + run, run * sizeof(int64_t));
    for (size_t k = 0; game->small && i < 3 && k < run; k++) joined->small[at + k] = game->small[2 * at + run + k];
    for (size_t k = 0; !game->small && k < run; k++) mpz_set(joined->big[at + k], game->big[2 * at + run + k]);
  }
  return joined;
}

/* both[j * (n + 1) + s] for j without i, from the sums of the joined game. */
static void find_both(accord_context *context, struct sums *sums, const accord_game *game, int i) {
  int n = sums->n;
  accord_mark mark = accord_get_mark(context);
  accord_game *joined = joined_game(context, game, i);
  mpz_t *with = pool_integers(context, (size_t)(n - 1) * (size_t)n), *all = pool_integers(context, (size_t)n);
  class_sums(context, with, all, joined);
  for (int j = 0; j < n; j++)
    for (int s = 0; s < n && j != i; s++) mpz_set(sums->both[j * (n + 1) + s + 1], with[(j < i ? j : j - 1) * n + s]);
  accord_reset(context, mark);
}

/* weight[s + 2] / lcm(1..n-1) = w(s), s = 0..n-2, zeros around; returns that multiple, below 2^37 at n = 28. */
static uint64_t find_weights(uint64_t *weight, int n) {
  uint64_t common = common_multiple(n - 1), choose = 1;
  weight[0] = weight[1] = weight[n + 1] = weight[n + 2] = 0;
  for (int s = 0; s <= n - 2; s++) {
    weight[s + 2] = common / (uint64_t)(n - 1) / choose;
    choose = choose * (uint64_t)(n - 2 - s) / (uint64_t)(s + 1);
  }
  return common;
}

/* sum over t of (w(t-2) + 2 w(t-1) + w(t)) both(t) - (w(t-1) + w(t)) (with_i(t) + with_j(t)) + w(t) all(t). */
static void weigh_pair(mpz_t index, const struct sums *sums, const uint64_t *weight, int i, int j) {
  int sizes = sums->n + 1;
  mpz_set_ui(index, 0);
  for (int t = 0; t < sizes; t++) {
    uint64_t own = weight[t + 2], single = own + weight[t + 1], both = single + weight[t + 1] + weight[t];
    mpz_addmul_ui(index, sums->both[j * sizes + t], both);
    mpz_submul_ui(index, sums->with[i * sizes + t], single);
    mpz_submul_ui(index, sums->with[j * sizes + t], single);
    mpz_addmul_ui(index, sums->all[t], own);
  }
}

/* The same in 128 bits. */
static wide weigh_wide(const wide_pairs *pairs, const wide *both, const uint64_t *weight, int n, int i, int j) {
  const wide *with_i = pairs->with + i * (n + 1), *with_j = pairs->with + j * (n + 1);
  wide index = 0;
  for (int t = 0; t <= n; t++) {
    uint64_t own = weight[t + 2], single = own + weight[t + 1], twice = single + weight[t + 1] + weight[t];
    index += (wide)twice * both[t] - (wide)single * (with_i[t] + with_j[t]) + (wide)own * pairs->all[t];
  }
  return index;
}

/* As stated, on both sides of the diagonal. */
static void finish_index(mpq_t *index, const accord_game *game, int i, int j) {
  if (game->goal == ACCORD_COST) mpq_neg(index[i * game->n + j], index[i * game->n + j]);
  mpq_set(index[j * game->n + i], index[i * game->n + j]);
}

struct weights {
  uint64_t shapley[GAME_MOST_PARTIES + 3], banzhaf[GAME_MOST_PARTIES + 3], multiple, power;
};

static void by_pairs(accord_context *context, mpq_t *shapley, mpq_t *banzhaf, const accord_game *game,
                     const struct weights *weights) {
  int n = game->n;
  wide_pairs pairs = find_wide_pairs(context, game);
  const wide *both = pairs.both;
  for (int j = 1; j < n; j++)
    for (int i = 0; i < j; i++, both += n + 1) {
      wide index = weigh_wide(&pairs, both, weights->shapley, n, i, j);
      set_ratio(shapley[i * n + j], index, weights->multiple, game->unit);
      finish_index(shapley, game, i, j);
      index = weigh_wide(&pairs, both, weights->banzhaf, n, i, j);
      set_ratio(banzhaf[i * n + j], index, weights->power, game->unit);
      finish_index(banzhaf, game, i, j);
    }
}

/* In one pass that weighs entries as it reads them, where words hold that; false elsewhere. */
static bool by_weights(accord_context *context, mpq_t *shapley, mpq_t *banzhaf, const accord_game *game,
                       const struct weights *weights) {
  int n = game->n;
  pair_weights wanted;
  size_t count = (size_t)n * (size_t)(n - 1) / 2;
  int64_t *weighed = POOL_NEW(context, 2 * count, int64_t), *plain = weighed + count;
  for (int t = 0; t <= n; t++) {
    int64_t own = (int64_t)weights->shapley[t + 2], before = (int64_t)weights->shapley[t + 1];
    wanted.own[t] = own, wanted.single[t] = own + before;
    wanted.both[t] = own + 2 * before + (int64_t)weights->shapley[t];
  }
  if (!weigh_pairs(context, weighed, plain, game, &wanted)) return false;
  for (int j = 1; j < n; j++)
    for (int i = 0; i < j; i++, weighed++, plain++) {
      set_ratio(shapley[i * n + j], *weighed, weights->multiple, game->unit);
      finish_index(shapley, game, i, j);
      set_ratio(banzhaf[i * n + j], *plain, weights->power, game->unit);
      finish_index(banzhaf, game, i, j);
    }
  return true;
}

static void by_joined_games(accord_context *context, mpq_t *shapley, mpq_t *banzhaf, const accord_game *game,
                            const struct weights *weights) {
  int n = game->n;
  size_t sizes = (size_t)n + 1;
  struct sums sums = {n, pool_integers(context, (size_t)n * sizes), pool_integers(context, sizes),
                      pool_integers(context, (size_t)n * sizes)};
  mpz_t *index = pool_integers(context, 1);
  class_sums(context, sums.with, sums.all, game);
  for (int i = 1; i < n; i++) {
    find_both(context, &sums, game, i);
    for (int j = 0; j < i; j++) {
      weigh_pair(*index, &sums, weights->shapley, i, j);
      set_big_ratio(shapley[i * n + j], *index, weights->multiple, game->unit);
      finish_index(shapley, game, i, j);
      weigh_pair(*index, &sums, weights->banzhaf, i, j);
      set_big_ratio(banzhaf[i * n + j], *index, weights->power, game->unit);
      finish_index(banzhaf, game, i, j);
    }
  }
}

void find_interactions(accord_context *context, mpq_t *shapley, mpq_t *banzhaf, const accord_game *game) {
  enum { WEIGHT_BITS = 37 };
  int n = game->n;
  if (n < 2) return;
  struct weights weights = {.power = (uint64_t)1 << (n - 2)};
  weights.multiple = find_weights(weights.shapley, n);
  for (int s = 0; s <= n - 2; s++) weights.banzhaf[s + 2] = 1;
  accord_mark mark = accord_get_mark(context);
  /* |sum| < 2^n max |v| times 8 weights, for each of n + 1 sizes */
  bool in_words = game->small && n >= FEWEST_OF_PAIRS && value_bits(game) + n + WEIGHT_BITS + 8 < 127;
  if (!in_words || !by_weights(context, shapley, banzhaf, game, &weights))
    (in_words ? by_pairs : by_joined_games)(context, shapley, banzhaf, game, &weights);
  accord_reset(context, mark);
}
