/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Solidarity value (Nowak, Radzik 1994): a party that joins gets the average marginal contribution of all
 * who are then there: x_i = sum over S with i of (n - s)! (s - 1)! / n! A(S), A(S) = sum over j in S of
 * (v(S) - v(S \ j)) / s.
 *
 * Summed over the S of one size with i, s A(S) is s V_i(s) - (n - s) V_i(s - 1) - V(s - 1), where V_i(s)
 * sums v over coalitions of size s with i and V(s) over all of size s: sums by size are enough. Cost 2^n. */
#include "../batch.h"
#include "../rule.h"

/* sum += weight of size s, (n - s)! (s - 1)! / n! / s = 1 / (s^2 C(n, s)), times the number. */
static void add_weighted(mpq_t sum, const mpz_t number, int n, int s, mpq_t work) {
  mpz_set(mpq_numref(work), number);
  mpz_bin_uiui(mpq_denref(work), (unsigned long)n, (unsigned long)s);
  mpz_mul_si(mpq_denref(work), mpq_denref(work), (long)s * s);
  mpq_canonicalize(work);
  mpq_add(sum, sum, work);
}

accord_status rule_solidarity(accord_context *context, accord_split *split, const accord_problem *problem) {
  int n = problem->n;
  if (value_of_small(context, split->share, problem->game, linear_solidarity)) return ACCORD_OK;
  size_t sizes = (size_t)n + 1;
  mpz_t *with = pool_integers(context, (size_t)n * sizes), *all = pool_integers(context, sizes + 1),
        *number = &all[sizes];
  mpq_t *work = pool_rationals(context, 1);
  class_sums(context, with, all, problem->game);
  for (int i = 0; i < n; i++) {
    const mpz_t *joined = (const mpz_t *)&with[(size_t)i * sizes];
    for (int s = 1; s <= n; s++) {
      mpz_mul_si(*number, joined[s], s);
      mpz_submul_ui(*number, joined[s - 1], (unsigned long)(n - s));
      mpz_sub(*number, *number, all[s - 1]);
      add_weighted(split->share[i], *number, n, s, *work);
    }
    mpq_mul(split->share[i], split->share[i], problem->game->unit);
  }
  return ACCORD_OK;
}
