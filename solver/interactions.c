/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interaction of two parties: what they add together beyond what each adds by itself, on average,
 *
 *   I_ij = sum over S without i and j of w(|S|) (v(S + i + j) - v(S + i) - v(S + j) + v(S)),
 *
 * w(s) = 1 / ((n - 1) C(n - 2, s)) for the Shapley interaction index (Grabisch, Roubens 1999), 1 / 2^(n-2) for
 * Banzhaf's. Sums of v by size over the coalitions with both, with either and over all are enough: those with
 * both are the sums by size, for j, of the game among the others once i has joined. Cost n 2^(n-1). */
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

/* weight[s + 2] = w(s) times their common denominator, s = 0..n-2; zeros around. */
static void find_weights(mpz_t *weight, mpz_t denominator, int n) {
  mpz_set_ui(denominator, 1);
  for (int s = 0; s <= n - 2; s++) {
    mpz_bin_uiui(weight[s + 2], (unsigned long)n - 2, (unsigned long)s);
    mpz_lcm(denominator, denominator, weight[s + 2]);
  }
  for (int s = 0; s <= n - 2; s++) mpz_divexact(weight[s + 2], denominator, weight[s + 2]);
  mpz_mul_si(denominator, denominator, n - 1);
}

/* sum over t of (w(t-2) + 2 w(t-1) + w(t)) both(t) - (w(t-1) + w(t)) (with_i(t) + with_j(t)) + w(t) all(t). */
static void weigh_pair(mpz_t index, const struct sums *sums, const mpz_t *weight, int i, int j, mpz_t *work) {
  int sizes = sums->n + 1;
  mpz_set_ui(index, 0);
  for (int t = 0; t < sizes; t++) {
    const mpz_t *own = &weight[t + 2], *before = &weight[t + 1], *twice = &weight[t];
    mpz_add(work[0], *own, *before);
    mpz_add(work[1], work[0], *before);
    mpz_add(work[1], work[1], *twice);
    mpz_addmul(index, work[1], sums->both[j * sizes + t]);
    mpz_submul(index, work[0], sums->with[i * sizes + t]);
    mpz_submul(index, work[0], sums->with[j * sizes + t]);
    mpz_addmul(index, *own, sums->all[t]);
  }
}

static void set_index(mpq_t *index, int i, int j, const mpz_t number, const mpz_t denominator,
                      const accord_game *game) {
  int n = game->n;
  mpz_set(mpq_numref(index[i * n + j]), number);
  mpz_set(mpq_denref(index[i * n + j]), denominator);
  mpq_canonicalize(index[i * n + j]);
  mpq_mul(index[i * n + j], index[i * n + j], game->unit);
  if (game->goal == ACCORD_COST) mpq_neg(index[i * n + j], index[i * n + j]);
  mpq_set(index[j * n + i], index[i * n + j]);
}

void find_interactions(accord_context *context, mpq_t *shapley, mpq_t *banzhaf, const accord_game *game) {
  int n = game->n;
  size_t sizes = (size_t)n + 1;
  if (n < 2) return;
  struct sums sums = {n, pool_integers(context, (size_t)n * sizes), pool_integers(context, sizes),
                      pool_integers(context, (size_t)n * sizes)};
  mpz_t *weight = pool_integers(context, sizes + 2), *equal = pool_integers(context, sizes + 2),
        *work = pool_integers(context, 5), *denominator = &work[2], *power = &work[3], *index = &work[4];
  class_sums(context, sums.with, sums.all, game);
  find_weights(weight, *denominator, n);
  for (int s = 0; s <= n - 2; s++) mpz_set_ui(equal[s + 2], 1);
  mpz_ui_pow_ui(*power, 2, (unsigned long)n - 2);
  for (int i = 1; i < n; i++) {
    find_both(context, &sums, game, i);
    for (int j = 0; j < i; j++) {
      weigh_pair(*index, &sums, (const mpz_t *)weight, i, j, work);
      set_index(shapley, i, j, *index, *denominator, game);
      weigh_pair(*index, &sums, (const mpz_t *)equal, i, j, work);
      set_index(banzhaf, i, j, *index, *power, game);
    }
  }
}
