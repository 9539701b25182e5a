/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Weighted Shapley value (Kalai, Samet 1987): each dividend d(T) is shared in T in proportion to the weights.
 *
 * Coalitions of equal weight w(T) are put together first, so that only as many fractions are added as
 * there are different weights. Cost n 2^n. */
#include "../contributions.h"
#include "../rule.h"

#include <stdlib.h>

struct dividends {
  mpz_t *dividend;         /* size 2^n */
  mpq_t *weight;           /* size 2^n: w(T) */
  accord_coalition *order; /* size 2^n - 1: by weight */
};

static _Thread_local const mpq_t *sorting; /* qsort has no argument; set just before it is called */

static int compare_weights(const void *a, const void *b) {
  return mpq_cmp(sorting[*(const accord_coalition *)a], sorting[*(const accord_coalition *)b]);
}

/* w(T) by one addition each. */
static struct dividends *find_dividends(accord_context *context, const accord_game *game, const mpq_t *weights) {
  struct dividends *found = POOL_NEW(context, 1, struct dividends);
  found->dividend = game_dividends(context, game);
  found->weight = pool_rationals(context, game->size);
  found->order = POOL_NEW(context, game->size, accord_coalition);
  for (accord_coalition s = 1; s < game->size; s++) {
    mpq_add(found->weight[s], found->weight[s & (s - 1)], weights[__builtin_ctzll(s)]);
    found->order[s - 1] = s;
  }
  sorting = (const mpq_t *)found->weight;
  qsort(found->order, game->size - 1, sizeof *found->order, compare_weights);
  return found;
}

/* sum over T with i of d(T) / w(T). */
static void add_rates(mpq_t rate, const struct dividends *dividends, size_t count, int i, mpq_t group, mpq_t work) {
  mpq_set_ui(rate, 0, 1);
  for (size_t k = 0; k < count;) {
    const mpq_t *weight = (const mpq_t *)&dividends->weight[dividends->order[k]];
    mpq_set_ui(group, 0, 1);
    for (; k < count && mpq_equal(dividends->weight[dividends->order[k]], *weight); k++)
      if (has(dividends->order[k], i))
        mpz_add(mpq_numref(group), mpq_numref(group), dividends->dividend[dividends->order[k]]);
    mpq_div(work, group, *weight);
    mpq_add(rate, rate, work);
  }
}

accord_status rule_weighted_shapley(accord_context *context, accord_split *split, const accord_problem *problem) {
  const accord_game *game = problem->game;
  const mpq_t *weights = problem->overlays.weights;
  if (!weights) return undefined(context, "it shares by weight, and the sheet gives none under \"weights\"");
  check_table_size(context, game->n, 2 * sizeof(mpq_t) + 64, "raise --memory-limit");
  struct dividends *dividends = find_dividends(context, game, weights);
  mpq_t *work = pool_rationals(context, 2);
  for (int i = 0; i < game->n; i++) {
    check_clock(context);
    add_rates(split->share[i], dividends, game->size - 1, i, work[0], work[1]);
    mpq_mul(split->share[i], split->share[i], weights[i]);
    mpq_mul(split->share[i], split->share[i], game->unit);
  }
  return ACCORD_OK;
}
