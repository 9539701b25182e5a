/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random arrival: claimants arrive in a random order and take min(c_i, what is left); the average is
 *   x_i = sum over S without i of |S|! (n - |S| - 1)! / n! min(c_i, max(0, E - c(S))). Cost n 2^n. */
#include "../rule.h"

struct arrivals {
  int n;
  const mpq_t *claim;
  mpq_t *left;   /* size n + 1: the estate left at each depth of the walk */
  mpq_t *weight; /* size n: |S|! (n - |S| - 1)! / n! */
  mpq_t *award;
  mpq_t *scratch;
};

/* Everybody outside S may arrive next. */
static void award_next(struct arrivals *arrivals, accord_coalition s, int size, const mpq_t left) {
  for (int i = 0; i < arrivals->n; i++) {
    if (has(s, i)) continue;
    rational_min(*arrivals->scratch, arrivals->claim[i], left);
    mpq_mul(*arrivals->scratch, *arrivals->scratch, arrivals->weight[size]);
    mpq_add(arrivals->award[i], arrivals->award[i], *arrivals->scratch);
  }
}

/* All S that add parties from first on to those already in; a branch ends when nothing is left. */
static void walk(accord_context *context, struct arrivals *arrivals, accord_coalition s, int size, int first) {
  check_clock(context);
  award_next(arrivals, s, size, arrivals->left[size]);
  for (int i = first; i < arrivals->n; i++) {
    if (mpq_cmp(arrivals->claim[i], arrivals->left[size]) >= 0) continue;
    mpq_sub(arrivals->left[size + 1], arrivals->left[size], arrivals->claim[i]);
    walk(context, arrivals, s | party(i), size + 1, i + 1);
  }
}

accord_status rule_random_arrival(accord_context *context, accord_split *split, const accord_problem *problem) {
  const accord_claims *claims = problem->claims;
  size_t n = (size_t)claims->n;
  struct arrivals arrivals = {
      claims->n,    (const mpq_t *)claims->claim, pool_rationals(context, n + 1), pool_rationals(context, n),
      split->share, pool_rationals(context, 1)};
  for (size_t s = 0; s < n; s++) {
    mpz_bin_uiui(mpq_denref(arrivals.weight[s]), n - 1, s);
    mpz_mul_ui(mpq_denref(arrivals.weight[s]), mpq_denref(arrivals.weight[s]), n);
    mpz_set_ui(mpq_numref(arrivals.weight[s]), 1);
  }
  mpq_set(arrivals.left[0], claims->estate);
  walk(context, &arrivals, 0, 0, 0);
  return ACCORD_OK;
}
