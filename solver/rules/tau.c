/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tau value: the split between the least rights m and the utopia payoffs M that is efficient,
 *   x = m + t (M - m), m_i = max over S with i of v(S) - M(S \ i). Cost 2^n. */
#include "../kernels.h"
#include "../rule.h"

/* best_i = max over S with i of v(S) - M(S), in whole numbers of any size. Cost n 2^n. */
static void find_best_gaps(accord_context *context, mpz_t *best, const gain_query *query) {
  int n = query->game->n;
  mpz_t *gap = pool_integers(context, 1);
  for (accord_coalition s = 1; s < query->game->size; s++) {
    if (s % 4096 == 0) check_clock(context);
    find_gain(*gap, query, s);
    for (int i = 0; i < n; i++)
      if (has(s, i) && (s == party(i) || mpz_cmp(*gap, best[i]) > 0)) mpz_set(best[i], *gap);
  }
}

/* m_i = M_i + max over S with i of (v(S) - M(S)). */
static void find_rights(accord_context *context, mpq_t *rights, const mpq_t *utopia, const accord_game *game) {
  mpz_t *best = pool_integers(context, (size_t)game->n);
  whole_split *split = make_whole(context, game, utopia, NULL);
  gain_query query = query_of(game, split);
  if (!find_best_with(context, best, game, split)) find_best_gaps(context, best, &query);
  for (int i = 0; i < game->n; i++) {
    mpz_set(mpq_numref(rights[i]), best[i]);
    mpz_set(mpq_denref(rights[i]), split->scale);
    mpq_canonicalize(rights[i]);
    mpq_mul(rights[i], rights[i], game->unit);
    mpq_add(rights[i], rights[i], utopia[i]);
  }
}

/* Differences below 0 within the tolerance of inexact inputs count as 0. */
static bool below_zero(mpq_t number, const mpq_t tolerance) {
  if (mpq_sgn(number) >= 0) return false;
  mpq_neg(number, number);
  bool below = mpq_cmp(number, tolerance) > 0;
  mpq_set_ui(number, 0, 1);
  return below;
}

accord_status rule_tau(accord_context *context, accord_split *split, const accord_problem *problem) {
  int n = problem->n;
  mpq_t *utopia = pool_rationals(context, (size_t)n), *room = pool_rationals(context, (size_t)n);
  mpq_t *work = pool_rationals(context, 4), *sum = &work[0], *rest = &work[1], *excess = &work[2],
        *tolerance = &work[3];
  game_marginals(utopia, problem->game);
  game_tolerance(*tolerance, problem->game);
  find_rights(context, split->share, (const mpq_t *)utopia, problem->game);
  for (int i = 0; i < n; i++) {
    mpq_sub(room[i], utopia[i], split->share[i]);
    if (below_zero(room[i], *tolerance))
      return undefined(context, "a party can claim more from the rest than it adds to everybody, so there is no room "
                                "between its least right and its marginal value");
  }
  game_value(*rest, problem->game, everybody(n));
  rational_sum(*sum, (const mpq_t *)split->share, n);
  mpq_sub(*rest, *rest, *sum);
  rational_sum(*sum, (const mpq_t *)room, n);
  mpq_sub(*excess, *sum, *rest);
  if (below_zero(*rest, *tolerance)) return undefined(context, "the parties' least rights sum to more than there is");
  if (below_zero(*excess, *tolerance))
    return undefined(context, "the parties' marginal values sum to less than there is");
  if (mpq_sgn(*sum) != 0) share_in_proportion(split->share, (const mpq_t *)split->share, (const mpq_t *)room, *rest, n);
  return ACCORD_OK;
}
