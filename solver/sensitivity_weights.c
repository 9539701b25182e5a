/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the weighted Shapley value answers to the weights. Party i gets w_i sum over T with i of d(T) / w(T), so that
 *
 *   dx_i / dw_j = -w_i g(i, j),   dx_j / dw_j = sum over T with j of d(T) (w(T) - w_j) / w(T)^2,
 *   g(i, j) = sum over T with i and j of d(T) / w(T)^2.
 *
 * What one party gains the others lose: the second is minus the sum of the first over all other i. Coalitions of equal
 * weight are added up first, as whole numbers. */
#include "contributions.h"
#include "sensitivity.h"

#include <stdlib.h>

struct weight_query {
  accord_response **responses;
  const accord_problem *problem;
};

struct weighing {
  accord_context *context;
  const accord_game *game;
  const mpq_t *party_weight;
  mpz_t *dividend;         /* size 2^n */
  mpq_t *weight;           /* size 2^n: w(T) */
  accord_coalition *order; /* size 2^n - 1: by weight */
  mpq_t *g;                /* size n * n */
};

static _Thread_local const mpq_t *sorting; /* qsort has no argument; set just before it is called */

static int compare_weights(const void *a, const void *b) {
  return mpq_cmp(sorting[*(const accord_coalition *)a], sorting[*(const accord_coalition *)b]);
}

static void sort_coalitions(struct weighing *work) {
  size_t size = work->game->size;
  work->weight = pool_rationals(work->context, size);
  work->order = POOL_NEW(work->context, size, accord_coalition);
  for (accord_coalition s = 1; s < size; s++) {
    mpq_add(work->weight[s], work->weight[s & (s - 1)], work->party_weight[__builtin_ctzll(s)]);
    work->order[s - 1] = s;
  }
  sorting = (const mpq_t *)work->weight;
  qsort(work->order, size - 1, sizeof *work->order, compare_weights);
}

/* Adds the dividends of coalitions of one weight, order[first..last-1], over its square. */
static void add_group(struct weighing *work, size_t first, size_t last, mpz_t *sum) {
  int n = work->game->n;
  mpq_t *part = pool_rationals(work->context, 2);
  const mpq_t *weight = (const mpq_t *)&work->weight[work->order[first]];
  for (int k = 0; k < n * n; k++) mpz_set_ui(sum[k], 0);
  for (size_t k = first; k < last; k++) {
    accord_coalition t = work->order[k];
    if (mpz_sgn(work->dividend[t]) == 0) continue;
    for (accord_coalition rest = t; rest; rest &= rest - 1) {
      int i = __builtin_ctzll(rest);
      for (accord_coalition others = rest & (rest - 1); others; others &= others - 1)
        mpz_add(sum[i * n + __builtin_ctzll(others)], sum[i * n + __builtin_ctzll(others)], work->dividend[t]);
    }
  }
  mpq_mul(part[1], *weight, *weight);
  for (int k = 0; k < n * n; k++) {
    if (mpz_sgn(sum[k]) == 0) continue;
    mpq_set_z(part[0], sum[k]);
    mpq_div(part[0], part[0], part[1]);
    mpq_add(work->g[k], work->g[k], part[0]);
  }
  pool_free(work->context, part);
}

static void find_pairs(struct weighing *work) {
  int n = work->game->n;
  size_t count = work->game->size - 1;
  mpz_t *sum = pool_integers(work->context, (size_t)n * (size_t)n);
  work->g = pool_rationals(work->context, (size_t)n * (size_t)n);
  for (size_t k = 0, end; k < count; k = end) {
    if (k % 1024 == 0) check_clock(work->context);
    for (end = k + 1; end < count && mpq_equal(work->weight[work->order[end]], work->weight[work->order[k]]);) end++;
    add_group(work, k, end, sum);
  }
  for (int i = 0; i < n; i++)
    for (int j = 0; j < i; j++) mpq_set(work->g[i * n + j], work->g[j * n + i]);
}

/* The rates by the weight of j: of the shares as stated, so of a cost as well. */
static void fill_response(const struct weighing *work, accord_response *response, int j) {
  int n = work->game->n;
  pool_rational(work->context, response->value);
  mpq_set(response->value, work->party_weight[j]);
  slope_start(work->context, &response->below, n);
  mpq_t *rate = response->below.rate;
  for (int i = 0; i < n; i++) {
    if (i == j) continue;
    mpq_mul(rate[i], work->party_weight[i], work->g[i * n + j]);
    mpq_mul(rate[i], rate[i], work->game->unit);
    mpq_add(rate[j], rate[j], rate[i]);
    mpq_neg(rate[i], rate[i]);
  }
  for (int i = 0; i < n && work->game->goal == ACCORD_COST; i++) mpq_neg(rate[i], rate[i]);
  response->below.curved = response->below.bounded = true;
  response->above = response->below;
}

static accord_status find_weight_responses(accord_context *context, void *argument) {
  struct weight_query *in = argument;
  const accord_problem *problem = in->problem;
  if (!problem->game || !problem->overlays.weights)
    return fail(context, ACCORD_INVALID, "there are no weights, or no table");
  struct weighing work = {.context = context, .game = problem->game, .party_weight = problem->overlays.weights};
  check_table_size(context, problem->n, 2 * sizeof(mpq_t) + 64, "raise --memory-limit");
  work.dividend = game_dividends(context, work.game);
  sort_coalitions(&work);
  find_pairs(&work);
  accord_response *responses = POOL_NEW(context, (size_t)problem->n, accord_response);
  for (int j = 0; j < problem->n; j++) fill_response(&work, &responses[j], j);
  *in->responses = responses;
  return ACCORD_OK;
}

accord_status accord_find_weight_responses(accord_context *context, accord_response **responses,
                                           const accord_problem *problem) {
  struct weight_query in = {responses, problem};
  accord_status status = guard(context, find_weight_responses, &in);
  if (status != ACCORD_OK) *responses = NULL;
  return status;
}
